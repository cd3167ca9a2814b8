"""Event <-> Kafka record: CloudEvents 1.0 in binary mode, with the key as book and JSON as value.

A told record carries the fact as its value, and so does one that names a person or tells of a notice. A recorded one carries
`{"where": …, "fact": …}`, its position in the book as `ce_sequence`, the chain hash there as `ce_chain`, and the told event that it came from as
`ce_toldsource` and `ce_toldid`. The first that was recorded for a told event says too how many were, and the digest of what was told.
"""

import hashlib
import re
from collections.abc import Container, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache
from typing import ClassVar, Generic, TypeVar

from msgspec.structs import replace
from pydantic import ValidationError

from shared.events.catalogue import CATALOGUE, OUTSIDE_BOOKS
from shared.events.fact import Fact, Where
from shared.events.inbox import InboxAnswered
from shared.events.notice import NoticeFailed, NoticeSent
from shared.events.people import PersonNamed
from shared.kafka.records import NoticeTold, PersonTold, Placed, Received, Record, Recorded, Told, Unreadable
from shared.topics import INTAKE, LEDGER, NOTICES, PEOPLE, answers, book_of
from shared.values import MOMENT, RECORDED, Value
from shared.wording import worded
from shared.wording.details import DETAILS
from shared.wording.fields import fitting

