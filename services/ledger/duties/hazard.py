"""The report of a hazard that was cleared (隐患整改报告): filed, and raised one level at a time along a line of command.

In the book that filed it its id is that of the issue; in the books above it is `below~<unit that filed it>~<that id>`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from services.ledger.book.state import Book
from services.ledger.issue import Issue
from services.ledger.rules.decision import Event, Refused, Wake
from services.ledger.rules.forms import filled_in
from shared.events.hazard import (
    AcknowledgementDue,
    HazardReportAcknowledged,
    HazardReportClimbed,
    HazardReportDropped,
    HazardReportFiled,
    HazardReportOverdue,
    HazardReportRaised,
    HazardReportReturned,
    HazardReportSentBack,
    HazardReportSentUp,
)
from shared.kafka.cloudevents import Told
from shared.plan import Plan
from shared.topics import LONGEST_ID, book_id
from shared.wording.details import called, stated
from shared.workdays import end_of, local_date


@dataclass(frozen=True, slots=True)
class Report:
    """What decisions need of a hazard report, in the book that filed it or in one above."""

    origin: str
    revision: int
    trail: tuple[str, ...]
    """The units that it climbed through, up to the one below this."""
    status: Literal["sent-up", "waiting", "sent-back", "returned"]
    """Went up; waits to be acknowledged; went back to the level below; came back from the level above."""
    since: date
    point: str | None = None
    measures: str | None = None
    loss_avoided_cents: int | None = None
    social_impact: str | None = None
    form: dict[str, str] | None = None
    overdue: bool = False
    cycle: int = 1
    """Of the issue that it was filed on, as it was filed last."""


def touches(told: Told) -> list[str]:
    """The subjects that a decision about a hazard report needs: the report, and the issue that it is about."""
    return [told.subject, issue_of(told.subject)] if isinstance(told.fact, HazardReportFiled) else [told.subject]


def issue_of(subject: str) -> str:
    """The issue that a report is about, from its subject where it was filed."""
    return subject.replace("/hazard/", "/issue/", 1)


def in_book(origin: str, unit: str) -> str:
    """The subject of a report in the book of another unit, from its subject where it was filed."""
    campaign, filed_by, _, id = origin.split("/")
    return origin if unit == filed_by else f"{book_id(campaign, unit)}/hazard/below~{filed_by}~{id}"


def filed_as(subject: str) -> str:
    """The subject of a report where it was filed, from its subject in any book."""
    campaign, _, _, id = subject.split("/")
    if not id.startswith("below~"):
        return subject
    _, unit, rest = id.split("~", 2)
    return f"{book_id(campaign, unit)}/hazard/{rest}"


def decide(told: Told, report: Report | None, issue: Issue | None, book: Book, plan: Plan) -> list[Event]:
    """What follows for a hazard report; `issue` is the hazard that is filed on. Raises Refused."""
    day, fact, subject = local_date(told.accepted), told.fact, told.subject
    if isinstance(fact, HazardReportFiled):
        return _filed(fact, subject, report, issue, book, plan)
    if isinstance(fact, HazardReportRaised):
        return []
    if report is None:
        raise Refused("hazard-unknown", subject=subject)
    match fact:
        case HazardReportAcknowledged():
            _waits(report)
            went = _sent_up(report, subject, book, plan, report.revision + (report.status == "returned"))
            return [*_overdue(report, subject, plan, day), went]
        case HazardReportSentBack(reason=reason):
            _waits(report)
            back = HazardReportDropped(to=report.trail[-1], origin=report.origin, revision=report.revision, reason=reason)
            return [*_overdue(report, subject, plan, day), Event(subject, back)]
        case AcknowledgementDue(due=due):
            return _overdue(report, subject, plan, day + timedelta(1)) if _due(report, plan) == due else []
        case HazardReportReturned() | HazardReportClimbed():
            return []
    raise AssertionError(f"{told.type} is not about a hazard report")


def _filed(fact: HazardReportFiled, subject: str, before: Report | None, issue: Issue | None, book: Book, plan: Plan) -> list[Event]:
    if issue is None or issue.nature != "hazard":
        raise Refused("no-hazard", subject=issue_of(subject))
    if issue.rectified_on is None:
        raise Refused("hazard-not-cleared")
    # What was opened again since is cleared anew, and reported anew (L5).
    if before and before.status != "returned" and before.cycle >= issue.cycle:
        raise Refused("hazard-filed", revision=before.revision)
    filled_in(plan, plan.asked.hazard, fact.form or {})
    for field in () if plan.asked.hazard else ("point", "measures"):
        if getattr(fact, field) is None:
            raise Refused("hazard-field", field=called([field]))
    report = Report(
        origin=subject,
        revision=before.revision + 1 if before else 1,
        trail=(),
        status="waiting",
        since=date.min,
        point=fact.point,
        measures=fact.measures,
        loss_avoided_cents=fact.loss_avoided_cents,
        social_impact=fact.social_impact,
        form=fact.form,
        cycle=issue.cycle,
    )
    return [_sent_up(report, subject, book, plan, report.revision)]


def superior(book: Book, plan: Plan) -> str | None:
    """The unit above in the line that hazard reports climb; where that line does not name one, the unit that commands it."""
    parent = book.profile.path[-2] if len(book.profile.path) > 1 else None
    return book.profile.superiors.get(plan.hazard_line or "", parent)


def _sent_up(report: Report, subject: str, book: Book, plan: Plan, revision: int) -> Event:
    to = superior(book, plan)
    if to and len(above := in_book(report.origin, to).split("/")[3]) > LONGEST_ID:
        raise Refused("subject-long", subject=above, limit=LONGEST_ID)
    sent = HazardReportSentUp(
        origin=report.origin,
        revision=revision,
        trail=(*report.trail, book.unit),
        to=to,
        point=report.point,
        measures=report.measures,
        loss_avoided_cents=report.loss_avoided_cents,
        social_impact=report.social_impact,
        form=report.form,
        cycle=report.cycle,
    )
    return Event(subject, sent)


def _waits(report: Report) -> None:
    """A report waits for this unit's word: new from below, or back from above."""
    if report.status not in ("waiting", "returned") or not report.trail:
        raise Refused("hazard-not-waiting", status=stated(report.status))


