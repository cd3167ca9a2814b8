"""Why the ledger refuses what was told, in Chinese and English: a file for a room of rules, or for one of its subjects."""

from typing import TypeAlias

from services.ledger.rules.reasons import (
    activity,
    awards,
    book,
    common_problem,
    hazard,
    indicator,
    issue,
    returns,
    rights,
    self_check,
    told,
    unit_plan,
    watch_topic,
)
from shared.values import Wording
from shared.wording import worded

Reason: TypeAlias = (
    told.Reason | book.Reason | self_check.Reason | returns.Reason | watch_topic.Reason | activity.Reason | issue.Reason
    | rights.Reason | common_problem.Reason | hazard.Reason | indicator.Reason | awards.Reason | unit_plan.Reason
)  # fmt: skip
"""Every rule that can be broken, as `Refused` names it."""
REASONS: dict[str, tuple[str, str]] = (
    told.REASONS | book.REASONS | self_check.REASONS | returns.REASONS | watch_topic.REASONS | activity.REASONS | issue.REASONS
    | rights.REASONS | common_problem.REASONS | hazard.REASONS | indicator.REASONS | awards.REASONS | unit_plan.REASONS
)  # fmt: skip
"""What is said of each, in Chinese and English."""


def reason(rule: Reason, **values: object) -> Wording:
    """The reason for a refusal, in both languages."""
    return worded(REASONS[rule], **values)
