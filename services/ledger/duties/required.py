"""What rules of several subjects look at: whether units of this class are asked for something, and whether its day has come."""

from collections.abc import Sequence
from datetime import date

from services.ledger.rules.case import AnyCase
from services.ledger.rules.decision import Refused


def class_mismatch(case: AnyCase, classes: Sequence[str]) -> dict[str, str]:
    """What a reason says where only units of other classes are asked; empty where this one is, or all are."""
    unit_class = case.book.profile.unit_class
    return {"classes": ", ".join(classes), "unit_class": unit_class} if classes and unit_class not in classes else {}


def require_happened(case: AnyCase, on: date) -> str:
    """The phase by the plan of something that happened on a day, which must be over or today. Raises Refused."""
    if on > case.day:
        raise Refused("day-ahead", on=on, day=case.day)
    phase = case.plan.phase_on(on)
    if phase is None:
        raise Refused("before-campaign")
    return phase
