"""What every door does with the events that came through it: each is validated, and those that hold are told on, once Kafka has them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import groupby
from time import perf_counter
from typing import TypeVar

from prometheus_client import CollectorRegistry, Counter

from services.intake.envelope import OPENING, OPERATING, Event, Row, read_event
from services.intake.files.vocabulary import Vocabulary
from services.intake.mistakes import EventMistake, NotTaken
from services.intake.outcome import Outcome
from services.intake.persons import not_named_yet
from services.intake.state import Known, OpenBook, Terms
from services.intake.store import Store, Telling
from services.intake.validation import Taken, Validation
from shared.attachments import Attachments, Uploader
from shared.events.clock import TimeTold
from shared.events.people import PersonErased, PersonNamed, PersonReleased
from shared.faults import Conflict, Unavailable
from shared.http.access import Key
from shared.http.problem import Problem
from shared.kafka.producer import Producer
from shared.kafka.records import Record
from shared.refusals import Refusals
from shared.topics import book_id, person_id
from shared.values import Wording
from shared.wording import worded
from shared.wording.problems import DETAILS

T = TypeVar("T")
GONE = (PersonReleased, PersonErased)
OF_PERSONS = (PersonNamed, *GONE)
"""What is said of a person, on `campaign.people`."""
TURN = 0.01
"""Seconds after which other requests have their turn."""
LONG = 10_000
"""Characters of an event that is looked at beside other requests: one at a time, so that these wait for one alone."""


class Taking:
    """Takes events, a part of those of a request at a time, whichever door they came through. What they name is known in a few commands for all of them."""

    def __init__(
        self,
        producer: Producer,
        store: Store,
        attachments: Attachments,
        validation: Validation,
        patience: float,
        registry: CollectorRegistry,
    ) -> None:
        """`patience` is how many seconds Kafka or the database may take."""
        self._attachments = attachments
        self._producer, self._store, self._validation, self._patience = producer, store, validation, patience
        self._publishing: set[asyncio.Task[None]] = set()
        self._looking = asyncio.Lock()
        self._refusals = Refusals(registry)
        self._events = Counter("xiaohao_intake_events", "Events that came through the door.", ["outcome", "reason"], registry=registry)

    @contextmanager
    def counted(self) -> Iterator[Outcome]:
        """The outcome of one request, or of what else comes at once; it is counted at the end."""
        outcome = Outcome()
        try:
            yield outcome
        finally:
            self.count(outcome)

    def count(self, outcome: Outcome) -> None:
        """Count what became of some events: once, when nothing of it is tried again."""
        self._events.labels("accepted", "").inc(outcome.accepted)
        for rule, count in outcome.rules.items():
            self._events.labels("refused", rule).inc(count)

    async def take(self, part: Sequence[Row], key: Key, trace: str | None, outcome: Outcome) -> None:
        """Validate some events that are told with a key, and publish those that hold: once this returns, Kafka has them. Raises Problem 503."""
        # Whoever is released or erased is known to what stands before it, and to nothing behind it, however a door cuts what comes through it.
        for _, run in groupby(part, _going):
            await self._take(list(run), key, trace, outcome)

    async def _take(self, part: Sequence[Row], key: Key, trace: str | None, outcome: Outcome) -> None:
        """See `take`; of those that release persons, or erase some, or do neither. Raises Problem 503."""
        events: list[tuple[int, Event]] = []
        async for row in in_turns(part):
            try:
                if row.refusal:
                    raise row.refusal
                events.append((row.index, read_event(row.raw, key.source, trace)))
            except NotTaken as error:
                outcome.refuse(row.index, error)
        books = {book for _, event in events for book in event.books}
        announced = {event.campaign for _, event in events if event.type in OPENING}
        known = await self._wait(worded(DETAILS["database"]), self._store.known(books, announced, key.roots))
        now, taken = await self.now(), list[tuple[int, Taken]]()
        async for index, event in in_turns(events):
            try:
                taken.append((index, each := await self._taken(event, key, known, now)))
                if isinstance(fact := each.told.fact, TimeTold):
                    now = max(now or fact.now, fact.now)
            except NotTaken as error:
                outcome.refuse(index, error)
        if any(isinstance(each.told.fact, OF_PERSONS) for _, each in taken):
            taken = await self._of_persons(taken, key, known, outcome)
        known = await self._wait(worded(DETAILS["database"]), self._store.look_up(_whom(taken)))
        out = dict[int, list[Record]]()
        async for index, each in in_turns(taken):
            try:
                out[index] = self._validation.records(each, known)
                outcome.note(index, not_named_yet(each.told, each.persons, each.root, known))
            except NotTaken as error:
                outcome.refuse(index, error)
        taken = [(index, each) for index, each in taken if index in out]
        if any(each.attachments for _, each in taken):
            taken = await self._evidenced(taken, key, outcome)
        await self._publish([record for index, _ in taken for record in out[index]])
        if now and any(isinstance(each.told.fact, TimeTold) for _, each in taken):
            await self._wait(worded(DETAILS["database"]), self._store.tell_time(now))
        if released := [_person(each) for _, each in taken if isinstance(each.told.fact, PersonReleased) and not each.outdated]:
            await self._wait(worded(DETAILS["database"]), self._store.free(released))
        outcome.accepted += len(taken)
        self._refusals.count(key.source, len(part), len(part) - len(taken))

    async def _taken(self, event: Event, key: Key, known: Known, now: datetime | None) -> Taken:
        """See `Validation.take`; of a long event in a thread, which lets others run every few milliseconds. Raises NotTaken."""
        if event.characters < LONG:
            return self._validation.take(event, key, known, now)
        async with self._looking:
            return await asyncio.to_thread(self._validation.take, event, key, known, now)

    async def book(self, campaign: str, key: Key) -> tuple[Terms, Vocabulary] | None:
        """What the plan of a campaign lets an event name, and what that is called, where the key's unit has a book in it. Raises Problem 503."""
        id = book_id(campaign, key.unit)
        known = await self._wait(worded(DETAILS["database"]), self._store.known([id], roots=key.roots))
        found = known.books.get(id)
        if found is None or not key.covers(found.path) or found.terms not in known.terms:
            return None
        return known.terms[found.terms], await self._wait(worded(DETAILS["database"]), self._store.entries(found.terms))

    async def now(self) -> datetime | None:
        """The time that it is: by the wall clock, or as it was told last. Raises Problem 503."""
        if not self._validation.told_clock:
            return datetime.now(UTC)
        return await self._wait(worded(DETAILS["database"]), self._store.time_told())

    async def _of_persons(self, taken: Sequence[tuple[int, Taken]], key: Key, known: Known, outcome: Outcome) -> list[tuple[int, Taken]]:
        """All but what may not be said of a person, and what is said of persons with when that is.

        What was said before, under the same id, stays where it was among all that was said of that person. Raises Problem 503.
        """
        now, database = datetime.now(UTC), worded(DETAILS["database"])
        tellings = {index: _telling(each, key) for index, each in taken if isinstance(each.told.fact, OF_PERSONS)}
        outdated = await self._wait(database, self._store.outdated(tellings.values(), now))
        again = {index for index, telling in tellings.items() if telling in outdated}
        first = {telling: index for index, telling in reversed(tellings.items())}
        repeated = {index for index, telling in tellings.items() if first[telling] != index}
        people = {index: each for index, each in taken if index in tellings and index not in again}
        people = await self._named(people, repeated, key, known, outcome)
        people = await self._gone(people, outcome)
        moments = outdated | await self._wait(database, self._store.say([tellings[index] for index in people], now))
        return [
            (index, each._replace(said=moments[tellings[index]], outdated=index in again | repeated) if index in tellings else each)
            for index, each in taken
            if index in people or index in again or index not in tellings
        ]

    async def _named(
        self, people: Mapping[int, Taken], repeated: AbstractSet[int], key: Key, known: Known, outcome: Outcome
    ) -> dict[int, Taken]:
        """All but those that name a person who is named for a unit that the key does not cover; those that are there twice move nobody. Raises Problem 503."""
        named = {index: fact for index, each in people.items() if isinstance(fact := each.told.fact, PersonNamed)}
        if not named:
            return dict(people)
        books = {index: known.books[book_id(people[index].told.book.partition("/")[0], fact.unit)] for index, fact in named.items()}
        first: dict[str, OpenBook] = {}
        for index in named:
            first.setdefault(_person(people[index]), books[index])
        holders = await self._wait(worded(DETAILS["database"]), self._store.holders(first))
        moved = dict[str, OpenBook]()
        for index, fact in named.items():
            id, book = _person(people[index]), books[index]
            if id not in holders:
                outcome.refuse(index, NotTaken.by("person-erased", "data.person", fact.person, person=fact.person))
                del books[index]
            elif not key.covers(holders[id]):
                outcome.refuse(index, NotTaken.by("person-not-yours", "data.person", fact.person, person=fact.person, unit=key.unit))
                del books[index]
            elif holders[id][-1] != book.path[-1] and index not in repeated:
                moved[id], holders[id] = book, book.path
        await self._wait(worded(DETAILS["database"]), self._store.move(moved))
        return {index: each for index, each in people.items() if index not in named or index in books}

    async def _gone(self, people: Mapping[int, Taken], outcome: Outcome) -> dict[int, Taken]:
        """All but those that release or erase a person whom nobody ever named; from here on the others are nobody's. Raises Problem 503."""
        gone = {index: (each.root, fact.person) for index, each in people.items() if isinstance(fact := each.told.fact, GONE)}
        if not gone:
            return dict(people)
        barred = await self._wait(worded(DETAILS["database"]), self._store.bar({person_id(*each) for each in gone.values()}))
        never = {index for index, each in gone.items() if person_id(*each) not in barred}
        for index in sorted(never):
            root, person = gone[index]
            outcome.refuse(index, NotTaken.by("person-unknown", "data.person", person, person=person, unit=root))
        return {index: each for index, each in people.items() if index not in never}

    async def _evidenced(self, taken: Sequence[tuple[int, Taken]], key: Key, outcome: Outcome) -> list[tuple[int, Taken]]:
        """All but those that name an attachment which nobody uploaded whom the key covers; what the others name is kept from here on.

        So it is asked last, of events that are told on but for this. Raises Problem 503.
        """
        database = worded(DETAILS["database"])
        by = await self._wait(database, self._attachments.uploaders(_hashes(taken), key.roots))
        books = {book for _, each in taken for sha256 in each.attachments.values() for book in _books_of(each, by.get(sha256, ()), key)}
        known = await self._wait(database, self._store.known(books, roots=key.roots))
        lacks = {
            index: [
                field
                for field, sha256 in each.attachments.items()
                if not any(_covers(key, uploader, each, known) for uploader in by.get(sha256, ()))
            ]
            for index, each in taken
        }
        if named := _hashes([(index, each) for index, each in taken if not lacks[index]]):
            swept = await self._wait(database, self._attachments.name(named))
            for index, each in taken:
                lacks[index] += [field for field, sha256 in each.attachments.items() if sha256 in swept]
        for index, each in taken:
            if fields := lacks[index]:
                unknown = [
                    EventMistake.by("attachment-unknown", field, f"sha256:{each.attachments[field]}", unit=key.unit) for field in fields
                ]
                outcome.refuse(index, NotTaken(*unknown))
        return [(index, each) for index, each in taken if not lacks[index]]

    async def _publish(self, records: Sequence[Record]) -> None:
        """Wait until Kafka has acknowledged all. Raises Problem 503."""
        if not records:
            return
        # It goes on after the wait is over: cut off half-way, it could not put its producer in order.
        publishing = asyncio.create_task(self._producer.publish(records))
        self._publishing.add(publishing)
        publishing.add_done_callback(self._published)
        await self._wait("Kafka", asyncio.shield(publishing))

    async def _wait(self, what: str | Wording, work: Awaitable[T]) -> T:
        """Wait for Kafka or the database, within reason. Raises Problem 503."""
        try:
            async with asyncio.timeout(self._patience):
                return await work
        except (Unavailable, Conflict, TimeoutError) as error:
            why = str(error)[:200] or "no answer in time"
            raise Problem("away", {"Retry-After": "5"}, what=what, why=why) from error

    def _published(self, task: asyncio.Task[None]) -> None:
        self._publishing.discard(task)
        if not task.cancelled():
            task.exception()  # told to whoever still waits


