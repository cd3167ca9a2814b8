"""Every figure of what units owe and answer is a count over its rows, in the ledger, by phase and by month, whatever was told and when the clock looked."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

import pytest

from services.reporting.fold.projections import fold
from services.reporting.fold.rows import Rows
from shared.events.activity import ActivityHeld
from shared.events.campaign import CampaignAmended
from shared.events.fact import Fact
from shared.events.indicator import SurveyHeld
from shared.events.phase import PhaseExtended, PhaseReopened
from shared.events.refusal import Refused
from shared.events.returns import ReturnAccepted, ReturnFiled, ReturnSentBack
from shared.events.self_check import SelfCheckAnswered
from shared.kafka.cloudevents import read_recorded
from shared.plan import Plan
from shared.plan.activity import Activity
from shared.plan.clock import Clock
from shared.plan.indicator import Survey
from shared.plan.obligation import Cadence, Obligation
from shared.plan.periods import FORMS
from shared.topics import LEDGER
from shared.units import seal
from tests.ledger.given import Said, Story, announced
from tests.ledger.sample import PLAN, UNITS, called, plan_with

CADENCES: tuple[Cadence, ...] = (*FORMS, "once", "rolling")
FIGURES = ("filed", "late", "missing", "answered", "findings", "surveyed", "satisfied")
CLINICS = ("e1", "e2")


def returns(random: Random, prefix: str) -> list[Obligation]:
    """Returns of all cadences, some of which need approval or so many, or are missing days after they were late."""
    found = []
    for number, cadence in enumerate(random.sample(CADENCES, 4)):
        dated, periodic = cadence == "once", cadence not in ("once", "rolling")
        fields = {
            "due": date(2022, 4, 20) + timedelta(random.randint(0, 90)) if dated else None,
            "until": None if dated else random.choice((None, "P3")),
            "days": random.choice((0, 3, 10)) if periodic else 0,
            "quota": random.choice((None, 2)) if periodic else None,
            "missing_after": random.choice((None, Clock(days=4))) if cadence != "rolling" else None,
        }
        phase, rest, approval = random.choice(("P1", "P2", "P3")), random.choice(("stay", "before", "after")), random.random() < 0.5
        name = f"{prefix}{number}"
        found.append(Obligation(code=name, name=called(name), phase=phase, cadence=cadence, classes=("clinic",), rest=rest, approval=approval, **fields))  # type: ignore[arg-type]  # fmt: skip
    return found


def plan_of(obligations: Sequence[Obligation], version: int = 1, later: int = 0) -> Plan:
    """The sample's plan with these returns, a survey and an activity, and a second phase that ends so many days later."""
    rectifying = PLAN.phases[1].model_copy(update={"end": PLAN.phases[1].end + timedelta(later)})
    phases = (PLAN.phases[0], rectifying, PLAN.phases[2])
    surveys, activities = (Survey(code="patients", name=called("患者")),), (Activity(code="course", name=called("培训"), kind="training"),)
    return plan_with(version=version, phases=phases, obligations=tuple(obligations), surveys=surveys, activities=activities)


def an_act(random: Random, day: date, story: Story, owed: list[tuple[str, str | None]]) -> Said:
    """Anything that a clinic may tell, right or wrong, first or again."""
    answered = random.randint(0, 20)
    obligation, period = random.choice(owed) if owed else ("none", None)
    back = day - timedelta(random.randint(0, 40))
    other: tuple[Fact, ...] = (
        SurveyHeld(survey="patients", on=back, asked=20, answered=answered, satisfied=random.randint(0, answered), by="c"),
        SelfCheckAnswered(target=1, conforms=random.random() < 0.5, finding="标识不清", by="c"),
        ActivityHeld(activity="course", on=back, text="培训", attendance=answered, by="c"),
        PhaseReopened(phase=random.choice(("P1", "P2")), reason="补报", by="h", by_unit=story.id.split("/")[1]),
        PhaseExtended(phase="P2", until=day + timedelta(9), reason="封控", by="h", by_unit="bureau"),
    )
    of_return: tuple[Fact, ...] = (
        ReturnFiled(obligation=obligation, period=period, title="材料", nil=random.random() < 0.2, by="c"),
        ReturnAccepted(obligation=obligation, period=period, by="east-chen", by_unit="east"),
        ReturnSentBack(obligation=obligation, period=period, reason="不全", by="east-chen", by_unit="east"),
    )
    fact = random.choices((*of_return, *other), (12, 3, 3, 2, 2, 2, 1, 1))[0]
    return Said(fact, issue=str(random.randint(1, 3)))


