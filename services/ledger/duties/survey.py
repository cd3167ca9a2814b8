"""Surveys and measures: told in counts, corrected openly."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from services.ledger.book.state import Book
from services.ledger.rules.decision import Event, Refused, Wake
from shared.events.indicator import SurveyCounted, SurveyHeld
from shared.kafka.cloudevents import Told
from shared.plan import Plan
from shared.workdays import local_date


@dataclass(frozen=True, slots=True)
class Survey:
    """What decisions need of a survey."""

    phase: str
    """The phase of the first telling, in whose figures it counts for good."""
    answered: int
    satisfied: int


def touches(told: Told) -> list[str]:
    """The subjects that a decision about a survey needs."""
    return [told.subject]


def decide(told: Told, before: Survey | None, book: Book, plan: Plan) -> list[Event]:
    """What follows from a survey. Raises Refused."""
    fact = told.fact
    assert isinstance(fact, SurveyHeld)
    if not told.subject.startswith(f"{book.id}/survey/{fact.survey}~"):
        raise Refused("wrong-subject", type=told.type, kind=f"survey/{fact.survey}~…", subject=told.subject)
    survey = next((each for each in plan.surveys if each.code == fact.survey), None)
    if survey is None:
        raise Refused("survey-unknown", survey=fact.survey, known=", ".join(each.code for each in plan.surveys) or "–")
    if survey.classes and book.profile.unit_class not in survey.classes:
        raise Refused("survey-not-applicable", survey=fact.survey, classes=", ".join(survey.classes), unit_class=book.profile.unit_class)
    if not fact.satisfied <= fact.answered <= fact.asked:
        raise Refused("survey-counts", satisfied=fact.satisfied, answered=fact.answered, asked=fact.asked)
    phase = phase_of(fact.on, told, plan)
    counted = SurveyCounted(
        survey=fact.survey,
        phase=before.phase if before else phase,
        answered=fact.answered,
        satisfied=fact.satisfied,
        answered_before=before.answered if before else 0,
        satisfied_before=before.satisfied if before else 0,
    )
    return [Event(told.subject, counted)]


def phase_of(on: date, told: Told, plan: Plan) -> str:
    """The phase of something that happened on a day, which must be over or today. Raises Refused."""
    day = local_date(told.accepted)
    if on > day:
        raise Refused("day-ahead", on=on, day=day)
    phase = plan.phase_on(on)
    if phase is None:
        raise Refused("before-campaign")
    return phase


def evolve(before: Survey | None, event: Event, day: date) -> Survey | None:
    """The survey after an event."""
    match event.fact:
        case SurveyCounted(phase=phase, answered=answered, satisfied=satisfied):
            return Survey(phase, answered, satisfied)
    return before


def wakes(survey: Survey, plan: Plan) -> Iterator[Wake]:
    """The clock tells a survey nothing."""
    return iter(())
