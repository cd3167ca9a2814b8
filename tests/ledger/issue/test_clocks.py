"""What stops a clock, warnings and escalations."""

from datetime import date
from random import Random

import pytest

from shared.events.issue import IssueOverdue, IssueStruckOff
from shared.events.lateness import EscalationReceived, IssueEscalated, IssueNearDue, LateTellingAccepted, OverdueWithdrawn, StepDue
from shared.events.strike_off import IssueReturned, ObjectionDecided, ObjectionRaised, StrikeOffPublished
from shared.plan.clock import Clock, Step
from shared.plan.issue import IssueRules, Verification
from tests.ledger.delivery import Delivery
from tests.ledger.given import Morning, Said
from tests.ledger.issue.clocks import AFTER_FIX, FIX_DUE, under
from tests.ledger.like import Like
from tests.ledger.sample import DONE, PLANNED, REPORTED, RETURNED, VERIFIED

STEPS = (
    Step(clock="fix", before=2),
    Step(clock="fix", after=1),
    Step(clock="fix", after=5, levels=5),
    Step(clock="follow-up", after=1),
)

# ── which act stops the fix clock ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.covers("L1")
@pytest.mark.parametrize("stops", ["verified", "struck-off"])
def test_a_fix_clock_that_the_verification_stops_runs_on_while_a_rectification_waits(stops: str) -> None:
    story = under(clocks={"fix_stops": stops}).given(REPORTED, PLANNED).on(FIX_DUE).given(DONE)
    story.when(Morning(AFTER_FIX)).then(Like(IssueOverdue, clock="fix"))
    story.on(AFTER_FIX).when(VERIFIED).then(Like(IssueStruckOff, on_time=False))


@pytest.mark.covers("L1", "L15")
def test_what_is_verified_on_its_last_day_is_on_time_also_where_the_verification_stops_the_clock() -> None:
    story = under(clocks={"fix_stops": "verified"}).given(REPORTED, PLANNED, DONE).on(FIX_DUE)
    story.when(VERIFIED).then(Like(IssueStruckOff, on_time=True))
    story.when(Morning(AFTER_FIX)).then()


@pytest.mark.covers("L1", "L4", "L15")
def test_what_enough_verified_in_time_is_on_time_also_where_its_publication_ends_later() -> None:
    published = IssueRules(verification=Verification(published=True))
    story = under(clocks={"fix_stops": "verified", "publication": Clock(days=3)}, issues=published).given(REPORTED, PLANNED, DONE)
    story.on(FIX_DUE).given(VERIFIED).when(Morning("2022-05-13")).then(Like(IssueStruckOff, on_time=True))


@pytest.mark.covers("D4")
def test_what_the_clock_told_while_an_act_was_on_its_way_is_told_again_once_the_act_is_undone() -> None:
    story = under(steps=STEPS).given(REPORTED, PLANNED, Morning(FIX_DUE))
    delivery = Delivery(story.ledger.store)
    looked = delivery.due(AFTER_FIX)  # the clock looks before these were recorded
    story.on(FIX_DUE).given(DONE)
    delivery.send(*looked)
    delivery.settle(Random(1))
    assert not [fact for fact in story.history() if isinstance(fact, IssueOverdue | IssueEscalated)]
    story.when(RETURNED).then(IssueReturned)
    told = story.when(Morning(AFTER_FIX)).recorded()
    assert Like(IssueOverdue, clock="fix") in told
    assert Like(IssueEscalated, days=1) in told


def test_a_verification_that_is_told_before_the_clock_looked_finds_the_clock_run_out_by_its_own_date() -> None:
    story = under(clocks={"fix_stops": "verified"}).given(REPORTED, PLANNED, DONE).on(AFTER_FIX)
    story.when(VERIFIED).then(Like(IssueOverdue, clock="fix"), Like(IssueStruckOff, on_time=False))


@pytest.mark.covers("L4", "L15")
@pytest.mark.parametrize(("stops", "on_time"), [("verified", True), ("struck-off", False)])
def test_where_the_verification_stops_the_clock_the_publication_after_it_costs_no_time(stops: str, on_time: bool) -> None:
    clocks = {"fix_stops": stops, "publication": Clock(days=3)}
    rules = IssueRules(verification=Verification(published=True))
    story = under(clocks=clocks, issues=rules).given(REPORTED, PLANNED, DONE).on(FIX_DUE).given(VERIFIED)
    objected = ObjectionRaised(reason="仍缺一把", by="nurse-gu")
    story.given(objected).on(AFTER_FIX).given(ObjectionDecided(upheld=False, reason="已补", by="chief-lin"), Morning("2022-05-14"))
    [struck] = [fact for fact in story.history() if isinstance(fact, IssueStruckOff)]
    assert struck.on_time is on_time


