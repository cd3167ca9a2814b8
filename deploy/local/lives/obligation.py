"""A unit files the returns that it owes."""

from datetime import date
from random import Random

from deploy.local.lives.course import at, working_days
from deploy.local.lives.simulation import Life, Simulation
from shared.events.obligation import ReturnFiled
from shared.plan import Plan
from shared.plan.form import Filled
from shared.plan.obligation import Obligation
from shared.topics import book_id, subject_id
from shared.units import Unit
from shared.workdays import add_days


def filled_in(plan: Plan, code: str | None, day: date) -> Filled:
    """A form of the plan, filled in with as little as it takes."""
    fields = next((form.fields for form in plan.forms if form.code == code), ())
    samples = {"text": "已填", "number": "1", "date": day.isoformat()}
    return {field.code: field.choices[0].code if field.kind == "choice" else samples[field.kind] for field in fields if field.required}


def filed(it: Simulation, unit: Unit, obligation: Obligation) -> Life:
    """A unit files a return in the last days before it is due; some late, some never."""
    rng = Random(f"return/{it.seed}/{unit.id}/{obligation.code}")
    fate, slow = rng.random(), it.slow(unit)
    # From the day after the phase began, so that the book has surely opened it.
    days = working_days(max(it.plan.begins(it.plan.phase(obligation.phase)), it.plan.issued), it.plan.due_of(obligation))
    if fate < (0.2 if slow else 0.02):
        return
    late = fate < (0.6 if slow else 0.1) or not days
    when = at(add_days(it.plan.due_of(obligation), rng.randint(1, 12)) if late else rng.choice(days[-8:]), rng)
    yield when
    fact = ReturnFiled(
        obligation=obligation.code,
        title=f"{unit.name}{obligation.name.zh}"[:200],
        # An institution whose issues are all struck off has nothing to list at the end.
        nil=obligation.nil and obligation.phase == it.plan.last_phase and unit.unit_class in it.plan.checklist_of and not it.open[unit.id],
        files=(f"{obligation.code}-{unit.id}.docx",),
        by=rng.choice(it.staff[unit.id]),
        form=filled_in(it.plan, obligation.form, when.date()),
    )
    yield from it.tell(unit, when, subject_id(book_id(it.plan.campaign, unit.id), "return", obligation.code), fact)
