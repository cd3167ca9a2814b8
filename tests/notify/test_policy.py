"""Who hears of what, and in which words: given an event, when it is recorded, then these notices."""

from datetime import date
from typing import Any, get_args

import pytest

from services.ledger.rules.reasons import reason
from services.notify.channels import Letter, Never
from services.notify.channels.mail import compose, sender_of
from services.notify.policy import Known, Notice, Template, looks_up, notices, remembered
from services.notify.wording import TEMPLATES, flat, worded
from shared.events.campaign import BookAmended, BookOpened, CampaignAnnounced
from shared.events.extension import ExtensionDenied, ExtensionGranted, ExtensionRequested
from shared.events.fact import Fact
from shared.events.hand_over import HandOverReceived
from shared.events.holding import FactHeld
from shared.events.issue import (
    FollowUpSet,
    IssueAssigned,
    IssueEntered,
    IssueOverdue,
    IssueStruckOff,
    RectificationReturned,
    RectificationVerified,
)
from shared.events.lateness import DeadlinePutOff, EscalationReceived, IssueEscalated, IssueNearDue
from shared.events.leaving import IssueMerged
from shared.events.phase import PhaseHeld
from shared.events.refusal import Refused
from shared.events.returns import ObligationOpened, ReturnChased, ReturnFiled, ReturnNearDue, ReturnSentBack
from shared.events.strike_off import IssueReopened
from shared.kafka.cloudevents import read_recorded
from shared.kafka.records import Recorded
from shared.units import seal
from shared.values import Wording
from tests.flow import PLAN, UNITS
from tests.notify.given import DAY, Book

BOOK, ROOT, RETURN = "tz2019/u1", "tz2019/root", "tz2019/u1/return/own-plan"
KNOWN: Known = {
    BOOK: {"name": "第一医院", "responsible": "zhao"},
    ROOT: {"name": "卫健局", "responsible": "qian", "return own-plan": "实施方案"},
}
MAY, JUNE = date(2019, 5, 9), date(2019, 6, 20)


def recorded(fact: Fact, owner: str | None = "wang", subject: str | None = None, unit: str = "u1") -> Recorded:
    book = Book(unit)
    return read_recorded(book.write(fact, subject or book.issue(7), None if subject else 7, owner))


def told(event: Recorded, known: Known) -> list[tuple[str, str]]:
    """Who hears of it, by which template, given what is looked up."""
    looked_up = {subject: known.get(subject) for subject in looks_up(event)}
    return [(each.recipient, each.template) for each in notices(event, looked_up)]


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
        (RectificationReturned(reason="照片不清", by="li"), "returned"),
        (IssueNearDue(number=7, phase="p1", clock="fix", due=MAY, days=3, owner="wang"), "near-due"),
        (ExtensionGranted(by="li", until=JUNE), "extension-granted"),
        (ExtensionDenied(by="li", reason="可以按期"), "extension-denied"),
    ],
)
def test_the_owner_hears(fact: Fact, template: str) -> None:
    (notice,) = notices(recorded(fact), {})
    assert (notice.id, notice.recipient, notice.channel, notice.template) == ("tz2019/u1@1", "wang", "mail", template)
    assert notice.key == "tz2019/u1@1 wang mail"
    assert notice.values["number"] == "7"


