"""What rules of several subjects look at: whether units of this class are asked for something, and whether its day has come."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import chain

from services.ledger.rules.case import AnyCase
from services.ledger.rules.decision import Refused
from shared.plan.obligation import Cadence
from shared.plan.periods import FORMS, Period, periods, told_for

BEFORE = 10
"""How many years before the campaign a figure may be of that others are compared with."""


def class_mismatch(case: AnyCase, classes: Sequence[str]) -> dict[str, str]:
    """What a reason says where only units of other classes are asked; empty where this one is, or all are."""
    unit_class = case.book.profile.unit_class
    return {"classes": ", ".join(classes), "unit_class": unit_class} if classes and unit_class not in classes else {}


def require_period(case: AnyCase, what: str, cadence: Cadence, period: str, *, baseline: bool = False) -> None:
    """Something is told for a period of its cadence, of the campaign and begun by now; a baseline for one before it, or a whole year.

    Raises Refused, with the form to use.
    """
    plan = case.plan
    first = min(map(plan.begins, plan.phases))
    span = (first, case.book.last_day(plan))
    cadences = told_for(cadence)
    if baseline:
        span, cadences = (date(first.year - BEFORE, first.month, 1), first), tuple(dict.fromkeys((*cadences, "yearly")))
    # The last that is compared with is the one before that in which the campaign began.
    require_one_of(case, what, period, {each: periods(each, *span)[: -1 if baseline else None] for each in cadences})


def require_one_of(case: AnyCase, what: str, period: str, known: Mapping[Cadence, Sequence[Period]]) -> None:
    """Something is told for one of these periods that has begun by now. Raises Refused, with the form of the first cadence to use."""
    if any(period == each.code and each.first <= case.day for each in chain.from_iterable(known.values())):
        return
    cadence, own = next(iter(known.items()))
    begun = [each.code for each in own if each.first <= case.day] or [own[0].code]
    span = " – ".join(dict.fromkeys((begun[0], begun[-1])))
    raise Refused("period-unfit", period=period, what=what, form=FORMS[cadence], example=begun[-1], known=span)


def require_happened(case: AnyCase, on: date) -> str:
    """The phase by the plan of something that happened on a day, which must be over or today. Raises Refused."""
    if on > case.day:
        raise Refused("day-ahead", on=on, day=case.day)
    phase = case.plan.phase_on(on)
    if phase is None:
        raise Refused("before-campaign")
    return phase
