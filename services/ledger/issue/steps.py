"""What is done as a clock of an issue runs out: a warning before the last day, an escalation up the line of command after it (D4)."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import partial

from services.ledger.issue.state import Issue, step_name
from services.ledger.rules.case import AnyCase
from services.ledger.rules.decision import Event, Wake, on_day
from shared.events.issue import ClockName
from shared.events.lateness import IssueEscalated, IssueNearDue, StepDue
from shared.plan import Plan
from shared.plan.clock import Step
from shared.workdays import add_days, days_left


def _due(step: Step, clock: ClockName, due: date) -> StepDue:
    """What the clock tells for a step of a clock with this last day."""
    if step.before is not None:
        return StepDue(clock=clock, due=due, side="before", days=step.before)
    return StepDue(clock=clock, due=due, side="after", days=step.after or 0)


def _name(step: Step, due: date) -> str:
    """The `step_name` of the same."""
    side, days = ("after", step.after or 0) if step.before is None else ("before", step.before)
    return f"{step.clock}-{due}-{side}-{days}"


def taken(case: AnyCase, issue: Issue, told: StepDue, runs: date | None) -> list[Event]:
    """What follows when the day of a step came; nothing where the clock was stopped or has another last day (`runs`) by now."""
    step = next((each for each in case.plan.steps if _name(each, told.due) == step_name(told)), None)
    path = case.book.profile.path
    if step is None or runs != told.due or step_name(told) in issue.steps:
        return []
    if told.side == "before":
        left = days_left(case.day, told.due)
        if told.clock in issue.overdue or not left:
            return []
        near = IssueNearDue(
            number=issue.number,
            phase=case.phase,
            clock=told.clock,
            due=told.due,
            days=left,
            owner=issue.owner,
            step=told.days if told.days != left else None,
        )
        return [case.event(near)]
    escalated = IssueEscalated(
        number=issue.number,
        phase=case.phase,
        clock=told.clock,
        due=told.due,
        days=told.days,
        levels=step.levels,
        to=path[max(len(path) - 1 - step.levels, 0)],
        owner=issue.owner,
    )
    return [case.event(escalated)]


def wakes(issue: Issue, plan: Plan, runs: Mapping[ClockName, date]) -> Iterator[Wake]:
    """The clock tells the steps of the clocks that run, with their last days."""
    for step in plan.steps:
        if step.clock == "return" or step.clock not in runs or (step.before and step.clock in issue.overdue):
            continue
        due = runs[step.clock]
        name = _name(step, due)
        if name not in issue.steps and (on := step_day(step, plan, due, issue.since)):
            yield on_day(on, partial(_due, step, step.clock, due), f"step-{name}")


def step_day(step: Step, plan: Plan, due: date, since: date) -> date | None:
    """The day of a step of a clock that runs to a last day `since` another: where the step's own was over by then, that other.

    None for a warning with no day left, and where a nearer one of the same clock is told in its place. Raises YearMissing.
    """
    day = add_days(due, step.after or -(step.before or 0))
    if day >= since or step.before is None:
        return max(day, since)
    nearer = [each.before for each in plan.steps if each.clock == step.clock and each.before and each.before < step.before]
    return None if since >= due or any(add_days(due, -days) <= since for days in nearer) else since
