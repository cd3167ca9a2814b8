"""Why the ledger refuses what was told, in Chinese and English: a file for each subject."""

from typing import TypeAlias

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

Reason: TypeAlias = (
    told.Reason | campaign.Reason | phase.Reason | self_check.Reason | returns.Reason | watch_topic.Reason | activity.Reason
    | issue.Reason | verification.Reason | leaving.Reason | hand_over.Reason | reporter.Reason | rights.Reason
    | common_problem.Reason | hazard.Reason | indicator.Reason | idea.Reason | proposal.Reason | award.Reason | unit_plan.Reason
)  # fmt: skip
"""Every rule that can be broken, as `Refused` names it."""
REASONS: dict[str, tuple[str, str]] = (
    told.REASONS | campaign.REASONS | phase.REASONS | self_check.REASONS | returns.REASONS | watch_topic.REASONS | activity.REASONS
    | issue.REASONS | verification.REASONS | leaving.REASONS | hand_over.REASONS | reporter.REASONS | rights.REASONS
    | common_problem.REASONS | hazard.REASONS | indicator.REASONS | idea.REASONS | proposal.REASONS | award.REASONS
    | unit_plan.REASONS
)  # fmt: skip
"""What is said of each, in Chinese and English."""


def reason(rule: Reason, **values: object) -> Wording:
    """The reason for a refusal, in both languages."""
    return worded(REASONS[rule], **values)
