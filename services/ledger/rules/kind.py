"""What a row of the registry says of one kind of subjects."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Generic, Protocol, get_args, get_type_hints

from typing_extensions import TypeIs, TypeVar

from services.ledger.book.state import Book
from services.ledger.rules.case import Case
from services.ledger.rules.decision import Event, State, Wake
from services.ledger.rules.world import Needs, World
from shared.events.fact import Fact
from shared.kafka.records import Recorded, Told
from shared.plan import Plan
from shared.workdays import local_date

S = TypeVar("S", bound=State)
F = TypeVar("F", bound=Fact)
C = TypeVar("C", bound=Fact, default=Fact)


class Row(Protocol):
    """A kind of subjects as those see it who know none by name."""

    @property
    def name(self) -> str: ...
    @property
    def state(self) -> type[State] | None: ...
    @property
    def told(self) -> frozenset[type[Fact]]: ...
    @property
    def telling(self) -> frozenset[type[Fact]]: ...
    @property
    def rank(self) -> int: ...

    def looks_at(self, told: Told) -> list[str]:
        """The subjects that a decision needs, its own among them."""

    def asks(self, told: Told, book: Book) -> Needs | None:
        """What a decision needs from outside the book."""

    def follows(self, told: Told, subjects: Mapping[str, State], book: Book, world: World) -> list[Event]:
        """The consequences of a told event. Raises Refused."""

    def after(self, state: State | None, event: Event, day: date) -> State | None:
        """The state after an event."""

    def due(self, state: State | None, plan: Plan) -> Iterable[Wake]:
        """What the clock tells a subject."""

    def letters(self, cause: Recorded) -> Iterable[Told]:
        """What the book tells others because of a recorded event."""

    def back(self, state: State | None, why: str) -> Fact | None:
        """What a subject is told that waits for the word of a unit that left."""


@dataclass(frozen=True, slots=True)
class Kind(Generic[S, F, C]):
    """A kind of subjects: its rules, and what else the ledger must know of it. What a kind does not need is left out."""

    name: str
    """As it stands in ids: `<campaign>/<unit>/<name>/…`."""
    decide: Callable[[Case[S, F]], list[Event]]
    """The consequences of what was told. Raises Refused. Its type says which facts these are, and what is kept of the subject."""
    evolve: Callable[[S | None, Event, date], S | None] | None = None
    """The state after an event of what was accepted on a day; never refuses."""
    wakes: Callable[[S, Plan], Iterator[Wake]] | None = None
    """What the clock tells it."""
    beside: Callable[[F, Told], Iterable[str]] | None = None
    """The other subjects of its book that a decision about a fact needs."""
    needs: Callable[[F, Book], Needs | None] | None = None
    """What a decision about a fact needs from outside its book."""
    tells: Callable[[Recorded, C], Iterable[Told]] | None = None
    """What its book tells others, or itself again, because of a recorded event. Its type says which these are."""
    gives_back: Callable[[S, str], Fact | None] | None = None
    """What it is told where it waits for the word of a unit that left the campaign, with the reason; none where it waits for none."""
    rank: int = 5
    """On one day the clock tells those of lower rank first, and books last, so that a phase closes on their figures."""
    told: frozenset[type[F]] = field(init=False)
    """All facts that can be told of it."""
    state: type[S] | None = field(init=False)
    """What is kept of it; none where each fact stands for itself."""
    telling: frozenset[type[C]] = field(init=False)
    """The recorded facts because of which its book tells others."""

    def __post_init__(self) -> None:
        state, facts = get_args(get_type_hints(self.decide)["case"])
        causes = get_type_hints(self.tells)["fact"] if self.tells else ()
        object.__setattr__(self, "told", frozenset(get_args(facts) or (facts,)))
        object.__setattr__(self, "state", None if state is State else state)
        object.__setattr__(self, "telling", frozenset(get_args(causes) or (causes,) if causes else ()))

    def _takes(self, fact: Fact) -> TypeIs[F]:
        return type(fact) in self.told

    def _tells_of(self, fact: Fact | None) -> TypeIs[C]:
        return type(fact) in self.telling

    def _own(self, state: State | None) -> S | None:
        return state if self.state and isinstance(state, self.state) else None

    def looks_at(self, told: Told) -> list[str]:
        fact = told.fact
        return [told.subject, *(self.beside(fact, told) if self.beside and self._takes(fact) else ())]

    def asks(self, told: Told, book: Book) -> Needs | None:
        fact = told.fact
        return self.needs(fact, book) if self.needs and self._takes(fact) else None

    def follows(self, told: Told, subjects: Mapping[str, State], book: Book, world: World) -> list[Event]:
        fact = told.fact
        if not self._takes(fact):
            raise TypeError(f"{told.type} is not told of a subject of kind {self.name}")
        state = self._own(subjects.get(told.subject))
        return self.decide(Case(told, fact, state, subjects, book, world, local_date(told.accepted)))

    def after(self, state: State | None, event: Event, day: date) -> State | None:
        return self.evolve(self._own(state), event, day) if self.evolve else None

    def due(self, state: State | None, plan: Plan) -> Iterable[Wake]:
        own = self._own(state)
        return self.wakes(own, plan) if self.wakes and own else ()

    def letters(self, cause: Recorded) -> Iterable[Told]:
        fact = cause.fact
        return self.tells(cause, fact) if self.tells and self._tells_of(fact) else ()

    def back(self, state: State | None, why: str) -> Fact | None:
        own = self._own(state)
        return self.gives_back(own, why) if self.gives_back and own else None
