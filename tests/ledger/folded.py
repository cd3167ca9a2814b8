"""The states that recorded events alone give: folded in the order of their books, by the ledger's own rules."""

from collections.abc import Iterable
from datetime import date

from services.ledger.issue import order
from services.ledger.rules import table
from services.ledger.rules.decision import Event, State
from shared.events.fact import Fact
from shared.plan import Plan


def folded(plan: Plan, events: Iterable[tuple[str, str, Fact, date, date]]) -> dict[str, State]:
    """Of each book and subject under a plan, from (book, subject, fact, day on which it happened as it was told, day on which it was accepted)."""
    states: dict[str, State | None] = {}
    for book, subject, fact, happened, day in events:
        table.evolve(states, book, Event(subject, fact, order.believed(plan, happened, day)), day)
    return {id: state for id, state in states.items() if state is not None}
