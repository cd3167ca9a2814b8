"""The report of a hazard that was cleared (隐患整改报告): filed, and raised one level at a time along a line of command.

In the book that filed it its id is that of the issue; in the books above it is `below~<unit that filed it>~<that id>`.
"""

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Literal, assert_never

from msgspec.structs import replace

from services.ledger.book.left import why_back
from services.ledger.book.state import Book
from services.ledger.issue.state import Issue
from services.ledger.rules.case import AnyCase, Case
from services.ledger.rules.decision import Event, Refused, State, Wake, once_over
from services.ledger.rules.forms import require_form
from services.ledger.rules.letter import SOURCE, letter
from shared.events.hazard import (
    AcknowledgementDue,
    HazardReportAcknowledged,
    HazardReportClimbed,
    HazardReportDropped,
    HazardReportFiled,
    HazardReportGivenBack,
    HazardReportOverdue,
    HazardReportRaised,
    HazardReportReturned,
    HazardReportSentBack,
    HazardReportSentUp,
)
from shared.events.refusal import Refused as NotTaken
from shared.kafka.records import Recorded, Told
from shared.plan import Plan
from shared.topics import LONGEST_ID, book_id
from shared.wording.details import called, stated


class Report(State, frozen=True):
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
    """Of the issue that it is filed on, for what goes up from there."""


Facts = (
    HazardReportFiled
    | HazardReportRaised
    | HazardReportAcknowledged
    | HazardReportSentBack
    | HazardReportReturned
    | HazardReportClimbed
    | HazardReportGivenBack
    | AcknowledgementDue
)


def beside(fact: Facts, told: Told) -> Iterator[str]:
    """The issue that is filed on."""
    if isinstance(fact, HazardReportFiled):
        yield _issue(told.subject)


def decide(case: Case[Report, Facts]) -> list[Event]:
    """What follows for a hazard report. Raises Refused."""
    fact = case.fact
    match fact:
        case HazardReportFiled():
            return _filed(case, fact)
        case HazardReportRaised(trail=trail, origin=origin, revision=revision):
            why = why_back(case.book)
            return [case.event(HazardReportDropped(to=trail[-1], origin=origin, revision=revision, reason=why))] if why else []
        case HazardReportAcknowledged():
            report = _require_waiting(case)
            return [_sent_up(case, report, report.revision + (report.status == "returned"))]
        case HazardReportSentBack(reason=reason):
            report = _require_waiting(case)
            return [_dropped(case, report, reason)]
        case HazardReportGivenBack(reason=reason):
            report = _require_report(case)
            return [_dropped(case, report, reason)] if _waits(report) else []
        case AcknowledgementDue(due=due):
            report = _require_report(case)
            stands = _due(report, case.plan) == due
            return [case.event(HazardReportOverdue(revision=report.revision, due=due))] if stands else []
        case HazardReportReturned():
            report = _require_report(case)
            why = why_back(case.book)
            return [_dropped(case, report, why)] if why and report.trail and report.status == "sent-up" else []
        case HazardReportClimbed():
            _require_report(case)
            return []
        case _:
            assert_never(fact)


def _filed(case: Case[Report, Facts], fact: HazardReportFiled) -> list[Event]:
    """A report goes up, or again in other words, in the place of the one before wherever that stands. Raises Refused."""
    before, plan, issue = case.state, case.plan, case.beside(_issue(case.subject), Issue)
    if issue is None or issue.nature != "hazard":
        raise Refused("no-hazard", subject=_issue(case.subject))
    if issue.rectified_on is None:
        raise Refused("hazard-not-cleared")
    require_form(plan, plan.asked.hazard, fact.form or {})
    for field in () if plan.asked.hazard else ("point", "measures"):
        if getattr(fact, field) is None:
            raise Refused("hazard-field", field=called([field]))
    report = Report(
        origin=case.subject,
        revision=before.revision + 1 if before else 1,
        trail=(),
        status="waiting",
        since=case.day,
        cycle=issue.cycle,
        **fact.model_dump(exclude={"by", "by_unit"}),
    )
    return [_sent_up(case, report, report.revision)]


def _issue(subject: str) -> str:
    """The issue that a report is about, from its subject where it was filed."""
    return subject.replace("/hazard/", "/issue/", 1)


def _require_report(case: Case[Report, Facts]) -> Report:
    """The report came to this unit. Raises Refused."""
    if case.state is None:
        raise Refused("hazard-unknown", subject=case.subject)
    return case.state


def _require_waiting(case: Case[Report, Facts]) -> Report:
    """The report waits for this unit's word: new from below, or back from above. Raises Refused."""
    report = _require_report(case)
    if not _waits(report):
        raise Refused("hazard-not-waiting", status=stated(report.status))
    return report


