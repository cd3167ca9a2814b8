"""How an issue goes on the book (上账)."""

from datetime import date

from services.ledger.book.phases import last_day, phase_for
from services.ledger.book.state import Book
from services.ledger.issue import work
from services.ledger.issue.lanes import clocks_of, lane_of
from services.ledger.rules.decision import Event, Refused
from shared.events.fact import Fact
from shared.events.issue import IssueAssigned, IssueEntered, IssueReported, MeasuresPlanned, RectificationDone
from shared.plan import Plan


def enter(book: Book, plan: Plan, subject: str, day: date, report: IssueReported, handed_over: bool = False) -> list[Event]:
    """An issue goes on the book under the next number, with its clocks. Raises Refused.

    What was `handed_over` is on a ledger already: an amendment may have taken its category, channel or target away since, and it goes on as it does there.
    """
    phase = phase_for(book, plan, day)
    if phase is None:
        raise Refused("before-campaign")
    if day > (end := last_day(book, plan)):
        raise Refused("after-campaign", end=end)
    if not handed_over:
        _known(plan, report)
    if report.visit and not report.visit.startswith(f"{book.id}/visit/"):
        raise Refused("visit-elsewhere", visit=report.visit, book=book.id)
    grade = report.grade or (plan.grades[0].code if plan.grades else None)
    listed = _allowed(plan, report, grade)
    lane = lane_of(plan, report.nature, report.category, report.channel, grade, report.lane)
    plan_clock, fix_clock = clocks_of(plan, lane)
    number, clocks = book.entered + 1, plan.clocks
    entered = IssueEntered(
        number=number,
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
        label=plan.issues.numbering.format(unit=book.unit, year=day.year, number=number),
        grade=grade,
        subjective=report.subjective,
        standing=report.standing,
        carried_in=report.carried_in,
        complaint=report.channel in plan.complaint_channels,
        listing_due=plan.due(clocks.listing, day) if listed and clocks.listing else None,
        review_due=plan.due(clocks.review, day) if report.standing and clocks.review else None,
        reporter=report.reporter,
    )
    facts: list[Fact] = [entered]
    if report.owner:
        facts.append(IssueAssigned(owner=report.owner))
    if fixed := report.fixed:
        measures = MeasuresPlanned(measures=fixed.measures, by=fixed.by)
        work.details(plan, grade, measures, at_once=True)
        facts += [measures, RectificationDone(result=fixed.result, evidence=fixed.evidence, by=fixed.by)]
    return [Event(subject, fact) for fact in facts]


def _known(plan: Plan, report: IssueReported) -> None:
    """Whether the plan has what an issue is said to belong to. Raises Refused."""
    if report.category not in {entry.code for entry in plan.categories}:
        raise Refused("category-unknown", category=report.category)
    if report.channel not in {entry.code for entry in plan.channels}:
        raise Refused("channel-unknown", channel=report.channel)
    if report.target is not None and plan.target(report.target) is None:
        raise Refused("target-unknown", target=report.target)


def _allowed(plan: Plan, report: IssueReported, grade: str | None) -> bool:
    """Whether a superior lists what is of this grade. Raises Refused for what the plan does not allow."""
    known = {entry.code: entry for entry in plan.grades}
    if grade is not None and grade not in known:
        raise Refused("grade-unknown", grade=grade, known=", ".join(known) or "–")
    named = [entry.code for entry in plan.carries_in]
    if report.carried_in and report.carried_in.campaign not in named:
        raise Refused("campaign-not-named", campaign=report.carried_in.campaign, known=", ".join(named) or "–")
    if report.standing and report.fixed:
        raise Refused("standing")
    return grade is not None and known[grade].listed
