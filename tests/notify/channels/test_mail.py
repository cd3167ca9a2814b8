"""Mails: no mailbox, sender or text starts a header or another mail."""

import pytest

from services.notify.channels import Never
from services.notify.channels.mail import Letter, compose, sender_of


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
