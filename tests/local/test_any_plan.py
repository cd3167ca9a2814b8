"""A made-up stream for any plan: the rules take all of it but the slips that are marked, and the same seed tells the same."""

from collections import Counter
from datetime import timedelta
from pathlib import Path

import orjson
import pytest

from deploy.local.grown import grown, pattern
from deploy.local.lives.simulation import CloudEvent
from deploy.local.simulate import announcement, broken_rule, stream
from deploy.local.told import to_file, whole
from shared.cloudevents import Record, Told, instant, told_record
from shared.events import CATALOGUE
from shared.events.refusal import Refused
from shared.plan.read import read_plan
from shared.topics import book_of
from shared.units import levels, mistakes
from tests.ledger.given import facts
from tests.ledger.in_memory import Ledger

CAMPAIGNS = Path(__file__).parents[2] / "deploy" / "campaigns"
PLANS = sorted(path.name for path in CAMPAIGNS.glob("*.yaml") if path.name not in ("try-it.yaml", "qingdao-2023-v2.yaml"))
UNITS, ISSUES, SEED = 14, 40, 7


def record(event: CloudEvent) -> Record:
    when = instant(event["time"])
    fact = CATALOGUE[event["type"]].model_validate_json(orjson.dumps(event["data"]), extra="forbid")
    return told_record(Told(event["id"], event["source"], event["type"], event["subject"], book_of(event["subject"]), when, when, fact))


@pytest.mark.parametrize("name", PLANS)
def test_the_ledger_refuses_of_any_plans_stream_only_what_is_marked(name: str) -> None:
    plan = read_plan(CAMPAIGNS / name)
    units = grown(pattern(plan, CAMPAIGNS / name), UNITS)
    ledger, told = Ledger(), dict[str, str | None]()
    ledger.tell(*map(record, announcement(plan, units)))
    for day, events in stream(plan, units, ISSUES, SEED):
        told |= {event["id"]: broken_rule(event["id"]) for event in events}
        ledger.tell(*map(record, events))
        ledger.morning((day + timedelta(1)).isoformat())
    for more in range(2, levels(units) + 3):
        ledger.morning((day + timedelta(more)).isoformat())
    refused = [(group.id, fact.rule) for group in ledger.store.recorded.values() for fact in facts([group]) if isinstance(fact, Refused)]
    assert Counter(refused) == Counter((id, rule) for id, rule in told.items() if rule)
    counted = Counter(type(fact).__name__ for group in ledger.store.recorded.values() for fact in facts([group]))
    assert counted["IssueStruckOff"] > 0
    assert counted["PhaseClosed"] >= len(units) * sum(phase.grace is not None for phase in plan.phases)


def test_a_stream_has_all_that_its_plan_asks_for() -> None:
    plan = read_plan(CAMPAIGNS / "mine-safety-2024.yaml")
    units = grown(pattern(plan, CAMPAIGNS / "mine-safety-2024.yaml"), 45)
    told = Counter(event["type"] for _, events in stream(plan, units, 300, SEED) for event in events)
    assert {
        *("ActivityHeld", "VisitLogged", "ContactPointNamed", "SurveyHeld", "MeasureTold", "WatchAnswered", "UnitPlanAdopted"),
        *("ReturnAccepted", "ReturnSentBack", "ReturnChased", "MilestoneReached", "ExtensionRequested", "ExtensionGranted"),
        *("SupervisionOrdered", "SupervisionLifted", "LookBackDone", "ReviewDone", "IssueVoided", "IssueMerged", "IssueHandedOver"),
        *("HandOverAcknowledged", "ReporterAnswered", "HazardReportFiled", "HazardReportAcknowledged", "IdeaOffered", "IdeaAdopted"),
        *("FollowThroughDone", "NominationFiled", "NominationPassedOn", "ScoreGiven", "RoundClosed", "AwardDecided"),
    } <= told.keys()


@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize("wanted", [2, 9, 120])
def test_a_tree_of_any_size_can_be_told(name: str, wanted: int) -> None:
    plan = read_plan(CAMPAIGNS / name)
    units = grown(pattern(plan, CAMPAIGNS / name), wanted)
    assert len(units) == wanted
    assert list(mistakes(units)) == []
    assert {unit.unit_class for unit in units} <= {entry.code for entry in plan.classes}


def test_the_same_seed_writes_the_same_file_and_another_does_not(tmp_path: Path) -> None:
    plan = read_plan(CAMPAIGNS / PLANS[0])
    units = grown(pattern(plan, CAMPAIGNS / PLANS[0]), 9)
    written = [tmp_path / name for name in ("a", "b", "c")]
    for path, seed in zip(written, (3, 3, 4), strict=True):
        assert to_file(whole(plan, units, 20, seed), path) > 20
    first, second, third = (path.read_bytes() for path in written)
    assert first == second != third
