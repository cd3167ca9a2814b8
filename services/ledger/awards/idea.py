"""One idea (金点子): offered, adopted or declined, applied, followed up, and perhaps proposed as a norm of the unit above."""

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Literal, assert_never

from msgspec.structs import replace

from services.ledger.awards.upward import require_shape, require_unit_above, told_above
from services.ledger.book.phases import require_running
from services.ledger.rules.case import Case
from services.ledger.rules.decision import Event, Refused, State, Wake, once_over
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
    NormReceived,
)
from shared.kafka.records import Recorded, Told
from shared.plan import Plan
from shared.wording.details import stated


class Idea(State, frozen=True):
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


Facts = IdeaOffered | IdeaAdopted | IdeaDeclined | IdeaApplied | FollowThroughDone | FollowThroughDue | NormProposed | NormJudged


def decide(case: Case[Idea, Facts]) -> list[Event]:
    """What follows for an idea from what was told. Raises Refused."""
    fact, idea, plan, day = case.fact, case.state, case.plan, case.day
    if isinstance(fact, IdeaOffered):
        return _entered(case, fact)
    if idea is None:
        raise Refused("idea-unknown", subject=case.subject)
    match fact:
        case IdeaAdopted() | IdeaDeclined():
            if idea.status != "offered":
                raise Refused("idea-judged", status=stated(idea.status))
            if isinstance(fact, IdeaDeclined):
                return []
            return [case.event(AdoptionEntered(number=idea.number, phase=case.phase, category=idea.category))]
        case IdeaApplied():
            if idea.status != "adopted":
                raise Refused("idea-not-adopted", status=stated(idea.status))
            clock = plan.clocks.follow_through
            return [case.event(FollowThroughOpened(number=idea.number, due=plan.due(clock, day), owner=idea.owner))] if clock else []
        case FollowThroughDone(by=by):
            if idea.status != "applied":
                raise Refused("idea-not-applied", status=stated(idea.status))
            if by in idea.appliers:
                raise Refused("follow-through-own", by=by)
            return []
        case FollowThroughDue(due=due):
            stands = idea.due == due and not idea.overdue
            return [case.event(FollowThroughOverdue(number=idea.number, due=due, owner=idea.owner))] if stands else []
        case NormProposed():
            if idea.status not in ("applied", "followed up"):
                raise Refused("idea-not-applied", status=stated(idea.status))
            if idea.norm in ("proposed", "promoted"):
                raise Refused("norm-proposed", status=stated(idea.norm))
            require_unit_above(case.book)
            return []
        case NormJudged():
            return []
        case _:
            assert_never(fact)


def _entered(case: Case[Idea, Facts], fact: IdeaOffered) -> list[Event]:
    require_shape(case)
    if case.state:
        raise Refused("idea-entered", number=case.state.number)
    phase = require_running(case.book, case.plan, case.day)
    if fact.category not in {entry.code for entry in case.plan.categories}:
        raise Refused("category-unknown", category=fact.category)
    if fact.channel not in {entry.code for entry in case.plan.channels}:
        raise Refused("channel-unknown", channel=fact.channel)
    if fact.anonymous and fact.offered_by:
        raise Refused("idea-anonymous")
    number = case.book.last_number("idea") + 1
    return [case.event(IdeaEntered(number=number, phase=phase, category=fact.category, channel=fact.channel))]


def evolve(before: Idea | None, event: Event, day: date) -> Idea | None:
    """The idea after an event."""
    fact = event.fact
    if isinstance(fact, IdeaEntered):
        return Idea(number=fact.number, category=fact.category)
    if before is None:
        return None
    match fact:
        case IdeaAdopted(owner=owner):
            return replace(before, status="adopted", adopted=True, owner=owner)
        case IdeaDeclined():
            return replace(before, status="declined")
        case IdeaApplied(by=by):
            return replace(before, status="applied", appliers=tuple(dict.fromkeys((*before.appliers, by))))
        case FollowThroughOpened(due=due):
            return replace(before, due=due, overdue=False)
        case FollowThroughOverdue():
            return replace(before, overdue=True)
        case FollowThroughDone(holds=holds):
            return replace(before, status="followed up" if holds else "adopted", due=None)
        case NormProposed():
            return replace(before, norm="proposed")
        case NormJudged(promoted=promoted):
            return replace(before, norm="promoted" if promoted else "declined")
    return before


def wakes(idea: Idea, plan: Plan) -> Iterator[Wake]:
    """What the clock tells an idea."""
    if idea.due and not idea.overdue:
        yield once_over(idea.due, partial(FollowThroughDue, due=idea.due), f"follow-through-{idea.due}")


def tells(cause: Recorded, fact: NormProposed) -> Iterator[Told]:
    """A norm that is proposed goes up to the unit above."""
    yield told_above(cause, NormReceived(unit=cause.where.unit, text=fact.text, evidence=fact.evidence, by=fact.by))
