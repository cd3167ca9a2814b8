"""A record of an activity, a training, a publication or a box opening: counted once, corrected openly."""

from datetime import date

from services.ledger.book.phases import require_begun
from services.ledger.duties.required import class_mismatch
from services.ledger.rules.case import Case
from services.ledger.rules.decision import Event, Refused, State
from services.ledger.rules.forms import require_form
from shared.events.activity import ActivityCounted, ActivityHeld
from shared.plan.activity import Activity
from shared.wording.details import called


class ActivityRecord(State, frozen=True):
    """What decisions need of a record."""

    phase: str
    """The phase of the first record, in whose figures it counts for good."""
    trained: int
    passed: int
    since: date | None = None
    """The day of the first record; none: one of an earlier version, which kept no day."""


def decide(case: Case[ActivityRecord, ActivityHeld]) -> list[Event]:
    """What follows from a record. Raises Refused."""
    fact, plan, before = case.fact, case.plan, case.state
    activity = next((each for each in plan.activities if each.code == fact.activity), None)
    if activity is None:
        raise Refused("activity-unknown", activity=fact.activity, known=", ".join(each.code for each in plan.activities))
    if mismatch := class_mismatch(case, activity.classes):
        raise Refused("activity-not-applicable", activity=fact.activity, **mismatch)
    if fact.on > case.day:
        raise Refused("activity-ahead", on=fact.on, day=case.day)
    phase = require_begun(case.book, plan, fact.on)
    _require_results(fact, activity)
    require_form(plan, plan.asked.activity, fact.form)
    training = activity.kind == "training"
    counted = ActivityCounted(
        activity=fact.activity,
        phase=before.phase if before else phase,
        trained=(fact.attendance or 0) if training else 0,
        passed=(fact.passed or 0) if training else 0,
        first=before is None,
        trained_before=before.trained if before else 0,
        passed_before=before.passed if before else 0,
        counted_on=before.since if before else None,
    )
    return [case.event(counted)]


def _require_results(fact: ActivityHeld, activity: Activity) -> None:
    """A record says what its kind of activity needs. Raises Refused."""
    if activity.kind == "training":
        needed = ("attendance", "tested", "passed") if activity.tested else ("attendance",)
        if missing := [name for name in needed if getattr(fact, name) is None]:
            raise Refused("results-missing", activity=fact.activity, missing=called(missing))
    if not (fact.passed or 0) <= (fact.tested or 0) <= (fact.attendance or 0):
        raise Refused("results-wrong", passed=fact.passed or 0, tested=fact.tested or 0, attendance=fact.attendance or 0)
    if activity.kind == "box" and (fact.slips is None or fact.witness in (None, fact.by)):
        raise Refused("box-two-persons", activity=fact.activity, by=fact.by)


def evolve(before: ActivityRecord | None, event: Event, day: date) -> ActivityRecord | None:
    """The record after an event."""
    match event.fact:
        case ActivityCounted(phase=phase, trained=trained, passed=passed):
            return ActivityRecord(phase, trained, passed, before.since if before else day)
    return before
