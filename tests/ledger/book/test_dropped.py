"""What units stand on is not taken away by an amendment: awards with nominations, targets with findings. Told in sentences."""

from copy import deepcopy
from datetime import date

import pytest

from shared.events.campaign import BookAmended, CampaignAmended
from shared.events.returns import ObligationMet, ReturnFiled, ReturnMissing
from shared.plan import Plan
from shared.plan.award import Award, Round
from shared.plan.indicator import Measure
from shared.plan.obligation import Obligation
from shared.plan.target import Target
from shared.units import seal
from tests.ledger.awards.nominations import AWARDING, GOLDEN, MODEL, RELATIVE, awarding
from tests.ledger.given import Morning, Story, announced, unit
from tests.ledger.in_memory import Ledger
from tests.ledger.like import Like
from tests.ledger.sample import CONFORMS, FALLS_SHORT, FOUND, PLAN, UNITS, called, plan_with

EARLY = PLAN.targets[0]
ANOTHER = Award(
    code="another",
    name=called("新奖"),
    phase="P3",
    cadence="monthly",
    given_by=("bureau",),
    rounds=(Round(code="paper", name=called("评审"), judges=1),),
)
CASES, BEDS = Measure(code="cases", name=called("病例")), Measure(code="beds", name=called("床位"), cadence="quarterly")
SECOND = Round(code="second", name=called("复评"), judges=1)


def told(plan: Plan, **parts: object) -> CampaignAmended:
    """The bureau amends this plan, in the tree that there is."""
    return CampaignAmended(plan=Plan(**(dict(plan) | {"version": 2} | parts)), tree=seal(UNITS), by="bureau-head")


def amending(award: Award, **changes: object) -> dict[str, object]:
    """One of the awards is another."""
    return {"awards": tuple(each.model_copy(update=changes) if each is award else each for each in AWARDING.awards)}


@pytest.mark.covers("A7", "F2")
@pytest.mark.parametrize(
    ("parts", "listed"),
    [
        ({"awards": (), "forms": ()}, "golden-idea, best-case, best-organiser"),
        ({"awards": (MODEL, RELATIVE)}, "golden-idea"),
        (amending(GOLDEN, given_by=("bureau",)), "golden-idea"),
        (amending(GOLDEN, phase="P3"), "golden-idea"),
        (amending(GOLDEN, cadence="monthly"), "golden-idea"),
        (amending(MODEL, rounds=MODEL.rounds[:1]), "best-case"),
        (amending(MODEL, rounds=(*MODEL.rounds, SECOND)), "best-case"),
    ],
    ids="all one giver phase cadence a-round-less a-round-more".split(),
)
def test_an_award_that_may_have_nominations_in_some_book_stays_as_it_is_judged(parts: dict[str, object], listed: str) -> None:
    root = awarding("bureau").when(told(AWARDING, **parts)).refuses("amendment-unfit")
    reason = root.recorded()[-1].model_dump_json()
    assert f"giving units would change: {listed};" in reason
    assert f"授奖单位的奖项：{listed}；" in reason


@pytest.mark.covers("A7", "F2")
@pytest.mark.parametrize(
    "parts",
    [
        {"awards": (*AWARDING.awards, ANOTHER)},
        amending(MODEL, closes=date(2022, 6, 30)),
        amending(MODEL, places=5),
        amending(MODEL, given_by=("bureau", "township")),
    ],
    ids="another closes-later more-places more-giving".split(),
)
def test_an_award_may_be_added_or_widened(parts: dict[str, object]) -> None:
    awarding("bureau").when(told(AWARDING, **parts)).then(Like(BookAmended))


@pytest.mark.covers("A7", "F2")
def test_an_award_for_which_nobody_can_have_nominated_yet_may_go() -> None:
    later = plan_with(awards=(ANOTHER,))
    announced(later, "bureau", "2022-05-20").when(told(later, awards=())).then(Like(BookAmended))
    announced(later, "bureau", "2022-07-01").when(told(later, awards=())).refuses("amendment-unfit")


@pytest.mark.covers("A7", "B10")
@pytest.mark.parametrize(
    ("targets", "listed"),
    [
        ((), "1, 2"),
        (PLAN.targets[1:], "1"),
        ((EARLY.model_copy(update={"needs": ("grade-3",)}), PLAN.targets[1]), "1"),
        ((EARLY.model_copy(update={"classes": ("bureau",)}), PLAN.targets[1]), "1"),
    ],
    ids="all one more-needs other-classes".split(),
)
def test_a_target_that_units_may_have_answered_stays_for_all_of_them(targets: tuple[Target, ...], listed: str) -> None:
    root = unit("bureau").on(FOUND)
    root.at("e1").given(FALLS_SHORT)
    parts = {"targets": targets} if targets else {"targets": (), "checklist_of": ()}
    root.when(told(PLAN, **parts)).refuses("amendment-unfit")
    assert f"for fewer units: {listed};" in root.recorded()[-1].model_dump_json()


