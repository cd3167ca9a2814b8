"""What recorded events make of the row of a return. Pure."""

from services.reporting.fold.rows import ReturnRow, day_of, row_of
from shared.events.returns import (
    ApprovalAwaited,
    ObligationLifted,
    ObligationMet,
    ObligationMoved,
    ObligationOpened,
    ObligationReopened,
    ReturnChased,
    ReturnFiled,
    ReturnMissing,
)
from shared.kafka.records import Recorded


def return_after(row: ReturnRow | None, event: Recorded) -> ReturnRow | None:
    """A return after an event; none before it is owed."""
    if isinstance(event.fact, ObligationOpened):
        return {
            **row_of(event, event.subject),
            "book": event.book,
            "obligation": event.fact.obligation,
            "phase": event.fact.phase,
            "due": event.fact.due.isoformat(),
            "period": event.fact.period,
            "state": "rolling" if event.fact.period == "rolling" else "open",
            "title": None,
            "nil": False,
            "filed": None,
            "contact": None,
            "times": 0,
            "chased": 0,
        }
    if row is None:
        return None
    after: ReturnRow = {**row, "position": event.position, "path": list(event.where.path)}
    match event.fact:
        case ReturnFiled(title=title, nil=nil, contact=contact):
            after["title"], after["nil"], after["contact"], after["times"] = title, nil, contact, row["times"] + 1
            after["filed"] = row["filed"] or day_of(event)
        case ApprovalAwaited():
            after["state"] = "waiting"
        case ObligationMet(late=late):
            after["state"] = "late" if late else "filed"
        case ReturnMissing():
            after["state"] = "missing"
        case ObligationLifted():
            after["state"] = "lifted"
        case ObligationMoved(due=due):
            after["due"] = due.isoformat()
        case ObligationReopened():
            after["state"], after["filed"] = "sent-back", None  # what is filed next counts
        case ReturnChased():
            after["chased"] = row["chased"] + 1
    return after
