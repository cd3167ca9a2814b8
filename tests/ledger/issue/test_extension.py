"""More time: asked for, granted, denied, lapsed."""

from datetime import date

import pytest

from shared.events.extension import ExtensionDenied
from shared.events.issue import IssueOverdue, IssueStruckOff
from shared.events.lateness import IssueNearDue, OverdueWithdrawn
from shared.plan.clock import Clock, Step
from tests.ledger.given import Morning, Story
from tests.ledger.issue.clocks import AFTER_FIX, FIX_DUE, GRANTED, REQUESTED, under
from tests.ledger.like import Like
from tests.ledger.sample import DONE, LIFE, PLANNED, REPORTED, VERIFIED

DENIED = ExtensionDenied(reason="应另行采购", by="head-zhao", by_unit="east")

pytestmark = pytest.mark.covers("L6")


def asked() -> Story:
    """More time was asked for an issue with measures, five working days before its last day."""
    return under(clocks={"extension": Clock(days=2)}).given(REPORTED, PLANNED).on("2022-04-28").given(REQUESTED)


def test_granted_the_fix_clock_has_a_later_last_day_and_the_first_stays_known() -> None:
    story = asked().when(GRANTED).then().given(Morning(AFTER_FIX))
    story.on("2022-05-20").given(DONE).when(VERIFIED).then(Like(IssueStruckOff, on_time=True, first_due=date(2022, 5, 9)))


def test_after_the_later_day_it_is_overdue_once() -> None:
    story = asked().given(GRANTED).when(Morning("2022-05-20")).then()
    story.when(Morning("2022-05-21")).then(Like(IssueOverdue, clock="fix", due=date(2022, 5, 20)))


def test_another_day_than_asked_may_be_granted_but_a_later_one_than_stands() -> None:
    story = asked().given(GRANTED.model_copy(update={"until": date(2022, 5, 12)}))
    story.when(Morning("2022-05-13")).then(Like(IssueOverdue, clock="fix", due=date(2022, 5, 12)))
    asked().when(GRANTED.model_copy(update={"until": date(2022, 5, 9)})).refuses("extension-not-later")


def test_a_second_extension_keeps_the_very_first_day() -> None:
    story = asked().given(GRANTED, REQUESTED.model_copy(update={"until": date(2022, 5, 27)}), GRANTED)
    story.on("2022-05-27").given(DONE).when(VERIFIED).then(Like(IssueStruckOff, on_time=True, first_due=date(2022, 5, 9)))


def test_denied_the_last_day_stands_and_one_may_ask_again() -> None:
    story = asked().when(DENIED).then().when(REQUESTED).then().given(DENIED)
    story.when(Morning(AFTER_FIX)).then(Like(IssueOverdue, clock="fix", due=date(2022, 5, 9)))


def test_undecided_when_the_clock_runs_out_the_request_lapses() -> None:
    story = under().given(REPORTED, PLANNED).on(FIX_DUE).given(REQUESTED).when(Morning(AFTER_FIX)).then(Like(IssueOverdue, clock="fix"))
    story.on(AFTER_FIX).when(GRANTED).refuses("extension-late")
    story.when(DENIED).refuses("extension-late")


def test_the_duty_to_decide_runs_out_after_its_own_days_and_is_in_no_figure() -> None:
    story = asked().when(Morning("2022-05-05")).then()
    story.when(Morning("2022-05-06")).then(Like(IssueOverdue, clock="extension", due=date(2022, 5, 5)))
    assert "overdue" not in story.book.phase("P2").own
    story.on("2022-05-06").when(GRANTED).then()
    story.when(Morning("2022-05-07")).then()


def test_a_plan_without_that_clock_watches_no_decision() -> None:
    under().given(REPORTED, PLANNED, REQUESTED).when(Morning(FIX_DUE)).then()


@pytest.mark.parametrize("by", ["owner-li", "clerk-zhou"])
def test_neither_who_asked_nor_who_owns_it_decides(by: str) -> None:
    story = under().given(REPORTED, PLANNED, REQUESTED.model_copy(update={"by": "clerk-zhou"}))
    for decision in (GRANTED, DENIED):
        story.when(decision.model_copy(update={"by": by})).refuses("extension-own")


def test_a_decision_accepted_in_time_but_recorded_after_the_clock_looked_takes_the_mark_back() -> None:
    story = under().given(REPORTED, PLANNED, REQUESTED, Morning(AFTER_FIX)).on(FIX_DUE).when(GRANTED)
    story.then(Like(OverdueWithdrawn, phase="P2", clock="fix", due=date(2022, 5, 9), reason="extended"))
    assert story.book.phase("P2").own == {"overdue": 0}
    story.when(Morning("2022-05-21")).then(Like(IssueOverdue, clock="fix", due=date(2022, 5, 20)))


@pytest.mark.covers("D4")
def test_a_warning_is_told_again_for_the_later_day() -> None:
    story = under(steps=(Step(clock="fix", before=2),)).given(REPORTED, PLANNED, Morning("2022-05-06")).on("2022-05-06")
    story.given(REQUESTED, GRANTED).when(Morning("2022-05-17")).then()
    story.when(Morning("2022-05-18")).then(Like(IssueNearDue, due=date(2022, 5, 20)))


def test_only_while_the_fix_clock_runs_can_one_ask() -> None:
    under().given(*LIFE[:3]).when(REQUESTED).refuses("extension-stopped")
    under("2022-08-30").given(REPORTED, Morning("2022-09-01")).on("2022-09-01").when(REQUESTED).refuses("extension-stopped")
    under().given(*LIFE).when(REQUESTED).refuses("struck-off")
