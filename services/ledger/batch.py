"""One batch while it is decided: the books and subjects as they stand by now, and what is to be written of them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from services.ledger.book.phases import follows
from services.ledger.book.state import Book
from services.ledger.issue import Issue
from services.ledger.rules import table
from services.ledger.rules.changed import changed
from services.ledger.rules.decision import Event, Refused
from services.ledger.rules.subjects import State
from services.ledger.store.documents import Announced, Changes, Group, Stored
from shared.events.campaign import BookAmended, CampaignAmended, CampaignAnnounced
from shared.events.fact import Where
from shared.events.tree import UnitsListed
from shared.kafka.cloudevents import Told, chained, recorded_value
from shared.topics import book_of, partition_of


class Batch:
    """The books and subjects of one batch, and how the events of each told one change them."""

    def __init__(self, stored: Mapping[str, Stored], groups: dict[str, Group], announced: dict[tuple[str, int], Announced]) -> None:
        self.states: dict[str, State] = {id: each.state for id, each in stored.items()}
        self.groups, self.announced = groups, announced
        self.new: list[Group] = []
        self.refused: list[str] = []
        self.changes = Changes()
        self._loaded_at = {id: each.position for id, each in stored.items()}
        self._positions: dict[str, int] = {}
        """Subjects that changed, each with the position of its last event."""
        self._wakes: dict[str, tuple[int, date | None]] = {}
        """When the clock next has something to tell those of them that are no books, and by which version of the plan."""

    def book(self, id: str) -> Book:
        """A book as it stands now."""
        found = self.states.get(id)
        return found if isinstance(found, Book) else Book(id)

    def plan(self, book: Book) -> Announced | None:
        """The plan that a book goes by."""
        return self.announced.get((book.campaign, book.profile.plan_version))

    def enter(self, told: Told, key: str, digest: bytes, book: Book, events: Sequence[Event], day: date, largest: int) -> Group:
        """Give events their positions and chain, and take them in. Raises Refused where one has more than `largest` bytes, YearMissing."""
        states = {event.subject: self.states.get(event.subject) for event in events}
        announced = self.announced
        told_plan = next((each.fact for each in events if isinstance(each.fact, CampaignAnnounced | CampaignAmended)), None)
        if told_plan:
            announced = announced | {(book.campaign, told_plan.plan.version): Announced(told_plan.plan, told_plan.tree)}
        after, made, evolved, next_events = book, [], list[Event](), list(events)
        while next_events:
            for event in next_events:
                after = table.evolve(after, states, event, day)
            plan = announced.get((after.campaign, after.profile.plan_version))
            where = {subject: _where(after, states.get(subject), plan, day) for subject in {event.subject for event in next_events}}
            position, chain = after.position, after.chain
            for event in next_events:
                value = recorded_value(where[event.subject], event.fact)
                if len(value) > largest:
                    raise Refused("too-large", size=len(value), limit=largest)
                position, chain = position + 1, chained(chain, value)
                made.append((type(event.fact).__name__, event.subject, chain, value))
            evolved += next_events
            # What follows stands on what came before, so that the head in a statement covers all that is added in it.
            after = changed(after, position=position, chain=chain)
            next_events = follows(after, plan.plan) if plan else []
        # What falls due next is reckoned now, while it can be refused still: found out as the batch is stored, it would be set aside.
        version = after.profile.plan_version
        wakes = {subject: (version, _wake(subject, state, plan)) for subject, state in states.items() if state and subject != book.id}
        if book.id in states:
            _wake(book.id, after, plan)
        group = Group(
            book.id, book.position + 1, key, digest, told.id, told.source, told.time, told.accepted, told.traceparent, tuple(made)
        )
        # From here on nothing can fail: the batch takes the group whole.
        self.announced = announced
        states = {subject: state for subject, state in states.items() if state is not None}
        self.states |= states | {book.id: after}
        self._wakes |= wakes
        self._positions |= dict.fromkeys([*(subject for subject in states if subject != book.id), book.id], after.position)
        self.groups[key] = group
        self.new.append(group)
        for event in evolved:
            match event.fact:
                case UnitsListed(version=version, units=units):
                    self.changes.units += [(book.campaign, version, unit) for unit in units]
                case CampaignAnnounced(plan=new_plan, tree=seal) | CampaignAmended(plan=new_plan, tree=seal):
                    self.changes.announced.append(Announced(new_plan, seal))
                case BookAmended(plan_version=new_version):
                    self.changes.amended[book.id] = new_version
        return group

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
            wake = _wake(id, state, self.plan(book))
        return Stored(id, position, state, partition_of(book.id.encode(), partitions), wake, book.profile.plan_version)


def _where(book: Book, state: State, announced: Announced | None, day: date) -> Where:
    about: dict[str, Any] = {}
    if isinstance(state, Issue):
        about = {
            "number": state.number,
            "category": state.category,
            "channel": state.channel,
            "nature": state.nature,
            "owner": state.owner,
        }
    return Where(
        campaign=book.campaign,
        unit=book.unit,
        path=book.profile.path,
        unit_class=book.profile.unit_class or None,
        phase=announced.plan.phase_on(day) if announced else None,
        **about,
    )


def _wake(subject: str, state: State, announced: Announced | None) -> date | None:
    """The first day on which the clock has something to tell a subject. Raises YearMissing."""
    return table.first_wake(subject, state, announced.plan if announced else None)