BOOK = re.compile(r"[a-z0-9][a-z0-9-]{0,39}/[a-z0-9][a-z0-9-]{0,39}")
KINDS = sorted({fact.kind for fact in CATALOGUE.values()} - {"book", *OUTSIDE_BOOKS})
SUBJECT = re.compile(rf"[a-z0-9][a-z0-9-]{{0,39}}/[a-z0-9][a-z0-9-]{{0,39}}(/({'|'.join(KINDS)})/[A-Za-z0-9._~%-]{{1,300}})?")
EVENT = re.compile(rf"{BOOK.pattern}@[0-9]{{1,10}}")
PERSON = re.compile(r"[a-z0-9][a-z0-9-]{0,39}/[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SPECVERSION, JSON = ("ce_specversion", b"1.0"), ("content-type", b"application/json")


def instant(text: str) -> datetime:
    """An RFC 3339 timestamp with its offset, as UTC to the millisecond. Raises ValueError."""
    if not MOMENT.match(text):
        raise ValueError("does not begin with YYYY-MM-DD and a T")
    parsed = datetime.fromisoformat(text)
    if parsed.tzinfo is None:
        raise ValueError("has no offset from UTC")
    try:
        parsed = parsed.astimezone(UTC)
    except OverflowError:
        raise ValueError("lies outside the years 1 to 9999 in UTC") from None
    if parsed.year == 9999:
        raise ValueError("lies in the year 9999, whose last hours no date in China has")
    return parsed.replace(microsecond=parsed.microsecond // 1000 * 1000)


@lru_cache(maxsize=4096)
def stamp(moment: datetime) -> str:
    """A moment as RFC 3339 in UTC with milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def chained(before: str, value: bytes) -> str:
    """The chain hash (hex) after an event: over the one before and the digest of the event's value."""
    return hashlib.sha256(bytes.fromhex(before) + hashlib.sha256(value).digest()).hexdigest()


def _headers(id: str, source: str, type: str, subject: str, time: datetime) -> list[tuple[str, bytes]]:
    return [
        SPECVERSION,
        ("ce_id", id.encode()),
        ("ce_source", source.encode()),
        ("ce_type", type.encode()),
        ("ce_subject", subject.encode()),
        ("ce_time", stamp(time).encode()),
    ]


def json_of(value: Fact | Where) -> bytes:
    """A fact, or where it belongs, in its one JSON form."""
    return value.model_dump_json(exclude_none=True).encode()


def told_record(told: Told, partition: int = -1) -> Record:
    """A told event as a record for `campaign.intake`."""
    return _told(told, INTAKE, told.book, partition)


def person_record(told: Told, person: str, said: datetime) -> Record:
    """A person that was named, as a record for `campaign.people`; `person` is as `person_id` has it, `said` as `PersonTold` has it."""
    return _told(replace(told, accepted=said), PEOPLE, person)


def erasure_record(told: Told, person: str, said: datetime) -> Record:
    """A person who is known no more, as a record for `campaign.people`: without a value, which the topic then keeps no longer."""
    return replace(person_record(told, person, said), value=None)


def _told(told: Told, topic: str, key: str, partition: int = -1) -> Record:
    headers = [*_headers(told.id, told.source, told.type, told.subject, told.time), ("ce_accepted", stamp(told.accepted).encode()), JSON]
    if told.traceparent:
        headers.append(("traceparent", told.traceparent.encode()))
    return Record(topic, key.encode(), told.data or json_of(told.fact), headers, partition)


def notice_record(
    id: str, subject: str, recipient: str, notice: NoticeSent | NoticeFailed, now: datetime, traceparent: str | None = None
) -> Record:
    """What became of a notice, as a record for `campaign.notices`."""
    headers = [*_headers(id, "xiaohao/notify", type(notice).__name__, subject, now), JSON]
    if traceparent:
        headers.append(("traceparent", traceparent.encode()))
    return Record(NOTICES, recipient.encode(), json_of(notice), headers)


def answer_record(inbox: str, answer: InboxAnswered, now: datetime) -> Record:
    """What became of a record of an inbox, as a record for its answers."""
    place = f"{answer.partition}@{answer.offset}"
    headers = [*_headers(place, "xiaohao/intake", "InboxAnswered", inbox, now), JSON]
    return Record(answers(inbox), None, json_of(answer), headers, partition=0)


def recorded_headers(
    told_source: str, told_id: str, time: datetime, accepted: datetime, traceparent: str | None
) -> list[tuple[str, bytes]]:
    """The headers that all events recorded for one told event have in common."""
    headers = [
        SPECVERSION,
        ("ce_source", b"xiaohao/ledger"),
        ("ce_time", stamp(time).encode()),
        ("ce_accepted", stamp(accepted).encode()),
        ("ce_toldsource", told_source.encode()),
        ("ce_toldid", told_id.encode()),
        JSON,
    ]
    if traceparent:
        headers.append(("traceparent", traceparent.encode()))
    return headers


def group_headers(count: int, digest: bytes) -> list[tuple[str, bytes]]:
    """The headers of the first of so many events that were recorded for a told event, by which the store can be made again from the topic."""
    return [("ce_toldcount", b"%d" % count), ("ce_tolddigest", digest.hex().encode())]


def recorded_value(where: bytes, fact: bytes) -> bytes:
    """The value of a recorded event, of its parts, each as `json_of` gives it."""
    return b'{"where":%b,"fact":%b}' % (where, fact)


def recorded_record(
    book: str, type: str, subject: str, position: int, chain: str, value: bytes, common: Sequence[tuple[str, bytes]]
) -> Record:
    """A recorded event as a record for `campaign.ledger`; `common` is what `recorded_headers` gave."""
    own = (
        ("ce_id", f"{book}@{position}".encode()),
        ("ce_type", type.encode()),
        ("ce_subject", subject.encode()),
        ("ce_sequence", b"%d" % position),
        ("ce_chain", chain.encode()),
    )
    return Record(LEDGER, book.encode(), value, [*own, *common])


NEEDED = ("ce_specversion", "ce_id", "ce_source", "ce_type", "ce_subject", "ce_time")
KNOWN = {*NEEDED, "ce_accepted", "ce_sequence", "ce_chain", "ce_toldsource", "ce_toldid", "content-type", "traceparent"}
KNOWN |= {"ce_toldcount", "ce_tolddigest"}


def attributes(record: Received) -> dict[str, str]:
    """The CloudEvents attributes of a record, and `content-type` and `traceparent`.

    Raises Unreadable, naming the header. No reason of this module quotes anything of the record: it stands in clear on the dead-letter topic.
    """
    headers: dict[str, str] = {}
    for name, raw in record.headers:
        if name not in KNOWN and not name.startswith("ce_"):
            continue
        if name in headers:
            raise Unreadable(f"header {_known(name)} stands twice; it may stand once")
        if raw is None:
            raise Unreadable(f"header {_known(name)} is null; it needs a value")
        try:
            text = headers[name] = raw.decode()
        except UnicodeDecodeError:
            raise Unreadable(f"header {_known(name)} is not UTF-8") from None
        if len(text) > 500:
            raise Unreadable(f"header {_known(name)} has {len(text)} characters; at most 500")
    for name in NEEDED:
        if not headers.get(name):
            raise Unreadable(f"header {name} is missing")
    if headers["ce_specversion"] != "1.0":
        raise Unreadable("header ce_specversion is another than '1.0', the only one known")
    return headers


def _known(name: str) -> str:
    return name if name in KNOWN else "ce_…"


def _book(record: Received, headers: dict[str, str]) -> str:
    return _book_of(record.key or b"", headers["ce_subject"])


@lru_cache(maxsize=4096)
def _book_of(raw: bytes, subject: str) -> str:
    key = raw.decode("ascii", "replace")
    if not BOOK.fullmatch(key):
        raise Unreadable("the key is no book; it must be <campaign>/<unit> in small letters, digits and hyphens")
    if not SUBJECT.fullmatch(subject) or book_of(subject) != key:
        raise Unreadable("header ce_subject is no subject of the book that is the key")
    return key


@lru_cache(maxsize=4096)
def _moment(text: str) -> datetime:
    return instant(text)


def _instant(headers: dict[str, str], name: str) -> datetime:
    try:
        return _moment(headers.get(name) or headers["ce_time"])
    except ValueError:
        raise Unreadable(f"header {name} is no RFC 3339 timestamp with an offset, of a year that can be") from None


def _unfit(error: ValidationError, levels: int) -> str:
    """What does not fit, by so many levels of names that are the form's own: deeper ones, and the words of a check, may quote the value."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    return f"{'.'.join(map(str, first['loc'][:levels])) or 'value'}: {first['type']}"


def _shown(given: object) -> str:
    try:
        return str(given)[:80]
    except ValueError:
        return "a number of more digits than can be shown"


UNREAD = Fact()
"""Stands where what was told is no fact of its type."""


def read_told(record: Received) -> Told:
    """A record of `campaign.intake` as a told event. Raises Unreadable where it is none; data that does not fit its type is marked `invalid`."""
    headers = attributes(record)
    if record.value is None:
        raise Unreadable("the value is null; a told event has data")
    type = headers["ce_type"]
    book = headers["ce_subject"] if type == "TimeTold" else _book(record, headers)
    model, fact, invalid = CATALOGUE.get(type), UNREAD, None
    if model is None:
        invalid = worded(DETAILS["type-unknown"], type=type)
    else:
        try:
            fact = model.model_validate_json(record.value)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            if first["type"] == "json_invalid":
                raise Unreadable(f"the value is no JSON: {first['msg']}") from None
            if type == "TimeTold":
                # It is in no book, so no book can record the refusal.
                raise Unreadable(f"the value is no TimeTold: {_unfit(error, 1)}") from None
            field = ".".join(map(str, first["loc"])) or "data"
            invalid = worded(DETAILS["field-unfit"], field=field, what=fitting(first), given=repr(_shown(first["input"])))
    return Told(
        id=headers["ce_id"],
        source=headers["ce_source"],
        type=type,
        subject=headers["ce_subject"],
        book=book,
        time=_instant(headers, "ce_time"),
        accepted=_instant(headers, "ce_accepted"),
        fact=fact,
        traceparent=headers.get("traceparent"),
        data=record.value if invalid else json_of(fact),
        invalid=invalid,
    )


class Unknown(Value):
    """The value of a recorded event whose type is unknown here: only where it belongs."""

    where: Where
    fact: ClassVar[None] = None


F = TypeVar("F", bound=Fact)


class Envelope(Value, Generic[F]):
    """The value of a recorded event."""

    where: Where
    fact: F


ENVELOPES: dict[str, type[Envelope[Fact]]] = {name: Envelope[model] for name, model in CATALOGUE.items()}  # type: ignore[valid-type]


NOT_RECORDED = "one of the headers ce_sequence, ce_chain, ce_toldsource and ce_toldid is missing, or the first is no number"
WHERE, FACT = b'{"where":', b',"fact":'
LONGEST_WHERE = 2_000
"""Bytes of a place that is remembered: more than any that the ledger writes."""


@lru_cache(maxsize=4096)
def _where(value: bytes) -> Where:
    return Where.model_validate_json(value, context=RECORDED)


def _where_and_fact(type: str, value: bytes) -> tuple[Where, Fact | None]:
    """What the value of a recorded event holds. Raises ValidationError.

    Where both stand as `recorded_value` puts them, each is read by itself: many events have the same place. Parts that are both JSON, with nothing else
    around them, are all that the whole has; any other form, and what cannot be read, is read as a whole.
    """
    first, between, last = value.partition(FACT)
    as_written = between and first.startswith(WHERE) and last.endswith(b"}") and len(first) <= LONGEST_WHERE
    if as_written and (model := CATALOGUE.get(type)):
        with suppress(ValidationError):
            return _where(first[len(WHERE) :]), model.model_validate_json(last[:-1], context=RECORDED)
    whole = ENVELOPES.get(type, Unknown).model_validate_json(value, context=RECORDED)
    return whole.where, whole.fact


def read_recorded(record: Received) -> Recorded:
    """A record of `campaign.ledger` as a recorded event; an unknown type is read without its fact. Raises Unreadable."""
    headers = attributes(record)
    return _recorded(_placed(record, headers), headers)


def read_of_types(record: Received, types: Container[str]) -> Recorded | Placed:
    """The same for a service that has a use for these types alone: of an event of another, the value is not looked into. Raises Unreadable."""
    headers = attributes(record)
    placed = _placed(record, headers)
    return _recorded(placed, headers) if placed.type in types else placed


def _placed(record: Received, headers: dict[str, str]) -> Placed:
    if record.value is None:
        raise Unreadable("the value is null; a recorded event has data")
    book = _book(record, headers)
    if not ("ce_chain" in headers and "ce_toldsource" in headers and "ce_toldid" in headers):
        raise Unreadable(NOT_RECORDED)
    try:
        position = int(headers["ce_sequence"])
    except (KeyError, ValueError):
        raise Unreadable(NOT_RECORDED) from None
    _instant(headers, "ce_time")
    return Placed(book, position, headers["ce_chain"], headers["ce_type"], _instant(headers, "ce_accepted"), record.value, record.timestamp)


def _recorded(placed: Placed, headers: dict[str, str]) -> Recorded:
    try:
        where, fact = _where_and_fact(placed.type, placed.value)
    except ValidationError as error:
        raise Unreadable(f"the value is no recorded event of its type: {_unfit(error, 2)}") from None
    return Recorded(
        book=placed.book,
        position=placed.position,
        chain=placed.chain,
        type=placed.type,
        subject=headers["ce_subject"],
        time=_instant(headers, "ce_time"),
        accepted=placed.accepted,
        told_source=headers["ce_toldsource"],
        told_id=headers["ce_toldid"],
        where=where,
        fact=fact,
        value=placed.value,
        traceparent=headers.get("traceparent"),
        timestamp=placed.timestamp,
    )


def read_person(record: Received) -> PersonTold:
    """A record of `campaign.people`; a null value erases the person that is its key. Raises Unreadable, which quotes nothing of the value."""
    try:
        key = (record.key or b"").decode()
    except UnicodeDecodeError:
        raise Unreadable("the key is not UTF-8") from None
    if not PERSON.fullmatch(key):
        raise Unreadable("the key is no person; it must be <root>/<person>")
    said = _said(record)
    if record.value is None:
        return PersonTold(key, said, None)
    try:
        named = PersonNamed.model_validate_json(record.value, context=RECORDED)
    except ValidationError as error:
        raise Unreadable(f"the value is no PersonNamed: {_unfit(error, 1)}") from None
    if named.person != key.partition("/")[2]:
        raise Unreadable("the key is not the person of the value")
    return PersonTold(key, said, named)


def read_notice(record: Received) -> NoticeTold:
    """A record of `campaign.notices`. Raises Unreadable, which quotes nothing of the record."""
    headers = attributes(record)
    recipient = (record.key or b"").decode("ascii", "replace")
    outcome = {each.__name__: each for each in (NoticeSent, NoticeFailed)}.get(headers["ce_type"])
    if outcome is None or not PERSON.fullmatch(recipient) or not SUBJECT.fullmatch(headers["ce_subject"]):
        raise Unreadable("no notice: its type, its key or its subject is none")
    try:
        notice = NoticeTold(headers["ce_id"], headers["ce_subject"], recipient, outcome.model_validate_json(record.value or b""))
        if not EVENT.fullmatch(notice.outcome.event):
            raise Unreadable("its event is none; it must be <book>@<position>")
        return notice
    except ValidationError as error:
        raise Unreadable(f"the value is no {outcome.__name__}: {_unfit(error, 1)}") from None


def _said(record: Received) -> datetime:
    """When it was said of a person; of a record without a time, before all that have one."""
    for name, raw in record.headers:
        if name == "ce_accepted":
            try:
                return instant((raw or b"").decode())
            except ValueError:
                raise Unreadable("header ce_accepted is no RFC 3339 timestamp with an offset, of a year that can be") from None
    return EPOCH
