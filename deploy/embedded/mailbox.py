"""A mail server on this machine: it takes every mail, counts it, and keeps it where a folder is given. Nothing leaves the machine."""

from email.parser import BytesHeaderParser
from pathlib import Path
from types import TracebackType
from typing import Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.embedded.ports import HOST, choose


class Mailbox:
    """Takes mails for as long as the `with` lasts."""

    def __init__(self, folder: Path | None = None, port: int | None = None) -> None:
        """On this port where it is free, else on another."""
        self._folder, self._wanted = folder, port
        self._ids: set[str] = set()
        self.port = 0

    @property
    def mails(self) -> int:
        """Different mails so far: one that is sent again after a crash has the same Message-ID."""
        return len(self._ids)

    def __enter__(self) -> Self:
        if self._folder:
            self._folder.mkdir(parents=True, exist_ok=True)
        self.port = choose([], self._wanted)
        self._controller = Controller(self, hostname=HOST, port=self.port)
        self._controller.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._controller.stop()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Take one mail."""
        content = envelope.content or b""
        raw = content if isinstance(content, bytes) else content.encode()
        id = str(BytesHeaderParser().parsebytes(raw)["Message-ID"])
        self._ids.add(id)
        if self._folder:
            (self._folder / f"{id.strip('<>').partition('@')[0]}.eml").write_bytes(raw)
        return "250 taken"
