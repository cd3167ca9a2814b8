"""More time for an issue: asked for while its fix clock runs, and decided by somebody else before it has run out (L6); once carried over, told (C8)."""

from datetime import date

from services.ledger.issue import clocks
from services.ledger.issue.state import Issue
from services.ledger.issue.verification import refuse_checker
from services.ledger.issue.work import require_room
from services.ledger.rules.case import AnyCase
from services.ledger.rules.decision import Event, Refused
from shared.events.extension import ExtensionDenied, ExtensionGranted
from shared.events.issue import FollowUpSet


def require_askable(case: AnyCase, issue: Issue, until: date) -> None:
    """More time can be asked for. Raises Refused."""
    _require_running(case, issue)
    if issue.asked:
        raise Refused("extension-open", until=issue.asked.until)
    _require_later(issue, until)


def decided(case: AnyCase, issue: Issue, fact: ExtensionGranted | ExtensionDenied) -> list[Event]:
    """What follows from a decision. Raises Refused."""
    if issue.asked is None:
        raise Refused("extension-unasked")
    _require_running(case, issue)
    if fact.by == issue.asked.by or fact.by in issue.gainers:
        raise Refused("extension-own", by=fact.by)
    if isinstance(fact, ExtensionDenied):
        return []
    _require_later(issue, fact.until or issue.asked.until)
    return clocks.withdrawn(case, issue, "fix", issue.fix_due, "extended")


def followed_up(case: AnyCase, issue: Issue, fact: FollowUpSet) -> list[Event]:
    """What follows from another day for what was carried over: a mark of the day before it stays, unless it was told in time. Raises Refused."""
    before = issue.follow_up_due
    if not before:
        raise Refused("not-carried-over")
    if fact.due < case.day:
        raise Refused("follow-up-past", due=fact.due)
    if fact.due > before and fact.by in (*issue.fixers, *issue.barred, fact.owner):
        raise Refused("follow-up-own", by=fact.by, due=before)
    require_room(issue.owners, fact.owner)
    refuse_checker(issue, fact.owner)
    return clocks.withdrawn(case, issue, "follow-up", before, "extended") if case.day <= before else []


def _require_running(case: AnyCase, issue: Issue) -> None:
    due = clocks.running(issue, case.plan, "fix")
    if due is None:
        raise Refused("extension-stopped")
    if case.day > due:
        raise Refused("extension-late", due=due)


def _require_later(issue: Issue, until: date) -> None:
    if until <= issue.fix_due:
        raise Refused("extension-not-later", until=until, due=issue.fix_due)
