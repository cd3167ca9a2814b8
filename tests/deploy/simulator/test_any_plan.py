"""A made-up stream for any plan: the rules take all of it but the slips that are marked, and the same seed tells the same."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deploy.client.sinks import to_file
from deploy.plans.read import read_plan
from deploy.plans.trees import mistakes
from deploy.simulator.stream import broken_rule, campaign_events, stream
from deploy.simulator.tree import example_units, grow_tree
from services.intake.envelope import read_event
from services.intake.state import Known, OpenBook, Terms
from services.intake.validation import Validation
from services.ledger.clock import SOURCE as CLOCK
from shared.events.fact import Fact
from shared.events.people import PersonNamed
from shared.events.refusal import Refused
from shared.http.access import Key
from shared.plan import Plan
from shared.topics import book_id, person_id
from tests.ledger.given import facts
from tests.simulated import CAMPAIGNS, ISSUES, PLANS, SEED, UNITS, Booked, booked, days, header, shuffled

MOST = 12
"""What the clock may tell one subject on one morning: ends and beginnings of phases, and one period of each obligation."""


@pytest.fixture(scope="module", params=PLANS)
def name(request: pytest.FixtureRequest) -> str:
    """Each plan in turn, so that its stream is told once for all tests of it."""
    return str(request.param)


@pytest.fixture(scope="module")
def told(name: str) -> Booked:
    """The books of a plan, told its stream undisturbed."""
    return booked(days(name))


def recorded(told: Booked) -> list[Fact]:
    """All that was recorded."""
    return facts(list(told.ledger.store.recorded.values()))


def test_the_ledger_refuses_of_any_plans_stream_only_what_is_marked(name: str, told: Booked) -> None:
    plan, counted = read_plan(CAMPAIGNS / name), Counter(type(fact).__name__ for fact in recorded(told))
    marked = {id: rule for day in days(name) for each in day.told if (rule := broken_rule(id := header(each, "ce_id")))}
    refused = Counter(
        (group.id, fact.rule) for group in told.ledger.store.recorded.values() for fact in facts([group]) if isinstance(fact, Refused)
    )
    assert refused == Counter(marked.items())
    assert counted["IssueStruckOff"] > 0
    assert counted["PhaseClosed"] >= UNITS * sum(phase.grace is not None for phase in plan.phases)


def test_what_the_clock_tells_a_subject_on_a_morning_is_little_and_each_thing_once(told: Booked) -> None:
    some = 0
    for morning in told.mornings:
        due = [each for each in morning if header(each, "ce_source") == CLOCK]
        some += len(due)
        assert max(Counter(header(each, "ce_subject") for each in due).values(), default=0) <= MOST
        things = Counter((header(each, "ce_subject"), header(each, "ce_type"), each.value) for each in due)
        assert not [thing for thing, times in things.items() if times > 1], "told twice under two ids"
    assert some > 0


def test_told_twice_and_with_neighbours_exchanged_the_books_are_the_same(name: str, told: Booked) -> None:
    mixed = shuffled(days(name), seed=SEED)
    assert [each for day in mixed for each in day.told] != [each for day in days(name) for each in day.told]
    assert booked(mixed).books() == told.books()


def test_everybody_is_named_before_they_act_and_stands_in_the_line_of_their_unit(name: str) -> None:
    plan = read_plan(CAMPAIGNS / name)
    units = grow_tree(example_units(plan, CAMPAIGNS / name), UNITS)
    terms, paths = Terms.of(plan), dict[str, tuple[str, ...]]()
    known = Known(terms={terms.id: terms})
    for unit in units:
        paths[unit.id] = (*paths.get(unit.parent or "", ()), unit.id)
        book = book_id(plan.campaign, unit.id)
        known.books[book] = OpenBook(book, paths[unit.id], terms.id, tuple(unit.superiors.values()))
    door, acts = Validation(4, told_clock=True, secret=b"a secret of sixteen"), 0
    door.allowances.allow("*", units[0].id)
    key = Key(id="root", source="root", unit=units[0].id, may=("tell", "announce"))
    for event in campaign_events(plan, units, ISSUES, SEED, "root"):
        taken = door.take(read_event(event, "root", None), key, known, datetime.now(UTC))
        assert door.records(taken, known), event["id"]
        if isinstance(named := taken.told.fact, PersonNamed):
            known.units[person_id(taken.root, named.person)] = named.unit
        acts += bool(taken.persons)
    assert acts > ISSUES


def without(plan: Plan, life: str) -> Plan:
    """A plan that asks for nothing of one kind."""
    return plan.model_copy(update={life: ()})


@pytest.mark.parametrize("life", ["activities", "watches", "obligations", "surveys", "measures", "awards"])
def test_a_kind_of_life_that_is_added_changes_nothing_of_the_others(life: str) -> None:
    plan = read_plan(CAMPAIGNS / "mine-safety-2024.yaml")
    units = grow_tree(example_units(plan, CAMPAIGNS / "mine-safety-2024.yaml"), UNITS)
    more, less = ([event for _, told in stream(each, units, 60, SEED) for event in told] for each in (plan, without(plan, life)))
    kept = {(event["id"], event["source"]) for event in less}
    assert len(more) > len(less) > 60
    assert [event for event in more if (event["id"], event["source"]) in kept] == less


def test_a_stream_has_all_that_its_plan_asks_for() -> None:
    plan = read_plan(CAMPAIGNS / "mine-safety-2024.yaml")
    units = grow_tree(example_units(plan, CAMPAIGNS / "mine-safety-2024.yaml"), 45)
    told = Counter(event["type"] for _, events in stream(plan, units, 300, SEED) for event in events)
    assert {
        *("ActivityHeld", "VisitLogged", "ContactPointNamed", "SurveyHeld", "MeasureTold", "WatchAnswered", "UnitPlanAdopted"),
        *("ReturnAccepted", "ReturnSentBack", "ReturnChased", "MilestoneReached", "ExtensionRequested", "ExtensionGranted"),
        *("SupervisionOrdered", "SupervisionLifted", "LookBackDone", "ReviewDone", "IssueVoided", "IssueMerged", "IssueHandedOver"),
        *("HandOverAcknowledged", "ReporterAnswered", "HazardReportFiled", "HazardReportAcknowledged", "IdeaOffered", "IdeaAdopted"),
        *("FollowThroughDone", "NominationFiled", "NominationPassedOn", "ScoreGiven", "RoundClosed", "AwardDecided"),
    } <= told.keys()


@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize("wanted", [2, 9, 120, 1_000, 30_000])
def test_a_tree_of_any_size_can_be_told(name: str, wanted: int) -> None:
    plan = read_plan(CAMPAIGNS / name)
    units = grow_tree(example_units(plan, CAMPAIGNS / name), wanted)
    assert len(units) == wanted
    assert list(mistakes(units)) == []
    assert {unit.unit_class for unit in units} <= {entry.code for entry in plan.classes}


def test_the_same_seed_writes_the_same_file_and_another_does_not(tmp_path: Path) -> None:
    plan = read_plan(CAMPAIGNS / PLANS[0])
    units = grow_tree(example_units(plan, CAMPAIGNS / PLANS[0]), 9)
    written = [tmp_path / name for name in ("a", "b", "c")]
    for path, seed in zip(written, (3, 3, 4), strict=True):
        assert to_file(campaign_events(plan, units, 20, seed), path) > 20
    first, second, third = (path.read_bytes() for path in written)
    assert first == second != third
