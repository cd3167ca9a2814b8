"""A small language for tests of the ledger: given what was told, when this is told, then that is recorded, or it is refused.

All of it goes through the real handler and the real clock, on a store in memory.
"""

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from itertools import count
from typing import Self

from services.ledger import clock
from services.ledger.book.state import Book
from services.ledger.handler import Limits
from services.ledger.rules import letter
from services.ledger.store.documents import Group
from shared.events.fact import Fact, Teller
from shared.events.holding import SOURCE as HELD
from shared.events.refusal import Refused
from shared.kafka.cloudevents import ENVELOPES, told_record
from shared.kafka.records import Told
from shared.plan import Plan
from shared.topics import book_id, kind_of, subject_id
from tests.ledger.in_memory import Ledger, drive, moment
from tests.ledger.like import Like
from tests.ledger.memory_store import MemoryStore
from tests.ledger.sample import ANNOUNCED, CAMPAIGN, FOUND, ISSUED, LISTED, PLAN, changed

NUMBERS = count(1)
SOURCES = {Teller.BUREAU: "desk", Teller.LEDGER: "desk", Teller.CLOCK: clock.SOURCE, Teller.BOOK: letter.SOURCE}
PARTS = {
    "return": ("obligation", "period"),
    "check": ("target",),
    "statement": ("phase", "unit"),
    "tree": ("version",),
    "watch": ("watch",),
    "survey": ("survey",),
    "measure": ("measure", "period"),
    "light": ("light", "month"),
    "sample": ("sample",),
}
"""The fields that make the id of a subject, by its kind; a survey has its teller's reference beside."""


@dataclass(frozen=True)
class Morning:
    """The clock looks on the morning of a day: told like a fact."""

    day: str


@dataclass(frozen=True)
class Said:
    """A fact with what is special about its telling."""

    fact: Fact
    issue: str = "1"
    """The teller's own reference of an issue, or of another subject whose id nothing in the fact gives."""
    subject: str | None = None
    source: str | None = None
    id: str | None = None
    happened: str | None = None
    """When it happened, where that was not when it was told."""


def parts(said: Said) -> list[str]:
    """What makes the id of the subject that a fact is told of: some of its fields, or the teller's own reference."""
    if said.fact.kind not in PARTS:
        return ["desk", said.issue]
    fields = [str(value) for name in PARTS[said.fact.kind] if (value := getattr(said.fact, name, None)) is not None]
    return [*fields, said.issue] if said.fact.kind == "survey" else fields


def facts(groups: Iterable[Group]) -> list[Fact]:
    """The recorded facts of some groups, in order."""
    return [ENVELOPES[type].model_validate_json(value).fact for group in groups for type, _, _, value in group.events]


class Story:
    """What happens in the book of one unit."""

    def __init__(self, ledger: Ledger, unit: str, day: str = ISSUED, about: str = "") -> None:
        self.ledger, self.id, self.day, self._about = ledger, book_id(CAMPAIGN, unit), day, about
        self._new: list[Group] = []

    def on(self, day: str) -> Self:
        """From here on it is this day."""
        self.day = day
        return self

    def given(self, *said: Fact | Said | Morning) -> Self:
        """What was told before; none of it is refused."""
        self.when(*said)
        assert not (refused := [fact for fact in self.recorded() if isinstance(fact, Refused)]), refused
        return self

    def when(self, *said: Fact | Said | Morning) -> Self:
        """What is told now, one after another. What fell due before a fact is recorded with it: here that of its own subject alone, but for the book."""
        new: list[Group] = []
        for each in said:
            before = {group.told for group in self.ledger.groups(self.id)}
            told = None if isinstance(each, Morning) else self.told(each)
            if isinstance(each, Morning):
                self.ledger.morning(each.day)
            elif told:
                self.ledger.tell(told_record(told))
            recorded = (group for group in self.ledger.groups(self.id) if group.told not in before)
            new += [
                group
                for group in recorded
                if told is None or group.source == HELD or group.accepted == told.accepted or told.subject == group.events[0][1] != self.id
            ]
        self._new = new
        return self

    def recorded(self) -> list[Fact]:
        """The facts that were recorded now, in order."""
        return facts(self._new)

    def history(self) -> list[Fact]:
        """All facts of the book, in order."""
        return facts(self.ledger.groups(self.id))

    def then(self, *expected: Fact | Like | type[Fact]) -> Self:
        """What followed from it: a fact, some fields of one, or its type alone. Nothing: it was recorded without consequence."""
        wanted = [Like(each) if isinstance(each, type) else each for each in expected]
        followed = iter(self.recorded())
        numbered = [(index, subject, next(followed)) for group in self._new for index, (_, subject, _, _) in enumerate(group.events)]
        found = [
            fact for index, subject, fact in numbered if isinstance(fact, Refused) or (index and self._about in ("", kind_of(subject)))
        ]
        assert found == wanted, found
        return self

    def refuses(self, rule: str) -> Self:
        """One refusal was recorded for what was told last, and nothing else."""
        assert self.recorded()[-1:] == [Like(Refused, rule=rule)], self.recorded()
        assert len(self._new[-1].events) == 1
        return self

    def told(self, said: Fact | Said) -> Told:
        """A fact as it is told to this book today."""
        said = said if isinstance(said, Said) else Said(said)
        fact, now = said.fact, moment(self.day)
        subject = said.subject or (
            self.id if fact.kind in ("book", "person", "time", "notice") else subject_id(self.id, fact.kind, *parts(said))
        )
        id = said.id or f"told-{next(NUMBERS)}"
        return Told(
            id,
            said.source or SOURCES[fact.teller],
            type(fact).__name__,
            subject,
            self.id,
            moment(said.happened) if said.happened else now,
            now,
            fact,
        )

    @property
    def book(self) -> Book:
        """The book as it stands."""
        state = drive(self.ledger.store.load([self.id]))[self.id].state
        assert isinstance(state, Book)
        return state

    def at(self, unit: str) -> "Story":
        """The same ledger, seen from the book of another unit."""
        return Story(self.ledger, unit, self.day, self._about)


@cache
def _announced(plan: Plan) -> MemoryStore:
    return nowhere().given(LISTED, changed(ANNOUNCED, plan=plan)).ledger.store


def announced(plan: Plan, unit: str = "e1", day: str = ISSUED, about: str = "", limits: Limits | None = None) -> Story:
    """A campaign by this plan is announced and every book is open; only what happens to one kind of subject is looked at, if it is named."""
    return Story(Ledger(deepcopy(_announced(plan)), limits), unit, day, about)


def unit(id: str = "e1", limits: Limits | None = None) -> Story:
    """The campaign of the sample is announced and every book is open."""
    return announced(PLAN, id, limits=limits)


def issue(day: str = FOUND) -> Story:
    """An issue of a clinic: what else happens in the book is left out."""
    return announced(PLAN, day=day, about="issue")


def nowhere(unit: str = "bureau") -> Story:
    """No campaign yet."""
    return Story(Ledger(), unit)
