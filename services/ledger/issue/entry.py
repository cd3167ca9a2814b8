"""How an issue goes on the book (上账)."""

from services.ledger.book.phases import require_running
from services.ledger.issue import work
from services.ledger.issue.lanes import clocks_of, lane_of
from services.ledger.rules.case import AnyCase
from services.ledger.rules.decision import Event, Refused
from shared.events.fact import Fact
from shared.events.issue import IssueAssigned, IssueEntered, IssueReported, MeasuresPlanned, RectificationDone
from shared.plan import Plan


def enter(case: AnyCase, subject: str, report: IssueReported, handed_over: bool = False) -> list[Event]:
    """An issue goes on the book under the next number, with its clocks. Raises Refused.

    What was `handed_over` is on a ledger already: an amendment may have taken its category, channel or target away since, and it goes on as it does there.
    Offered before the campaign's end it may be taken after it: it counts on the last day, has the clocks of the day it is taken, and is carried over.
    """
    book, plan, day = case.book, case.plan, case.day
    phase = require_running(book, plan, min(day, book.last_day(plan)) if handed_over else day)
    if not handed_over:
        _require_known(plan, report)
    if report.visit and not report.visit.startswith(f"{book.id}/visit/"):
        raise Refused("visit-elsewhere", visit=report.visit, book=book.id)
    grade = report.grade or (plan.grades[0].code if plan.grades else None)
    _require_allowed(plan, report, grade)
    listed = any(entry.listed for entry in plan.grades if entry.code == grade)
    lane = lane_of(plan, report, grade)
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
        evidence=report.evidence,
    )
    facts: list[Fact] = [entered]
    if report.owner:
        facts.append(IssueAssigned(owner=report.owner))
    if fixed := report.fixed:
        measures = MeasuresPlanned(measures=fixed.measures, by=fixed.by)
        work.require_details(plan, grade, measures, at_once=True)
        facts += [measures, RectificationDone(result=fixed.result, evidence=fixed.evidence, by=fixed.by)]
    return [Event(subject, fact) for fact in facts]


def _require_known(plan: Plan, report: IssueReported) -> None:
    """The plan has what an issue is said to belong to. Raises Refused."""
    if report.category not in {entry.code for entry in plan.categories}:
        raise Refused("category-unknown", category=report.category)
    if report.channel not in {entry.code for entry in plan.channels}:
        raise Refused("channel-unknown", channel=report.channel)
    if report.target is not None and plan.target(report.target) is None:
        raise Refused("target-unknown", target=report.target)


def _require_allowed(plan: Plan, report: IssueReported, grade: str | None) -> None:
    """The plan has its grade, and the campaign that it comes from; and what is without an end is not fixed at once. Raises Refused."""
    known = [entry.code for entry in plan.grades]
    if grade is not None and grade not in known:
        raise Refused("grade-unknown", grade=grade, known=", ".join(known) or "–")
    named = [entry.code for entry in plan.carries_in]
    if report.carried_in and report.carried_in.campaign not in named:
        raise Refused("campaign-not-named", campaign=report.carried_in.campaign, known=", ".join(named) or "–")
    if report.standing and report.fixed:
        raise Refused("standing")
