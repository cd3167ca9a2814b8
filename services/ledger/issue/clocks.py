"""The clocks of an issue: whose lane sets them, what stops them, when they run out, and that the campaign's end carries it over (挂账)."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from typing import Literal

from msgspec.structs import replace

from services.ledger.issue import steps
from services.ledger.issue.lanes import clocks_in
from services.ledger.issue.state import Issue, Status
from services.ledger.rules.case import AnyCase
from services.ledger.rules.decision import Event, Wake, once_over
from shared.events.issue import CarryOverDue, CarryOverPutOff, ClockName, DeadlinePassed, IssueCarriedOver, IssueOverdue
from shared.events.lateness import DeadlinePutOff, LateTellingAccepted, LateTellingDismissed, OverdueWithdrawn
from shared.plan import Plan
from shared.workdays import local_date

CLOCKS: tuple[ClockName, ...] = ("plan", "fix", "follow-up", "extension")
RUNS: dict[str, tuple[Status, ...]] = {
    "done": ("entered", "planned"),
    "verified": ("entered", "planned", "rectified"),
    "struck-off": ("entered", "planned", "rectified", "verified"),
}
"""In which states the fix clock runs, by the act that stops it; what is carried over follows the same."""


def running(issue: Issue, plan: Plan, clock: ClockName) -> date | None:
    """The last day of a clock that still runs; none where an act stopped it or another took its place.

    On the way to another book it runs on where the plan leaves lateness with the giver.
    """
    if issue.status == "handing-over" and plan.issues.hand_over.lateness == "giver":
        issue = replace(issue, status=issue.before)
    unfixed = issue.status in RUNS[plan.clocks.fix_stops]
    match clock:
        case "plan" if issue.status == "entered":
            return issue.plan_due
        case "fix" if unfixed and not issue.follow_up_due and not issue.standing:
            return issue.fix_due
        case "follow-up" if unfixed:
            return issue.follow_up_due
        case "extension" if issue.asked and plan.clocks.extension and unfixed and not issue.follow_up_due:
            due = plan.due(plan.clocks.extension, issue.asked.on)
            return due if due <= issue.fix_due else None  # past the fix clock the request has lapsed
    return None


def put_off(case: AnyCase, issue: Issue) -> list[Event]:
    """What a phase that lasts longer by now (A7, L7) means for the clocks that end with it (D3): a later day, where they did not run out before.

    More time granted for the issue alone, and days that its giver set, stay.
    """
    if issue.gone or issue.follow_up_due or issue.standing or not issue.number:
        return []
    book, plan = case.book, case.plan
    cause = issue.reopened_on or issue.entered_on
    given = issue.origin is not None and issue.reopened_on is None
    restarts = () if any(each.unit == book.unit for each in issue.had) else plan.issues.hand_over.restarts
    later: list[Event] = []
    dues: tuple[tuple[Literal["plan", "fix"], date], ...] = (("plan", issue.plan_due), ("fix", issue.fix_due))
    for (clock, due), limit in zip(dues, clocks_in(plan, issue.lane), strict=True):
        kept = clock in issue.overdue or (given and clock not in restarts) or (clock == "fix" and issue.first_fix_due)
        if limit.cap and not kept and (until := plan.due(limit, cause, book.ends)) > due:
            later.append(case.event(DeadlinePutOff(number=issue.number, clock=clock, due=due, until=until)))
    return later


def passed(case: AnyCase, issue: Issue, clock: ClockName, due: date) -> list[Event]:
    """What follows when the last day of a clock is over; nothing where an act overtook it."""
    return [overdue(case, issue, clock, due)] if running(issue, case.plan, clock) == due and clock not in issue.overdue else []


def run_out_since(case: AnyCase, issue: Issue) -> list[Event]:
    """The clocks that ran out while a rectification waited that is now sent back: they never stopped.

    The fix clock also where a carry-over took its place since.
    """
    plan, again = case.plan, replace(issue, status="planned")
    dues = {clock: running(again, plan, clock) for clock in CLOCKS} | (
        {"fix": issue.fix_due} if issue.fix_due <= (issue.carried_over_after or plan.ends) else {}
    )
    return [overdue(case, issue, clock, due) for clock, due in dues.items() if due and case.day > due and clock not in issue.overdue]


def overdue(case: AnyCase, issue: Issue, clock: ClockName, due: date, name: str | None = None) -> Event:
    """A clock ran out; counted where its last day lay. A milestone has a name."""
    phase = case.plan.phase_on(due) or case.plan.last_phase
    return case.event(IssueOverdue(number=issue.number, phase=phase, clock=clock, due=due, owner=issue.owner, name=name))


def withdrawn(
    case: AnyCase, issue: Issue, clock: ClockName, due: date | None, reason: Literal["in-time", "told-late", "extended"]
) -> list[Event]:
    """A mark that does not hold is withdrawn where it was counted; nothing where there is none."""
    if clock not in issue.overdue or due is None:
        return []
    phase, day = case.plan.phase_on(due) or case.plan.last_phase, None
    if clock == "fix" and issue.overdue_in:
        phase, day = issue.overdue_in  # an amendment may have moved the phases since
    return [case.event(OverdueWithdrawn(number=issue.number, phase=phase, clock=clock, due=due, reason=reason, counted_on=day))]


def planned(case: AnyCase, issue: Issue) -> list[Event]:
    """What measures mean for the plan clock: in time after all, where they were taken before the clock looked."""
    return withdrawn(case, issue, "plan", issue.plan_due, "in-time") if case.day <= issue.plan_due else []


def stopped(case: AnyCase, issue: Issue, *acts: Literal["done", "verified", "struck-off"]) -> list[Event]:
    """What acts mean for the clocks that one of them stops: in time after all, where they were marked as run out (L15)."""
    if case.plan.clocks.fix_stops not in acts:
        return []
    in_time = list[Event]()
    stopping: tuple[tuple[ClockName, date | None], ...] = (("fix", issue.fix_due), ("follow-up", issue.follow_up_due))
    for clock, due in stopping:
        if due and case.day <= due:
            in_time += withdrawn(case, issue, clock, due, "in-time")
    happened, came_early = local_date(case.told.time), local_date(case.told.accepted) <= issue.fix_due < case.day
    if not (came_early or _is_told_late(case, issue)):
        return in_time
    if came_early or happened < issue.earliest:
        dismissed = LateTellingDismissed(number=issue.number, happened=happened, earliest=issue.earliest, due=issue.fix_due)
        return [*in_time, case.event(dismissed)]
    accepted = LateTellingAccepted(number=issue.number, happened=happened, due=issue.fix_due)
    return [*in_time, case.event(accepted), *withdrawn(case, issue, "fix", issue.fix_due, "told-late")]


def _is_told_late(case: AnyCase, issue: Issue) -> bool:
    """Whether an act is said to have happened in time, and is told within the days that the plan gives for it; what lies ahead did not happen."""
    told, days = case.told, case.plan.issues.told_late
    if days is None or told.time > told.accepted or local_date(told.time) > issue.fix_due:
        return False
    return issue.fix_due < case.day <= issue.fix_due + timedelta(days)


def day_of(case: AnyCase, issue: Issue) -> date:
    """The day that counts of an act that may stop the fix clock: when intake took it, or when it happened, where that was told late in time."""
    happened = local_date(case.told.time)
    return happened if _is_told_late(case, issue) and happened >= issue.earliest else case.day


def on_time(issue: Issue, plan: Plan, day: date) -> bool:
    """Whether an issue is in time whose strike-off counts on this day: the day of the act that stops its fix clock says so."""
    stops = {"done": issue.rectified_on, "verified": issue.verified_on or day, "struck-off": day}[plan.clocks.fix_stops]
    return stops is not None and stops <= issue.fix_due


def carries(issue: Issue, plan: Plan) -> bool:
    """Whether the campaign's end carries it over: unfinished, not without an end, and not opened again since."""
    last = issue.carried_over_after or plan.ends
    opened_since = issue.reopened_on is not None and issue.reopened_on > last
    return issue.here and not (issue.follow_up_due or issue.standing or opened_since)


