"""A light that a person sets, and acts that follow from lights: recorded, and nothing hangs on them here."""

from typing import assert_never

from services.ledger.book.rights import require_superior
from services.ledger.duties.required import require_period
from services.ledger.rules.case import Case
from services.ledger.rules.decision import Event, Refused, State
from shared.events.light import LightActTaken, LightSet

Facts = LightSet | LightActTaken


def decide(case: Case[State, Facts]) -> list[Event]:
    """Nothing follows in the books. Raises Refused."""
    fact = case.fact
    case.require_subject(fact.light, fact.month)
    light = next((each for each in case.plan.lights if each.code == fact.light), None)
    if light is None:
        raise Refused("light-unknown", light=fact.light, known=", ".join(each.code for each in case.plan.lights) or "–")
    require_period(case, fact.light, "monthly", fact.month)
    match fact:
        case LightSet():
            require_superior(case.told, case.book)
        case LightActTaken(act=act):
            known = [each.code for each in light.acts]
            if act not in known:
                raise Refused("light-act-unknown", act=act, light=fact.light, known=", ".join(known) or "–")
        case _:
            assert_never(fact)
    return []
