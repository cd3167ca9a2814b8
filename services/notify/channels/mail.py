"""Messages as mails, by SMTP."""

import contextlib
import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as CRLF
from email.utils import format_datetime, getaddresses
from typing import Literal

from aiosmtplib import SMTP, SMTPException, SMTPNotSupported, SMTPRecipientsRefused, SMTPResponseException
from pydantic import SecretStr

from services.notify.channels import Away, Later, Message, Never
from services.notify.channels.wording import as_html, flat, worded
from shared.topics import kind_of

COMMAND = 15.0
"""Seconds that the server may take to answer one command."""


@dataclass(frozen=True)
class Server:
    """The mail server, and who we are there."""

    host: str
    port: int
    user: str | None = None
    password: SecretStr | None = None
    tls: Literal["none", "starttls", "tls"] = "none"


@dataclass(frozen=True, slots=True)
class Letter:
    """A message in words."""

    id: str
    name: str = field(repr=False)
    mailbox: str = field(repr=False)
    subject: str = field(repr=False)
    body: str = field(repr=False)
    link: str | None = None


def sender_of(text: str) -> Address:
    """A sender as `box@host` or `Name <box@host>`. Raises ValueError where it is none."""
    try:
        ((name, box),) = getaddresses([text])
        sender = Address(display_name=name, addr_spec=box)
    except (ValueError, MessageError, IndexError) as error:
        raise ValueError(f"{text[:80]!r} is no mail address: {error}") from None
    if "@" not in box or flat(text, 400) != text:
        raise ValueError(f"{text[:80]!r} is no mail address")
    return sender


def compose(letter: Letter, sender: Address) -> EmailMessage:
    """A letter as a mail. Raises Never for a mailbox that is not exactly one address.

    Whatever goes into a header is on one line, the address is checked by its grammar, and the headers are encoded by the standard library, which
    refuses a line break by itself.
    """
    try:
        to = Address(display_name=flat(letter.name, 80), addr_spec=letter.mailbox)
        if to.addr_spec != letter.mailbox or not letter.mailbox.isascii():
            raise ValueError
        message = EmailMessage(CRLF)
        message["From"], message["To"] = sender, to
        message["Subject"] = flat(letter.subject, 150)
    except (ValueError, MessageError, IndexError):
        raise Never("bad-mailbox") from None
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = f"<{hashlib.sha256(letter.id.encode()).hexdigest()[:40]}@{sender.domain or 'localhost'}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's out-of-office answers it
    message["List-Id"] = f"<xiaohao.{sender.domain or 'localhost'}>"  # RFC 2919: a rule of the mailbox can sort them
    message.set_content(letter.body, charset="utf-8", cte="base64")
    message.add_alternative(as_html(letter.body, letter.link), subtype="html", charset="utf-8", cte="base64")
    return message


class Mail:
    """One SMTP connection, made when a letter comes and kept for the run of letters."""

    def __init__(self, server: Server, sender: Address, base: str = "") -> None:
        self._server, self._sender, self._base = server, sender, base.rstrip("/")
        self._smtp: SMTP | None = None

    async def send(self, message: Message) -> None:
        """Hand a letter to the server. Raises Never on 5xx, Later on 4xx, Away where there is no session with the server."""
        link = self.link(message.subject)
        letter = Letter(message.id, message.name, message.mailbox, *worded(message.template, message.values, message.name, link), link)
        mail = compose(letter, self._sender)
        try:
            smtp = await self._session()
            await smtp.send_message(mail, sender=self._sender.addr_spec, recipients=[letter.mailbox])
        except SMTPRecipientsRefused as error:
            raise self._answered(error.recipients[0].code) from None
        except SMTPNotSupported:
            raise Never("bad-mailbox") from None
        except SMTPResponseException as error:
            raise self._answered(error.code) from None
        except (SMTPException, OSError):
            self._drop()
            raise Away("away") from None
        except BaseException:  # cancelled in the middle: what the server says next would answer another question
            self._drop()
            raise

    def link(self, subject: str) -> str | None:
        """The page of an issue; of anything else that of its campaign. None where nobody said where the pages are."""
        if not self._base:
            return None
        if kind_of(subject) == "issue":
            return f"{self._base}/issues/{subject.replace('%', '%25')}"
        return f"{self._base}/campaigns/{subject.partition('/')[0]}"

    def _answered(self, code: int) -> Exception:
        if code == 421:  # the server closes
            self._drop()
            return Away("away", code)
        return Never("refused", code) if code >= 500 else Later("not-now", code)

    async def _session(self) -> SMTP:
        if self._smtp is not None and self._smtp.is_connected:
            return self._smtp
        server = self._server
        self._smtp = SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user,
            password=server.password.get_secret_value() if server.password else None,
            use_tls=server.tls == "tls",
            start_tls=server.tls == "starttls",
            timeout=COMMAND,
        )
        try:
            await self._smtp.connect()
        except SMTPException as error:
            # Whatever a server says before any letter is about us (a password, a policy): no reason to give the letter up.
            self._drop()
            raise Away("away", getattr(error, "code", None)) from None
        return self._smtp

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
        self._smtp = None

    async def rest(self) -> None:
        """Say good-bye."""
        if self._smtp is not None and self._smtp.is_connected:
            with contextlib.suppress(SMTPException, OSError):
                await self._smtp.quit(timeout=2)
        self._drop()