def _going(row: Row) -> str:
    """The type of an event that takes a person's name away; empty for every other."""
    type = row.raw.get("type") if isinstance(row.raw, dict) else None
    return type if isinstance(type, str) and type in OPERATING else ""


def _person(each: Taken) -> str:
    """Of whom something is said, as `person_id` has it."""
    fact = each.told.fact
    assert isinstance(fact, OF_PERSONS)
    return person_id(each.root, fact.person)


def _telling(each: Taken, key: Key) -> Telling:
    return Telling.of(_person(each), key.source, each.told.id)


def _whom(taken: Sequence[tuple[int, Taken]]) -> dict[str, set[str]]:
    """The persons that events name, as `person_id` has it, each with the campaigns in which it matters where they stand."""
    whom: dict[str, set[str]] = {}
    for _, each in taken:
        for person in each.persons:
            whom.setdefault(person_id(each.root, person.person), set()).add(each.told.book.partition("/")[0])
    return whom


def _hashes(taken: Iterable[tuple[int, Taken]]) -> set[str]:
    """The attachments that events name."""
    return {sha256 for _, each in taken for sha256 in each.attachments.values()}


def _book_of(each: Taken, uploader: Uploader) -> str:
    """The book of the unit that uploaded something, in the campaign of an event."""
    return book_id(each.told.book.partition("/")[0], uploader.unit)


def _books_of(each: Taken, by: Iterable[Uploader], key: Key) -> list[str]:
    """What must be known to say whether a key covers those who uploaded something."""
    return [_book_of(each, uploader) for uploader in by if uploader.unit != key.unit]


def _covers(key: Key, uploader: Uploader, each: Taken, known: Known) -> bool:
    """Whether a key covers who uploaded something: a unit of its own root, as that root's campaign has it, since codes are unique under one root alone."""
    if uploader.root != key.root or uploader.unit == key.unit:
        return uploader.root == key.root
    book = known.books.get(_book_of(each, uploader))
    return book is not None and book.path[0] == key.root and key.covers(book.path)


async def in_turns(items: Iterable[T]) -> AsyncIterator[T]:
    """The same items, with a turn for other requests once what was made of some took long: one may take as long as a thousand others."""
    began = perf_counter()
    for item in items:
        yield item
        if perf_counter() - began > TURN:
            await asyncio.sleep(0)
            began = perf_counter()
