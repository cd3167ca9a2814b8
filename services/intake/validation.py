"""What intake asks of one event before it is told on: its form, whose it is, and whether book and plan know what it names. Pure."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import unquote

import orjson
from pydantic import ValidationError

from services.intake.masking import FREE_TEXT, masked_all
from services.intake.mistakes import Mistake, Wrong, invalid, shown, wrong
from services.intake.pseudonym import hidden, pseudonym
from services.intake.state import Known, OpenBook, Terms
from shared.events.activity import ActivityHeld, PracticeShared
from shared.events.catalogue import CATALOGUE
from shared.events.fact import Fact, Teller
from shared.events.idea import IdeaOffered
from shared.events.issue import IssueReported
from shared.events.nomination import NominationFiled
from shared.events.people import PersonNamed
from shared.events.proposal import ProposalFiled
from shared.events.self_check import SelfCheckAnswered
from shared.events.tree import UnitsListed
from shared.events.visit import VisitLogged
from shared.http.access import Key
from shared.kafka.cloudevents import SUBJECT, TRACE, Record, instant, stamp
from shared.topics import INTAKE, PEOPLE, book_id, subject_id

LARGEST = 256 << 10
"""Bytes that one event may take: as it is sent, and its data as a record's value, where the ledger refuses what is larger."""
TOLD = {name: model for name, model in CATALOGUE.items() if model.teller is Teller.BUREAU}
"""What may be told through the door."""
FIRST_TOLD = (
    IssueReported,
    ActivityHeld,
    PracticeShared,
    VisitLogged,
    IdeaOffered,
    ProposalFiled,
    NominationFiled,
)
"""What makes a subject under the teller's own reference: its id begins with the source of the key."""
MASKED = {name: tuple(FREE_TEXT & model.model_fields.keys()) for name, model in TOLD.items()}
DEEPEST = 200
"""Levels of nesting in an event's data: what reads and writes JSON gives up a little past it."""
OPENING = ("UnitsListed", "CampaignAnnounced", "CampaignAmended")
"""What the owner of a campaign alone tells, to a book that may not be open yet."""
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", re.IGNORECASE | re.ASCII)
SPECVERSION, CONTENT = ("ce_specversion", b"1.0"), ("content-type", b"application/json")


class Item(NamedTuple):
    """An event whose envelope has the right form."""

    id: str
    type: str
    subject: str
    book: str
    """The book that its subject lies in; `time` for a TimeTold."""
    scope: str
    """The book that must be open and under the key's unit; empty where none needs to be."""
    time: bytes
    """When it happened, as the record says it."""
    accepted: bytes
    """When it is taken under a told clock: as it says itself, where it is told late; else when it happened."""
    data: dict[str, Any]
    trace: str | None

    @property
    def books(self) -> list[str]:
        """The books that must be known to judge it: where it belongs, and that of the unit it is told for."""
        return [book for book in (self.scope, self.speaker) if book]

    @property
    def speaker(self) -> str:
        """The book of the unit that it is told for; empty where it names none."""
        unit = self.data.get("by_unit")
        return book_id(self.book.partition("/")[0], unit) if isinstance(unit, str) and self.scope else ""


def read(raw: Any, source: str) -> Item:
    """The envelope of an event, told with a key whose source this is. Raises Wrong."""
    if not isinstance(raw, dict):
        raise wrong("no-object", "", raw)
    if raw.get("specversion") != "1.0":
        raise wrong("specversion", "specversion", raw.get("specversion"))
    id, type, subject, data = raw.get("id"), raw.get("type"), raw.get("subject"), raw.get("data")
    if not (isinstance(id, str) and 0 < len(id) <= 200 and id.isprintable()):
        raise wrong("id", "id", id)
    model = TOLD.get(type) if isinstance(type, str) else None
    if model is None or not isinstance(type, str):
        raise wrong("type", "type", type, types=", ".join(TOLD))
    if raw.get("source", source) != source:
        raise wrong("source", "source", raw["source"], source=source)
    if raw.get("datacontenttype", "application/json") != "application/json":
        raise wrong("datacontenttype", "datacontenttype", raw["datacontenttype"])
    if not isinstance(data, dict):
        raise wrong("data", "data", data, type=type)
    book = _book(subject, model.kind)
    scope = "" if type in OPENING or model.kind == "time" else book
    if model is PersonNamed:
        scope = book_id(book.partition("/")[0], unit if isinstance(unit := data.get("unit"), str) else "")
    trace = raw.get("traceparent")
    moment = _moment("time", raw.get("time"))
    accepted = _moment("accepted", raw["accepted"]) if "accepted" in raw else moment
    return Item(
        id, type, str(subject), book, scope, moment, accepted, data, trace if isinstance(trace, str) and TRACE.fullmatch(trace) else None
    )


