"""More time for an issue: asked for while its fix clock runs, and decided by somebody else before it has run out (L6)."""

from datetime import date

from services.ledger.issue import clocks
from services.ledger.issue.state import Issue
from services.ledger.rules.decision import Event, Refused
from shared.events.extension import ExtensionDenied, ExtensionGranted, ExtensionRequested
from shared.plan import Plan


def requested(issue: Issue, plan: Plan, subject: str, day: date, fact: ExtensionRequested) -> list[Event]:
    """What follows from a request. Raises Refused."""
    _runs(issue, plan, day)
    if issue.asked:
        raise Refused("extension-open", until=issue.asked.until)
    _later(issue, fact.until)
    return clocks.run_out(issue, plan, subject, day)


def decided(issue: Issue, plan: Plan, subject: str, day: date, fact: ExtensionGranted | ExtensionDenied) -> list[Event]:
    """What follows from a decision. Raises Refused."""
    if issue.asked is None:
        raise Refused("extension-unasked")
    _runs(issue, plan, day)
    if fact.by in (issue.asked.by, issue.owner):
        raise Refused("extension-own", by=fact.by)
    late = clocks.run_out(issue, plan, subject, day)
    if isinstance(fact, ExtensionDenied):
        return late
    _later(issue, fact.until or issue.asked.until)
    return [*late, *clocks.withdrawn(issue, plan, subject, "fix", issue.fix_due, "extended")]


def _runs(issue: Issue, plan: Plan, day: date) -> None:
    due = clocks.running(issue, plan, "fix")
    if due is None:
        raise Refused("extension-stopped")
    if day > due:
        raise Refused("extension-late", due=due)


def _later(issue: Issue, until: date) -> None:
    if until <= issue.fix_due:
        raise Refused("extension-not-later", until=until, due=issue.fix_due)