def _due(report: Report, plan: Plan) -> date | None:
    clock = plan.clocks.acknowledgement
    return plan.due(clock, report.since) if clock and report.status == "waiting" and not report.overdue else None


def _overdue(report: Report, subject: str, plan: Plan, day: date) -> list[Event]:
    due = _due(report, plan)
    return [Event(subject, HazardReportOverdue(revision=report.revision, due=due))] if due and day > due else []


def evolve(report: Report | None, event: Event, day: date) -> Report | None:
    """The report after an event."""
    match event.fact:
        case HazardReportRaised() as fact if report is None or fact.revision > report.revision:
            return Report(
                origin=fact.origin,
                revision=fact.revision,
                trail=fact.trail,
                status="waiting",
                since=day,
                point=fact.point,
                measures=fact.measures,
                loss_avoided_cents=fact.loss_avoided_cents,
                social_impact=fact.social_impact,
                form=fact.form,
            )
        case HazardReportSentUp() as fact if report is None or not report.trail:
            return Report(origin=fact.origin, revision=fact.revision, trail=(), status="sent-up", since=day, cycle=fact.cycle)
        case HazardReportSentUp(revision=revision) if report:
            return replace(report, status="sent-up", revision=revision)
        case HazardReportDropped() if report:
            return replace(report, status="sent-back")
        case HazardReportReturned(revision=revision) if (
            report and report.status == "sent-up" and (revision >= report.revision or not revision)
        ):
            return replace(report, status="returned", revision=max(revision, report.revision))
        case HazardReportClimbed(revision=revision) if report:
            # A level above may have sent it up anew: the next revision from here must be newer than that, too.
            return replace(report, revision=max(revision, report.revision))
        case HazardReportOverdue() if report:
            return replace(report, overdue=True)
    return report


def wakes(report: Report, plan: Plan) -> Iterator[Wake]:
    """What the clock tells a hazard report."""
    if due := _due(report, plan):
        yield Wake(due + timedelta(1), end_of(due), AcknowledgementDue(due=due), f"acknowledgement-{report.revision}")
