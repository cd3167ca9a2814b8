"""Who hears of what, and in which words: given an event, when it is recorded, then these notices."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pytest

from services.ledger.rules.reasons import reason
from services.notify.channels.wording import worded
from services.notify.memory import Known, remembered
from services.notify.policy import Notice, looks_up, notices
from shared.events.campaign import BookAmended
from shared.events.catalogue import CATALOGUE
from shared.events.extension import ExtensionDenied, ExtensionGranted, ExtensionRequested
from shared.events.fact import Fact
from shared.events.hand_over import HandOverReceived, HandOverSettled
from shared.events.holding import FactHeld
from shared.events.issue import (
    FollowUpSet,
    IssueAssigned,
    IssueCarriedOver,
    IssueEntered,
    IssueOverdue,
    RectificationReturned,
    RectificationVerified,
)
from shared.events.lateness import EscalationReceived, IssueEscalated, IssueNearDue
from shared.events.leaving import IssueCameBack
from shared.events.phase import PhaseHeld
from shared.events.refusal import Refused
from shared.events.returns import ObligationOpened, ReturnChased, ReturnFiled, ReturnNearDue, ReturnSentBack
from shared.events.strike_off import IssueReopened, IssueReturned, IssueSpotChecked, ObjectionDecided
from shared.events.supervision import SupervisionOrdered
from shared.kafka.cloudevents import read_recorded
from shared.kafka.records import Recorded
from shared.values import Wording
from tests.notify.given import BOOK, DAY, JUNE, KNOWN, MAY, RETURN, ROOT, Book, recorded


def told(event: Recorded, known: Known) -> list[tuple[str, str]]:
    """Who hears of it, by which template, given what is looked up."""
    looked_up = {subject: known[subject] for subject in looks_up(event) if subject in known}
    return [(each.recipient.removeprefix("root/"), each.template) for each in notices(event, looked_up)]


def letter(notice: Notice) -> str:
    """All that a mail says."""
    return "\n".join(worded(notice.template, notice.values, "张三丰"))


def overdue(clock: str, owner: str | None = "wang") -> IssueOverdue:
    return IssueOverdue.model_validate({"number": 7, "phase": "p1", "clock": clock, "due": date(2019, 5, 9), "owner": owner})


@pytest.mark.parametrize(
    ("fact", "template"),
    [
        (IssueAssigned(owner="wang"), "assigned"),
        (overdue("plan"), "overdue-plan"),
        (overdue("fix"), "overdue-fix"),
        (overdue("follow-up"), "overdue-follow-up"),
        (IssueReturned(number=7, phase="p1"), "returned"),
        (IssueReopened(number=7, phase="p1", cycle=2, reason="又坏了", plan_due=MAY, fix_due=JUNE), "reopened"),
        (HandOverSettled(offer=1, unit="u9", accepted=False, reason="不属本院"), "came-back"),
        (IssueCameBack(out_of="tz2019/u1/issue/b~8"), "unmerged"),
        (IssueCarriedOver(number=7, phase="p1", due=JUNE, owner="wang"), "carried-over"),
        (FollowUpSet(due=JUNE, owner="wang", by="li"), "follow-up"),
        (SupervisionOrdered(reason="久拖不决", by="qian"), "supervised"),
        (IssueNearDue(number=7, phase="p1", clock="fix", due=MAY, days=3, owner="wang"), "near-due"),
        (ExtensionGranted(by="li", until=JUNE), "extension-granted"),
        (ExtensionDenied(by="li", reason="可以按期"), "extension-denied"),
    ],
)
def test_the_owner_hears(fact: Fact, template: str) -> None:
    (notice,) = notices(recorded(fact), {})
    assert (notice.event, notice.recipient, notice.channel, notice.template) == ("tz2019/u1@1", "root/wang", "mail", template)
    assert notice.key == "tz2019/u1@1 root/wang mail"
    assert notice.values["number"] == "7"


@pytest.mark.parametrize(
    ("fact", "owner"),
    [
        (overdue("fix", None), None),
        (RectificationReturned(reason="照片不清", by="li"), "wang"),
        (HandOverSettled(offer=1, unit="u9", accepted=True), "wang"),
        (IssueReturned(number=7, phase="p1"), None),
        (RectificationVerified(effect="有效", by="li"), "wang"),
        (PhaseHeld.model_validate({"phase": "p1", "gap": {}}), None),
        (Refused(type="RectificationDone", rule="struck-off", reason=reason("struck-off"), told_id="17", told_source="desk"), "wang"),
        (
            FactHeld(
                issue="tz2019/u1/issue/b~7",
                type="RectificationDone",
                rule="no-measures",
                reason=Wording(zh="未拿出措施", en="no measures"),
                until=MAY,
                fact="{}",
                told_source="desk",
                told_id="17",
                time=DAY,
                accepted=DAY,
            ),
            "wang",
        ),
    ],
)
def test_nobody_hears(fact: Fact, owner: str | None) -> None:
    assert notices(recorded(fact, owner), KNOWN) == []


GOLDEN = Path(__file__).parents[1] / "golden"
OWNED_OR_BACK = {
    "IssueAssigned": "it was assigned, also as it was taken over from another unit",
    "IssueReopened": "a look-back or a spot check failed, or a superior had it opened again",
    "IssueReturned": "a check, a spot check or an objection sent it back",
    "IssueCameBack": "what it was merged into left unsolved",
    "HandOverSettled": "the other unit did not take it",
    "IssueCarriedOver": "the campaign ended",
    "FollowUpSet": "somebody was told to follow it up",
}
OTHER_NEWS = {"IssueOverdue", "IssueNearDue", "IssueEscalated", "ExtensionGranted", "ExtensionDenied", "SupervisionOrdered"}
NOT_FOR_THE_OWNER = {
    *("IssueReported", "IssueEntered", "CommonProblemNamed"),  # before anybody owns it
    *("MeasuresPlanned", "MilestoneReached", "RectificationDone", "RectificationVerified", "ExtensionRequested", "ReviewDone"),  # own work
    *("RectificationReturned", "ObjectionDecided", "IssueSpotChecked", "LookBackDone", "ReopeningOrdered"),  # what follows is told
    *(
        "IssueStruckOff",
        "IssueVoided",
        "IssueWithdrawn",
        "IssueMerged",
        "IssueAbsorbed",
        "IssueReleased",
        "HandOverCompleted",
        "HandOverOutcome",
    ),  # it left
    *("StrikeOffPublished", "ObjectionRaised", "SupervisionLifted", "NextReviewSet", "IssueLinked", "OverdueWithdrawn"),  # nothing to do
    *("DeadlinePassed", "StepDue", "CarryOverDue", "CarryOverPutOff", "DeadlinePutOff"),  # what follows is told, or a clock went on
    *("LateTellingAccepted", "LateTellingDismissed", "ReporterAnswered", "ReporterRewarded", "ComplaintReplied", "ReplyDepartmentNamed"),
    *("IssueHandedOver", "HandOverOffered", "HandOverReceived", "HandOverAcknowledged", "HandOverDeclined"),  # between two units
    *("HandOverWithdrawn", "HandOverCalledBack", "HandOverRecalled", "HandOverLapsed", "EscalationReceived", "OutcomeRecorded"),
    *("FactHeld", "HeldReleased", "HoldExpired", "Refused"),  # its teller asks what became of it
}


def test_of_every_event_of_an_issue_it_was_decided_whether_its_owner_hears() -> None:
    of_issues = {name for name, fact in CATALOGUE.items() if fact.kind == "issue"}
    assert of_issues == (OWNED_OR_BACK.keys() | OTHER_NEWS | NOT_FOR_THE_OWNER) & of_issues
    owners = {name for name, fact in CATALOGUE.items() if fact.kind == "issue" and "owner" in fact.model_fields}
    assert owners <= OWNED_OR_BACK.keys() | OTHER_NEWS | {"IssueReported", "EscalationReceived", "HandOverAcknowledged"}


@pytest.mark.covers("C4", "L5")
@pytest.mark.parametrize("type", [*OWNED_OR_BACK, *sorted(OTHER_NEWS)])
def test_whoever_comes_to_own_an_issue_or_has_it_back_hears_of_it_once_with_its_last_day(type: str) -> None:
    golden = orjson.loads((GOLDEN / f"{type}.json").read_bytes())["fact"]
    golden |= {"owner": "wang"} if "owner" in CATALOGUE[type].model_fields else {}
    golden |= {"accepted": False} if type == "HandOverSettled" else {}
    event = recorded(CATALOGUE[type].model_validate_json(orjson.dumps(golden)))
    entered = {"text": "座椅", "plan_due": "2019-05-09", "fix_due": "2019-05-20", "until": "2019-06-20", "reason": "未改"}
    known: Known = {**KNOWN, event.subject: {**entered, **(remembered(event, entered) or {})}}
    to_owner = [each for each in notices(event, known) if each.recipient == "root/wang"]
    assert len(to_owner) == 1
    if type in OWNED_OR_BACK:
        said = letter(to_owner[0])
        assert re.search(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}", said)
        assert "—" not in said


@pytest.mark.parametrize(
    ("fact", "reason"),
    [
        (RectificationReturned(reason="照片不清", by="li"), "照片不清"),
        (IssueSpotChecked(holds=False, finding="现场未改", by="qian"), "现场未改"),
        (ObjectionDecided(upheld=True, reason="异议成立", by="li"), "异议成立"),
    ],
)
def test_one_mail_says_that_an_issue_was_sent_back_and_why(fact: Fact, reason: str) -> None:
    told_of, sent_back = recorded(fact), recorded(IssueReturned(number=7, phase="p1"))
    known: Known = {**KNOWN, told_of.subject: {"fix_due": "2019-05-20", **(remembered(told_of) or {})}}
    assert told(told_of, known) == []
    (notice,) = notices(sent_back, known)
    assert reason in letter(notice)
    assert "2019-05-20" in letter(notice)


@pytest.mark.covers("A7", "I4")
def test_whom_an_amended_tree_no_longer_names_responsible_hears_nothing_more() -> None:
    tree = {"name": "第一医院", "unit_class": "hospital", "tags": (), "plan_version": 2, "tree_version": 2}
    amended = BookAmended.model_validate(tree | {"path": ("root", "u1"), "levels_below": 0, "units_below": ()})
    asked = recorded(ExtensionRequested(by="wang", until=JUNE, reason="等待设备"))
    chased = recorded(ReturnChased(obligation="own-plan", levels=1), None, RETURN)
    for responsible, hears in ((None, []), ("sun", [("sun", "extension-asked")])):
        more = remembered(recorded(amended.model_copy(update={"responsible": responsible}), None, BOOK), KNOWN[BOOK])
        known: Known = {**KNOWN, BOOK: {**(KNOWN[BOOK] or {}), **(more or {})}}
        assert told(asked, known) == hears
        assert [who for who, template in told(chased, known) if template == "return-chased"] == [who for who, _ in hears]


@pytest.mark.covers("D4")
def test_an_escalated_issue_is_told_to_its_owner_and_to_the_responsible_of_the_unit_above() -> None:
    up = IssueEscalated(number=7, phase="p1", clock="fix", due=MAY, days=5, levels=1, to="root", owner="wang")
    assert told(recorded(up), KNOWN) == [("wang", "escalated")]
    issue = Book().issue(7)
    received = recorded(EscalationReceived(issue=issue, unit="u1", number=7, clock="fix", due=MAY, owner="wang"), None, ROOT, "root")
    known = {**KNOWN, issue: {"text": "座椅破损"}}
    assert told(received, known) == [("qian", "escalation")]
    said = letter(notices(received, known)[0])
    assert "第一医院第7号" in said
    assert "座椅破损" in said
    assert "qian" not in said
    itself = up.model_copy(update={"to": "u1"})
    assert told(recorded(itself), KNOWN) == [("wang", "escalated"), ("zhao", "escalation")]
    assert told(recorded(itself.model_copy(update={"owner": "zhao"})), KNOWN) == [("zhao", "escalated")]


def test_more_time_is_asked_of_the_responsible_and_the_owner_hears_the_new_date() -> None:
    asked = recorded(ExtensionRequested(by="wang", until=JUNE, reason="等待设备"))
    assert told(asked, KNOWN) == [("zhao", "extension-asked")]
    assert told(asked, {}) == []
    said = remembered(asked)
    assert remembered(recorded(ExtensionGranted(by="li")), said) == {"fix_due": "2019-06-20"}
    granted = recorded(ExtensionGranted(by="li"))
    known = {**KNOWN, granted.subject: {"fix_due": "2019-06-20"}}
    assert "整改时限为2019-06-20" in letter(notices(granted, known)[0])


@pytest.mark.covers("E2")
def test_a_hand_over_is_told_to_the_responsible_of_the_unit_that_is_to_take_it() -> None:
    content: dict[str, Any] = {"text": "电梯故障", "category": "flow", "channel": "hotline", "nature": "hazard"}
    received = HandOverReceived(origin="tz2019/u9/issue/b~1", reason="属贵院职责", plan_due=MAY, fix_due=JUNE, **content)
    event = recorded(received, None)
    known: Known = {**KNOWN, "tz2019/u9": {"name": "门诊部", "responsible": "wu"}}
    assert told(event, known) == [("zhao", "handed-over")]
    said = letter(notices(event, known)[0])
    assert all(each in said for each in ("门诊部向第一医院转办", "电梯故障", "属贵院职责"))


@pytest.mark.covers("H17", "L13")
def test_a_return_that_is_not_in_is_told_to_the_responsible_and_one_sent_back_to_its_contact() -> None:
    near = recorded(ReturnNearDue(obligation="own-plan", phase="p1", due=MAY), None, RETURN)
    chased = recorded(ReturnChased(obligation="own-plan", text="请今日报送"), None, RETURN)
    back = recorded(ReturnSentBack(obligation="own-plan", reason="缺附件", by="li"), None, RETURN)
    owed = remembered(recorded(ObligationOpened(obligation="own-plan", phase="p1", due=MAY), None, RETURN))
    known: Known = {**KNOWN, RETURN: owed}
    assert told(near, known) == [("zhao", "return-near-due")]
    assert told(chased, known) == [("zhao", "return-chased"), ("qian", "return-escalated")]
    assert told(back, known) == [("zhao", "return-sent-back")]
    said = letter(notices(chased, known)[0])
    assert "尚未报送“实施方案”（时限2019-05-09）" in said
    assert "请今日报送" in said
    filed = remembered(recorded(ReturnFiled(obligation="own-plan", title="方案", by="sun"), None, RETURN))
    assert filed == {"contact": "sun"}
    assert told(back, {**KNOWN, RETURN: filed}) == [("sun", "return-sent-back")]


@pytest.mark.covers("H17", "D4")
def test_a_return_that_a_step_of_the_plan_chased_is_told_as_many_levels_up_as_it_says_and_to_nobody_twice() -> None:
    step = recorded(ReturnChased(obligation="own-plan", levels=9), None, RETURN)
    assert told(step, KNOWN) == [("zhao", "return-chased"), ("qian", "return-escalated")]
    assert "第一医院尚未报送“实施方案”" in letter(notices(step, KNOWN)[1])
    both = {**KNOWN, ROOT: {**(KNOWN[ROOT] or {}), "responsible": "zhao"}}
    assert told(step, both) == [("zhao", "return-chased")]
    by_hand = recorded(ReturnChased(obligation="own-plan", by="chen", levels=9), None, RETURN)
    assert told(by_hand, KNOWN) == [("zhao", "return-chased")]
    at_root = recorded(ReturnChased(obligation="own-plan"), None, "tz2019/root/return/own-plan", "root")
    assert told(at_root, KNOWN) == [("qian", "return-chased")]


def test_entered_alone_tells_nobody() -> None:
    (entered, assigned) = Book().assigned(7, "wang")
    assert notices(read_recorded(entered), {}) == []
    assert isinstance(read_recorded(entered).fact, IssueEntered)
    assert [notice.recipient for notice in notices(read_recorded(assigned), {})] == ["root/wang"]
