"""What was held, and what became of it, under the id by which it was told first."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from services.ledger.rules.reasons import reason
from services.reporting.fold.projections import first_telling
from services.reporting.http.queries import Queries
from services.reporting.http.views import Told
from shared.events.fact import Fact
from shared.events.holding import SOURCE, FactHeld, told_again
from shared.events.issue import MeasuresPlanned
from shared.events.refusal import Refused
from shared.kafka.records import Recorded
from tests.reporting.given import BOOK, ISSUE, recorded
from tests.reporting.http.test_subtree import Empty, keep

NOON = datetime(2019, 3, 5, 4, tzinfo=UTC)
PLANNED = MeasuresPlanned(measures="更换座椅", by="p1")
HELD = FactHeld(
    issue=ISSUE,
    type="MeasuresPlanned",
    rule="issue-unknown",
    reason=reason("issue-unknown", subject=ISSUE),
    until=date(2019, 3, 7),
    fact=PLANNED.model_dump_json(),
    told_source="desk",
    told_id="early",
    time=NOON,
    accepted=NOON,
)
EXPIRED = Refused(type="MeasuresPlanned", rule=HELD.rule, reason=HELD.reason, told_source="desk", told_id="early")


def events(*facts: tuple[Fact, str, str]) -> list[Recorded]:
    """Recorded facts, each with the source and id of what was told."""
    made = recorded(*((BOOK + "/held/b~1" if isinstance(fact, FactHeld) else ISSUE, fact) for fact, _, _ in facts))
    return [replace(event, told_source=source, told_id=id) for event, (_, source, id) in zip(made, facts, strict=True)]


async def told(empty: Empty, *facts: tuple[Fact, str, str]) -> list[Told]:
    """What is said of the id by which it was told first."""
    await keep(empty, *events(*facts))
    return await Queries(empty[0]).told("t1", "early", None)


FIRST = (HELD, "desk", "early")
AGAIN = told_again("desk", "early", 1)


@pytest.mark.parametrize(
    ("fact", "source", "id"), [FIRST, (PLANNED, SOURCE, AGAIN), (EXPIRED, "xiaohao/clock", "x#1"), (EXPIRED, SOURCE, AGAIN)]
)
def test_it_is_known_by_its_first_telling_whoever_told_it_again(fact: Fact, source: str, id: str) -> None:
    assert first_telling(events((fact, source, id))[0]) == ("desk", "early")


async def test_what_is_held_says_why_and_until_when(empty: Empty) -> None:
    (found,) = await told(empty, FIRST)
    assert (found.state, found.rule, found.until) == ("held", "issue-unknown", date(2019, 3, 7))
    assert found.reason == HELD.reason


async def test_what_was_taken_after_all_is_recorded(empty: Empty) -> None:
    (found,) = await told(empty, FIRST, (PLANNED, SOURCE, AGAIN))
    assert (found.state, [event["type"] for event in found.events]) == ("recorded", ["FactHeld", "MeasuresPlanned"])


async def test_what_was_refused_at_last_is_refused_and_no_longer_held(empty: Empty) -> None:
    (found,) = await told(empty, FIRST, (EXPIRED, "xiaohao/clock", "x#1"))
    assert (found.state, found.rule) == ("refused", "issue-unknown")


async def test_the_same_id_with_another_content_is_refused_beside_what_is_held(empty: Empty) -> None:
    reused = Refused(type="MeasuresPlanned", rule="id-used", reason=reason("id-used", id="early"))
    found = await told(empty, FIRST, (reused, "desk", "early"))
    assert {each.state for each in found} == {"held", "refused"}
