"""How an issue goes on the book (上账)."""

from datetime import date

from services.ledger.book import Book
from services.ledger.decision import Event, Refused
from services.ledger.issue.lanes import clocks_of, lane_of
from services.ledger.phases import last_day, phase_for
from shared.events.issue import IssueAssigned, IssueEntered, IssueReported
from shared.plan import Plan


def enter(book: Book, plan: Plan, subject: str, day: date, report: IssueReported) -> list[Event]:
    """An issue goes on the book under the next number, with its clocks. Raises Refused."""
    phase = phase_for(book, plan, day)
    if phase is None:
        raise Refused("before-campaign")
    if day > (end := last_day(book, plan)):
        raise Refused("after-campaign", end=end)
    if report.category not in {entry.code for entry in plan.categories}:
        raise Refused("category-unknown", category=report.category)
    if report.channel not in {entry.code for entry in plan.channels}:
        raise Refused("channel-unknown", channel=report.channel)
    if report.target is not None and plan.target(report.target) is None:
        raise Refused("target-unknown", target=report.target)
    if report.visit and not report.visit.startswith(f"{book.id}/visit/"):
        raise Refused("visit-elsewhere", visit=report.visit, book=book.id)
    lane = lane_of(plan, report.nature, report.category, report.channel, asked=report.lane)
    plan_clock, fix_clock = clocks_of(plan, lane)
    entered = IssueEntered(
        number=book.entered + 1,
        phase=phase,
        category=report.category,
        channel=report.channel,
        nature=report.nature,
        target=report.target,
        text=report.text,
        plan_due=plan.due(plan_clock, day, book.ends),
        fix_due=plan.due(fix_clock, day, book.ends),
        lane=lane.code if lane else None,
        priority=lane.priority if lane else None,
    )
    return [Event(subject, entered)] + ([Event(subject, IssueAssigned(owner=report.owner))] if report.owner else [])
