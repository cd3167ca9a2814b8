"""A draw of units for spot checks: made once, from all units of a class below, so that nobody draws until it suits."""

from collections.abc import Iterator
from datetime import date

from services.ledger.book.state import Book
from services.ledger.rules.case import Case
from services.ledger.rules.decision import Event, Refused, State
from services.ledger.rules.letter import letter
from services.ledger.rules.world import Needs
from shared.events.sample import SampleChosen, SampleDrawn, SpotCheckAnnounced
from shared.kafka.records import Recorded, Told
from shared.sample import draw, frame_digest
from shared.topics import book_id


class Sample(State, frozen=True):
    """What decisions need of a draw: that it was made."""

    of: int


def needs(fact: SampleDrawn, book: Book) -> Needs:
    """The units that are drawn from."""
    return Needs(book.root, book.profile.tree_version, frame=fact.unit_class)


def decide(case: Case[Sample, SampleDrawn]) -> list[Event]:
    """Who is drawn. Raises Refused."""
    fact, frame = case.fact, case.world.frame
    case.require_subject(fact.sample)
    if fact.unit_class not in {entry.code for entry in case.plan.classes}:
        raise Refused("class-unknown", unit_class=fact.unit_class)
    if case.state:
        raise Refused("sample-drawn", sample=fact.sample)
    if not frame:
        raise Refused("sample-empty", unit_class=fact.unit_class)
    chosen = SampleChosen(
        sample=fact.sample,
        units=draw(fact.seed, frame, fact.size),
        of=len(frame),
        tree_version=case.book.profile.tree_version,
        frame=frame_digest(frame),
        covert=fact.covert,
    )
    return [case.event(chosen)]


def evolve(before: Sample | None, event: Event, day: date) -> Sample | None:
    """The draw after an event."""
    match event.fact:
        case SampleChosen(of=of):
            return Sample(of)
    return before


def tells(cause: Recorded, fact: SampleChosen) -> Iterator[Told]:
    """The units drawn hear of it, unless the check is covert."""
    announced = SpotCheckAnnounced(sample=fact.sample, unit=cause.where.unit)
    for unit in () if fact.covert else fact.units:
        yield letter(cause, f"sample-{fact.sample}", book_id(cause.where.campaign, unit), announced)
