"""A record of an activity, a training, a publication or a box opening: counted once, corrected openly."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from services.ledger.book.phases import phase_for
from services.ledger.book.state import Book
from services.ledger.rules.decision import Event, Refused, Wake
from services.ledger.rules.forms import filled_in
from shared.events.activity import ActivityCounted, ActivityHeld
from shared.kafka.cloudevents import Told
from shared.plan import Plan
from shared.plan.activity import Activity
from shared.wording.details import called
from shared.workdays import local_date


@dataclass(frozen=True, slots=True)
class Held:
    """What decisions need of a record."""

    phase: str
    """The phase of the first record, in whose figures it counts for good."""
    trained: int
    passed: int


def touches(told: Told) -> list[str]:
    """The subjects that a decision about a record needs."""
    return [told.subject]


def decide(told: Told, before: Held | None, book: Book, plan: Plan) -> list[Event]:
    """What follows from a record. Raises Refused."""
    fact = told.fact
    assert isinstance(fact, ActivityHeld)
    activity = next((each for each in plan.activities if each.code == fact.activity), None)
    if activity is None:
        raise Refused("activity-unknown", activity=fact.activity, known=", ".join(each.code for each in plan.activities))
    if activity.classes and book.profile.unit_class not in activity.classes:
        raise Refused(
            "activity-not-applicable",
            activity=fact.activity,
            classes=", ".join(activity.classes),
            unit_class=book.profile.unit_class,
        )
    if fact.on > (day := local_date(told.accepted)):
        raise Refused("activity-ahead", on=fact.on, day=day)
    phase = phase_for(book, plan, fact.on)
    if phase is None:
        raise Refused("before-campaign")
    _complete(fact, activity)
    filled_in(plan, plan.asked.activity, fact.form)
    training = activity.kind == "training"
    trained, passed = (fact.attendance or 0, fact.passed or 0) if training else (0, 0)
    counted = ActivityCounted(
        activity=fact.activity,
        phase=before.phase if before else phase,
        trained=trained,
        passed=passed,
        first=before is None,
        trained_before=before.trained if before else 0,
        passed_before=before.passed if before else 0,
    )
    return [Event(told.subject, counted)]


def _complete(fact: ActivityHeld, activity: Activity) -> None:
    """Whether a record says what its kind of activity needs. Raises Refused."""
    if activity.kind == "training":
        needed = ("attendance", "tested", "passed") if activity.tested else ("attendance",)
        if missing := [name for name in needed if getattr(fact, name) is None]:
            raise Refused("results-missing", activity=fact.activity, missing=called(missing))
    if not (fact.passed or 0) <= (fact.tested or 0) <= (fact.attendance or 0):
        raise Refused("results-wrong", passed=fact.passed or 0, tested=fact.tested or 0, attendance=fact.attendance or 0)
    if activity.kind == "box" and (fact.slips is None or fact.witness in (None, fact.by)):
        raise Refused("box-two-persons", activity=fact.activity, by=fact.by)


def evolve(before: Held | None, event: Event, day: date) -> Held | None:
    """The record after an event."""
    match event.fact:
        case ActivityCounted(phase=phase, trained=trained, passed=passed):
            return Held(phase, trained, passed)
    return before


def wakes(held: Held, plan: Plan) -> Iterator[Wake]:
    """The clock tells a record nothing."""
    return iter(())
