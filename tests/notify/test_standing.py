"""A mail says what holds when it is sent: given what happened, and what happened since, then it says so, or it is not sent."""

from collections.abc import Sequence
from datetime import date
from typing import Any, get_args

import pytest

from services.notify.channels.wording import worded
from services.notify.memory import Values, remembered
from services.notify.policy import Notice, Template, notices
from services.notify.standing import TO_OWNER, as_it_stands, stands
from shared.events.campaign import BookAmended
from shared.events.extension import ExtensionDenied, ExtensionGranted, ExtensionRequested
from shared.events.fact import Fact
from shared.events.hand_over import HandOverCompleted, HandOverDeclined, HandOverLapsed, HandOverReceived, HandOverSettled
from shared.events.issue import (
    FollowUpSet,
    IssueAssigned,
    IssueCarriedOver,
    IssueEntered,
    IssueOverdue,
    IssueStruckOff,
    MeasuresPlanned,
    RectificationDone,
    RectificationReturned,
)
from shared.events.lateness import DeadlinePutOff, EscalationReceived, IssueEscalated, IssueNearDue
from shared.events.leaving import IssueCameBack, IssueMerged, IssueWithdrawn
from shared.events.returns import (
    ApprovalAwaited,
    ObligationLifted,
    ObligationMet,
    ObligationMoved,
    ObligationOpened,
    ObligationReopened,
    ReturnChased,
    ReturnNearDue,
    ReturnSentBack,
)
from shared.events.strike_off import IssueReopened, IssueReturned
from shared.events.supervision import SupervisionLifted, SupervisionOrdered
from tests.notify.given import BOOK, JUNE, KNOWN, MAY, RETURN, ROOT, Book, recorded

FIX, LATER, BEFORE = date(2019, 5, 20), date(2019, 5, 27), date(2019, 5, 6)
ISSUE = Book().issue(7)
Past = tuple[Fact, str]
CONTENT: dict[str, Any] = {"text": "座椅破损", "category": "service", "channel": "hotline", "nature": "problem"}


def of_issue(*facts: Fact) -> list[Past]:
    return [(fact, ISSUE) for fact in facts]


def of_return(*facts: Fact) -> list[Past]:
    return [(fact, RETURN) for fact in facts]


def overdue(clock: str, due: date) -> Fact:
    return IssueOverdue.model_validate({"number": 7, "phase": "p1", "clock": clock, "due": due, "owner": "wang"})


def near(clock: str, due: date, days: int) -> Fact:
    return IssueNearDue.model_validate({"number": 7, "phase": "p1", "clock": clock, "due": due, "days": days, "owner": "wang"})


def amended(responsible: str | None) -> Fact:
    tree = {"name": "第一医院", "unit_class": "hospital", "tags": (), "plan_version": 2, "tree_version": 2, "responsible": responsible}
    return BookAmended.model_validate(tree | {"path": ("root", "u1"), "levels_below": 0, "units_below": ()})


ENTERED = of_issue(IssueEntered(number=7, phase="p1", plan_due=MAY, fix_due=FIX, **CONTENT), IssueAssigned(owner="wang"))
PLANNED, DONE = MeasuresPlanned(measures="更换", by="wang"), RectificationDone(result="已换", evidence=(), by="wang")
RETURNED = IssueReturned(number=7, phase="p1")
STRUCK_OFF = IssueStruckOff(number=7, phase="p1", on_time=True, carried_over=False)
REOPENED = IssueReopened(number=7, phase="p1", cycle=2, reason="又坏", plan_due=MAY, fix_due=FIX)
ASKED = ExtensionRequested(by="wang", until=JUNE, reason="等待设备")
HANDED = HandOverReceived(origin="tz2019/u9/issue/b~1", reason="属贵院", plan_due=MAY, fix_due=FIX, **CONTENT)
ESCALATED = IssueEscalated(number=7, phase="p1", clock="fix", due=FIX, days=5, levels=1, to="root", owner="wang")
RECEIVED = EscalationReceived(issue=ISSUE, unit="u1", number=7, clock="fix", due=FIX, owner="wang")
OPENED = of_return(ObligationOpened(obligation="own-plan", phase="p1", due=MAY))
CASES: dict[Template, Sequence[Past]] = {
    "assigned": ENTERED,
    "overdue-plan": [*ENTERED, *of_issue(overdue("plan", MAY))],
    "overdue-fix": [*ENTERED, *of_issue(PLANNED, overdue("fix", FIX))],
    "overdue-follow-up": [
        *ENTERED,
        *of_issue(IssueCarriedOver(number=7, phase="p1", due=FIX, owner="wang"), overdue("follow-up", FIX)),
    ],
    "returned": [*ENTERED, *of_issue(PLANNED, DONE, RectificationReturned(reason="未改", by="li"), RETURNED)],
    "reopened": [*ENTERED, *of_issue(PLANNED, DONE, STRUCK_OFF, REOPENED)],
    "came-back": [*ENTERED, *of_issue(HandOverSettled(offer=1, unit="u9", accepted=False, reason="不属本院"))],
    "unmerged": [
        *ENTERED,
        *of_issue(IssueMerged(into="tz2019/u1/issue/b~8", reason="同一", by="li"), IssueCameBack(out_of="tz2019/u1/issue/b~8")),
    ],
    "carried-over": [*ENTERED, *of_issue(IssueCarriedOver(number=7, phase="p1", due=FIX, owner="wang"))],
    "follow-up": [*ENTERED, *of_issue(FollowUpSet(due=FIX, owner="wang", by="li"))],
    "supervised": [*ENTERED, *of_issue(SupervisionOrdered(reason="久拖", by="qian"))],
    "near-due": [*ENTERED, *of_issue(PLANNED, near("fix", FIX, 3))],
    "escalated": [*ENTERED, *of_issue(PLANNED, ESCALATED)],
    "escalation": [*ENTERED, *of_issue(PLANNED), (RECEIVED, ROOT)],
    "handed-over": of_issue(HANDED),
    "extension-asked": [*ENTERED, *of_issue(ASKED)],
    "extension-granted": [*ENTERED, *of_issue(ASKED, ExtensionGranted(by="li", until=JUNE))],
    "extension-denied": [*ENTERED, *of_issue(ASKED, ExtensionDenied(by="li", reason="可以"))],
    "return-near-due": [*OPENED, *of_return(ReturnNearDue(obligation="own-plan", phase="p1", due=MAY))],
    "return-chased": [*OPENED, *of_return(ReturnChased(obligation="own-plan", levels=1))],
    "return-escalated": [*OPENED, *of_return(ReturnChased(obligation="own-plan", levels=1))],
    "return-sent-back": [
        *OPENED,
        *of_return(
            ApprovalAwaited(obligation="own-plan", phase="p1"),
            ReturnSentBack(obligation="own-plan", reason="缺附件", by="li"),
            ObligationReopened(obligation="own-plan", phase="p1", due=MAY),
        ),
    ],
}
"""What had happened as each notice was called for; its event is the last that calls for one."""


