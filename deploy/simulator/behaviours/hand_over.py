"""An issue goes to another unit, which takes it or does not, on another day (转办)."""

from collections.abc import Generator
from datetime import datetime
from random import Random

from deploy.client.cloudevent import CloudEvent
from deploy.simulator import texts
from deploy.simulator.behaviours.course import later
from deploy.simulator.simulation import Behaviour, Simulation
from shared.events.hand_over import HandOverAcknowledged, HandOverDeclined, IssueHandedOver
from shared.events.issue import IssueReported
from shared.topics import book_id
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
    return f"{book_id(sim.plan.campaign, to.id)}/issue/handover~{unit.id}~1~{subject.split('/', 3)[3]}"


def hand_over(
    sim: Simulation, unit: Unit, to: Unit, subject: str, entered: datetime, rng: Random
) -> Generator[datetime | CloudEvent | Behaviour, None, tuple[datetime, bool]]:
    """It is offered to the other unit. Returns when that unit gave its word, and whether it takes it."""
    when = later(entered, rng, 1, 2)
    yield when
    offer = IssueHandedOver(to=to.id, reason=rng.choice(texts.HAND_OVERS), by=sim.staff[unit.id][0])
    yield from sim.tell(unit, when, subject, offer)
    when = later(when, rng, 1, 3)
    yield when
    takes, by = rng.random() < 0.8, sim.staff[to.id][0]
    word = HandOverAcknowledged(by=by) if takes else HandOverDeclined(by=by, reason=rng.choice(texts.NOT_TAKEN))
    yield from sim.tell(to, when, id_at_receiver(sim, unit, to, subject), word)
    return when, takes
