"""The plan that a unit derives from the campaign's, told in sentences."""

from datetime import date

import pytest

from shared.events.campaign import CampaignAnnounced
from shared.events.phase import PhaseClosed
from shared.events.refusal import Refused
from shared.events.returns import ObligationMet
from shared.events.unit_plan import Duty, UnitPlanAdopted, UnitPlanCounted
from shared.units import seal
from tests.ledger.given import Morning, Said, Story, nowhere, unit
from tests.ledger.like import Like
from tests.ledger.sample import LISTED, PLAN, UNITS, plan_with

OWED = PLAN.obligations[0].model_copy(update={"met_by_plan": True})
ADOPTED = UnitPlanAdopted(
    version=1,
    title="本院实施方案",
    measures="逐项对照整改",
    ends={"P1": date(2022, 4, 25)},
    duties=(Duty(target=1, person="nurse-chen"), Duty(target=2, person="desk-liu")),
    by="e1-head",
)


def own(fact: UnitPlanAdopted = ADOPTED, of: str = "e1", **changes: object) -> Said:
    """A unit tells its own plan."""
    return Said(fact.model_copy(update=changes), subject=f"yz2022/{of}/plan/own")


def before() -> Story:
    """A clinic will owe its own plan, which is met by telling it."""
    plan = plan_with(obligations=(OWED, *PLAN.obligations[1:]))
    root = nowhere().given(LISTED, CampaignAnnounced(plan=plan, tree=seal(UNITS)))
    return root.at("e1").on("2022-04-02")


def begun() -> Story:
    """A clinic owes its own plan."""
    return before().given(Morning("2022-04-06")).on("2022-04-20")


@pytest.mark.covers("A6", "H1", "H11")
def test_a_unit_that_adopts_its_own_plan_has_filed_what_is_met_by_it() -> None:
    story = begun().when(own())
    story.then(
        UnitPlanCounted(version=1, meets=("own-plan",)), ObligationMet(obligation="own-plan", phase="P1", late=False, was_missing=False)
    )
    story.given(Morning("2022-05-01"))
    assert Like(PhaseClosed, phase="P1", gap=None) in story.history()


@pytest.mark.covers("A6")
def test_a_later_version_supersedes_and_meets_nothing_twice() -> None:
    story = begun().given(own()).on("2022-04-22").when(own(version=2, ends={}))
    story.then(UnitPlanCounted(version=2, meets=("own-plan",)))


@pytest.mark.covers("A6")
def test_a_plan_that_comes_after_the_due_date_is_late() -> None:
    story = begun().given(Morning("2022-04-26")).on("2022-04-27").when(own())
    story.then(UnitPlanCounted, Like(ObligationMet, late=True, was_missing=True))


@pytest.mark.covers("A6", "A4")
def test_a_plan_that_was_there_before_it_was_owed_meets_it_as_the_phase_opens() -> None:
    story = before().given(own()).on("2022-04-06").given(Morning("2022-04-06"), Morning("2022-05-01"))
    assert Like(ObligationMet, obligation="own-plan", late=False) in story.history()
    assert Like(PhaseClosed, phase="P1", gap=None) in story.history()


@pytest.mark.covers("A6")
def test_where_the_plan_of_the_campaign_says_nothing_of_it_a_units_own_plan_meets_nothing() -> None:
    unit().given(Morning("2022-04-06")).on("2022-04-20").when(own()).then(UnitPlanCounted(version=1, meets=()))


@pytest.mark.covers("A6")
def test_its_own_dates_lie_within_the_phases_of_the_campaign_and_both_are_named() -> None:
    story = unit().when(own(ends={"P1": date(2022, 5, 2)})).refuses("unit-plan-outside")
    refused = story.recorded()[-1]
    assert isinstance(refused, Refused)
    assert {"2022-05-02", "2022-04-06", "2022-04-30"} <= set(refused.reason.en.replace(",", "").split())
    unit().when(own(ends={"P1": date(2022, 4, 5)})).refuses("unit-plan-outside")
    unit().when(own(ends={"P9": date(2022, 4, 5)})).refuses("phase-unknown")


@pytest.mark.covers("A6", "G7")
def test_persons_answer_for_targets_that_apply_to_the_unit() -> None:
    unit().when(own(duties=(Duty(target=99, person="x"),))).refuses("target-unknown")
    unit("e2").when(own(of="e2")).refuses("target-not-applicable")
    unit().when(own(version=2)).refuses("unit-plan-version")
    unit().when(Said(ADOPTED, subject="yz2022/e1/plan/second")).refuses("wrong-subject")
