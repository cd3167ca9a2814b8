"""What events make of the row of an issue: given its history, when one more is recorded, then the row says so."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.reporting.fold.projections import fold
from services.reporting.fold.rows import Rows
from shared.events.extension import ExtensionDenied, ExtensionGranted, ExtensionRequested
from shared.events.hand_over import HandOverCompleted, HandOverOffered, HandOverSettled
from shared.events.issue import FollowUpSet, IssueAssigned, IssueOverdue, RectificationVerified
from shared.events.lateness import DeadlinePutOff, IssueEscalated, IssueNearDue, LateTellingAccepted, LateTellingDismissed, OverdueWithdrawn
from shared.events.leaving import IssueMerged, IssueWithdrawn
from shared.events.strike_off import IssueReopened, IssueReturned, StrikeOffPublished
from shared.events.supervision import SupervisionLifted, SupervisionOrdered
from shared.glyphs import plain
from tests.reporting.given import CARRIED, DONE, ENTERED, ISSUE, LATE, PLANNED, REPORTED, STRUCK, after, figures, issue, recorded


def test_an_issue_has_no_row_before_it_is_entered() -> None:
    assert ("issues", ISSUE) not in after(REPORTED)


def test_an_entered_issue_has_its_number_and_clocks() -> None:
    row = issue()
    assert (row["number"], row["status"], row["plan_due"], row["fix_due"], row["entered"]) == (
        1,
        "entered",
        "2019-03-12",
        "2019-04-02",
        "2019-03-05",
    )


def test_the_day_is_the_one_in_china() -> None:
    rows: Rows = {}
    (event,) = recorded((ISSUE, ENTERED, datetime(2019, 3, 5, 16, 30, tzinfo=UTC)))
    fold(rows, event)
    assert rows["issues", ISSUE]["entered"] == "2019-03-06"


def test_an_assigned_issue_has_an_owner() -> None:
    assert issue(IssueAssigned(owner="p1"))["owner"] == "p1"


def test_a_rectified_issue_waits_with_its_result_and_evidence() -> None:
    row = issue(IssueAssigned(owner="p1"), PLANNED, DONE)
    assert (row["status"], row["result"], row["evidence"], row["rectified_by"]) == ("rectified", "已购置", ["a.jpg"], "p1")


def test_a_returned_rectification_is_counted_and_open_again() -> None:
    row = issue(PLANNED, DONE, IssueReturned(number=1, phase="P1"))
    assert (row["status"], row["rectified"], row["returned"]) == ("planned", None, 1)


def test_a_mark_that_was_withdrawn_is_in_no_figure_and_no_list() -> None:
    overdue = IssueOverdue(number=1, phase="P1", clock="fix", due=date(2019, 4, 2))
    withdrawn = OverdueWithdrawn(number=1, phase="P1", clock="fix", due=date(2019, 4, 2), reason="told-late")
    row = issue(PLANNED, overdue, withdrawn)
    assert (row["overdue"], row["overdue_phases"], row["late_since"]) == ([], [], None)
    assert "overdue" not in figures(REPORTED, ENTERED, overdue, withdrawn)


def test_more_time_that_was_granted_moves_the_last_day_as_asked_or_as_granted() -> None:
    asked = ExtensionRequested(until=date(2019, 4, 12), reason="到货延误", by="p1")
    assert issue(asked)["fix_due"] == "2019-04-02"
    assert issue(asked, ExtensionGranted(by="p2"))["fix_due"] == "2019-04-12"
    assert issue(asked, ExtensionGranted(by="p2", until=date(2019, 4, 9)))["fix_due"] == "2019-04-09"
    assert issue(asked, ExtensionDenied(reason="应另行采购", by="p2"))["fix_due"] == "2019-04-02"


def test_an_issue_struck_off_is_marked() -> None:
    row = issue(PLANNED, DONE, RectificationVerified(effect="方便", by="p2"), STRUCK)
    assert (row["status"], row["on_time"], row["strikes"][0]["phase"], row["verified_by"]) == ("struck-off", True, "P2", "p2")


@pytest.mark.covers("L15")
def test_what_waited_for_what_it_stands_on_shows_no_earlier_day() -> None:
    """It was accepted before and recorded after: its event keeps the day on which it came."""
    rows: Rows = {}
    days = (5, 4, 2, 3)
    for event in recorded(
        *((ISSUE, fact, datetime(2019, 3, day, 4, tzinfo=UTC)) for fact, day in zip((ENTERED, PLANNED, DONE, STRUCK), days, strict=True))
    ):
        fold(rows, event)
    row = rows["issues", ISSUE]
    assert [row[name] for name in ("entered", "planned", "rectified", "struck_off")] == ["2019-03-05"] * 4
    assert [each["day"] for each in row["strikes"]] == ["2019-03-05"]


def test_an_overdue_issue_is_late_until_it_is_rectified() -> None:
    assert issue(PLANNED, LATE)["late_since"] == "2019-04-02"
    assert issue(PLANNED, LATE, DONE)["late_since"] is None
    assert issue(PLANNED, LATE, DONE)["overdue"] == ["fix"]


@pytest.mark.covers("L5", "L4", "C18")
def test_an_issue_opened_again_is_open_under_its_new_clocks_and_one_that_left_otherwise_is_not() -> None:
    again = IssueReopened(number=1, phase="P2", cycle=2, reason="又坏", plan_due=date(2019, 5, 8), fix_due=date(2019, 5, 15))
    row = issue(PLANNED, LATE, DONE, STRUCK, again)
    assert (row["status"], row["fix_due"], row["overdue"], row["late_since"]) == ("entered", "2019-05-15", [], None)
    assert issue(PLANNED, DONE, StrikeOffPublished(number=1, until=date(2019, 4, 30)))["status"] == "verified"
    assert issue(LATE, IssueWithdrawn(number=1, phase="P1"))["late_since"] is None
    assert issue(IssueMerged(into="tz/u/issue/a", reason="同一", by="p2"))["status"] == "merged"


@pytest.mark.covers("L5", "L14", "L2")
def test_a_review_or_a_listing_that_ran_out_before_an_issue_was_opened_again_is_overdue_no_more() -> None:
    ran_out = [LATE.model_copy(update={"clock": clock}) for clock in ("review", "listing", "answer")]
    again = IssueReopened(
        number=1,
        phase="P2",
        cycle=2,
        reason="又坏",
        plan_due=date(2019, 5, 8),
        fix_due=date(2019, 5, 15),
        listing_due=date(2019, 5, 10),
        review_due=date(2019, 8, 1),
    )
    assert issue(*ran_out, IssueWithdrawn(number=1, phase="P1"), again)["overdue"] == ["answer"]


def test_a_returned_rectification_is_late_again() -> None:
    assert issue(PLANNED, LATE, DONE, IssueReturned(number=1, phase="P1"))["late_since"] == "2019-04-02"


@pytest.mark.covers("D4", "L6", "L15")
def test_what_became_of_its_clocks_is_shown_and_a_mark_that_did_not_hold_is_taken_back() -> None:
    near = IssueNearDue(number=1, phase="P1", clock="fix", due=date(2019, 4, 2), days=3, owner="p1")
    up = IssueEscalated(number=1, phase="P2", clock="fix", due=date(2019, 4, 2), days=5, levels=1, to="root", owner="p1")
    back = OverdueWithdrawn(number=1, phase="P2", clock="fix", due=date(2019, 4, 2), reason="told-late")
    assert issue(PLANNED, near)["near_due"] == ["fix"]
    assert issue(PLANNED, near, DONE)["near_due"] == []
    late = issue(PLANNED, near, LATE, up)
    assert (late["near_due"], late["overdue"], late["escalated_to"], late["late_since"]) == ([], ["fix"], "root", "2019-04-02")
    mended = issue(PLANNED, LATE, back)
    assert (mended["overdue"], mended["overdue_phases"], mended["late_since"]) == ([], [], None)
    told_late = issue(PLANNED, LATE, DONE, LateTellingAccepted(number=1, happened=date(2019, 4, 1), due=date(2019, 4, 2)), back)
    assert (told_late["rectified"], told_late["overdue"]) == ("2019-04-01", [])
    done = issue(PLANNED, DONE)["rectified"]
    after = date.fromisoformat(done or "") + timedelta(4)
    early = LateTellingDismissed(number=1, happened=date(2019, 4, 1), earliest=after, due=date(2019, 4, 2))
    assert issue(PLANNED, DONE, early)["rectified"] == after.isoformat()


@pytest.mark.covers("L15", "L5")
def test_a_check_told_late_leaves_the_day_of_the_rectification_and_what_was_sent_back_or_opened_again_is_verified_by_nobody() -> None:
    checked, late = RectificationVerified(effect="方便", by="p2"), LateTellingAccepted(number=1, happened=date(2019, 4, 1), due=LATE.due)
    done = issue(PLANNED, DONE)["rectified"]
    row = issue(PLANNED, DONE, checked, late)
    assert (row["rectified"], row["verified_by"], row["effect"]) == (done, "p2", "方便")
    again = IssueReopened(number=1, phase="P2", cycle=2, reason="又坏", plan_due=date(2019, 5, 8), fix_due=date(2019, 5, 15))
    for undone in ([IssueReturned(number=1, phase="P1")], [STRUCK, again]):
        row = issue(PLANNED, DONE, checked, *undone)
        assert (row["verified_by"], row["effect"]) == (None, None)
        assert issue(PLANNED, DONE, checked, *undone, DONE, late)["rectified"] == "2019-04-01"


@pytest.mark.covers("L6")
def test_a_request_for_more_time_that_was_not_decided_in_time_is_overdue_no_more_once_it_is_asked_anew() -> None:
    asked, ran_out = ExtensionRequested(by="p1", until=date(2019, 5, 10), reason="等待设备"), LATE.model_copy(update={"clock": "extension"})
    assert issue(PLANNED, asked, ran_out)["overdue"] == ["extension"]
    assert issue(PLANNED, asked, ran_out, ExtensionDenied(by="p2", reason="可以按期"), asked)["overdue"] == []


@pytest.mark.covers("L6")
def test_more_time_moves_the_fix_clock_and_the_first_last_day_stays_known() -> None:
    asked = ExtensionRequested(by="p1", until=date(2019, 5, 10), reason="等待设备")
    waiting = issue(PLANNED, asked)
    assert (waiting["asked_until"], waiting["fix_due"], waiting["first_fix_due"]) == ("2019-05-10", "2019-04-02", None)
    granted = issue(PLANNED, asked, ExtensionGranted(by="p2"))
    assert (granted["asked_until"], granted["fix_due"], granted["first_fix_due"]) == (None, "2019-05-10", "2019-04-02")
    denied = issue(PLANNED, asked, ExtensionDenied(by="p2", reason="可以按期"))
    assert (denied["asked_until"], denied["fix_due"]) == (None, "2019-04-02")


def test_an_issue_has_the_later_day_of_a_clock_whose_phase_lasts_longer_and_is_near_it_no_more() -> None:
    near = IssueNearDue(number=1, phase="P1", clock="fix", due=date(2019, 4, 2), days=2)
    later = DeadlinePutOff(number=1, clock="fix", due=date(2019, 4, 2), until=date(2019, 4, 15))
    row = issue(ENTERED, near, later)
    assert (row["fix_due"], row["first_fix_due"], row["near_due"]) == ("2019-04-15", None, [])


@pytest.mark.covers("L2", "L5")
def test_supervision_and_cycles_are_marked() -> None:
    ordered, lifted = (
        SupervisionOrdered(by="p9", by_unit="root", reason="重大"),
        SupervisionLifted(by="p9", by_unit="root", reason="已整改"),
    )
    assert issue(ordered)["supervised"] == "2019-03-05"
    assert issue(ordered, lifted)["supervised"] is None
    again = IssueReopened(number=1, phase="P2", cycle=2, reason="又坏", plan_due=date(2019, 5, 8), fix_due=date(2019, 5, 15))
    assert (issue()["cycle"], issue(PLANNED, DONE, STRUCK, again)["cycle"]) == (1, 2)


@pytest.mark.covers("J2", "L14", "L2")
def test_an_issue_has_the_label_grade_and_lane_that_it_was_entered_with() -> None:
    marks = {"label": "滕卫〔2019〕1号", "grade": "serious", "lane": "immediate", "priority": 9, "subjective": True, "complaint": True}
    row = after(REPORTED, ENTERED.model_copy(update=marks))["issues", ISSUE]
    assert {name: row[name] for name in marks} == marks


@pytest.mark.covers("I7")
def test_a_text_is_kept_as_it_is_and_as_it_is_searched() -> None:
    row = after(REPORTED, ENTERED.model_copy(update={"text": "門診部未建立整改臺帳"}))["issues", ISSUE]
    assert (row["text"], row["folded"]) == ("門診部未建立整改臺帳", "门诊部未建立整改台账")
    assert len({plain(each) for each in ("臺賬", "台賬", "台账", "台帐", "臺帳")}) == 1
    assert plain("銷號ＡＢＣ") == plain("销号abc")
    assert plain("乾隆") in plain("重修乾隆年间碑")


def test_the_plan_clock_alone_makes_no_issue_late() -> None:
    row = issue(LATE.model_copy(update={"clock": "plan"}))
    assert (row["overdue"], row["late_since"], row["overdue_phases"]) == (["plan"], None, [])


def test_an_issue_carried_over_has_a_new_date_and_owner_and_is_not_late() -> None:
    row = issue(PLANNED, LATE, CARRIED)
    assert (row["follow_up_due"], row["owner"], row["late_since"], row["carried_over_phases"]) == ("2019-09-29", "p9", None, ["P4"])


@pytest.mark.covers("E2")
def test_an_issue_that_is_handed_over_is_shown_so_and_late_no_more_once_another_book_has_it() -> None:
    content: dict[str, Any] = {
        "origin": "c/t1/issue/b~1",
        "reason": "职责",
        "text": "无轮椅",
        "category": "environment",
        "channel": "staff",
    }
    dates: dict[str, Any] = {"plan_due": ENTERED.plan_due, "fix_due": ENTERED.fix_due}
    over = HandOverOffered(to="t2", offer=1, nature="problem", **content, **dates)
    back = HandOverSettled(offer=1, unit="t2", accepted=False, reason="不属我院")
    gone = HandOverCompleted(number=1, phase="P2", to="t2", moved_to="c/t2/issue/handover~t1~1~b~1")
    on_its_way = issue(PLANNED, LATE, over)
    assert (on_its_way["status"], on_its_way["handed_to"], on_its_way["late_since"]) == ("handing-over", "t2", "2019-04-02")
    returned = issue(PLANNED, over, back)
    assert (returned["status"], returned["handed_to"]) == ("planned", None)
    left = issue(PLANNED, LATE, over, gone)
    assert left["moved_to"] == "c/t2/issue/handover~t1~1~b~1"
    assert (left["status"], left["handed_to"], left["late_since"]) == ("handed-over", "t2", None)


def test_another_follow_up_date_ends_the_lateness_of_the_last() -> None:
    late = LATE.model_copy(update={"clock": "follow-up", "due": date(2019, 9, 29)})
    assert issue(PLANNED, CARRIED, late)["late_since"] == "2019-09-29"
    assert issue(PLANNED, CARRIED, late, FollowUpSet(due=date(2019, 10, 30), owner="p3", by="p4"))["late_since"] is None