def carried_over(case: AnyCase, issue: Issue, phase: str) -> list[Event]:
    """What follows for an issue when the last phase ends; nothing where it left, or is carried over already."""
    book, plan = case.book, case.plan
    if not carries(issue, plan):
        return []
    last = book.last_day(plan)
    if case.day < last:  # the campaign lasts longer now, for all (A7) or for this unit (L7)
        return [case.event(CarryOverPutOff(until=last))]
    owner = issue.owner if plan.carry_over_owner == "owner" else book.profile.responsible
    due = plan.due(plan.clocks.follow_up, max(last, issue.entered_on))
    return [case.event(IssueCarriedOver(number=issue.number, phase=phase, due=due, owner=owner or issue.owner))]


def wakes(issue: Issue, plan: Plan) -> Iterator[Wake]:
    """What the clock tells an issue."""
    runs = {clock: due for clock in CLOCKS if (due := running(issue, plan, clock))}
    for clock, due in runs.items():
        if clock not in issue.overdue:
            yield once_over(due, partial(DeadlinePassed, clock=clock, due=due), f"{clock}-{due}")
    yield from steps.wakes(issue, plan, runs)
    if carries(issue, plan):
        last = issue.carried_over_after or plan.ends
        name = f"carry-over-{last}" if issue.carried_over_after else "carry-over"
        yield once_over(last, partial(CarryOverDue, phase=plan.last_phase), name)
