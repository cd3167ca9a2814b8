"""A unit names who has which role, before anything else is told."""

from datetime import datetime, time

from deploy.simulator.lives.simulation import Life, Simulation
from shared.events.roles import RoleGiven
from shared.topics import book_id
from shared.units import Unit
from shared.workdays import BEIJING


def roster(it: Simulation, unit: Unit) -> Life:
    """The one responsible has the roles that lead; everybody has those that act, so that owner, fixer and verifier can be three."""
    now = datetime.combine(it.plan.issued, time(10), BEIJING)
    yield now
    first, *others = it.staff[unit.id]
    for role in it.plan.rights.roles:
        for person in (first, *others) if role.acts or it.plan.rights.roster == "closed" else (first,):
            yield from it.tell(unit, now, book_id(it.plan.campaign, unit.id), RoleGiven(person=person, role=role.code, by=first))
