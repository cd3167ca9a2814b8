"""An issue goes to another unit, which takes it or does not, on another day (转办)."""

from collections.abc import Generator
from datetime import datetime
from random import Random

from deploy.client.cloudevent import CloudEvent
from deploy.simulator import texts
from deploy.simulator.simulation import Actor, Behaviour, Simulation
from shared.events.hand_over import HandOverAcknowledged, HandOverDeclined, IssueHandedOver
from shared.events.issue import IssueReported
from shared.units import Unit
from shared.workdays import add_days

LIKELY = 0.03


def receiver_of(sim: Simulation, unit: Unit, report: IssueReported, entered: datetime, rng: Random) -> Unit | None:
    """The unit that an issue goes to; none for most, which stay where they are."""
    if report.fixed or report.standing or report.grade not in (None, *(grade.code for grade in sim.plan.grades[:1])):
        return None
    if entered.date() > add_days(sim.plan.ends, -15) or rng.random() >= LIKELY:
        return None
    receiver = rng.choice(sim.institutions)
    return None if receiver == unit else receiver


def id_at_receiver(sim: Simulation, unit: Unit, to: Unit, subject: str) -> str:
    """The id of an issue in the book that it went to."""
    return f"{sim.book(to)}/issue/handover~{unit.id}~1~{subject.split('/', 3)[3]}"


def hand_over(actor: Actor, to: Unit, subject: str) -> Generator[datetime | CloudEvent | Behaviour, None, bool]:
    """It is offered to the other unit, which gives its word. Returns whether it takes it."""
    yield actor.later(1, 2)
    yield from actor.tell(subject, IssueHandedOver(to=to.id, reason=actor.rng.choice(texts.HAND_OVERS), by=actor.persons[0]))
    yield actor.later(1, 3)
    takes, by = actor.rng.random() < 0.8, actor.sim.staff[to.id][0]
    word = HandOverAcknowledged(by=by) if takes else HandOverDeclined(by=by, reason=actor.rng.choice(texts.NOT_TAKEN))
    yield from actor.tell(id_at_receiver(actor.sim, actor.unit, to, subject), word)
    return takes
