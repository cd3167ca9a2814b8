"""Who hears of what, and in which words: given an event, when it is recorded, then these notices."""

from datetime import date

import pytest

from services.notify.channels import Letter, Never
from services.notify.channels.mail import compose, sender_of
from services.notify.policy import notices, remembered
from services.notify.wording import TEMPLATES, flat, worded
from shared.cloudevents import Recorded, read_recorded
from shared.events.campaign import BookOpened
from shared.events.checking import IssueReopened
from shared.events.fact import Fact
from shared.events.issue import (
    FollowUpSet,
    IssueAssigned,
    IssueEntered,
    IssueOverdue,
    IssueStruckOff,
    RectificationReturned,
    RectificationVerified,
)
from shared.events.leaving import IssueMerged
from shared.events.phase import PhaseHeld
from tests.notify.given import Book


def recorded(fact: Fact, owner: str | None = "wang") -> Recorded:
    book = Book()
    return read_recorded(book.write(fact, book.issue(7), 7, owner))


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
    ],
)
def test_the_owner_hears(fact: Fact, template: str) -> None:
    (notice,) = notices(recorded(fact))
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
    ],
)
def test_nobody_hears(fact: Fact, owner: str | None) -> None:
    assert notices(recorded(fact, owner)) == []


def test_what_is_remembered_of_an_issue_and_its_book() -> None:
    (entered, _) = Book().assigned(7, "wang", "座椅破损" * 100)
    assert remembered(read_recorded(entered)) == {"text": ("座椅破损" * 100)[:200], "plan_due": "2019-05-09", "fix_due": "2019-05-20"}
    assert remembered(recorded(FollowUpSet(due=date(2020, 1, 6), owner="wang", by="li"))) == {"fix_due": "2020-01-06"}
    struck_off = IssueStruckOff(number=7, phase="p1", on_time=True, carried_over=False)
    assert remembered(recorded(struck_off)) == {}
    again = IssueReopened(number=7, phase="p1", cycle=2, reason="又坏", plan_due=date(2019, 6, 3), fix_due=date(2019, 6, 10))
    assert remembered(recorded(again)) == {"plan_due": "2019-06-03", "fix_due": "2019-06-10"}
    assert remembered(recorded(IssueMerged(into="tz/u/issue/a", reason="同一", by="li"))) is None
    assert remembered(recorded(IssueAssigned(owner="wang"))) == {}
    opened = BookOpened(name="第一医院", unit_class="hospital", tags=(), plan_version=1, tree_version=1, levels_below=0, units_below=())
    assert remembered(recorded(opened)) == {"name": "第一医院"}


def test_every_template_has_words_and_none_needs_what_may_be_missing() -> None:
    values = {
        "name": "第一医院",
        "unit": "u1",
        "number": "7",
        "due": "2019-05-09",
        "plan_due": "2019-05-09",
        "fix_due": "2019-05-20",
        "text": "座椅",
    }
    for template in TEMPLATES:
        subject, body = worded(template, values, "张三丰")
        assert "第一医院第7号" in subject
        assert "Issue 7" in subject
        assert "张三丰" in body
        assert "of u1" in body
        assert "座椅" in body
        assert "\n" not in subject
        assert worded(template, {"unit": "u1", "number": "7"}, "")[0].startswith("【销号】u1第7号")


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
    assert notices(read_recorded(entered)) == []
    assert isinstance(read_recorded(entered).fact, IssueEntered)
    assert [notice.recipient for notice in notices(read_recorded(assigned))] == ["wang"]
