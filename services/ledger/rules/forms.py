"""That a form is filled in as the plan asks."""

from services.ledger.rules.decision import Refused
from shared.plan import Plan
from shared.plan.form import FieldMistake
from shared.values import Filled
from shared.wording.details import detailed


def require_form(plan: Plan, code: str | None, filled: Filled) -> None:
    """Raises Refused with every mistake at once; where no form is asked for, none may be filled in."""
    form = next((each for each in plan.forms if each.code == code), None)
    mistakes: list[FieldMistake] = form.mistakes(filled) if form else [("form-none", {"field": field}) for field in filled]
    if mistakes:
        raise Refused("form-wrong", detail=detailed(mistakes))