def _book(subject: Any, kind: str) -> str:
    """The book of a subject of this kind. Raises Wrong."""
    if kind == "time":
        if subject != "time":
            raise wrong("subject", "subject", subject, shape="time")
        return "time"
    found = SUBJECT.fullmatch(subject) if isinstance(subject, str) else None
    if found is None or (kind != "person" and (found[2] or "book") != kind):
        raise wrong("subject", "subject", subject, shape="<campaign>/<unit>" + ("" if kind in ("book", "person") else f"/{kind}/<id>"))
    return found.string[: found.start(1)] if found[1] else found.string


def _moment(field: str, text: Any) -> bytes:
    try:
        return moment(text)
    except (TypeError, ValueError):
        raise wrong("time", field, text) from None


@lru_cache(maxsize=65536)
def moment(text: str) -> bytes:
    """An RFC 3339 timestamp with its offset, as records have it: in UTC, with milliseconds. Raises TypeError or ValueError."""
    if not MOMENT.fullmatch(text):
        raise ValueError("no RFC 3339 timestamp")
    found = instant(text.upper())
    if not 2000 <= found.year <= 2999:
        raise ValueError("lies outside every campaign")
    return stamp(found).encode()


def records(
    item: Item, key: Key, accepted: bytes, known: Known, trace: str | None, partitions: int, told_clock: bool, secret: bytes | None = None
) -> list[Record]:
    """What is published for an event: one record, or for the time one to each partition. Raises Wrong."""
    terms = _allowed(item, key, known, told_clock)
    for name in MASKED[item.type]:
        if name in item.data:
            item.data[name] = masked_all(item.data[name])
    for name in hidden(item.data):
        if secret is None:
            raise wrong("pseudonym-missing", f"data.{name}", None)
        person = item.data[name]
        # Who tells it may be the very person: their id must not stand beside the pseudonym.
        item.data.update({each: pseudonym(person, secret) for each in (name, "by") if item.data.get(each) == person})
    try:
        value = orjson.dumps(item.data)
    except orjson.JSONEncodeError:  # all of it was JSON, so nothing but its depth stands in the way
        raise wrong("too-deep", "data", item.data, limit=DEEPEST) from None
    if len(value) > LARGEST:
        raise wrong("too-large", "data", None, size=len(value), limit=LARGEST)
    try:
        fact = TOLD[item.type].model_validate_json(value, extra="forbid")
    except ValidationError as error:
        if error.errors(include_url=False)[0]["type"] == "json_invalid":  # its reader gives up earlier than the writer
            raise wrong("too-deep", "data", item.data, limit=DEEPEST) from None
        raise invalid(error, TOLD[item.type].model_fields) from None
    if found := list(_unfit(item, fact, key, terms)):
        raise Wrong(*found)
    # As `told_record` makes it, without a Told in between.
    headers = [
        SPECVERSION,
        ("ce_id", item.id.encode()),
        ("ce_source", key.source.encode()),
        ("ce_type", item.type.encode()),
        ("ce_subject", item.subject.encode()),
        ("ce_time", item.time),
        ("ce_accepted", item.accepted if told_clock else accepted),
        CONTENT,
    ]
    if trace := item.trace or trace:
        headers.append(("traceparent", trace.encode()))
    if item.type == "TimeTold":
        return [Record(INTAKE, b"time", value, headers, partition) for partition in range(partitions)]
    if isinstance(fact, PersonNamed):
        return [Record(PEOPLE, fact.person.encode(), value, headers)]
    return [Record(INTAKE, item.book.encode(), value, headers)]


