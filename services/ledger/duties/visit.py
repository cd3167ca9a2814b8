"""A visit or an inspection: counted once, corrected openly."""

from datetime import date

from services.ledger.duties.required import class_mismatch, require_happened
from services.ledger.rules.case import Case
from services.ledger.rules.decision import Event, Refused, State
from services.ledger.rules.forms import require_form
from shared.events.visit import VisitCounted, VisitLogged


class Visit(State, frozen=True):
    """What decisions need of a visit: that it counts already."""

    phase: str


def decide(case: Case[Visit, VisitLogged]) -> list[Event]:
    """What follows from a visit. Raises Refused."""
    fact, plan, code = case.fact, case.plan, case.fact.activity
    known = {each.code: each for each in plan.activities if each.kind in ("visit", "inspection")}
    activity = known.get(code)
    if activity is None:
        raise Refused("visit-unknown", activity=code, known=", ".join(known) or "–")
    if mismatch := class_mismatch(case, activity.classes):
        raise Refused("activity-not-applicable", activity=code, **mismatch)
    if activity.covert and not fact.covert:
        raise Refused("visit-covert", activity=code)
    phase = require_happened(case, fact.on)
    require_form(plan, plan.asked.visit if activity.kind == "visit" else None, fact.form)
    return [] if case.state else [case.event(VisitCounted(activity=code, phase=phase))]


def evolve(before: Visit | None, event: Event, day: date) -> Visit | None:
    """The visit after an event."""
    match event.fact:
        case VisitCounted(phase=phase):
            return Visit(phase)
    return before