@pytest.mark.covers("A7", "B10")
def test_before_anybody_can_have_answered_a_target_may_go() -> None:
    unit("bureau").on("2022-04-05").when(told(PLAN, targets=PLAN.targets[:1])).then(Like(BookAmended))


@pytest.mark.covers("A7", "B10")
def test_targets_may_be_added_reworded_and_widened_and_a_finding_is_answered_after_that() -> None:
    root = unit("bureau").on(FOUND)
    clinic: Story = root.at("e1").given(FALLS_SHORT)
    wider = (EARLY.model_copy(update={"text": called("标识清楚、双语")}), PLAN.targets[1].model_copy(update={"needs": ()}))
    root.given(told(PLAN, targets=(*wider, EARLY.model_copy(update={"number": 3}))))
    clinic.given(CONFORMS)
    assert clinic.book.phase("P1").own["answered"] == 1


@pytest.mark.covers("A7", "G3")
@pytest.mark.parametrize(
    ("measures", "listed"),
    [
        ((CASES.model_copy(update={"cadence": "quarterly"}), BEDS), "cases"),
        ((CASES.model_copy(update={"rate": True, "classes": ("clinic",)}), BEDS), None),
        ((BEDS,), None),
        ((), None),
    ],
    ids="cadence rate one-less none".split(),
)
def test_a_measure_that_units_may_have_told_keeps_its_periods_or_goes(measures: tuple[Measure, ...], listed: str | None) -> None:
    plan = plan_with(measures=(CASES, BEDS))
    announced(plan, "bureau", "2022-04-05").when(told(plan, measures=measures)).then(Like(BookAmended))
    root = announced(plan, "bureau", FOUND).when(told(plan, measures=measures))
    if listed is None:
        root.then(Like(BookAmended))
    else:
        assert f"whose cadence would change: {listed};" in root.refuses("amendment-unfit").recorded()[-1].model_dump_json()


WEEKLY = Obligation(code="report", name=called("周报"), phase="P1", until="P3", cadence="weekly", classes=("clinic",))


@pytest.mark.covers("A7", "D1", "G3")
@pytest.mark.parametrize(
    ("back", "listed"),
    [
        ({"measures": (CASES.model_copy(update={"cadence": "quarterly"}),)}, "whose cadence would change: cases;"),
        ({"obligations": (WEEKLY.model_copy(update={"cadence": "monthly"}),)}, "whose phase or cadence would change: report;"),
        ({"obligations": (WEEKLY.model_copy(update={"phase": "P2"}),)}, "whose phase or cadence would change: report;"),
        ({"measures": (CASES,), "obligations": (WEEKLY,)}, None),
    ],
    ids="measure return phase as-before".split(),
)
@pytest.mark.parametrize("between", [1, 3])
def test_what_an_amendment_dropped_comes_back_as_it_was_or_under_another_code(
    between: int, back: dict[str, object], listed: str | None
) -> None:
    plan = plan_with(measures=(CASES,), obligations=(WEEKLY,))
    root = announced(plan, "bureau", FOUND).given(Morning("2022-05-20")).on("2022-05-20")
    for version in range(2, 2 + between):
        root.given(told(plan, version=version, measures=(), obligations=()))
    root.when(told(plan, **{"version": 2 + between, "measures": (), "obligations": ()} | back))
    if listed is None:
        root.then(Like(BookAmended))
    else:
        assert listed in root.refuses("amendment-unfit").recorded()[-1].model_dump_json()


SUMMARY = Obligation(code="report", name=called("总结"), phase="P2", due=date(2022, 5, 27), classes=("clinic",))


@pytest.mark.covers("A7", "D1")
def test_a_return_that_was_dropped_is_asked_for_again_before_its_day_is_over_or_under_another_code() -> None:
    plan = plan_with(obligations=(SUMMARY,))
    later = told(plan, version=3, obligations=(SUMMARY.model_copy(update={"due": date(2022, 6, 20)}),))
    root = announced(plan, "bureau").given(Morning("2022-05-06")).on("2022-05-20").given(told(plan, obligations=()))
    other = Story(Ledger(deepcopy(root.ledger.store)), "bureau")
    root.given(Morning("2022-05-27")).on("2022-05-27").given(later)
    root.at("e1").given(ReturnFiled(obligation="report", title="总结", by="clerk-zhou"))
    root.given(Morning("2022-06-21"))
    assert [fact.late for fact in root.at("e1").history() if isinstance(fact, ObligationMet)] == [False]
    assert [fact.due for fact in root.at("e2").history() if isinstance(fact, ReturnMissing)] == [date(2022, 6, 20)]
    other.given(Morning("2022-06-06")).on("2022-06-06").when(later).refuses("amendment-unfit")
    assert "whose phase or cadence would change: report;" in other.recorded()[-1].model_dump_json()