def said(template: Template, since: Sequence[Past], today: date = BEFORE, case: Sequence[Past] = ()) -> Values | None:
    """What a notice says when it is sent after more happened; none where it is not sent. `case` is another than that of its template."""
    known, found = dict(KNOWN), list[Notice]()
    case = case or CASES[template]
    for fact, subject in (*case, *since):
        event = recorded(fact, "wang", subject, subject.split("/")[1])
        before = known.get(subject) or {}
        known[subject] = {**before, **remembered(event, before), **stands(event, before)}
        if len(found) == 0 or (fact, subject) in case:
            found += [each for each in notices(event, known) if each.template == template]
    notice = found[0]
    return as_it_stands(template, notice.recipient.partition("/")[2], notice.values, known, notice.subject, today)


def test_every_notice_has_its_case() -> None:
    assert CASES.keys() == set(get_args(Template))
    assert set(TO_OWNER) < set(get_args(Template))


@pytest.mark.parametrize("template", CASES)
def test_what_holds_is_said(template: Template) -> None:
    found = said(template, [])
    assert found is not None
    assert "—" not in "".join(worded(template, found, "张三丰"))


OF_ISSUES = [each for each in CASES if not each.startswith("return-") and each != "handed-over"]
LEFT = (
    STRUCK_OFF,
    DONE,
    IssueWithdrawn(number=7, phase="p1"),
    IssueMerged(into="tz2019/u1/issue/b~8", reason="同一", by="li"),
    HandOverCompleted(number=7, phase="p1", to="u9", moved_to="tz2019/u9/issue/b~1"),
)


@pytest.mark.parametrize("template", OF_ISSUES)
@pytest.mark.parametrize("fact", LEFT, ids=lambda fact: type(fact).__name__)
def test_nobody_is_asked_for_what_was_done_meanwhile_or_left_the_book(template: Template, fact: Fact) -> None:
    assert said(template, of_issue(fact)) is None


@pytest.mark.parametrize("template", TO_OWNER)
@pytest.mark.parametrize("fact", [IssueAssigned(owner="li"), FollowUpSet(due=FIX, owner="li", by="qian")], ids=["assigned", "follow-up"])
def test_whoever_owned_an_issue_before_hears_no_more_of_it(template: Template, fact: Fact) -> None:
    assert said(template, of_issue(fact)) is None


RESPONSIBLE = {"escalation": ROOT, "handed-over": BOOK, "extension-asked": BOOK, "return-near-due": BOOK, "return-escalated": ROOT}


@pytest.mark.parametrize(("template", "book"), RESPONSIBLE.items())
def test_whoever_was_responsible_before_hears_no_more_of_it(template: Template, book: str) -> None:
    for who in (None, "sun"):
        assert said(template, [(amended(who), book)]) is None


