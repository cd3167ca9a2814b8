"""The catalogue of what services say to people, in Chinese and English: a file for each subject."""

from shared.plan.values import Wording
from shared.wording import (
    activity,
    award,
    campaign,
    check,
    checking,
    common,
    hand_over,
    hazard,
    idea,
    issue,
    leaving,
    measure,
    obligation,
    phase,
    proposal,
    reporter,
    rights,
    told,
    unit_plan,
    watch,
)
from shared.wording.intake import INTAKE

SUBJECTS = (
    told,
    campaign,
    phase,
    check,
    obligation,
    watch,
    activity,
    issue,
    checking,
    leaving,
    hand_over,
    reporter,
    rights,
    common,
    hazard,
    measure,
    idea,
    proposal,
    award,
    unit_plan,
)
REASONS: dict[str, tuple[str, str]] = {rule: texts for module in SUBJECTS for rule, texts in module.REASONS.items()}
"""Why the ledger refuses what was told, by rule."""


def worded(texts: tuple[str, str], **values: object) -> Wording:
    """A text of a catalogue with its values, in Chinese and English; a value may be worded in both itself."""
    zh, en = texts
    chinese = {name: value.zh if isinstance(value, Wording) else value for name, value in values.items()}
    english = {name: value.en if isinstance(value, Wording) else value for name, value in values.items()}
    return Wording(zh=zh.format(**chinese)[:1000], en=en.format(**english)[:2000])


def reason(rule: str, **values: object) -> Wording:
    """The reason for a refusal, in both languages. Raises KeyError for a rule that the catalogue does not have."""
    return worded(REASONS[rule], **values)


def intake_reason(rule: str, **values: object) -> Wording:
    """Why intake does not take an event, in both languages. Raises KeyError for a rule that the catalogue does not have."""
    return worded(INTAKE[rule], **values)
