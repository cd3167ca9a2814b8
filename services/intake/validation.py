"""What intake asks of an event before it is told on: whose it is, the form of its data, and whether book and plan know what it names. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import unquote

import orjson
from pydantic import ValidationError

from services.intake.envelope import OPENING, OPERATING, TOLD, Event
from services.intake.limits import LARGEST
from services.intake.masking import FREE_TEXT, masked_all, names_somebody
from services.intake.mistakes import EventMistake, NotTaken, data_mistakes, shown
from services.intake.persons import Named, named, out_of_line, persons
from services.intake.pseudonym import hidden, pseudonym
from services.intake.state import Known, OpenBook, Terms
from shared.events.activity import ActivityHeld, PracticeShared
from shared.events.fact import Fact
from shared.events.idea import IdeaOffered
from shared.events.issue import IssueReported
from shared.events.nomination import NominationFiled
from shared.events.people import PersonErased, PersonNamed, PersonReleased
from shared.events.proposal import ProposalFiled
from shared.events.self_check import SelfCheckAnswered
from shared.events.tree import UnitsListed
from shared.events.visit import VisitLogged
from shared.http.access import Key
from shared.http.allowances import Allowances
from shared.kafka.cloudevents import erasure_record, person_record, told_record
from shared.kafka.records import Record, Told
from shared.papers import ATTACHMENT, papers
from shared.signs import kept
from shared.topics import book_id, person_id, subject_id
from shared.workdays import end_of, local_date

FIRST_TOLD = (IssueReported, ActivityHeld, PracticeShared, VisitLogged, IdeaOffered, ProposalFiled, NominationFiled)
"""What makes a subject under the teller's own reference: its id begins with the source of the key."""
MASKED = {name: tuple(FREE_TEXT & model.model_fields.keys()) for name, model in TOLD.items()}
DEEPEST = 200
"""Levels of nesting in an event's data: what reads and writes JSON gives up a little past it."""
SKEW = timedelta(minutes=5)
"""How far the clock of whoever tells may be ahead of this one."""


class Taken(NamedTuple):
    """An event that is told on, once the persons that it names are looked up."""

    told: Told
    root: str
    """The unit at the top of the tree of its campaign."""
    persons: tuple[Named, ...]
    attachments: Mapping[str, str] = {}
    """The SHA-256 of each attachment that it names, by the field."""
    said: datetime | None = None
    """When this is said of a person, later than whatever was before (`Store.say`); none: when it was accepted."""
    outdated: bool = False
    """It was said before, and something else of that person since."""