def _allowed(item: Item, key: Key, known: Known, told_clock: bool) -> Terms | None:
    """The terms of the plan that a book goes by, where the key may tell it this; none where they cannot be read yet. Raises Wrong."""
    if item.type == "TimeTold":
        if "clock" not in key.may:
            raise wrong("may-not", "type", item.type, key=key.id, act="clock")
        if not told_clock:
            raise wrong("wall-clock", "type", item.type)
        return None
    if item.type in OPENING:
        if "announce" not in key.may:
            raise wrong("may-not", "type", item.type, key=key.id, act="announce")
        if item.book.partition("/")[2] != key.unit:
            raise wrong("not-root", "subject", item.subject, unit=key.unit)
        return None
    book = known.books.get(item.scope)
    field, value = ("data.unit", item.data.get("unit")) if item.type == "PersonNamed" else ("subject", item.subject)
    if book is None:
        raise wrong("book-not-open", field, value, book=shown(item.scope))
    if not key.covers(book.path) and not _commands(item, key, book):
        raise wrong("not-yours", field, value, unit=key.unit)
    if item.speaker:
        _speaks_for(item.speaker, key, known)
    return known.terms.get(book.terms)


def _commands(item: Item, key: Key, book: OpenBook) -> bool:
    """Whether it is told for the key's own unit, and that stands above the book in a further line of command (I1)."""
    return item.data.get("by_unit") == key.unit and key.unit in book.superiors


def _speaks_for(speaker: str, key: Key, known: Known) -> None:
    """Whether a key may speak for a unit: its own, or one below; so no hospital acts as its superior. Raises Wrong."""
    book, unit = known.books.get(speaker), speaker.partition("/")[2]
    if book is None:
        raise wrong("book-not-open", "data.by_unit", unit, book=shown(speaker))
    if not key.covers(book.path):
        raise wrong("not-yours", "data.by_unit", unit, unit=key.unit)


def _unfit(item: Item, fact: Fact, key: Key, terms: Terms | None) -> Iterator[Mistake]:
    """What the ledger would refuse by the plan or the ids; told here already, beside the row. Without terms the ledger alone judges."""
    if isinstance(fact, FIRST_TOLD):
        award = f"{fact.award}~{fact.period}~" if isinstance(fact, NominationFiled) else ""
        prefix = f"{item.book}/{fact.kind}/{award}{key.source}~"  # as `subject_id` has it: a source needs no quoting
        if not item.subject.startswith(prefix) or item.subject == prefix:
            yield Mistake.of("issue-source", "subject", item.subject, prefix=prefix)
            return
    if item.subject != (right := exact(item.subject)):
        yield Mistake.of("subject", "subject", item.subject, shape=right)
    if isinstance(fact, UnitsListed) and item.subject != (tree := subject_id(item.book, "tree", str(fact.version))):
        yield Mistake.of("subject", "subject", item.subject, shape=tree)
    if isinstance(fact, IdeaOffered) and fact.anonymous and fact.offered_by:
        # Refused here already: the ledger could only refuse it once the name is kept for ever.
        yield Mistake.of("idea-anonymous", "data.offered_by", None)
    if terms is None:
        return
    if isinstance(fact, IssueReported | IdeaOffered):
        if fact.category not in terms.categories:
            yield Mistake.of("category-unknown", "data.category", fact.category, known=_some(terms.categories))
        if fact.channel not in terms.channels:
            yield Mistake.of("channel-unknown", "data.channel", fact.channel, known=_some(terms.channels))
    if isinstance(fact, IssueReported | SelfCheckAnswered) and fact.target is not None and fact.target not in terms.targets:
        yield Mistake.of("target-unknown", "data.target", fact.target, known=_some(terms.targets))


def exact(subject: str) -> str:
    """A subject in the one way `subject_id` writes it, so that nothing has two ids: encoded only where it must be, and no part empty."""
    if subject.count("/") < 3:
        return subject
    campaign, unit, kind, id = subject.split("/")
    parts = id.split("~")
    if "%" not in id and all(parts):
        return subject
    if not any(parts):
        return f"{campaign}/{unit}/{kind}/<id>"
    return subject_id(book_id(campaign, unit), kind, *(unquote(part) for part in parts if part))


def _some(values: tuple[Any, ...]) -> str:
    """Some of what is known, for a message."""
    return ", ".join(map(str, values[:20])) + (" …" if len(values) > 20 else "")
