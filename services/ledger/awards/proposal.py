"""One proposal (申报): filed on the plan's form by a department, judged by the unit above it or passed on by that to the next. J1, H8, F10.

The same proposal stands in every book that it came through: filed in the first, received in the others; the opinion is given where it lies, and the courier
brings it back. At the root nobody stands above, so its opinion is given in its own book.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from services.ledger.awards import upward
from services.ledger.book.phases import last_day, phase_for
from services.ledger.book.state import Book
from services.ledger.rules.decision import Event, Refused, Wake
from services.ledger.rules.forms import filled_in
from shared.events.proposal import (
    OpinionGiven,
    ProposalEntered,
    ProposalFiled,
    ProposalJudged,
    ProposalPassedOn,
    ProposalReceived,
    ProposalSubmitted,
)
from shared.kafka.cloudevents import Told
from shared.plan import Plan
from shared.workdays import local_date


@dataclass(frozen=True, slots=True)
class Proposal:
    """What decisions need of a proposal."""

    number: int = 0
    """0 where it came from a unit below: it has its number there."""
    judged: bool = False
    said: ProposalReceived | None = None
    """What came from the unit below, while it lies here; none where it was filed here, and once it was passed on."""


def touches(told: Told) -> list[str]:
    """The subjects that a decision about a proposal needs."""
    return [told.subject]


def decide(told: Told, proposal: Proposal | None, book: Book, plan: Plan) -> list[Event]:
    """What follows for a proposal from what was told. Raises Refused."""
    match told.fact:
        case ProposalFiled(form=filled):
            upward.own(told)
            if proposal:
                raise Refused("proposal-entered", number=proposal.number)
            day = local_date(told.accepted)
            phase = phase_for(book, plan, day)
            if phase is None:
                raise Refused("before-campaign")
            if day > (end := last_day(book, plan)):
                raise Refused("after-campaign", end=end)
            filled_in(plan, plan.asked.proposal, filled)
            return [Event(told.subject, ProposalEntered(number=book.last_number("proposal") + 1, phase=phase))]
        case ProposalReceived() | ProposalJudged():
            return []
        case OpinionGiven(opinion=opinion, accepted=accepted, by=by):
            if proposal is None:
                raise Refused("proposal-unknown", subject=told.subject)
            if proposal.judged:
                raise Refused("opinion-given")
            if proposal.said:
                return []
            if not proposal.number or len(book.profile.path) > 1:
                raise Refused("opinion-above", subject=told.subject)
            return [Event(told.subject, ProposalJudged(unit=book.unit, opinion=opinion, accepted=accepted, by=by))]
        case ProposalPassedOn():
            if proposal is None:
                raise Refused("proposal-unknown", subject=told.subject)
            if proposal.judged:
                raise Refused("opinion-given")
            upward.may_climb(told, book)
            if proposal.said is None:
                raise Refused("proposal-above", subject=told.subject)
            return [Event(told.subject, ProposalSubmitted(**dict(proposal.said)))]
    raise AssertionError(f"{told.type} is not about a proposal")


def evolve(proposal: Proposal | None, event: Event, day: date) -> Proposal | None:
    """The proposal after an event."""
    match event.fact:
        case ProposalEntered(number=number):
            return Proposal(number)
        case ProposalReceived() as said:
            return Proposal(said=said)
        case ProposalSubmitted() if proposal:
            return replace(proposal, said=None)
        case OpinionGiven() | ProposalJudged() if proposal:
            return replace(proposal, judged=True)
    return proposal


def wakes(proposal: Proposal, plan: Plan) -> Iterator[Wake]:
    """The clock tells a proposal nothing."""
    return iter(())