@dataclass(frozen=True)
class Validation:
    """Validates events, as this installation is set."""

    partitions: int
    told_clock: bool
    secret: bytes | None = field(default=None, repr=False)
    """Makes the pseudonyms of persons who are to stay unknown."""
    allowances: Allowances = field(default_factory=Allowances)
    """Which root may be the first to announce a campaign, and to list its tree."""

    def take(self, event: Event, key: Key, known: Known, now: datetime | None) -> Taken:
        """An event that the key may tell now and whose data are right, but for the persons that it names. Raises NotTaken.

        Under a told clock it is now what was told last; None before the time was ever told.
        """
        require_right(event, key, known, self.told_clock)
        self._require_allowed(event, key, known)
        accepted = event.accepted if self.told_clock or now is None else now
        self._refuse_ahead(event, accepted, now)
        book = known.books.get(event.scope)
        root = book.path[0] if book else event.book.partition("/")[2]
        unknown = self._hide(event, root)
        value = _json(event.data)
        try:
            fact = TOLD[event.type].model_validate_json(value, extra="forbid")
        except ValidationError as error:
            if (
                error.error_count() == 1 and error.errors(include_url=False)[0]["type"] == "json_invalid"
            ):  # its reader gives up earlier than the writer
                raise _too_deep(event.data) from None
            raise NotTaken(*data_mistakes(error, TOLD[event.type].model_fields)) from None
        named_papers = tuple(papers(event.data))
        if mistakes := list(_mistakes(event, fact, named_papers, key.source, known.terms.get(book.terms) if book else None)):
            raise NotTaken(*mistakes)
        told = Told(event.id, key.source, event.type, event.subject, event.book, event.time, accepted, fact, event.trace, value)
        return Taken(told, root, tuple(named(fact, unknown)), _attachments(named_papers) if named_papers else {})

    def records(self, taken: Taken, known: Known) -> list[Record]:
        """What is published for it: for the time, one record to each partition; for a person who is known no more, also their erasure.

        Raises NotTaken where it names a person whom it must not.
        """
        told = taken.told
        if mistakes := list(out_of_line(told, taken.persons, taken.root, known)):
            raise NotTaken(*mistakes)
        if told.type == "TimeTold":
            return [told_record(told, partition=partition) for partition in range(self.partitions)]
        if taken.outdated:
            # Kafka keeps the last record of a person, which this must not become.
            return [] if isinstance(told.fact, PersonNamed) else [told_record(told)]
        if isinstance(told.fact, PersonReleased | PersonErased):
            return [erasure_record(told, person_id(taken.root, told.fact.person), taken.said or told.accepted), told_record(told)]
        if isinstance(told.fact, PersonNamed):
            return [person_record(told, person_id(taken.root, told.fact.person), taken.said or told.accepted)]
        return [told_record(told)]

    def _require_allowed(self, event: Event, key: Key, known: Known) -> None:
        """Whoever opens a campaign's id was named by an operator; one that was announced is its root's for ever.

        Raises NotTaken: of an id that another root has, what is said of one that nobody has.
        """
        owner = known.roots.get(event.campaign) or self.allowances.root_of(event.campaign)
        if event.type in OPENING and owner != key.root:
            raise NotTaken.by("campaign-not-allowed", "subject", event.subject, campaign=shown(event.campaign), root=key.root)

    def _refuse_ahead(self, event: Event, accepted: datetime, now: datetime | None) -> None:
        """What is still to come did not happen: under a told clock what lies past the day told, or past that on which it is taken. Raises NotTaken."""
        latest = end_of(local_date(accepted)) if self.told_clock else accepted + SKEW
        told = end_of(local_date(now)) if self.told_clock and now and event.type != "TimeTold" else latest
        for name, moment, limit in (("time", event.time, min(latest, told)), ("accepted", accepted, told)):
            if moment > limit:
                raise NotTaken.by("time-ahead", name, moment.isoformat(), accepted=min(accepted, limit).isoformat(timespec="seconds"))

    def _hide(self, event: Event, root: str) -> dict[str, str]:
        """Mask numbers of persons in free text, and put pseudonyms for persons who are to stay unknown, who are given by them. Raises NotTaken."""
        data, unknown = event.data, dict[str, str]()
        data.update({name: masked_all(data[name]) for name in MASKED[event.type] if name in data})
        for name in hidden(data):
            if self.secret is None:
                raise NotTaken.by("pseudonym-missing", f"data.{name}", None)
            person = data[name]
            unknown[hides := pseudonym(person_id(root, person), self.secret)] = person
            # Who tells it may be the very person: their id must not stand beside the pseudonym.
            data.update({each: hides for each in (name, "by") if data.get(each) == person})
        return unknown


def _json(data: dict[str, Any]) -> bytes:
    """An event's data as a record's value. Raises NotTaken."""
    try:
        value = orjson.dumps(data)
    except orjson.JSONEncodeError:  # all of it was JSON, so nothing but its depth stands in the way
        raise _too_deep(data) from None
    if len(value) > LARGEST:
        raise NotTaken.by("too-large", "data", None, size=len(value), limit=LARGEST)
    return value


def _too_deep(data: dict[str, Any]) -> NotTaken:
    return NotTaken.by("too-deep", "data", data, limit=DEEPEST)


def require_right(event: Event, key: Key, known: Known, told_clock: bool) -> None:
    """The key may tell this of the book. Raises NotTaken."""
    if event.type == "TimeTold":
        if "clock" not in key.may:
            raise NotTaken.by("may-not", "type", event.type, key=key.id, act="clock")
        if not told_clock:
            raise NotTaken.by("wall-clock", "type", event.type)
        return
    if event.type in OPENING:
        if "announce" not in key.may:
            raise NotTaken.by("may-not", "type", event.type, key=key.id, act="announce")
        if event.book.partition("/")[2] != key.unit or key.unit != key.root:
            raise NotTaken.by("not-root", "subject", event.subject, unit=key.unit, root=key.root)
        return
    place, value = ("data.unit", event.data.get("unit")) if event.type == "PersonNamed" else ("subject", event.subject)
    book = _open_book(event.scope, key, known, place, value)
    if not key.covers(book.path) and not _is_from_superior(event, key, book):
        raise NotTaken.by("not-yours", place, value, unit=key.unit)
    if event.type in OPERATING:
        if "operate" not in key.may:
            raise NotTaken.by("may-not", "type", event.type, key=key.id, act="operate")
        if len(book.path) > 1 or book.path[0] != key.root:
            raise NotTaken.by("not-of-root", "subject", event.subject, root=book.path[0])
    if event.speaker:
        _require_speaker(event.speaker, key, known)


def _open_book(id: str, key: Key, known: Known, place: str, value: object) -> OpenBook:
    """A book under a root of the key's. Raises NotTaken: one of any other root is answered like one that nobody has."""
    book = known.books.get(id)
    if book is None or book.path[0] not in key.roots:
        raise NotTaken.by("book-not-open", place, value, book=shown(id), roots=", ".join(key.roots))
    return book


