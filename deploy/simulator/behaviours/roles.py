"""A unit names who has which role, before anything else is told."""

from datetime import datetime, time

from deploy.simulator.simulation import Behaviour, Simulation
from shared.events.roles import RoleGiven
from shared.units import Unit
from shared.workdays import BEIJING


def give_roles(sim: Simulation, unit: Unit) -> Behaviour:
    """The one responsible has the roles that lead; everybody has those that act, so that owner, fixer and verifier can be three."""
    now = datetime.combine(sim.plan.issued, time(10), BEIJING)
    yield now
    first, *others = sim.staff[unit.id]
    for role in sim.plan.rights.roles:
        for person in (first, *others) if role.acts or sim.plan.rights.roster == "closed" else (first,):
            yield from sim.tell(now, sim.book(unit), RoleGiven(person=person, role=role.code, by=first))
