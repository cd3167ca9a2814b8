"""Whoever reported an issue is answered, told in sentences."""

from datetime import date

import pytest

from shared.events.campaign import CampaignAmended
from shared.events.hand_over import HandOverOutcome
from shared.events.issue import IssueAssigned, IssueEntered, IssueOverdue, IssueReported, RectificationDone
from shared.events.reporter import ComplaintReplied, ReplyDepartmentNamed, ReporterAnswered, ReporterRewarded
from shared.plan.clock import Clock
from shared.values import Named
from tests.ledger.given import Morning, Story, announced, issue
from tests.ledger.issue.hand_overs import OVER, TAKEN, counted, there
from tests.ledger.like import Like
from tests.ledger.sample import ANNOUNCED, ASSIGNED, DONE, FOUND, LIFE, PLAN, PLANNED, UNOWNED, called, plan_with

COMPLAINED = IssueReported(text="多收费", category="attitude", channel="complaint", owner="owner-li")
BY_HOTLINE = IssueReported(
    text="消防通道堆物", category="environment", channel="hotline", nature="hazard", reporter="anon-0f1e2d3c", anonymous=True
)
ANSWERED = ReporterAnswered(text="已退费并致歉", by="owner-li")
NAMED = ReplyDepartmentNamed(department="e2", by="e1-head")
REWARDED = ReporterRewarded(what="奖励五百元", by="e1-head")
LATE = Like(IssueOverdue, clock="answer", due=date(2022, 4, 26))


CHANNELS = (*PLAN.channels, Named(code="hotline", name=called("举报电话")))
CLOCKS = PLAN.clocks.model_copy(update={"answer": Clock(days=3)})


def answering() -> Story:
    """A clinic under a plan that wants complaints and reporters answered in three days."""
    return announced(plan_with(channels=CHANNELS, clocks=CLOCKS, complaint_channels=("complaint",)), day=FOUND, about="issue")


@pytest.mark.covers("B12")
def test_a_complaint_is_counted_and_answered_once_by_the_department_named_for_it() -> None:
    desk = answering().when(COMPLAINED).then(Like(IssueEntered, complaint=True), IssueAssigned)
    desk.when(NAMED).then()
    desk.when(ANSWERED).then(ComplaintReplied(number=1, phase="P1"))
    desk.when(ANSWERED).then()
    assert (counted(desk)["complaints"], counted(desk)["replied"]) == (1, 1)


@pytest.mark.covers("B12", "A7")
def test_a_complaint_stays_one_to_be_answered_where_an_amendment_takes_no_more_by_its_channel() -> None:
    desk = answering().given(COMPLAINED)
    plan = plan_with(version=2, channels=CHANNELS, clocks=CLOCKS)
    desk.at("bureau").given(CampaignAmended(plan=plan, tree=ANNOUNCED.tree, by="bureau-head"))
    desk.when(NAMED).then()
    desk.when(ANSWERED).then(ComplaintReplied(number=1, phase="P1"))


@pytest.mark.covers("B12", "L6", "L11")
def test_an_answer_that_is_late_is_marked_and_not_counted_also_when_the_issue_is_struck_off() -> None:
    desk = answering().given(COMPLAINED, Morning("2022-04-26"))
    assert LATE not in desk.history()
    desk.given(Morning("2022-04-27"), Morning("2022-04-28"))
    assert desk.history().count(LATE) == 1  # type: ignore[arg-type]
    assert "overdue" not in counted(desk)
    assert LATE in answering().given(COMPLAINED, *LIFE[1:], Morning("2022-04-27")).history()
    answering().given(COMPLAINED).on("2022-04-27").when(ANSWERED).then(LATE, ComplaintReplied)


@pytest.mark.covers("B12")
def test_the_desk_that_took_a_complaint_answers_for_it_and_hears_the_answer_of_the_department_that_has_it() -> None:
    desk = answering().given(COMPLAINED, OVER)
    department = desk.at("e2").given(there(TAKEN))
    assert counted(department) == {"entered": 1, "received": 1}
    department.when(there(ANSWERED)).then()
    assert desk.history()[-2:] == [
        Like(HandOverOutcome, outcome="answered", unit="e2", text="已退费并致歉"),
        ComplaintReplied(number=1, phase="P1"),
    ]
    late = answering().given(COMPLAINED, OVER)
    late.at("e2").given(there(TAKEN), Morning("2022-04-27"))
    assert LATE in late.history()


@pytest.mark.covers("L11", "B6")
def test_a_report_by_the_hotline_has_an_owner_and_its_unknown_reporter_is_answered_and_rewarded() -> None:
    clinic = answering().when(BY_HOTLINE).then(Like(IssueEntered, reporter="anon-0f1e2d3c", complaint=False))
    clinic.when(ASSIGNED).then()
    clinic.when(ANSWERED).then()
    clinic.when(REWARDED).then()
    assert "replied" not in counted(clinic)
    assert LATE not in clinic.given(Morning("2022-04-27")).history()
    assert LATE in answering().given(BY_HOTLINE, Morning("2022-04-27")).history()


def test_where_nobody_waits_for_an_answer_there_is_none_to_give() -> None:
    clinic = answering().given(BY_HOTLINE.model_copy(update={"reporter": None}))
    clinic.when(ANSWERED).refuses("no-reporter")
    clinic.when(REWARDED).refuses("no-reporter")
    clinic.when(NAMED).refuses("no-complaint")
    assert LATE not in clinic.given(Morning("2022-04-27")).history()


def test_a_plan_without_complaints_or_a_clock_for_answers_watches_none() -> None:
    clinic = issue().when(UNOWNED).then(Like(IssueEntered, complaint=False))
    assert "complaints" not in counted(clinic)
    assert not [fact for fact in clinic.given(Morning("2022-06-30")).history() if isinstance(fact, IssueOverdue) and fact.clock == "answer"]


@pytest.mark.covers("B13")
def test_a_refund_is_recorded_with_the_rectification_of_a_complaint_about_a_price() -> None:
    refunded = DONE.model_copy(update={"refund_cents": 12_300})
    clinic = answering().given(COMPLAINED, PLANNED, refunded)
    assert [fact.refund_cents for fact in clinic.history() if isinstance(fact, RectificationDone)] == [12_300]