def _waits(report: Report) -> bool:
    return report.status in ("waiting", "returned") and report.trail != ()


def gives_back(report: Report, why: str) -> HazardReportGivenBack | None:
    """What waits for the word of a unit that left goes back to the level below."""
    return HazardReportGivenBack(reason=why) if _waits(report) else None


def _dropped(case: AnyCase, report: Report, reason: str) -> Event:
    """It goes back to the level below."""
    return case.event(HazardReportDropped(to=report.trail[-1], origin=report.origin, revision=report.revision, reason=reason))


def _sent_up(case: AnyCase, report: Report, revision: int) -> Event:
    """It goes on to the next level, or has reached the top. Raises Refused, YearMissing."""
    to = _superior(case.book, case.plan)
    if to and len(above := _in_book(report.origin, to).split("/")[3]) > LONGEST_ID:
        raise Refused("subject-long", subject=above, limit=LONGEST_ID)
    if to and (clock := case.plan.clocks.acknowledgement):
        case.plan.due(clock, case.day)  # refused here where no calendar reaches it: the book above could not refuse
    sent = HazardReportSentUp(
        origin=report.origin,
        revision=revision,
        trail=(*report.trail, case.book.unit),
        to=to,
        point=report.point,
        measures=report.measures,
        loss_avoided_cents=report.loss_avoided_cents,
        social_impact=report.social_impact,
        form=report.form,
        cycle=report.cycle,
    )
    return case.event(sent)


def _superior(book: Book, plan: Plan) -> str | None:
    """The unit above in the line that hazard reports climb; where that line does not name one, the unit that commands it."""
    parent = book.profile.path[-2] if len(book.profile.path) > 1 else None
    return book.profile.superiors.get(plan.hazard_line or "", parent)


def _due(report: Report, plan: Plan) -> date | None:
    clock = plan.clocks.acknowledgement
    return plan.due(clock, report.since) if clock and report.status == "waiting" and not report.overdue else None


def evolve(report: Report | None, event: Event, day: date) -> Report | None:
    """The report after an event."""
    match event.fact:
        case HazardReportRaised() as fact:
            # This level may have sent up one of the same number anew meanwhile: what comes from below is the newer all the same.
            revision = max(fact.revision, report.revision + 1) if report else fact.revision
            return Report(status="waiting", since=day, **dict(fact) | {"revision": revision})
        case HazardReportSentUp() as fact if report is None or not report.trail:
            return Report(origin=fact.origin, revision=fact.revision, trail=(), status="sent-up", since=day)
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
        yield once_over(due, partial(AcknowledgementDue, due=due), f"acknowledgement-{report.revision}")


def tells(cause: Recorded, fact: HazardReportSentUp | HazardReportDropped | NotTaken) -> Iterator[Told]:
    """A report goes to the book above or back to the one below, and the unit that filed it hears how far it climbed."""
    unit = cause.where.unit
    match fact:
        case HazardReportSentUp(origin=origin, revision=revision, trail=trail, to=to) as report:
            if to:
                raised = HazardReportRaised(**report.model_dump(exclude={"to", "cycle"}))
                yield letter(cause, f"{cause.position}-up", _in_book(origin, to), raised)
            if len(trail) > 1:
                climbed = HazardReportClimbed(revision=revision, unit=unit, level=len(trail) - 1, top=to is None)
                yield letter(cause, f"{cause.position}-down", origin, climbed)
        case HazardReportDropped(origin=origin, to=to, revision=revision, reason=reason):
            back = HazardReportReturned(revision=revision, unit=unit, reason=reason)
            yield letter(cause, f"{cause.position}-back", _in_book(origin, to), back)
        case NotTaken(type=HazardReportRaised.__name__, reason=reason) if cause.told_source == SOURCE:
            # What one book told another and was not taken goes back, so that nothing is lost between the two.
            back = HazardReportReturned(revision=0, unit=unit, reason=reason.zh)
            yield letter(cause, f"{cause.position}-back", _origin(cause.subject), back)


def _in_book(origin: str, unit: str) -> str:
    """The subject of a report in the book of another unit, from its subject where it was filed."""
    campaign, filed_by, _, id = origin.split("/")
    return origin if unit == filed_by else f"{book_id(campaign, unit)}/hazard/below~{filed_by}~{id}"


def _origin(subject: str) -> str:
    """The subject of a report where it was filed, from its subject in any book."""
    campaign, _, _, id = subject.split("/")
    if not id.startswith("below~"):
        return subject
    _, unit, rest = id.split("~", 2)
    return f"{book_id(campaign, unit)}/hazard/{rest}"
