"""What events make of rows: given a history, when one more is recorded, then the row says so."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.ledger.rules.reasons import reason
from services.reporting.fold.counts import FIGURES
from services.reporting.fold.projections import Rows, fold, touches
from services.reporting.http.queries import Filter, Queries
from services.reporting.store import Store
from services.reporting.wording.glyphs import plain
from shared.events.activity import PracticeShared
from shared.events.campaign import BookAmended, BookOpened, CampaignAmended, CampaignAnnounced
from shared.events.common_problem import CommonProblemClosed, CommonProblemNamed
from shared.events.extension import ExtensionDenied, ExtensionGranted, ExtensionRequested
from shared.events.fact import Fact, Where
from shared.events.figures import Counts, Head
from shared.events.hand_over import HandOverCompleted, HandOverOffered, HandOverSettled
from shared.events.issue import (
    FollowUpSet,
    IssueAssigned,
    IssueCarriedOver,
    IssueEntered,
    IssueOverdue,
    IssueReported,
    IssueStruckOff,
    MeasuresPlanned,
    RectificationDone,
    RectificationVerified,
)
from shared.events.lateness import DeadlinePutOff, IssueEscalated, IssueNearDue, LateTellingAccepted, OverdueWithdrawn
from shared.events.leaving import IssueMerged, IssueWithdrawn
from shared.events.phase import Gap, PhaseClosed, PhaseExtended, PhaseHeld, PhaseOpened, PhaseSupplemented
from shared.events.refusal import Refused
from shared.events.returns import (
    ApprovalAwaited,
    ObligationLifted,
    ObligationMet,
    ObligationMoved,
    ObligationOpened,
    ObligationReopened,
    ReturnChased,
    ReturnFiled,
    ReturnMissing,
)
from shared.events.self_check import TargetChecked
from shared.events.strike_off import IssueReopened, IssueReturned, StrikeOffPublished
from shared.events.supervision import SupervisionLifted, SupervisionOrdered
from shared.events.tree import UnitsListed
from shared.kafka.cloudevents import read_recorded
from shared.kafka.records import Recorded
from shared.mongo import Mongo
from shared.topics import subject_id
from shared.units import Unit, seal
from tests.reporting.given import BOOK, ISSUE, recorded, records
from tests.reporting.telling import PLAN

RETURN, CHECK = subject_id(BOOK, "return", "own-plan"), subject_id(BOOK, "check", "7")
REPORTED = IssueReported(text="无轮椅", category="environment", channel="staff")
ENTERED = IssueEntered(
    number=1,
    phase="P1",
    category="environment",
    channel="staff",
    nature="problem",
    text="无轮椅",
    plan_due=date(2019, 3, 12),
    fix_due=date(2019, 4, 2),
)
PLANNED, DONE = MeasuresPlanned(measures="购置", by="p1"), RectificationDone(result="已购置", evidence=("a.jpg",), by="p1")
LATE = IssueOverdue(number=1, phase="P2", clock="fix", due=date(2019, 4, 2), owner="p1")
CARRIED = IssueCarriedOver(number=1, phase="P4", due=date(2019, 9, 29), owner="p9")
STRUCK = IssueStruckOff(number=1, phase="P2", on_time=True, carried_over=False)


def after(*facts: Fact, subject: str = ISSUE) -> Rows:
    """The rows after facts about one subject."""
    rows: Rows = {}
    for event in recorded(*((subject, fact) for fact in facts)):
        before = set(rows)
        fold(rows, event)
        assert set(rows) - before <= set(touches(event))
    return rows


def issue(*facts: Fact) -> Any:
    """The issue after facts that follow its entry."""
    return after(REPORTED, ENTERED, *facts)["issues", ISSUE]


def figures(*facts: Fact, subject: str = ISSUE, phase: str = "P1") -> dict[str, int]:
    """The figures of a phase that are not 0."""
    return {name: n for name, n in after(*facts, subject=subject)["phases", f"{BOOK}#{phase}"]["figures"].items() if n}


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


@pytest.mark.covers("L5", "A5")
async def test_behind_the_figures_of_every_phase_stand_the_issues_that_it_counted_however_often_they_came_back(
    empty: tuple[Mongo, Store],
) -> None:
    again = IssueReopened(number=1, phase="P2", cycle=2, reason="又坏", plan_due=date(2019, 5, 8), fix_due=date(2019, 5, 15))
    late_again = LATE.model_copy(update={"phase": "P3"})
    off_again = STRUCK.model_copy(update={"phase": "P4", "on_time": False})
    third = again.model_copy(update={"phase": "P4", "cycle": 3})
    rows = after(REPORTED, ENTERED, PLANNED, LATE, DONE, STRUCK, again, late_again, CARRIED, DONE, off_again, third)
    mongo, _ = empty
    await mongo["issues"].insert_one(rows["issues", ISSUE])
    for phase in ("P1", "P2", "P3", "P4"):
        counted = rows["phases", f"{BOOK}#{phase}"]["figures"]
        for figure in ("entered", "struck_off", "on_time", "overdue", "carried_over"):
            found, _ = await Queries(mongo).issues("root", Filter(campaign="c", phase=phase, figure=figure), 9)
            assert len(found) == counted[figure], (phase, figure)
    back = OverdueWithdrawn(number=1, phase="P2", clock="fix", due=date(2019, 4, 2), reason="told-late")
    assert issue(PLANNED, LATE, DONE, STRUCK, again, late_again, back)["overdue_phases"] == ["P3"]
    everything, _ = await Queries(mongo).issues("root", Filter(campaign="c", figure="struck_off"), 9)
    assert len(everything) == 1


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


@pytest.mark.covers("K1", "K3", "K4")
def test_a_practice_told_again_takes_the_place_of_the_one_before() -> None:
    subject = subject_id(BOOK, "practice", "1")
    first = PracticeShared(by="p1", title="一站式", text="先")
    rows = after(first, first.model_copy(update={"text": "后", "visibility": "public"}), subject=subject)
    row = rows["practices", subject]
    assert (row["title"], row["text"], row["visibility"]) == ("一站式", "后", "public")
    assert "by" not in row


@pytest.mark.covers("C16")
def test_a_common_problem_gathers_issues_until_it_is_closed() -> None:
    subject = subject_id(BOOK, "common", "queues")
    named = CommonProblemNamed(by="p1", code="queues", text="排队久", category="flow", issues=("c/t1/issue/b~1",))
    more = named.model_copy(update={"issues": ("c/t1/issue/b~1", "c/t2/issue/b~2")})
    row = after(named, more, subject=subject)["commons", subject]
    assert (row["issues"], row["closed"]) == (["c/t1/issue/b~1", "c/t2/issue/b~2"], None)
    closed = after(named, CommonProblemClosed(by="p1", code="queues", text="统一分时预约"), subject=subject)["commons", subject]
    assert (closed["closed"], closed["done"]) == ("2019-03-05", "统一分时预约")


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


def test_each_issue_event_is_counted_in_its_own_phase() -> None:
    life = (REPORTED, ENTERED, LATE, STRUCK, CARRIED)
    assert figures(*life) == {"entered": 1}
    assert figures(*life, phase="P2") == {"overdue": 1, "struck_off": 1, "on_time": 1}
    assert figures(*life, phase="P4") == {"carried_over": 1}


def test_only_the_fix_clock_counts_as_overdue() -> None:
    assert ("phases", f"{BOOK}#P2") not in after(ENTERED, LATE.model_copy(update={"clock": "plan"}))


def test_a_return_is_missing_until_it_comes_late() -> None:
    opened, due = ObligationOpened(obligation="own-plan", phase="P1", due=date(2019, 3, 31)), date(2019, 3, 31)
    missing = ReturnMissing(obligation="own-plan", phase="P1", due=due)
    filed = ReturnFiled(obligation="own-plan", title="方案", by="p1")
    met = ObligationMet(obligation="own-plan", phase="P1", late=True, was_missing=True)
    assert figures(opened, missing, subject=RETURN) == {"missing": 1}
    assert figures(opened, missing, filed, met, subject=RETURN) == {"late": 1}
    assert after(opened, missing, subject=RETURN)["returns", RETURN]["state"] == "missing"
    row = after(opened, missing, filed, met, subject=RETURN)["returns", RETURN]
    assert (row["state"], row["title"], row["filed"]) == ("late", "方案", "2019-03-05")


def test_a_return_sent_back_is_filed_again_on_another_day_and_a_last_day_can_move() -> None:
    opened, due = ObligationOpened(obligation="own-plan", phase="P1", due=date(2019, 3, 31)), date(2019, 4, 10)
    filed = ReturnFiled(obligation="own-plan", title="方案", by="p1")
    moved = ObligationMoved(obligation="own-plan", phase="P1", due=due, was=date(2019, 3, 31))
    again = ObligationReopened(obligation="own-plan", phase="P1", due=due)
    assert figures(opened, filed, again, subject=RETURN) == {"sent_back": 1}
    row = after(opened, moved, filed, again, subject=RETURN)["returns", RETURN]
    assert (row["state"], row["due"], row["filed"]) == ("sent-back", "2019-04-10", None)


@pytest.mark.covers("A7")
def test_a_return_that_is_lifted_is_open_no_longer_and_counts_nowhere() -> None:
    opened = ObligationOpened(obligation="own-plan", phase="P1", due=date(2019, 3, 31))
    lifted = ObligationLifted(obligation="own-plan", phase="P1")
    assert after(opened, lifted, subject=RETURN)["returns", RETURN]["state"] == "lifted"
    assert ("phases", f"{BOOK}#P1") not in after(opened, lifted, subject=RETURN)


@pytest.mark.covers("L13", "H17")
def test_a_return_that_needs_approval_waits_and_one_that_is_chased_says_how_often() -> None:
    opened = ObligationOpened(obligation="own-plan", phase="P1", due=date(2019, 3, 31), period="2019-03")
    filed = ReturnFiled(obligation="own-plan", title="方案", by="p1", contact="p7", period="2019-03")
    waits = ApprovalAwaited(obligation="own-plan", phase="P1", period="2019-03")
    chased = ReturnChased(obligation="own-plan", period="2019-03")
    row = after(opened, chased, filed, waits, subject=RETURN)["returns", RETURN]
    assert (row["state"], row["period"], row["contact"], row["chased"]) == ("waiting", "2019-03", "p7", 1)


@pytest.mark.covers("H5")
def test_a_rolling_return_is_never_open_and_says_how_often_it_was_filed() -> None:
    opened = ObligationOpened(obligation="own-plan", phase="P1", due=date(2019, 3, 31), period="rolling")
    filed = ReturnFiled(obligation="own-plan", title="信息", by="p1", period="rolling")
    row = after(opened, filed, filed, subject=RETURN)["returns", RETURN]
    assert (row["state"], row["times"]) == ("rolling", 2)


def test_another_answer_to_a_target_replaces_the_one_before() -> None:
    first, again = TargetChecked(target=7, phase="P1", conforms=False), TargetChecked(target=7, phase="P1", conforms=True, replaces=False)
    assert figures(first, subject=CHECK) == {"answered": 1, "findings": 1}
    assert figures(first, again, subject=CHECK) == {"answered": 1}


def test_a_phase_opens_is_held_and_closes_over_a_gap_and_figures_never_come_from_its_statement() -> None:
    opened = PhaseOpened(phase="P1", start=date(2019, 3, 1), end=date(2019, 3, 31), returns=("own-plan",))
    gap, told = Gap(returns=("own-plan",)), Counts(entered=99, units=1)
    held = PhaseHeld(phase="P1", gap=gap)
    closed = PhaseClosed(phase="P1", own=told, total=told, gap=gap, head=Head(position=1, chain="00"))
    more = PhaseSupplemented(phase="P1", revision=2, own=told, total=Counts(entered=100), head=Head(position=1, chain="00"))
    place = ("phases", f"{BOOK}#P1")
    assert after(opened, subject=BOOK)[place]["status"] == "open"
    assert after(opened, held, subject=BOOK)[place]["gap"] == gap.model_dump(mode="json")
    row = after(opened, held, closed, more, subject=BOOK)[place]
    assert (row["status"], row["closed"], row["statement"]["revision"]) == ("closed", "2019-03-05", 2)
    assert {name: n for name, n in row["figures"].items() if n} == {"units": 1, "gaps": 1}
    assert set(row["figures"]) == set(FIGURES)


def test_a_refusal_is_listed_with_its_reason() -> None:
    row = after(Refused(type="IssueReported", rule="struck-off", reason=reason("struck-off")))["refused", f"{BOOK}@1"]
    assert (row["rule"], row["reason"]["zh"], row["told_id"]) == ("struck-off", "问题已销号", "told-1")


OPENED = BookOpened(name="镇", unit_class="clinic", tags=(), plan_version=1, tree_version=1, levels_below=0, units_below=())


def beside(fact: Fact, unit: str, *path: str) -> Recorded:
    """A fact in the book of a unit that stands elsewhere."""
    made = records([(f"c/{unit}", fact)], f"c/{unit}", Where(campaign="c", unit=unit, path=path))
    return read_recorded(made[0])


def test_a_unit_stands_where_its_own_book_opened() -> None:
    row = after(OPENED, subject=BOOK)["units", "c/t1"]
    assert (row["path"], row["parent"], row["name"], row["unit_class"]) == (["root", "t1"], "root", "镇", "clinic")


@pytest.mark.covers("I6")
def test_a_unit_is_known_by_all_its_names_in_any_glyphs() -> None:
    row = after(OPENED.model_copy(update={"aliases": ("門辦", "中原分院")}), subject=BOOK)["units", "c/t1"]
    assert (row["aliases"], row["known_as"]) == (["門辦", "中原分院"], ["镇", "门办", "中原分院"])


def test_a_tree_told_to_any_book_moves_and_names_no_unit() -> None:
    rows = after(OPENED, subject=BOOK)
    before = dict(rows)
    told = (Unit(id="evil", name="外", unit_class="x"), Unit(id="t1", name="别名", parent="evil", unit_class="x"))
    fold(rows, beside(UnitsListed(version=9, part=1, units=told), "evil"))
    assert rows == before


def test_a_unit_never_moves_under_another_root() -> None:
    rows = after(OPENED, subject=BOOK)
    fold(rows, beside(OPENED, "t1", "evil", "t1"))
    assert rows["units", "c/t1"]["path"] == ["root", "t1"]


def test_a_campaign_is_announced_again_by_its_own_root_alone() -> None:
    rows: Rows = {}
    first, other = (PLAN.model_copy(update={"campaign": "c", "version": version}) for version in (1, 2))
    tree = seal([Unit(id="root", name="局", unit_class="bureau")])
    fold(rows, beside(CampaignAnnounced(plan=first, tree=tree), "root"))
    fold(rows, beside(CampaignAnnounced(plan=other, tree=tree), "evil"))
    assert (rows["campaigns", "c"]["root"], rows["campaigns", "c"]["version"]) == ("root", 1)
    fold(rows, beside(CampaignAnnounced(plan=other, tree=tree), "root"))
    assert rows["campaigns", "c"]["version"] == 2


def test_an_amendment_changes_the_campaigns_plan_and_where_its_units_stand() -> None:
    tree = seal([Unit(id="root", name="局", unit_class="bureau")])
    first, other = (PLAN.model_copy(update={"campaign": "c", "version": version}) for version in (1, 2))
    rows: Rows = {}
    fold(rows, beside(CampaignAnnounced(plan=first, tree=tree), "root"))
    fold(rows, beside(CampaignAmended(plan=other, tree=tree, by="head"), "evil"))
    assert rows["campaigns", "c"]["version"] == 1
    fold(rows, beside(CampaignAmended(plan=other, tree=tree, by="head"), "root"))
    assert rows["campaigns", "c"]["version"] == 2
    fold(rows, beside(OPENED, "t1", "root", "east", "t1"))
    amended = BookAmended(
        name="镇二",
        unit_class="clinic",
        tags=(),
        plan_version=2,
        tree_version=2,
        path=("root", "west", "t1"),
        levels_below=0,
        units_below=(),
    )
    fold(rows, beside(amended, "t1", "root", "west", "t1"))
    row = rows["units", "c/t1"]
    assert (row["name"], row["parent"], row["path"], row["tree"]) == ("镇二", "west", ["root", "west", "t1"], 2)


def test_a_phase_that_is_opened_again_or_extended_shows_so_and_counts_its_book_once() -> None:
    opened = PhaseOpened(phase="P1", start=date(2019, 3, 1), end=date(2019, 3, 31), returns=())
    counts, head = Counts(units=1), Head(position=1, chain="00")
    closed = PhaseClosed(phase="P1", own=counts, total=counts, head=head)
    again = PhaseHeld(phase="P1", gap=Gap(), takes_back="complete")
    place = ("phases", f"{BOOK}#P1")
    row = after(opened, closed, again, subject=BOOK)[place]
    assert (row["status"], row["closed"], row["figures"]["units"]) == ("held", None, 0)
    row = after(opened, closed, again, closed.model_copy(update={"revision": 2}), subject=BOOK)[place]
    assert (row["status"], row["statement"]["revision"], row["figures"]["units"]) == ("closed", 2, 1)
    more = PhaseExtended(phase="P1", until=date(2019, 4, 15), reason="系统升级", by="head", by_unit="root")
    row = after(opened, PhaseHeld(phase="P1", gap=Gap()), more, subject=BOOK)[place]
    assert (row["status"], row["end"]) == ("open", "2019-04-15")
