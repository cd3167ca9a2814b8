"""An event as it comes through the door: its envelope read and found to have the right form. Pure."""

import re
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, NamedTuple

from services.intake.limits import characters
from services.intake.mistakes import NotTaken
from services.intake.reasons import INTAKE
from shared.events.catalogue import CATALOGUE
from shared.events.fact import Teller
from shared.events.people import PersonNamed
from shared.kafka.cloudevents import SUBJECT, instant
from shared.kafka.records import TRACE
from shared.topics import book_id
from shared.values import Wording
from shared.wording import worded

TOLD = {name: model for name, model in CATALOGUE.items() if model.teller is Teller.BUREAU}
"""What may be told through the door."""
LONGEST_TYPE = 60
"""Characters of an unknown type that are compared with those that there are: it may be any text."""
OPENING = ("UnitsListed", "CampaignAnnounced", "CampaignAmended")
"""What the owner of a campaign alone tells, to a book that may not be open yet."""
OPERATING = ("PersonReleased", "PersonErased")
"""What an operator of the installation alone tells, of a person of a root."""
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True)
class Row:
    """One event as it came, at its place in the request (from 0): what JSON gave, or why nothing could be read."""

    index: int
    raw: Any = None
    refusal: NotTaken | None = None


class Event(NamedTuple):
    """An event whose envelope has the right form; its data are not looked at yet."""

    id: str
    type: str
    subject: str
    book: str
    """The book that its subject lies in; `time` for a TimeTold."""
    scope: str
    """The book that must be open and under the key's unit; empty where none needs to be."""
    time: datetime
    """When it happened."""
    accepted: datetime
    """When it is taken under a told clock: as it says itself, where it is told late; else when it happened."""
    data: dict[str, Any]
    characters: int
    """Of all texts in its data."""
    trace: str | None

    @property
    def campaign(self) -> str:
        """The campaign that its subject lies in."""
        return self.book.partition("/")[0]

    @property
    def books(self) -> list[str]:
        """The books that must be known to judge it: where it belongs, and that of the unit it is told for."""
        return [book for book in (self.scope or (self.book if self.type in OPENING else ""), self.speaker) if book]

    @property
    def speaker(self) -> str:
        """The book of the unit that it is told for; empty where it names none."""
        unit = self.data.get("by_unit")
        return book_id(self.campaign, unit) if isinstance(unit, str) and self.scope else ""


def read_event(raw: Any, source: str, trace: str | None) -> Event:
    """An event that is told with a key of this source, in a request with this trace. Raises NotTaken."""
    if not isinstance(raw, dict):
        raise NotTaken.by("no-object", "", raw)
    if raw.get("specversion") != "1.0":
        raise NotTaken.by("specversion", "specversion", raw.get("specversion"))
    id, type, subject, data = raw.get("id"), raw.get("type"), raw.get("subject"), raw.get("data")
    if not valid_id(id):
        raise NotTaken.by("id", "id", id)
    model = TOLD.get(type) if isinstance(type, str) else None
    if model is None or not isinstance(type, str):
        raise NotTaken.by("type", "type", type, hint=_hint(type))
    if raw.get("source", source) != source:
        raise NotTaken.by("source", "source", raw["source"], source=source)
    if raw.get("datacontenttype", "application/json") != "application/json":
        raise NotTaken.by("datacontenttype", "datacontenttype", raw["datacontenttype"])
    if not isinstance(data, dict):
        raise NotTaken.by("data", "data", data, type=type)
    book = _book(subject, model.kind)
    scope = "" if type in OPENING or model.kind == "time" else book
    if model is PersonNamed:
        scope = book_id(book.partition("/")[0], unit if isinstance(unit := data.get("unit"), str) else "")
    time = _moment("time", raw.get("time"))
    accepted = _moment("accepted", raw["accepted"]) if "accepted" in raw else time
    return Event(
        str(id), type, str(subject), book, scope, time, accepted, data, characters(data), valid_trace(raw.get("traceparent")) or trace
    )


def valid_id(id: Any) -> bool:
    """Whether an event may have this id."""
    return isinstance(id, str) and 0 < len(id) <= 200 and id.isprintable()


def _hint(type: Any) -> Wording:
    """What may be meant by a type that cannot be told."""
    if isinstance(type, str) and type in CATALOGUE:
        return worded(INTAKE["type-recorded"], type=type)
    near = get_close_matches(type[:LONGEST_TYPE], TOLD, 1) if isinstance(type, str) else []
    return worded(INTAKE["type-near"], near=near[0]) if near else worded(INTAKE["type-all"])


def valid_trace(text: Any) -> str | None:
    """A `traceparent`, where it is one."""
    return text if isinstance(text, str) and TRACE.fullmatch(text) else None


def _book(subject: Any, kind: str) -> str:
    """The book of a subject of this kind. Raises NotTaken."""
    if kind == "time":
        if subject != "time":
            raise NotTaken.by("subject", "subject", subject, shape="time")
        return "time"
    parts = SUBJECT.fullmatch(subject) if isinstance(subject, str) else None
    if parts is None or (kind != "person" and (parts[2] or "book") != kind):
        shape = "<campaign>/<unit>" + ("" if kind in ("book", "person") else f"/{kind}/<id>")
        raise NotTaken.by("subject", "subject", subject, shape=shape)
    return parts.string[: parts.start(1)] if parts[1] else parts.string


def _moment(field: str, text: Any) -> datetime:
    try:
        return moment(text)
    except (TypeError, ValueError):
        raise NotTaken.by("time", field, text) from None


@lru_cache(maxsize=65536)
def moment(text: str) -> datetime:
    """An RFC 3339 timestamp with its offset, in UTC, to the millisecond. Raises TypeError or ValueError."""
    if not MOMENT.fullmatch(text):
        raise ValueError("no RFC 3339 timestamp")
    parsed = instant(text.upper())
    if not 2000 <= parsed.year <= 2999:
        raise ValueError("lies outside every campaign")
    return parsed
