"""An indicator (指标) of the plan for a period: recorded, and told again where it was wrong. Nothing else hangs on it, so nothing is kept."""

from services.ledger.duties.required import class_mismatch, require_period
from services.ledger.rules.case import Case
from services.ledger.rules.decision import Event, Refused, State
from shared.events.indicator import MeasureTold


def decide(case: Case[State, MeasureTold]) -> list[Event]:
    """Nothing follows from an indicator but that it stands. Raises Refused."""
    code = case.fact.measure
    case.require_subject(code, case.fact.period)
    indicator = next((each for each in case.plan.measures if each.code == code), None)
    if indicator is None:
        raise Refused("measure-unknown", measure=code, known=", ".join(each.code for each in case.plan.measures) or "–")
    if mismatch := class_mismatch(case, indicator.classes):
        raise Refused("measure-not-applicable", measure=code, **mismatch)
    require_period(case, code, indicator.cadence, case.fact.period, baseline=case.fact.baseline)
    return []
