"""A good practice, a model or a promise that a unit shares: read, not ruled over; the last telling stands."""

from services.ledger.rules.case import Case
from services.ledger.rules.decision import Event, State
from shared.events.activity import PracticeShared


def decide(case: Case[State, PracticeShared]) -> list[Event]:
    """Nothing follows, and nothing is kept of it: readers have the text."""
    return []
