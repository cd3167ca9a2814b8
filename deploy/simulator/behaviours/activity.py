"""A unit holds the activities of the plan; those that visit or inspect are logged by the unit above, in the book of the one visited."""

from collections.abc import Iterator
from random import Random

from deploy.simulator import texts
from deploy.simulator.forms import fill_form
from deploy.simulator.simulation import Actor, Behaviour, Simulation, at
from shared.events.activity import ActivityHeld
from shared.events.visit import ContactPointNamed, VisitLogged
from shared.plan.activity import Activity
from shared.plan.phase import Phase
from shared.units import Unit

VISITS = ("visit", "inspection")


def hold_activities(sim: Simulation, unit: Unit) -> Iterator[Behaviour]:
    """Every activity and every visit of a unit, each a behaviour of its own."""
    for activity in sim.plan.activities:
        if activity.classes and unit.unit_class not in activity.classes:
            continue
        rng = Random(f"activity/{sim.seed}/{unit.id}/{activity.code}")
        if activity.kind in VISITS:
            if rng.random() < 0.4 and sim.above(unit):
                yield _visit(sim, unit, activity, rng)
            continue
        needing = [phase for phase in sim.plan.phases if activity.code in phase.needs.activities]
        for phase in needing or ([rng.choice(sim.plan.phases)] if rng.random() < 0.7 else []):
            yield _hold(sim, unit, activity, phase, rng)


def _hold(sim: Simulation, unit: Unit, activity: Activity, phase: Phase, rng: Random) -> Behaviour:
    """An activity is held in a phase, and now and then its record is corrected."""
    days = sim.working_days_of(phase)
    if not days or (phase.grace and rng.random() < 0.04):
        return
    actor = Actor(sim, unit, rng, at(rng.choice(days), rng))
    yield actor.now
    subject = actor.subject("activity", *sim.reference(unit, "a"))
    by, witness = rng.sample(actor.persons, 2)
    training, box = activity.kind == "training", activity.kind == "box"
    attendance = rng.randint(8, 60) if activity.kind != "publicity" else None
    tested = rng.randint(5, attendance) if attendance and training and activity.tested else None
    fact = ActivityHeld(
        activity=activity.code,
        on=actor.now.date(),
        text=actor.say(texts.ACTIVITIES).replace("“”", f"“{activity.name.zh}”"),
        attendance=attendance,
        tested=tested,
        passed=rng.randint(tested * 3 // 4, tested) if tested is not None else None,
        slips=rng.randint(0, 9) if box else None,
        witness=witness if box else None,
        media=("现场照片.jpg",) if rng.random() < 0.6 else (),
        form=fill_form(sim.plan, sim.plan.asked.activity, rng, actor.now.date()),
        by=by,
    )
    if box:
        yield from actor.tell_wrong(5, subject, fact.model_copy(update={"witness": by}), "box-two-persons")
    elif training:
        yield from actor.tell_wrong(1, subject, fact.model_copy(update={"attendance": None}), "results-missing")
    yield from actor.tell(subject, fact)
    if attendance and rng.random() < 0.05:
        yield actor.later(1, 3)
        yield from actor.tell(subject, fact.model_copy(update={"attendance": attendance + 1}))


def _visit(sim: Simulation, unit: Unit, activity: Activity, rng: Random) -> Behaviour:
    """The unit above comes to see, announced or covertly; its leader may take the unit as contact point before."""
    above, days = sim.above(unit)[0], sim.working_days_of(rng.choice(sim.plan.phases))
    if not days:
        return
    actor, leader = Actor(sim, unit, rng, at(rng.choice(days), rng)), sim.staff[above.id][0]
    yield actor.now
    if activity.kind == "visit" and not activity.covert:
        yield from actor.tell(sim.book(unit), ContactPointNamed(leader=leader, unit=above.id, by=leader, by_unit=above.id), by=above)
    covert = activity.covert or (activity.kind == "inspection" and rng.random() < 0.1)
    fact = VisitLogged(
        activity=activity.code,
        on=actor.now.date(),
        form=fill_form(sim.plan, sim.plan.asked.visit if activity.kind == "visit" else None, rng, actor.now.date()),
        visitor=None if covert else rng.choice(sim.staff[above.id]),
        covert=covert,
        by=leader,
        by_unit=above.id,
    )
    subject = actor.subject("visit", *sim.reference(unit, "v", above))
    if activity.covert:
        yield from actor.tell_wrong(5, subject, fact.model_copy(update={"covert": False}), "visit-covert", above)
    yield from actor.tell(subject, fact, by=above)