@pytest.mark.covers("L15")
def test_a_verification_told_late_is_in_time_also_where_its_strike_off_is_published_first_and_what_goes_back_begins_anew() -> None:
    rules = IssueRules(verification=Verification(published=True), told_late=3)
    story = under(clocks={"fix_stops": "verified", "publication": Clock(days=3)}, issues=rules).given(REPORTED, PLANNED, DONE)
    story.on(AFTER_FIX).when(Said(VERIFIED, happened=FIX_DUE)).then(IssueOverdue, LateTellingAccepted, OverdueWithdrawn, StrikeOffPublished)
    story.when(Morning("2022-05-14")).then(Like(IssueStruckOff, on_time=True))
    back = under(clocks={"fix_stops": "verified", "publication": Clock(days=3)}, issues=rules).given(REPORTED, PLANNED, DONE)
    back.on(FIX_DUE).given(VERIFIED, ObjectionRaised(reason="仍缺一把", by="nurse-gu")).on(AFTER_FIX)
    back.given(ObjectionDecided(upheld=True, reason="属实", by="chief-lin"), DONE, VERIFIED)
    back.when(Morning("2022-05-14")).then(Like(IssueStruckOff, on_time=False))


# ── warnings and escalations ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.covers("D4")
def test_a_warning_is_told_once_so_many_working_days_before_the_last_day() -> None:
    story = under(steps=STEPS).given(REPORTED, PLANNED).when(Morning("2022-05-05")).then()
    story.when(Morning("2022-05-06")).then(IssueNearDue(number=1, phase="P2", clock="fix", due=date(2022, 5, 9), days=2, owner="owner-li"))
    story.when(Morning("2022-05-07")).then()


@pytest.mark.covers("D4")
def test_what_stays_late_is_escalated_up_the_line_and_the_upper_book_says_what_it_was_told() -> None:
    story = under(steps=STEPS).given(REPORTED, PLANNED, Morning(FIX_DUE))
    story.when(Morning(AFTER_FIX)).then(Like(IssueOverdue, clock="fix"), Like(IssueEscalated, levels=1, to="east", days=1, phase="P2"))
    received = EscalationReceived(issue="yz2022/e1/issue/desk~1", unit="e1", number=1, clock="fix", due=date(2022, 5, 9), owner="owner-li")
    assert received in story.at("east").history()
    story.when(Morning("2022-05-16")).then(Like(IssueEscalated, levels=5, to="bureau", days=5))
    assert received in story.at("bureau").history()
    assert story.book.phase("P2").own == {"overdue": 1, "escalated": 2}
    story.when(Morning("2022-05-17")).then()


@pytest.mark.covers("D4")
def test_what_was_done_meanwhile_is_neither_warned_of_nor_escalated() -> None:
    under(steps=STEPS).given(REPORTED, PLANNED, DONE).when(Morning("2022-05-16")).then()
    late = under(steps=STEPS).given(REPORTED, PLANNED, Morning(AFTER_FIX)).on(AFTER_FIX).given(DONE)
    late.when(Morning("2022-05-16"), StepDue(clock="fix", due=date(2022, 5, 9), side="after", days=5)).then()


def test_a_step_that_the_plan_does_not_have_has_no_consequence() -> None:
    under().given(REPORTED).on("2022-05-06").when(StepDue(clock="fix", due=date(2022, 5, 9), side="before", days=2)).then()


def test_the_root_escalates_to_itself_and_tells_nobody() -> None:
    story = under(steps=STEPS).at("bureau")
    story.given(REPORTED, PLANNED).when(Morning(AFTER_FIX))
    assert Like(IssueEscalated, to="bureau") in story.recorded()
    assert not [fact for fact in story.history() if isinstance(fact, EscalationReceived)]


@pytest.mark.covers("D4")
def test_what_was_carried_over_is_escalated_by_its_new_date() -> None:
    story = under("2022-08-30", steps=STEPS).given(REPORTED, PLANNED, Morning("2022-09-01")).when(Morning("2022-09-16"))
    story.then(Like(IssueOverdue, clock="follow-up"), Like(IssueEscalated, clock="follow-up", phase="P3"))
