"""Lanes: issues that have clocks of their own, such as what is rectified at once (立即整改) or in time (限时整改). D2, E4."""

from services.ledger.rules.decision import Refused
from shared.plan import Plan
from shared.plan.clock import Clock, Lane


def lane_of(plan: Plan, nature: str, category: str, channel: str, grade: str | None = None, asked: str | None = None) -> Lane | None:
    """The lane that was asked for, or the first that fits; none where the plan's own clocks hold. Raises Refused."""
    if asked is not None:
        found = next((lane for lane in plan.lanes if lane.code == asked), None)
        if found is None:
            raise Refused("lane-unknown", lane=asked, known=", ".join(lane.code for lane in plan.lanes) or "–")
        return found
    if grade is None and plan.grades:
        grade = plan.grades[0].code
    return next((lane for lane in plan.lanes if _fits(lane, nature, category, channel, grade)), None)


def _fits(lane: Lane, nature: str, category: str, channel: str, grade: str | None) -> bool:
    """Whether each list of the lane holds what the issue has; an empty list holds all."""
    asked = ((lane.natures, nature), (lane.categories, category), (lane.channels, channel), (lane.grades, grade))
    return all(not allowed or value in allowed for allowed, value in asked)


def clocks_in(plan: Plan, lane: str | None) -> tuple[Clock, Clock]:
    """The plan clock and the fix clock of an issue that is in a lane; the plan's own where an amendment took the lane away."""
    return clocks_of(plan, next((each for each in plan.lanes if each.code == lane), None))


def clocks_of(plan: Plan, lane: Lane | None) -> tuple[Clock, Clock]:
    """The plan clock and the fix clock of an issue of this lane."""
    return (lane and lane.plan) or plan.clocks.plan, (lane and lane.fix) or plan.clocks.fix
