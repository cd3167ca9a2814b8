"""Mails: no mailbox, sender or text starts a header or another mail."""

import pytest

from services.notify.channels import Never
from services.notify.channels.mail import Letter, Mail, Server, compose, sender_of
from services.notify.channels.wording import worded


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
        ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type", "List-Id"]
    )
    assert all(line.isascii() for line in raw.splitlines())
    again = compose(Letter(attack, "y", "b@x.test", "t", "u"), sender_of("xiaohao@post.test"))
    assert again["Message-ID"] == message["Message-ID"]


@pytest.mark.parametrize("sender", ["", "nobody", "a@x.test\r\nBcc: b@x.test", "a@x.test, b@x.test"])
def test_a_sender_that_is_no_address(sender: str) -> None:
    with pytest.raises(ValueError, match="no mail address"):
        sender_of(sender)


def test_a_letter_is_said_as_text_and_as_html_that_loads_nothing_and_links_to_its_issue() -> None:
    link = "https://x.test/issues/tz2019/u1/issue/t01~1"
    attack = "<img src=https://spy.test/1.png><script>alert(1)</script>&amp;"
    letter = Letter(
        "id",
        "张三丰",
        "a@x.test",
        *worded("assigned", {"name": "第一医院", "unit": "u1", "number": "7", "text": attack}, "张三丰", link),
        link,
    )
    message = compose(letter, sender_of("xiaohao@post.test"))
    assert message.get_content_type() == "multipart/alternative"
    plain, html = (each.get_content() for each in message.iter_parts())
    assert link in plain
    assert f'<a href="{link}">' in html
    assert "<img" not in html
    assert "<script" not in html
    assert "&lt;img src=" in html
    assert 'src="' not in html
    for said in ("问题内容：", "Text: ", "第一医院", "Issue 7 of 第一医院"):
        assert said in plain
        assert said in html
    assert "u1）" not in plain
    assert str(message["List-Id"]) == "<xiaohao.post.test>"


@pytest.mark.parametrize(
    ("base", "subject", "link"),
    [
        ("", "tz2019/u1/issue/t01~1", None),
        ("https://x.test/", "tz2019/u1/issue/t01~a%2Fb", "https://x.test/issues/tz2019/u1/issue/t01~a%252Fb"),
        ("https://x.test/xh", "tz2019/u1/return/own-plan", "https://x.test/xh/campaigns/tz2019"),
    ],
)
def test_a_mail_links_to_the_page_of_its_issue_or_campaign(base: str, subject: str, link: str | None) -> None:
    mail = Mail(Server("localhost", 25), sender_of("xiaohao@post.test"), base)
    assert mail.link(subject) == link
