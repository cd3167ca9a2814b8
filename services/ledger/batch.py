"""One batch while it is decided: the books and subjects as they stand by now, and what is to be written of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from services.ledger.book.state import Book
from services.ledger.courier import Causes
from services.ledger.issue import order
from services.ledger.issue.holding import Hold
from services.ledger.rules import table
from services.ledger.rules.changed import changed
from services.ledger.rules.decision import Event, Refused, State
from services.ledger.rules.world import Announced, announced_by, listed_by
from services.ledger.store.documents import Changes, Group, Stored
from shared.events.fact import Fact, Where
from shared.kafka.cloudevents import chained, recorded_value
from shared.kafka.records import Told
from shared.topics import book_of, partition_of
from shared.workdays import local_date


@dataclass(frozen=True, slots=True)
class Telling:
    """A told event under the key that it is known by here, and the digest of what it says."""

    told: Told
    key: str
    digest: bytes
    day: date
    subjects: frozenset[str]
    """All that the decision looks at: it must not hang on what else is in the batch."""

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
        self.states: dict[str, State] = {id: each.state for id, each in stored.items()}
        self.groups, self.announced, self._largest = groups, announced, largest
        self.new: list[Group] = []
        self.refused: list[str] = []
        self.changes = Changes()
        self.causes: dict[str, Causes] = {}
        """By the key of a group: what of it makes its book tell others, as it was just made. What lies in the store must be parsed for that."""
        self._held = {id: len(each.state.held) for id, each in stored.items() if isinstance(each.state, Hold)}
        """How many were held in each subject that holds, as it was loaded."""
        self._loaded_at = {id: each.position for id, each in stored.items()}
        self._positions: dict[str, int] = {}
        """Subjects that changed, each with the position of its last event."""
        self._wakes: dict[str, tuple[int, date | None]] = {}
        """When the clock next has something to tell those of them that are no books, and by which version of the plan."""

    def book(self, id: str) -> Book:
        """A book as it stands now."""
        return _book(self.states, id)

    def states_of(self, telling: Telling) -> dict[str, State]:
        """The subjects that a decision looks at, as they stand now."""
        return {id: state for id in telling.subjects if (state := self.states.get(id)) is not None}

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
                value = recorded_value(where[event.subject], event.fact)
                if len(value) > self._largest:
                    raise Refused("too-large", size=len(value), limit=self._largest)
                if type(event.fact) in table.TELLING:
                    causes[len(stored)] = where[event.subject], event.fact
                position, chain = position + 1, chained(chain, value)
                stored.append((type(event.fact).__name__, event.subject, chain, value))
            # What follows stands on what came before, so that the head in a statement covers all that is added in it.
            states[before.id] = after = changed(after, position=position, chain=chain)
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
        states[before.id] = changed(_book(states, before.id), position=last, chain=group.events[-1][2])
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
        if any(subject == before.id for _, subject, _, _ in group.events):
            _wake(before.id, after, in_force)
        # From here on nothing can fail.
        self.announced = announced
        kept = {id: state for id, state in states.items() if state is not None}
        self.states |= kept
        self._wakes |= wakes
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


def _where(book: Book, state: State | None, in_force: Announced | None, day: date) -> Where:
    return Where(
        campaign=book.campaign,
        unit=book.unit,
        path=book.profile.path,
        unit_class=book.profile.unit_class or None,
        phase=in_force.plan.phase_on(day) if in_force else None,
        **(state.grouped_by() if state else {}),
    )


def _wake(subject: str, state: State | None, in_force: Announced | None) -> date | None:
    """The first day on which the clock has something to tell a subject. Raises YearMissing."""
    return table.first_wake(subject, state, in_force.plan if in_force else None)
