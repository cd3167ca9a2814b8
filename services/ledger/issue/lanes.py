"""Lanes: issues that have clocks of their own, such as what is rectified at once (立即整改) or in time (限时整改). D2, E4."""

from services.ledger.rules.decision import Refused
from shared.events.issue import IssueReported
from shared.plan import Plan
from shared.plan.clock import Clock, Lane


def lane_of(plan: Plan, report: IssueReported, grade: str | None) -> Lane | None:
    """The lane that a report asks for, or the first that fits; none where the plan's own clocks hold. Raises Refused."""
    if report.lane is None:
        return next((lane for lane in plan.lanes if _fits(lane, report, grade)), None)
    asked = next((lane for lane in plan.lanes if lane.code == report.lane), None)
    if asked is None:
        raise Refused("lane-unknown", lane=report.lane, known=", ".join(lane.code for lane in plan.lanes) or "–")
    return asked


def _fits(lane: Lane, report: IssueReported, grade: str | None) -> bool:
    """Whether each list of the lane holds what the issue has; an empty list holds all."""
    has = ((lane.natures, report.nature), (lane.categories, report.category), (lane.channels, report.channel), (lane.grades, grade))
    return all(not allowed or value in allowed for allowed, value in has)


def clocks_in(plan: Plan, lane: str | None) -> tuple[Clock, Clock]:
    """The plan clock and the fix clock of an issue that is in a lane; the plan's own where an amendment took the lane away."""
    return clocks_of(plan, next((each for each in plan.lanes if each.code == lane), None))


def clocks_of(plan: Plan, lane: Lane | None) -> tuple[Clock, Clock]:
    """The plan clock and the fix clock of an issue of this lane."""
    return (lane and lane.plan) or plan.clocks.plan, (lane and lane.fix) or plan.clocks.fix