@pytest.mark.parametrize(
    ("template", "fact"),
    [
        ("overdue-plan", PLANNED),
        ("overdue-plan", DeadlinePutOff(number=7, clock="plan", due=MAY, until=LATER)),
        ("overdue-fix", DeadlinePutOff(number=7, clock="fix", due=FIX, until=LATER)),
        ("overdue-fix", ExtensionGranted(by="li", until=LATER)),
        ("overdue-fix", IssueCarriedOver(number=7, phase="p1", due=LATER, owner="wang")),
        ("overdue-follow-up", FollowUpSet(due=LATER, owner="wang", by="li")),
        ("near-due", ExtensionGranted(by="li", until=LATER)),
        ("near-due", near("fix", FIX, 1)),
        ("escalated", ExtensionGranted(by="li", until=LATER)),
        ("escalation", ExtensionGranted(by="li", until=LATER)),
        ("handed-over", HandOverDeclined(reason="不属", by="li")),
        ("handed-over", HandOverLapsed(reason="撤回")),
        ("handed-over", ENTERED[0][0]),
        ("extension-asked", ExtensionGranted(by="li", until=LATER)),
        ("extension-asked", ExtensionDenied(by="li", reason="可以")),
        ("extension-asked", ExtensionRequested(by="wang", until=LATER, reason="改期")),
        ("supervised", SupervisionLifted(reason="已改", by="qian")),
    ],
)
def test_what_something_else_took_the_place_of_is_not_said(template: Template, fact: Fact) -> None:
    assert said(template, of_issue(fact)) is None


PLAN_CLOCK: dict[Template, Past] = {
    "near-due": (near("plan", MAY, 3), ISSUE),
    "escalated": (ESCALATED.model_copy(update={"clock": "plan", "due": MAY}), ISSUE),
    "escalation": (RECEIVED.model_copy(update={"clock": "plan", "due": MAY}), ROOT),
}


@pytest.mark.parametrize("template", PLAN_CLOCK)
def test_nobody_is_asked_for_measures_that_came_meanwhile(template: Template) -> None:
    case = [*ENTERED, PLAN_CLOCK[template]]
    assert said(template, [], case=case)
    assert said(template, of_issue(PLANNED), case=case) is None


VOIDED = of_issue(IssueWithdrawn(number=7, phase="p1"), REOPENED.model_copy(update={"was_void": True}))


@pytest.mark.parametrize(
    ("template", "since"),
    [
        ("overdue-plan", CASES["unmerged"][len(ENTERED) :]),
        ("overdue-fix", CASES["unmerged"][len(ENTERED) :]),
        ("overdue-fix", VOIDED),
        ("overdue-plan", VOIDED),
        ("came-back", CASES["came-back"][len(ENTERED) :]),
    ],
)
def test_what_left_and_is_back_as_it_was_is_still_asked_for(template: Template, since: Sequence[Past]) -> None:
    assert said(template, since)


def test_what_was_void_goes_on_to_the_day_to_which_it_was_carried_over() -> None:
    carried = [*ENTERED, *of_issue(IssueCarriedOver(number=7, phase="p1", due=LATER, owner="wang")), *VOIDED]
    assert said("overdue-follow-up", [], JUNE, [*carried, *of_issue(overdue("follow-up", LATER))])
    again = said("reopened", [], BEFORE, carried)
    assert again
    assert again["fix_due"] == LATER.isoformat()


@pytest.mark.parametrize("template", [each for each in CASES if each.startswith("return-")])
@pytest.mark.parametrize(
    "fact",
    [
        ObligationMet(obligation="own-plan", phase="p1", late=False, was_missing=False),
        ApprovalAwaited(obligation="own-plan", phase="p1"),
        ObligationLifted(obligation="own-plan", phase="p1"),
    ],
    ids=lambda fact: type(fact).__name__,
)
def test_nobody_is_asked_for_a_return_that_came_in_meanwhile(template: Template, fact: Fact) -> None:
    assert said(template, of_return(fact)) is None


def test_nobody_is_warned_of_a_day_that_is_past_nor_of_one_that_moved() -> None:
    assert said("near-due", [], FIX)
    assert said("near-due", [], LATER) is None
    assert said("near-due", of_issue(overdue("fix", FIX)), LATER) is None
    assert said("overdue-fix", [], LATER)
    assert said("return-near-due", [], MAY)
    assert said("return-near-due", [], FIX) is None
    assert said("return-near-due", of_return(ObligationMoved(obligation="own-plan", phase="p1", due=FIX, was=MAY))) is None


@pytest.mark.parametrize(("today", "days"), [(date(2019, 5, 15), "3"), (date(2019, 5, 17), "1"), (date(2019, 5, 18), "1"), (FIX, "0")])
def test_a_warning_says_how_many_days_are_left_when_it_is_sent(today: date, days: str) -> None:
    found = said("near-due", [], today)
    assert found is not None
    assert found["days"] == days
    assert f"还有{days}个工作日" in worded("near-due", found, "张三丰")[1]


def test_a_mail_has_the_last_days_and_the_name_that_hold_when_it_is_sent() -> None:
    since = [*of_issue(PLANNED, ExtensionGranted(by="li", until=JUNE)), (amended(None).model_copy(update={"name": "新院"}), BOOK)]
    found = said("assigned", since)
    assert found is not None
    text = worded("assigned", found, "张三丰")[1]
    assert "新院" in text
    assert "2019-06-20" in text
    assert "2019-05-20" not in text
