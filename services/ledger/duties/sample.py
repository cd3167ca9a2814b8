"""A draw of units for spot checks: made once, from all units of a class below, so that nobody draws until it suits."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from services.ledger.book.state import Book
from services.ledger.rules.decision import Event, Refused, Wake
from shared.events.sample import SampleChosen, SampleDrawn
from shared.kafka.cloudevents import Told
from shared.plan import Plan
from shared.sample import draw, frame_digest
from shared.topics import subject_id


@dataclass(frozen=True, slots=True)
class Sample:
    """What decisions need of a draw: that it was made."""

    of: int


def touches(told: Told) -> list[str]:
    """The subjects that a decision about a draw needs."""
    return [told.subject]


def decide(told: Told, before: Sample | None, book: Book, plan: Plan, frame: Collection[str]) -> list[Event]:
    """Who is drawn from a frame. Raises Refused."""
    fact = told.fact
    assert isinstance(fact, SampleDrawn)
    if told.subject != subject_id(book.id, "sample", fact.sample):
        raise Refused("wrong-subject", type=told.type, kind=f"sample/{fact.sample}", subject=told.subject)
    if fact.unit_class not in {entry.code for entry in plan.classes}:
        raise Refused("class-unknown", unit_class=fact.unit_class)
    if before:
        raise Refused("sample-drawn", sample=fact.sample)
    if not frame:
        raise Refused("sample-empty", unit_class=fact.unit_class)
    chosen = SampleChosen(
        sample=fact.sample,
        units=draw(fact.seed, frame, fact.size),
        of=len(frame),
        tree_version=book.profile.tree_version,
        frame=frame_digest(frame),
        covert=fact.covert,
    )
    return [Event(told.subject, chosen)]


def evolve(before: Sample | None, event: Event, day: date) -> Sample | None:
    """The draw after an event."""
    match event.fact:
        case SampleChosen(of=of):
            return Sample(of)
    return before


def wakes(sample: Sample, plan: Plan) -> Iterator[Wake]:
    """The clock tells a draw nothing."""
    return iter(())
