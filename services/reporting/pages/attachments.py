"""The attachments of an issue on its page: what each is, which event names it, where it is downloaded, and of the first pictures a small one."""

import base64
from collections.abc import Iterator
from typing import NamedTuple

from services.reporting.figures.report import History
from services.reporting.pages.history import event_name
from services.reporting.wording.texts import Language, text
from shared.workdays import BEIJING

DRAWN = 6
"""Pictures that the page itself holds, at most: some 60 KB each."""


class Item(NamedTuple):
    """One attachment."""

    href: str
    """Empty where it was removed."""
    name: str
    event: str
    picture: str
    """As the page holds it; empty where it holds none."""


def items(history: History, id: str, language: Language) -> Iterator[Item]:
    """The attachments in the order in which events named them; `id` is the issue's as a path has it."""
    for number, each in enumerate(history.attachments):
        size = f"{each.size / (1 << 20):.1f} MiB" if each.size >= 100 << 10 else f"{max(1, each.size >> 10)} KiB"
        drawn = base64.b64encode(each.preview).decode() if each.preview and number < DRAWN else ""
        told = text(language, "attachment-removed") if each.removed else size
        yield Item(
            href="" if each.removed else f"/api/attachments/{id}/{each.sha256}",
            name=f"{text(language, 'attachment', short=each.sha256[:8])} · {text(language, each.media)} · {told}",
            event=f"{each.event.accepted.astimezone(BEIJING):%Y-%m-%d} {event_name(each.event.type, language)}",
            picture=f"data:image/jpeg;base64,{drawn}" if drawn else "",
        )
