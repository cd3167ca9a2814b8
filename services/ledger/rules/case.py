"""What every rule is given: what was told, and all that a decision about it may look at."""

from collections.abc import Mapping
from datetime import date
from typing import Generic, TypeVar

from msgspec import Struct

from services.ledger.book.state import Book
from services.ledger.rules.decision import Event, Refused, State
from services.ledger.rules.world import World
from shared.events.fact import Fact
from shared.kafka.records import Told
from shared.plan import Plan
from shared.topics import subject_id

S_co = TypeVar("S_co", bound=State, covariant=True)
F_co = TypeVar("F_co", bound=Fact, covariant=True)
T = TypeVar("T", bound=State)


class Case(Struct, Generic[S_co, F_co], frozen=True, gc=False):
    """What was told of a subject with state `S_co`, as a fact of `F_co`."""

    told: Told
    fact: F_co
    state: S_co | None
    """Of the subject; none where nothing was recorded of it yet."""
    subjects: Mapping[str, State]
    """The subjects that the decision looks at, by id. See `beside`."""
    book: Book
    world: World
    day: date
    """The day in China on which intake took it: the one that rules judge by."""

    @property
    def subject(self) -> str:
        """The id of the subject."""
        return self.told.subject

    @property
    def plan(self) -> Plan:
        """The plan in force. What opens a book is told where there is none yet."""
        if self.world.in_force is None:
            raise LookupError(f"{self.book.id} is not open")
        return self.world.in_force.plan

    @property
    def phase(self) -> str:
        """The phase that what follows counts in; before the first and after the campaign, the last."""
        return self.book.phase_for(self.plan, self.day) or self.plan.last_phase

    def beside(self, id: str | None, kind: type[T]) -> T | None:
        """Another subject of the book, which the row of this one's kind names as needed."""
        other = self.subjects.get(id or "")
        return other if isinstance(other, kind) else None

    def event(self, fact: Fact) -> Event:
        """Something that follows for the subject itself."""
        return Event(self.told.subject, fact)

    def require_subject(self, *parts: str) -> None:
        """It is told of the subject whose id its own fields give. Raises Refused."""
        if self.subject != subject_id(self.book.id, self.fact.kind, *parts):
            raise Refused("wrong-subject", type=self.told.type, kind=f"{self.fact.kind}/{'~'.join(parts)}", subject=self.subject)


AnyCase = Case[State, Fact]
"""For rules that look at neither the subject's state nor the fact."""
