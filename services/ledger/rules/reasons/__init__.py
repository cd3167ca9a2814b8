"""Why the ledger refuses what was told, in Chinese and English: a file for each subject."""

from services.ledger.rules.reasons import (
    activity,
    award,
    campaign,
    common_problem,
    hand_over,
    hazard,
    idea,
    indicator,
    issue,
    leaving,
    phase,
    proposal,
    reporter,
    returns,
    rights,
    self_check,
    told,
    unit_plan,
    verification,
    watch_topic,
)
from shared.values import Wording
from shared.wording import worded

SUBJECTS = (
    told,
    campaign,
    phase,
    self_check,
    returns,
    watch_topic,
    activity,
    issue,
    verification,
    leaving,
    hand_over,
    reporter,
    rights,
    common_problem,
    hazard,
    indicator,
    idea,
    proposal,
    award,
    unit_plan,
)
REASONS: dict[str, tuple[str, str]] = {rule: texts for module in SUBJECTS for rule, texts in module.REASONS.items()}
"""Why the ledger refuses what was told, by rule."""


def reason(rule: str, **values: object) -> Wording:
    """The reason for a refusal, in both languages. Raises KeyError for a rule that the catalogue does not have."""
    return worded(REASONS[rule], **values)
