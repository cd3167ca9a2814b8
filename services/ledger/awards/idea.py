"""One idea (金点子): offered, adopted or declined, applied, followed up, and perhaps proposed as a norm of the unit above."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from services.ledger.awards import upward
from services.ledger.book.phases import last_day, phase_for
from services.ledger.book.state import Book
from services.ledger.rules.decision import Event, Refused, Wake
from shared.events.idea import (
    AdoptionEntered,
    FollowThroughDone,
    FollowThroughDue,
    FollowThroughOpened,
    FollowThroughOverdue,
    IdeaAdopted,
    IdeaApplied,
    IdeaDeclined,
    IdeaEntered,
    IdeaOffered,
    NormJudged,
    NormProposed,
)
from shared.kafka.cloudevents import Told
from shared.plan import Plan
from shared.wording.details import stated
from shared.workdays import end_of, local_date


@dataclass(frozen=True, slots=True)
class Idea:
    """What decisions need of an idea."""

    number: int
    category: str
    status: Literal["offered", "adopted", "declined", "applied", "followed up"] = "offered"
    """One that was looked at and does not hold is adopted again: it must be applied anew."""
    adopted: bool = False
    """Once adopted it stays so, whatever becomes of its measure."""
    owner: str = ""
    appliers: tuple[str, ...] = ()
    """All who ever applied it."""
    due: date | None = None
    """The last day for the look at it, while nobody looked."""
    overdue: bool = False
    norm: Literal["none", "proposed", "promoted", "declined"] = "none"


def touches(told: Told) -> list[str]:
    """The subjects that a decision about an idea needs."""
    return [told.subject]


def decide(told: Told, idea: Idea | None, book: Book, plan: Plan) -> list[Event]:
    """What follows for an idea from what was told. Raises Refused."""
    day, subject, fact = local_date(told.accepted), told.subject, told.fact
    if isinstance(fact, IdeaOffered):
        return _entered(told, fact, idea, book, plan, day)
    if idea is None:
        raise Refused("idea-unknown", subject=subject)
    match fact:
        case IdeaAdopted() | IdeaDeclined():
            if idea.status != "offered":
                raise Refused("idea-judged", status=stated(idea.status))
            if isinstance(fact, IdeaDeclined):
                return []
            phase = phase_for(book, plan, day) or plan.last_phase
            return [Event(subject, AdoptionEntered(number=idea.number, phase=phase, category=idea.category))]
        case IdeaApplied():
            if idea.status != "adopted":
                raise Refused("idea-not-adopted", status=stated(idea.status))
            clock = plan.clocks.follow_through
            return [Event(subject, FollowThroughOpened(number=idea.number, due=plan.due(clock, day), owner=idea.owner))] if clock else []
        case FollowThroughDone(by=by):
            if idea.status != "applied":
                raise Refused("idea-not-applied", status=stated(idea.status))
            if by in idea.appliers:
                raise Refused("follow-through-own", by=by)
            # The clock looks a margin after midnight; what is told in between goes by its own date.
            return [_overdue(subject, idea, idea.due)] if idea.due and day > idea.due and not idea.overdue else []
        case FollowThroughDue(due=due):
            return [_overdue(subject, idea, due)] if idea.due == due and not idea.overdue else []
        case NormProposed():
            if idea.status not in ("applied", "followed up"):
                raise Refused("idea-not-applied", status=stated(idea.status))
            if idea.norm in ("proposed", "promoted"):
                raise Refused("norm-proposed", status=stated(idea.norm))
            upward.unit_above(book)
            return []
        case NormJudged():
            return []
    raise AssertionError(f"{told.type} is not about an idea")


def _entered(told: Told, offer: IdeaOffered, idea: Idea | None, book: Book, plan: Plan, day: date) -> list[Event]:
    upward.own(told)
    if idea:
        raise Refused("idea-entered", number=idea.number)
    phase = phase_for(book, plan, day)
    if phase is None:
        raise Refused("before-campaign")
    if day > (end := last_day(book, plan)):
        raise Refused("after-campaign", end=end)
    if offer.category not in {entry.code for entry in plan.categories}:
        raise Refused("category-unknown", category=offer.category)
    if offer.channel not in {entry.code for entry in plan.channels}:
        raise Refused("channel-unknown", channel=offer.channel)
    if offer.anonymous and offer.offered_by:
        raise Refused("idea-anonymous")
    number = book.last_number("idea") + 1
    return [Event(told.subject, IdeaEntered(number=number, phase=phase, category=offer.category, channel=offer.channel))]


def _overdue(subject: str, idea: Idea, due: date) -> Event:
    return Event(subject, FollowThroughOverdue(number=idea.number, due=due, owner=idea.owner))


def evolve(idea: Idea | None, event: Event, day: date) -> Idea | None:
    """The idea after an event."""
    fact = event.fact
    if isinstance(fact, IdeaEntered):
        return Idea(number=fact.number, category=fact.category)
    if idea is None:
        return None
    match fact:
        case IdeaAdopted(owner=owner):
            return replace(idea, status="adopted", adopted=True, owner=owner)
        case IdeaDeclined():
            return replace(idea, status="declined")
        case IdeaApplied(by=by):
            return replace(idea, status="applied", appliers=tuple(dict.fromkeys((*idea.appliers, by))))
        case FollowThroughOpened(due=due):
            return replace(idea, due=due, overdue=False)
        case FollowThroughOverdue():
            return replace(idea, overdue=True)
        case FollowThroughDone(holds=holds):
            return replace(idea, status="followed up" if holds else "adopted", due=None)
        case NormProposed():
            return replace(idea, norm="proposed")
        case NormJudged(promoted=promoted):
            return replace(idea, norm="promoted" if promoted else "declined")
    return idea


def wakes(idea: Idea, plan: Plan) -> Iterator[Wake]:
    """What the clock tells an idea."""
    if idea.due and not idea.overdue:
        yield Wake(idea.due + timedelta(1), end_of(idea.due), FollowThroughDue(due=idea.due), f"follow-through-{idea.due}")
