"""More time for an issue: asked for while its fix clock runs, and decided by somebody else before it has run out (L6)."""

from datetime import date

from services.ledger.issue import clocks
from services.ledger.issue.state import Issue
from services.ledger.rules.case import AnyCase
from services.ledger.rules.decision import Event, Refused
from shared.events.extension import ExtensionDenied, ExtensionGranted


def requested(case: AnyCase, issue: Issue, until: date) -> list[Event]:
    """What follows from a request. Raises Refused."""
    _require_running(case, issue)
    if issue.asked:
        raise Refused("extension-open", until=issue.asked.until)
    _require_later(issue, until)
    return clocks.run_out(case, issue)


def decided(case: AnyCase, issue: Issue, fact: ExtensionGranted | ExtensionDenied) -> list[Event]:
    """What follows from a decision. Raises Refused."""
    if issue.asked is None:
        raise Refused("extension-unasked")
    _require_running(case, issue)
    if fact.by == issue.asked.by or fact.by in issue.gainers:
        raise Refused("extension-own", by=fact.by)
    late = clocks.run_out(case, issue)
    if isinstance(fact, ExtensionDenied):
        return late
    _require_later(issue, fact.until or issue.asked.until)
    return [*late, *clocks.withdrawn(case, issue, "fix", issue.fix_due, "extended")]


def _require_running(case: AnyCase, issue: Issue) -> None:
    due = clocks.running(issue, case.plan, "fix")
    if due is None:
        raise Refused("extension-stopped")
    if case.day > due:
        raise Refused("extension-late", due=due)


def _require_later(issue: Issue, until: date) -> None:
    if until <= issue.fix_due:
        raise Refused("extension-not-later", until=until, due=issue.fix_due)
