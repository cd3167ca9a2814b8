"""What became of what was told: held, recorded, refused or in no book yet, under the id by which it was told first."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from msgspec.structs import replace

from services.ledger.rules.reasons import reason
from services.reporting.fold.projections import first_telling
from services.reporting.http.told import TOLD, Told, ToldEvents
from shared.events.campaign import CampaignAnnounced
from shared.events.fact import Fact, Where
from shared.events.holding import SOURCE, FactHeld, told_again
from shared.events.issue import MeasuresPlanned
from shared.events.refusal import Refused
from shared.events.tree import UnitsListed
from shared.kafka.cloudevents import read_recorded
from shared.kafka.records import Recorded
from shared.topics import subject_id
from shared.units import Unit, seal
from tests.reporting.given import BOOK, ENTERED, ISSUE, Empty, keep, recorded, records, stands, top
from tests.reporting.telling import PLAN

ROOT = Unit(id="root", name="局", unit_class="bureau")
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
    return await ToldEvents(empty[0]).answers(top("t1"), "early", None)


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


REFUSED = Refused(type="IssueReported", rule="struck-off", reason=reason("struck-off"))


def told_as(id: str, unit: str, path: Sequence[str], times: int, fact: Fact = REFUSED, source: str = "s") -> list[Recorded]:
    """Events that came of the same told id, each a second after the other."""
    issue = subject_id(f"c/{unit}", "issue", "b", "1")
    (made,) = records([(issue, fact)], f"c/{unit}", Where(campaign="c", unit=unit, path=tuple(path)))
    event = replace(read_recorded(made), told_id=id, told_source=source)
    return [replace(event, position=n, accepted=event.accepted + timedelta(seconds=n)) for n in range(1, times + 1)]


async def test_ones_own_answer_is_not_hidden_by_the_same_id_of_other_bureaus(empty: Empty) -> None:
    await keep(empty, *told_as("1", "a1", ["other", "a1"], 1001), *told_as("1", "t1", ["root", "t1"], 1, ENTERED))
    answers = await ToldEvents(empty[0]).answers(top(), "1", None)
    assert [(each.book, each.state) for each in answers] == [("c/t1", "recorded")]


async def test_what_was_recorded_is_not_hidden_by_repeats_that_were_refused(empty: Empty) -> None:
    recorded, *repeats = told_as("1", "t1", ["root", "t1"], 1002)
    (entered,) = told_as("1", "t1", ["root", "t1"], 1, ENTERED)
    assert recorded.position == entered.position
    await keep(empty, entered, *repeats)
    answers = await ToldEvents(empty[0]).answers(top(), "1", "s")
    assert len(answers) == TOLD
    assert [each.state for each in answers].count("recorded") == 1
    assert answers[0].events[0]["position"] == 1002


async def test_answers_of_all_sources_come_newest_first_unless_one_is_named(empty: Empty) -> None:
    (one,) = told_as("1", "t1", ["root", "t1"], 1, ENTERED, "one")
    *_, two = told_as("1", "t2", ["root", "t2"], 2, ENTERED, "two")
    await keep(empty, one, two)
    told_events = ToldEvents(empty[0])
    assert [each.source for each in await told_events.answers(top(), "1", None)] == ["two", "one"]
    assert [each.source for each in await told_events.answers(top(), "1", "one")] == ["one"]


async def test_what_was_refused_before_a_book_opened_is_for_the_campaigns_root_alone_as_nobody_else_can_know_whose_unit_it_is(
    empty: Empty,
) -> None:
    plan = PLAN.model_copy(update={"campaign": "c"})
    await stands(empty, "root", [], ("c/root", CampaignAnnounced(plan=plan, tree=seal([ROOT]))))
    await keep(empty, *told_as("1", "t1", [], 1))
    told_events = ToldEvents(empty[0])
    tops = (top(), top("t1"), top("t1", "t1"), top("root", "other"), top("other", "other"))
    assert [len(await told_events.answers(each, "1", None)) for each in tops] == [1, 0, 0, 0, 0]


TAKEN = Refused(type="CampaignAnnounced", rule="campaign-taken", reason=reason("campaign-taken", campaign="c"))


@pytest.mark.parametrize("fact", [UnitsListed(version=1, part=1, units=(ROOT,)), TAKEN])
async def test_what_a_root_tells_of_a_campaign_that_is_anothers_is_for_that_root_alone(empty: Empty, fact: Fact) -> None:
    plan = PLAN.model_copy(update={"campaign": "c"})
    await stands(empty, "root", [], ("c/root", CampaignAnnounced(plan=plan, tree=seal([ROOT]))))
    await keep(empty, *told_as("1", "other", [], 1, fact))
    told_events = ToldEvents(empty[0])
    tops = (top("other", "other"), top(), top("other", "root"))
    assert [len(await told_events.answers(each, "1", None)) for each in tops] == [1, 0, 0]
