"""Forms filled in as a plan asks, with made-up content."""

from datetime import date
from random import Random

from deploy.simulator import texts
from shared.plan import Plan
from shared.plan.form import FormField
from shared.values import Filled


def fill_form(plan: Plan, code: str | None, rng: Random, day: date) -> Filled:
    """The form of a code filled in on a day; empty where none is asked for."""
    form = next((each for each in plan.forms if each.code == code), None)
    return {field.code: _text(field, rng, day) for field in form.fields if field.required or rng.random() < 0.5} if form else {}


def _text(field: FormField, rng: Random, day: date) -> str:
    match field.kind:
        case "number":
            return str(rng.randint(1, 500))
        case "date":
            return day.isoformat()
        case "choice" if field.choices and not (field.other and rng.random() < 0.1):
            return rng.choice(field.choices).code
    text = texts.fill(rng, rng.choice(texts.NOTES))
    return text if len(text) <= field.longest else "无"


def spoil_form(plan: Plan, code: str, right: Filled) -> Filled:
    """The form without a field that it must have, or with one that it has not."""
    form = next(each for each in plan.forms if each.code == code)
    missing = next((field.code for field in form.fields if field.required), None)
    return {name: text for name, text in right.items() if name != missing} if missing else right | {"remarks-x": "无"}
