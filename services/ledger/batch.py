"""One batch while it is decided: the books and subjects as they stand by now, and what is to be written of them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from services.ledger.book.state import Book
from services.ledger.clock import told_back, told_of
from services.ledger.courier import Causes
from services.ledger.issue import order
from services.ledger.issue.holding import Hold
from services.ledger.rules import table
from services.ledger.rules.decision import Event, Refused, State, Wake
from services.ledger.rules.world import Announced, announced_by, listed_by
from services.ledger.store.documents import Changes, Group, Stored
from services.ledger.waking import Waking
from shared.events.fact import Fact, Where
from shared.kafka.cloudevents import chained, json_of, recorded_value
from shared.kafka.records import Told
from shared.topics import book_of, partition_of
from shared.workdays import local_date


class Telling(Struct, frozen=True, gc=False):
    """A told event under the key that it is known by here, and the digest of what it says."""

    told: Told
    key: str
    digest: bytes
    day: date
    subjects: frozenset[str]
    """All that the decision looks at: it must not hang on what else is in the batch."""
    due: int = 0
    """How many events were recorded right before it, of what fell due before it."""

    @property
    def content(self) -> str:
        """By what it waits, and its refusal is recorded where another content has its id: its own key and what it says."""
        return f"{self.told.key}#{self.digest.hex()[:16]}"

    def reused(self) -> "Telling":
        """The same under the key by which the refusal of a reused id is recorded, so that the same again gets the same answer."""
        return replace(self, key=self.content)


def telling_of(told: Told) -> Telling:
    """A told event as it came."""
    return Telling(told, told.key, told.digest(), local_date(told.accepted), frozenset((told.subject, *table.looks_at(told))))


class Batch:
    """The books and subjects of one batch, and how the events of each told one change them."""

    def __init__(
        self, stored: Mapping[str, Stored], groups: dict[str, Group], announced: dict[tuple[str, int], Announced], largest: int
    ) -> None:
        """`largest` is how many bytes a recorded event may have."""
        self.states: dict[str, State] = {}
        self.groups, self.announced, self._largest = groups, announced, largest
        self.new: list[Group] = []
        self.refused: list[tuple[str, Told]] = []
        """What was refused, with the rule."""
        self.changes = Changes()
        self.causes: dict[str, Causes] = {}
        """By the key of a group: what of it makes its book tell others, as it was just made. What lies in the store must be parsed for that."""
        self.stale: set[str] = set()
        """Books that took an amendment in this batch: when their subjects wake is known by the plan before it."""
        self._held: dict[str, int] = {}
        """How many were held in each subject that holds, as it was loaded."""
        self._loaded_at: dict[str, int] = {}
        self._positions: dict[str, int] = {}
        """Subjects that changed, each with the position of its last event."""
        self._wakes: dict[str, tuple[int, date | None]] = {}
        """When the clock next has something to tell those of them that are no books, and by which version of the plan."""
        self._waking: dict[str, Waking] = {}
        self._gone_back: set[str] = set()
        """Ids of what was told to those that waited for the word of a unit that left."""
        self.add(stored)

    def add(self, stored: Mapping[str, Stored]) -> None:
        """Take in subjects as they are stored; those that it has stay as they are in it."""
        new = {id: each for id, each in stored.items() if id not in self.states}
        self.states |= {id: each.state for id, each in new.items()}
        self._loaded_at |= {id: each.position for id, each in new.items()}
        self._held |= {id: len(each.state.held) for id, each in new.items() if isinstance(each.state, Hold)}
        for id, each in new.items():
            book = book_of(id)
            if each.plan_version != self.book(book).profile.plan_version:
                self._waking_in(book).guess(id, date.min)
            elif each.wake:
                self._waking_in(book).guess(id, each.wake)

    def book(self, id: str) -> Book:
        """A book as it stands now."""
        return _book(self.states, id)

    def states_of(self, telling: Telling) -> dict[str, State]:
        """The subjects that a decision looks at, as they stand now."""
        return {id: state for id in telling.subjects if (state := self.states.get(id)) is not None}

    def books(self) -> Iterable[str]:
        """The books of the subjects that it has."""
        return self._waking

    def wakes_first(self, book: str) -> date:
        """No subject of a book that it has wakes before this day."""
        return self._waking_in(book).first

    def reckon_anew(self, book: str) -> None:
        """The subjects of a book, which it has now, may wake on other days than they did."""
        self.stale.discard(book)
        for id in self.states:
            if book_of(id) == book:
                self._waking_in(book).guess(id, date.min)

    def falling(self, book: str, day: date) -> list[Told]:
        """What the clock tells the subjects of a book that fell due on the first day by `day` on which something did, in its order; each once."""
        waking, of = self._waking_in(book), self.book(book)
        if of.profile.left_by and (back := self._going_back(of)):
            return back
        if waking.first > day:
            return []
        in_force = self.in_force(of)
        plan = in_force.plan if in_force else None

        def wakes(subject: str) -> list[Wake]:
            return [wake for wake in table.wakes(subject, self.states.get(subject), plan) if not wake.waits]

        on, woken = waking.take(day, lambda subject: min((wake.on for wake in wakes(subject)), default=None))
        return [told for id in sorted(woken, key=table.rank) for told in told_of(id, [wake for wake in wakes(id) if wake.on <= on])]

    def _going_back(self, of: Book) -> list[Told]:
        """What the clock tells those that wait for the word of a unit that left, each once: they went back before anything else is told there."""
        waiting = (Stored(id, self._position(id), state) for id, state in self.states.items() if book_of(id) == of.id)
        going = [told for each in waiting for told in told_back(each, of) if told.id not in self._gone_back]
        self._gone_back.update(told.id for told in going)
        return going

    def _position(self, id: str) -> int:
        return self._positions.get(id) or self._loaded_at.get(id, 0)

    def _waking_in(self, book: str) -> Waking:
        if book not in self._waking:
            self._waking[book] = Waking()
        return self._waking[book]

    def in_force(self, book: Book) -> Announced | None:
        """What a book goes by."""
        return self.announced.get((book.campaign, book.profile.plan_version))

    def enter(self, telling: Telling, events: Sequence[Event]) -> Group:
        """Give events their positions and chain, and take them in. Raises Refused where one is too large, YearMissing."""
        told, day = telling.told, telling.day
        before = after = self.book(told.book)
        events = self._dated(events, before, told.time, day)
        states: dict[str, State | None] = {event.subject: self.states.get(event.subject) for event in events} | {before.id: before}
        new = announced_by(events[0].fact)
        announced = self.announced | {(new.plan.campaign, new.plan.version): new} if new else self.announced
        causes: dict[int, tuple[Where, Fact]] = {}
        stored: list[tuple[str, str, str, bytes]] = []
        next_events = events
        while next_events:
            for event in next_events:
                table.evolve(states, before.id, event, day)
            after = _book(states, before.id)
            in_force = announced.get((after.campaign, after.profile.plan_version))
            where = {subject: _where(after, states.get(subject), in_force, day) for subject in {event.subject for event in next_events}}
            position, chain = after.position, after.chain
            for event in next_events:
                place, place_json = where[event.subject]
                # What was told is in its canonical form already.
                value = recorded_value(place_json, told.data if event.fact is told.fact and told.data else json_of(event.fact))
                if len(value) > self._largest:
                    raise Refused("too-large", size=len(value), limit=self._largest)
                if type(event.fact) in table.TELLING:
                    causes[len(stored)] = place, event.fact
                position, chain = position + 1, chained(chain, value)
                stored.append((type(event.fact).__name__, event.subject, chain, value))
            # What follows stands on what came before, so that the head in a statement covers all that is added in it.
            states[before.id] = after = replace(after, position=position, chain=chain)
            next_events = table.follows(after, in_force.plan) if in_force else []
        group = Group(
            book=before.id,
            first=before.position + 1,
            told=telling.key,
            digest=telling.digest,
            id=told.id,
            source=told.source,
            time=told.time,
            accepted=told.accepted,
            traceparent=told.traceparent,
            events=tuple(stored),
            due=telling.due,
        )
        self._take(group, events[0].fact, states, before)
        self.causes[telling.key] = causes
        return group

    def enter_again(self, group: Group, events: Sequence[Event]) -> None:
        """Take in what was recorded for a told event, as it stands on the topic. Raises YearMissing."""
        before, day = self.book(group.book), local_date(group.accepted)
        events = self._dated(events, before, group.time, day)
        states: dict[str, State | None] = {event.subject: self.states.get(event.subject) for event in events} | {before.id: before}
        for event in events:
            table.evolve(states, before.id, event, day)
        last = group.first + len(group.events) - 1
        states[before.id] = replace(_book(states, before.id), position=last, chain=group.events[-1][2])
        self._take(group, events[0].fact, states, before)

    def _dated(self, events: Sequence[Event], book: Book, time: datetime, day: date) -> Sequence[Event]:
        """The told one, which stands first, with the day on which it happened, where that is not the day it was taken and the plan believes it."""
        first, happened, in_force = events[0], local_date(time), self.in_force(book)
        if happened == day or in_force is None or (so := order.believed(in_force.plan, happened, day)) is None:
            return events
        return [replace(first, happened=so), *events[1:]]

    def _take(self, group: Group, first: Fact, states: Mapping[str, State | None], before: Book) -> None:
        """Take a group in whole, with the states after it; `first` of its facts is the told one."""
        # Only what is told itself, which stands first, announces a plan or lists units.
        new, (tree, units) = announced_by(first), listed_by(first)
        announced = self.announced | {(new.plan.campaign, new.plan.version): new} if new else self.announced
        after = _book(states, before.id)
        in_force, version = announced.get((after.campaign, after.profile.plan_version)), after.profile.plan_version
        # What falls due next is reckoned now, while it can be refused still: found out as the batch is stored, it would be set aside.
        wakes = {id: (version, _wake(id, state, in_force)) for id, state in states.items() if state and id != before.id}
        itself = any(subject == before.id for _, subject, _, _ in group.events)
        own_wake = _wake(before.id, after, in_force) if itself else None
        # From here on nothing can fail.
        self.announced = announced
        kept = {id: state for id, state in states.items() if state is not None}
        self.states |= kept
        self._wakes |= wakes
        waking = self._waking_in(before.id)
        for id, (_, wake) in wakes.items():
            waking.put(id, wake)
        # What came late may have to be told above, no earlier than the next day.
        waking.guess(before.id, min(own_wake or date.max, local_date(group.accepted) + timedelta(1)))
        self._positions |= dict.fromkeys(kept, after.position)
        self.groups[group.told] = group
        self.new.append(group)
        if new:
            self.changes.announced.append(new)
            if not before.is_open:
                self.changes.owners[before.campaign] = before.unit
        self.changes.units += [(before.id, tree, unit) for unit in units]
        if before.is_open and (version, after.profile.left_by) != (before.profile.plan_version, before.profile.left_by):
            self.changes.amended[before.id] = version
            self.stale.add(before.id)
            waking.guess(before.id, date.min)

    def held_more(self) -> int:
        """How many more facts are held by now than before the batch."""
        holds = ((id, self.states[id]) for id in self._positions)
        return sum(len(state.held) - self._held.get(id, 0) for id, state in holds if isinstance(state, Hold))

    def to_save(self, partitions: int) -> Changes:
        """All that is to be written, with books spread over so many partitions."""
        self.changes.groups = self.new
        self.changes.subjects = {id: self._stored(id, position, partitions) for id, position in self._positions.items()}
        self.changes.loaded_at = {id: self._loaded_at[id] for id in self._positions if id in self._loaded_at}
        return self.changes

    def _stored(self, id: str, position: int, partitions: int) -> Stored:
        state, book = self.states[id], self.book(book_of(id))
        version, wake = self._wakes.get(id, (None, None))
        if version != book.profile.plan_version:
            wake = _wake(id, state, self.in_force(book))
        return Stored(id, position, state, partition_of(book.id.encode(), partitions), wake, book.profile.plan_version)


def _book(states: Mapping[str, State | None], id: str) -> Book:
    state = states.get(id)
    return state if isinstance(state, Book) else Book(id)


def _where(book: Book, state: State | None, in_force: Announced | None, day: date) -> tuple[Where, bytes]:
    """Where an event of a subject belongs, and the same in its canonical form."""
    phase = in_force.plan.phase_on(day) if in_force else None
    grouped = tuple(state.grouped_by().items()) if state else ()
    return _place(book.id, book.profile.path, book.profile.unit_class, phase, grouped)


@lru_cache(maxsize=1 << 14)
def _place(
    book: str, path: tuple[str, ...], unit_class: str, phase: str | None, grouped: tuple[tuple[str, Any], ...]
) -> tuple[Where, bytes]:
    """Remembered: many events are of the same subject, or of none that they are grouped by."""
    campaign, _, unit = book.partition("/")
    where = Where(campaign=campaign, unit=unit, path=path, unit_class=unit_class or None, phase=phase, **dict(grouped))
    return where, json_of(where)


def _wake(subject: str, state: State | None, in_force: Announced | None) -> date | None:
    """The first day on which the clock has something to tell a subject. Raises YearMissing."""
    return table.first_wake(subject, state, in_force.plan if in_force else None)
