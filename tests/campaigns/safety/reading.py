"""What was recorded of one subject."""

from collections.abc import Sequence
from typing import Any

from shared.events.fact import Fact
from shared.events.issue import IssueOverdue
from tests.campaigns.story import Told


def of(told: Told, unit: str, reference: str) -> list[Fact]:
    """What was recorded of one subject, by the end of its id."""
    return [each.fact for each in told.recorded if each.fact and each.where.unit == unit and each.subject.endswith(f"~{reference}")]


def only(facts: Sequence[Fact], *kinds: type[Any]) -> list[Any]:
    return [fact for fact in facts if isinstance(fact, kinds)]


def dues(told: Told, unit: str, reference: str) -> list[tuple[str, str]]:
    """The clocks of an issue that ran out, with their last days."""
    return [(fact.clock, str(fact.due)) for fact in only(of(told, unit, reference), IssueOverdue)]
