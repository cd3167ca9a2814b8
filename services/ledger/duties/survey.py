"""A survey of satisfaction: told in counts, corrected openly."""

from datetime import date

from services.ledger.duties.required import class_mismatch, require_happened
from services.ledger.rules.case import Case
from services.ledger.rules.decision import Event, Refused, State
from shared.events.indicator import SurveyCounted, SurveyHeld


class Survey(State, frozen=True):
    """What decisions need of a survey."""

    phase: str
    """The phase of the first telling, in whose figures it counts for good."""
    answered: int
    satisfied: int
    since: date | None = None
    """The day of the first telling; none: one of an earlier version, which kept no day."""


def decide(case: Case[Survey, SurveyHeld]) -> list[Event]:
    """What follows from a survey. Raises Refused."""
    fact, before, code = case.fact, case.state, case.fact.survey
    if not case.subject.startswith(f"{case.book.id}/survey/{code}~"):
        raise Refused("wrong-subject", type=case.told.type, kind=f"survey/{code}~…", subject=case.subject)
    survey = next((each for each in case.plan.surveys if each.code == code), None)
    if survey is None:
        raise Refused("survey-unknown", survey=code, known=", ".join(each.code for each in case.plan.surveys) or "–")
    if mismatch := class_mismatch(case, survey.classes):
        raise Refused("survey-not-applicable", survey=code, **mismatch)
    if not fact.satisfied <= fact.answered <= fact.asked:
        raise Refused("survey-counts", satisfied=fact.satisfied, answered=fact.answered, asked=fact.asked)
    phase = require_happened(case, fact.on)
    if fact.on > (end := case.book.last_day(case.plan)):
        raise Refused("after-campaign", end=end)
    counted = SurveyCounted(
        survey=code,
        phase=before.phase if before else phase,
        answered=fact.answered,
        satisfied=fact.satisfied,
        answered_before=before.answered if before else 0,
        satisfied_before=before.satisfied if before else 0,
        counted_on=before.since if before else None,
    )
    return [case.event(counted)]


def evolve(before: Survey | None, event: Event, day: date) -> Survey | None:
    """The survey after an event."""
    match event.fact:
        case SurveyCounted(phase=phase, answered=answered, satisfied=satisfied):
            return Survey(phase, answered, satisfied, before.since if before else day)
    return before