def _is_from_superior(event: Event, key: Key, book: OpenBook) -> bool:
    """Whether it is told for the key's own unit, and that stands above the book in a further line of command (I1)."""
    return event.data.get("by_unit") == key.unit and key.unit in book.superiors


def _require_speaker(speaker: str, key: Key, known: Known) -> None:
    """The key speaks for its own unit, or one below; so no hospital acts as its superior. Raises NotTaken."""
    unit = speaker.partition("/")[2]
    if not key.covers(_open_book(speaker, key, known, "data.by_unit", unit).path):
        raise NotTaken.by("not-yours", "data.by_unit", unit, unit=key.unit)


def _references(event: Event, fact: Fact, named_papers: Iterable[tuple[str, str]], source: str) -> Iterator[tuple[str, str]]:
    """All that others refer to it by, and that it refers to persons and papers by, with the field of each."""
    yield "id", event.id
    yield "source", source
    yield "subject", unquote(event.subject)
    yield from persons(fact)
    yield from named_papers


def _attachments(named_papers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The SHA-256 of each attachment among the papers, by the field. Raises NotTaken where one is no SHA-256: other papers are named in other ways."""
    found = dict[str, str]()
    for place, paper in named_papers:
        name = kept(paper).strip()  # as it is read
        if name[:7].lower() == "sha256:":
            if not ATTACHMENT.fullmatch(name):
                raise NotTaken.by("attachment-form", place, paper)
            found[place] = name[7:]
    return found


def _mistakes(
    event: Event, fact: Fact, named_papers: Iterable[tuple[str, str]], source: str, terms: Terms | None
) -> Iterator[EventMistake]:
    """What the ledger would refuse by the plan or the ids; told here already, beside the row. Without terms the ledger alone judges."""
    if numbers := [field for field, id in _references(event, fact, named_papers, source) if names_somebody(id)]:
        yield from (EventMistake.by("number-in-id", field, None) for field in numbers)
        return
    if isinstance(fact, FIRST_TOLD):
        award = f"{fact.award}~{fact.period}~" if isinstance(fact, NominationFiled) else ""
        prefix = f"{event.book}/{fact.kind}/{award}{source}~"  # as `subject_id` has it: a source needs no quoting
        if not event.subject.startswith(prefix) or event.subject == prefix:
            yield EventMistake.by("issue-source", "subject", event.subject, prefix=prefix)
            return
    if event.subject != (right := canonical(event.subject)):
        yield EventMistake.by("subject", "subject", event.subject, shape=right)
    if isinstance(fact, UnitsListed) and event.subject != (tree := subject_id(event.book, "tree", str(fact.version))):
        yield EventMistake.by("subject", "subject", event.subject, shape=tree)
    if isinstance(fact, IdeaOffered) and fact.anonymous and fact.offered_by:
        # Refused here already: the ledger could only refuse it once the name is kept for ever.
        yield EventMistake.by("idea-anonymous", "data.offered_by", None)
    if isinstance(fact, VisitLogged) and fact.visitor and not fact.covert and (terms is None or fact.activity in terms.covert):
        yield EventMistake.by("visit-covert" if terms else "plan-unknown", "data.visitor", None, activity=fact.activity)
    if terms is None:
        return
    if isinstance(fact, IssueReported | IdeaOffered):
        if fact.category not in terms.categories:
            yield EventMistake.by("category-unknown", "data.category", fact.category, known=_some(terms.categories))
        if fact.channel not in terms.channels:
            yield EventMistake.by("channel-unknown", "data.channel", fact.channel, known=_some(terms.channels))
    if isinstance(fact, IssueReported | SelfCheckAnswered) and fact.target is not None and fact.target not in terms.targets:
        yield EventMistake.by("target-unknown", "data.target", fact.target, known=_some(terms.targets))


def canonical(subject: str) -> str:
    """A subject in the one way `subject_id` writes it, so that nothing has two ids: encoded only where it must be, no part empty, and no sign in it that
    nobody sees.
    """
    if subject.count("/") < 3:
        return subject
    campaign, unit, kind, id = subject.split("/")
    if "%" not in id and all(id.split("~")):
        return subject
    parts = ["".join(filter(str.isprintable, unquote(part))) for part in id.split("~")]
    if not any(parts):
        return f"{campaign}/{unit}/{kind}/<id>"
    return subject_id(book_id(campaign, unit), kind, *filter(None, parts))


def _some(values: tuple[Any, ...]) -> str:
    """Some of what is known, for a message."""
    return ", ".join(map(str, values[:20])) + (" …" if len(values) > 20 else "")
