"""The statement of a unit below, as the book above holds it: a revision replaces, never adds, until it is withdrawn."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from services.ledger.book.state import Book
from services.ledger.rules.decision import Event, Refused, Wake
from shared.events.figures import Counts
from shared.events.statement import StatementAdded, StatementSubmitted, StatementWithdrawn
from shared.kafka.cloudevents import Told
from shared.plan import Plan


@dataclass(frozen=True, slots=True)
class Statement:
    """What decisions need of a statement that came."""

    revision: int
    total: Counts


def touches(told: Told) -> list[str]:
    """The subjects that a decision about a statement needs."""
    return [told.subject]


def decide(told: Told, before: Statement | None, book: Book, plan: Plan) -> list[Event]:
    """What follows from a statement, or from its withdrawal. Raises Refused."""
    fact = told.fact
    if isinstance(fact, StatementWithdrawn):
        if before is None or not before.revision or fact.unit in book.profile.units_below:
            return []
        nothing = StatementAdded(phase=fact.phase, unit=fact.unit, revision=0, total=Counts(), replaces=before.total)
        return [Event(told.subject, nothing)]
    assert isinstance(fact, StatementSubmitted)
    if fact.unit not in book.profile.units_below:
        raise Refused("not-under", unit=fact.unit)
    if before and fact.revision <= before.revision:
        raise Refused("old-revision", revision=before.revision)
    added = StatementAdded(
        phase=fact.phase, unit=fact.unit, revision=fact.revision, total=fact.total, replaces=before.total if before else None
    )
    return [Event(told.subject, added)]


def evolve(before: Statement | None, event: Event, day: date) -> Statement | None:
    """The statement after an event."""
    match event.fact:
        case StatementAdded(revision=revision, total=total):
            return Statement(revision=revision, total=total)
    return before


def wakes(statement: Statement, plan: Plan) -> Iterator[Wake]:
    """The clock tells a statement nothing."""
    return iter(())
