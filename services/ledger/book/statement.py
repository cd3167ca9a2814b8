"""The statement of a unit below, as the book above holds it: a revision replaces, never adds, until it is withdrawn."""

from datetime import date

from services.ledger.rules.case import Case
from services.ledger.rules.decision import Event, Refused, State
from shared.events.figures import Counts
from shared.events.statement import StatementAdded, StatementSubmitted, StatementWithdrawn


class Statement(State, frozen=True):
    """What decisions need of a statement that came."""

    revision: int
    total: Counts


Facts = StatementSubmitted | StatementWithdrawn


def decide(case: Case[Statement, Facts]) -> list[Event]:
    """What follows from a statement, or from its withdrawal. Raises Refused."""
    before, fact, below = case.state, case.fact, case.book.profile.units_below
    if isinstance(fact, StatementWithdrawn):
        if before is None or not before.revision or fact.unit in below:
            return []
        return [case.event(StatementAdded(phase=fact.phase, unit=fact.unit, revision=0, total=Counts(), replaces=before.total))]
    if fact.unit not in below:
        raise Refused("not-under", unit=fact.unit)
    if before and fact.revision <= before.revision:
        raise Refused("old-revision", revision=before.revision)
    added = StatementAdded(
        phase=fact.phase, unit=fact.unit, revision=fact.revision, total=fact.total, replaces=before.total if before else None
    )
    return [case.event(added)]


def evolve(before: Statement | None, event: Event, day: date) -> Statement | None:
    """The statement after an event."""
    match event.fact:
        case StatementAdded(revision=revision, total=total):
            return Statement(revision=revision, total=total)
    return before