@pytest.mark.parametrize(
    ("fact", "owner"),
    [
        (overdue("fix", None), None),
        (RectificationReturned(reason="照片不清", by="li"), None),
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


def test_what_is_remembered_of_an_issue_and_its_book() -> None:
    (entered, _) = Book().assigned(7, "wang", "座椅破损" * 100)
    assert remembered(read_recorded(entered)) == {"text": ("座椅破损" * 100)[:200], "plan_due": "2019-05-09", "fix_due": "2019-05-20"}
    assert remembered(recorded(FollowUpSet(due=date(2020, 1, 6), owner="wang", by="li"))) == {"fix_due": "2020-01-06"}
    struck_off = IssueStruckOff(number=7, phase="p1", on_time=True, carried_over=False)
    assert remembered(recorded(struck_off)) == {}  # it may be opened again
    again = IssueReopened(number=7, phase="p1", cycle=2, reason="又坏", plan_due=date(2019, 6, 3), fix_due=date(2019, 6, 10))
    assert remembered(recorded(again)) == {"plan_due": "2019-06-03", "fix_due": "2019-06-10"}
    assert remembered(recorded(IssueMerged(into="tz2019/u1/issue/b~8", reason="同一", by="li"))) is None
    assert remembered(recorded(IssueAssigned(owner="wang"))) == {}
    opened = BookOpened(name="第一医院", unit_class="hospital", tags=(), plan_version=1, tree_version=1, levels_below=0, units_below=())
    assert remembered(recorded(opened)) == {"name": "第一医院"}
    assert remembered(recorded(opened.model_copy(update={"responsible": "zhao"}))) == KNOWN[BOOK]


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
    assert "第一医院（u1）第7号" in said
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


@pytest.mark.covers("L6", "L7")
def test_more_time_that_was_granted_stays_in_the_mails_where_the_phase_lasts_longer_but_less_long() -> None:
    granted = remembered(recorded(ExtensionGranted(by="li", until=JUNE)))
    for until, day in ((date(2019, 6, 15), "2019-06-20"), (date(2019, 6, 25), "2019-06-25")):
        assert remembered(recorded(DeadlinePutOff(number=7, clock="fix", due=MAY, until=until)), granted) == {"fix_due": day}
    assert remembered(recorded(DeadlinePutOff(number=7, clock="plan", due=MAY, until=MAY)), granted) == {"plan_due": "2019-05-09"}


@pytest.mark.covers("E2")
def test_a_hand_over_is_told_to_the_responsible_of_the_unit_that_is_to_take_it() -> None:
    content: dict[str, Any] = {"text": "电梯故障", "category": "flow", "channel": "hotline", "nature": "hazard"}
    received = HandOverReceived(origin="tz2019/u9/issue/b~1", reason="属贵院职责", plan_due=MAY, fix_due=JUNE, **content)
    event = recorded(received, None)
    known: Known = {**KNOWN, "tz2019/u9": {"name": "门诊部", "responsible": "wu"}}
    assert told(event, known) == [("zhao", "handed-over")]
    said = letter(notices(event, known)[0])
    assert all(each in said for each in ("门诊部向第一医院（u1）转办", "电梯故障", "属贵院职责"))


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
    assert "第一医院（u1）尚未报送“实施方案”" in letter(notices(step, KNOWN)[1])
    both = {**KNOWN, ROOT: {**(KNOWN[ROOT] or {}), "responsible": "zhao"}}
    assert told(step, both) == [("zhao", "return-chased")]
    by_hand = recorded(ReturnChased(obligation="own-plan", by="chen", levels=9), None, RETURN)
    assert told(by_hand, KNOWN) == [("zhao", "return-chased")]
    at_root = recorded(ReturnChased(obligation="own-plan"), None, "tz2019/root/return/own-plan", "root")
    assert told(at_root, KNOWN) == [("qian", "return-chased")]


def test_the_plan_names_the_returns() -> None:
    announced = CampaignAnnounced(plan=PLAN, tree=seal(UNITS))
    assert remembered(recorded(announced, None, ROOT, "root")) == {"return report": "报告"}


def test_every_template_has_words_and_none_needs_what_may_be_missing() -> None:
    values = {
        "name": "第一医院",
        "unit": "u1",
        "number": "7",
        "due": "2019-05-09",
        "plan_due": "2019-05-09",
        "fix_due": "2019-05-20",
        "text": "座椅",
        "title": "实施方案",
        "from": "门诊部",
    }
    for template in TEMPLATES:
        subject, body = worded(template, values, "张三丰")
        if template == "handed-over":  # it has no number yet
            assert subject.startswith("【销号】门诊部转办问题，请第一医院签收")
            continue
        of_return = template.startswith("return-")
        assert ("第一医院材料“实施方案”" if of_return else "第一医院第7号") in subject
        assert ("return" if of_return else "Issue 7") in subject
        assert "张三丰" in body
        assert "u1" in body.partition("\n\n")[2]
        assert ("座椅" in body) is not of_return
        assert "\n" not in subject
        bare = worded(template, {"unit": "u1", "number": "7"}, "")[0]
        assert bare.startswith("【销号】u1材料“—”" if of_return else "【销号】u1第7号")
    assert set(TEMPLATES) == set(get_args(Template))


def test_values_stay_on_their_line() -> None:
    nasty = "甲\r\nBcc: all@x.test\r\n\r\n乙\u2028丙\x00\u202e丁{number}"
    subject, body = worded("returned", {"name": nasty, "unit": "u1", "number": "7", "text": nasty, "reason": nasty}, nasty)
    assert "\r" not in body
    assert "\n" not in subject
    assert not any(line.startswith(("Bcc", "乙", "丙")) for line in body.split("\n"))
    assert flat("长" * 100, 60) == "长" * 59 + "…"


@pytest.mark.parametrize(
    "mailbox", ["a,b@x.test", "a@x.test\r\nBcc: c@x.test", "a;b@x.test", "甲@x.test", '"a" b@x.test', "a@x@y.test", "a@", ""]
)
def test_a_mailbox_that_is_not_one_address_is_never_written_to(mailbox: str) -> None:
    with pytest.raises(Never) as error:
        compose(Letter("id", "张三丰", mailbox, "s", "b"), sender_of("xiaohao@localhost"))
    assert mailbox not in str(error.value) or not mailbox


def test_a_letter_whose_every_part_tries_to_start_a_header() -> None:
    attack = "x\r\nBcc: all@x.test\r\n\r\nbody"
    message = compose(Letter(attack, attack, "a@x.test", attack, attack), sender_of("销号 <xiaohao@post.test>"))
    raw = message.as_bytes()
    assert b"\nBcc:" not in raw
    assert sorted(message.keys()) == sorted(
        ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"]
    )
    assert all(line.isascii() for line in raw.splitlines())
    again = compose(Letter(attack, "y", "b@x.test", "t", "u"), sender_of("xiaohao@post.test"))
    assert again["Message-ID"] == message["Message-ID"]


@pytest.mark.parametrize("sender", ["", "nobody", "a@x.test\r\nBcc: b@x.test", "a@x.test, b@x.test"])
def test_a_sender_that_is_no_address(sender: str) -> None:
    with pytest.raises(ValueError, match="no mail address"):
        sender_of(sender)


def test_entered_alone_tells_nobody() -> None:
    (entered, assigned) = Book().assigned(7, "wang")
    assert notices(read_recorded(entered), {}) == []
    assert isinstance(read_recorded(entered).fact, IssueEntered)
    assert [notice.recipient for notice in notices(read_recorded(assigned), {})] == ["wang"]