def amended(random: Random, plan: Plan, version: int) -> CampaignAmended:
    """A return is dropped, another comes, and one phase ends on another day."""
    kept = random.sample(plan.obligations, len(plan.obligations) - 1) if plan.obligations else []
    new = plan_of([*kept, *returns(random, f"v{version}-")[:1]], version, random.choice((-14, 0, 14)))
    return CampaignAmended(plan=new, tree=seal(UNITS), by="bureau-head")


def fold_more(rows: Rows, story: Story, read: int) -> int:
    """Bring what was published since into the rows; how much was read by now."""
    for record in story.ledger.published[read:]:
        if record.topic == LEDGER:
            fold(rows, read_recorded(record))
    return len(story.ledger.published)


def owed_by(rows: Rows, book: str) -> list[tuple[str, str | None]]:
    """The returns of a book, by what names them."""
    return [(row["obligation"], row["period"]) for (collection, _), row in rows.items() if collection == "returns" and row["book"] == book]


def counted(rows: Rows, book: str) -> Counter[str]:
    """The figures of a book, counted over its rows."""
    found = Counter[str]()
    for (collection, id), row in rows.items():
        if not id.startswith(f"{book}/"):
            continue
        match collection:
            case "returns":
                found.update({"filed": row["state"] == "filed", "late": row["state"] == "late", "missing": row["missing"]})
                assert row["missing"] == (row["state"] == "missing"), row
            case "checks":
                found.update({"answered": 1, "findings": not row["conforms"]})
            case "surveys":
                found.update({"surveyed": row["answered"], "satisfied": row["satisfied"]})
    return +found


@pytest.mark.covers("H17", "L13", "G1", "B10", "A7")
@pytest.mark.parametrize("seed", range(12))
def test_every_figure_of_duties_is_a_count_over_what_stands_and_none_is_ever_below_0(seed: int) -> None:
    random, read = Random(seed), 0
    rows: Rows = {}
    plan, day = plan_of(returns(random, "r")), date(2022, 4, 4)
    story = announced(plan)
    while day < date(2022, 10, 1):
        read = fold_more(rows, story, read)
        for unit in CLINICS:
            clinic = story.at(unit).on(day.isoformat())
            for _ in range(random.randint(0, 3)):
                clinic.when(an_act(random, day, clinic, owed_by(rows, clinic.id)))
        if random.random() < 0.03:
            change = amended(random, plan, plan.version + 1)
            recorded = story.at("bureau").on(day.isoformat()).when(change).recorded()
            plan = plan if any(isinstance(fact, Refused) for fact in recorded) else change.plan
        if random.random() < 0.7:
            story.ledger.morning((day + timedelta(1)).isoformat())
        day += timedelta(random.choice((1, 1, 2, 3, 9)))
    story.ledger.morning("2022-10-20")
    fold_more(rows, story, read)
    for clinic in map(story.at, CLINICS):
        own, of_rows = Counter[str](), {"phases": Counter[str](), "months": Counter[str]()}
        for state in clinic.book.phases.values():
            own.update(state.own)
        for (collection, id), row in rows.items():
            if collection in of_rows and id.startswith(f"{clinic.id}#"):
                of_rows[collection].update(row["figures"])
                assert min(row["figures"].values(), default=0) >= 0, row
        assert +of_rows["phases"] == +of_rows["months"] == +own
        assert {name: own[name] for name in FIGURES if own[name]} == counted(rows, clinic.id)
