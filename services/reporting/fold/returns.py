"""What recorded events make of the rows of a return, and of a target of the self-check. Pure."""

from services.reporting.fold.rows import CheckRow, ReturnRow, day_of, row_of
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
from shared.events.self_check import TargetChecked, TargetLifted
from shared.kafka.records import Recorded


def return_after(row: ReturnRow | None, event: Recorded) -> ReturnRow | None:
    """A return after an event; none before it is owed."""
    fact = event.fact
    if row is None and isinstance(fact, ObligationOpened | ReturnFiled | ReturnChased):
        # What is told of it before the clock looked opens it in the same breath, and stands first.
        row = _row(event, fact.obligation, fact.period)
    if row is None:
        return None
    after: ReturnRow = {**row, "position": event.position, "path": list(event.where.path)}
    match fact:
        case ObligationOpened(phase=phase, due=due):
            after["phase"], after["due"] = phase, due.isoformat()
        case ReturnFiled(title=title, nil=nil, contact=contact):
            after["title"], after["nil"], after["contact"], after["times"] = title, nil, contact, row["times"] + 1
            after["filed"] = row["filed"] or day_of(event)
        case ApprovalAwaited(was_missing=was_missing):
            after["state"], after["missing"] = "waiting", row["missing"] and not was_missing
        case ObligationMet(late=late):
            after["state"], after["missing"] = "late" if late else "filed", False
            after["filed"] = row["filed"] or day_of(event)  # where a plan or another fact was as good as filing it
        case ReturnMissing():
            after["state"], after["missing"] = "missing", True
        case ObligationLifted():
            after["state"] = "lifted"
        case ObligationMoved(due=due):
            after["due"] = due.isoformat()
        case ObligationReopened():
            after["state"], after["filed"] = "sent-back", None  # what is filed next counts
        case ReturnChased():
            after["chased"] = row["chased"] + 1
    return after


def _row(event: Recorded, obligation: str, period: str | None) -> ReturnRow:
    return {
        **row_of(event, event.subject),
        "book": event.book,
        "obligation": obligation,
        "phase": "",
        "due": "",
        "period": period,
        "state": "rolling" if period == "rolling" else "open",
        "title": None,
        "nil": False,
        "missing": False,
        "filed": None,
        "contact": None,
        "times": 0,
        "chased": 0,
    }


def check_after(row: CheckRow | None, event: Recorded) -> CheckRow | None:
    """The answer to a target after an event; a later one takes its place."""
    match event.fact:
        case TargetChecked(target=target, phase=phase, conforms=conforms):
            told = row_of(event, event.subject)
            return {
                **told,
                "book": event.book,
                "target": target,
                "phase": phase,
                "conforms": conforms,
                "day": day_of(event),
                "lifted": None,
            }
        case TargetLifted() if row:
            return {**row, "position": event.position, "path": list(event.where.path), "lifted": day_of(event)}
    return row
