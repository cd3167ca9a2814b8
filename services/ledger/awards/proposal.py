"""One proposal (申报): filed on the plan's form by a department, judged by the unit above it or passed on by that to the next. J1, H8, F10.

The same proposal stands in every book that it came through: filed in the first, received in the others; the opinion is given where it lies, and its book
brings it back. At the root nobody stands above, so its opinion is given in its own book.
"""

from collections.abc import Iterator
from datetime import date
from typing import assert_never

from msgspec.structs import replace

from services.ledger.awards.upward import id_in_book, require_room_above, require_shape, require_unit_above, told_above, told_below
from services.ledger.book.left import why_back
from services.ledger.book.phases import require_running
from services.ledger.rules.case import Case
from services.ledger.rules.decision import Event, Refused, State
from services.ledger.rules.forms import require_form
from shared.events.proposal import (
    OpinionGiven,
    ProposalEntered,
    ProposalFiled,
    ProposalGivenBack,
    ProposalJudged,
    ProposalPassedOn,
    ProposalReceived,
    ProposalSubmitted,
)
from shared.kafka.records import Recorded, Told

CLIMBED = 2
"""How many `~` the id of a proposal has at least in a book above: `<unit>~<source>~<reference>`."""


class Proposal(State, frozen=True):
    """What decisions need of a proposal."""

    number: int = 0
    """0 where it came from a unit below: it has its number there."""
    judged: bool = False
    said: ProposalReceived | None = None
    """What came from the unit below, while it lies here; none where it was filed here, and once it was passed on."""


Facts = ProposalFiled | ProposalReceived | ProposalJudged | ProposalGivenBack | OpinionGiven | ProposalPassedOn


def decide(case: Case[Proposal, Facts]) -> list[Event]:
    """What follows for a proposal from what was told. Raises Refused."""
    fact, proposal, book = case.fact, case.state, case.book
    match fact:
        case ProposalFiled():
            return _filed(case, fact)
        case ProposalReceived():
            why = why_back(book)
            return [case.event(ProposalGivenBack(reason=why))] if why else []
        case ProposalJudged() | ProposalGivenBack():
            return []
    if proposal is None:
        raise Refused("proposal-unknown", subject=case.subject)
    if proposal.judged:
        raise Refused("opinion-given")
    match fact:
        case OpinionGiven(opinion=opinion, accepted=accepted, by=by):
            if proposal.said:
                return []
            if not proposal.number or len(book.profile.path) > 1:
                raise Refused("opinion-above", subject=case.subject)
            return [case.event(ProposalJudged(unit=book.unit, opinion=opinion, accepted=accepted, by=by))]
        case ProposalPassedOn():
            require_unit_above(book)
            require_room_above(case)
            if proposal.said is None:
                raise Refused("proposal-above", subject=case.subject)
            return [case.event(ProposalSubmitted(**dict(proposal.said)))]
        case _:
            assert_never(fact)


def _filed(case: Case[Proposal, Facts], fact: ProposalFiled) -> list[Event]:
    require_shape(case)
    if case.state:
        raise Refused("proposal-entered", number=case.state.number)
    phase = require_running(case.book, case.plan, case.day)
    require_form(case.plan, case.plan.asked.proposal, fact.form)
    return [case.event(ProposalEntered(number=case.book.last_number("proposal") + 1, phase=phase))]


def evolve(before: Proposal | None, event: Event, day: date) -> Proposal | None:
    """The proposal after an event."""
    match event.fact:
        case ProposalEntered(number=number):
            return Proposal(number)
        case ProposalReceived() as said:
            return Proposal(said=said)
        case ProposalSubmitted() if before:
            return replace(before, said=None)
        case OpinionGiven() | ProposalJudged() | ProposalGivenBack() if before:
            return replace(before, judged=True)
    return before


def gives_back(proposal: Proposal, why: str) -> ProposalGivenBack | None:
    """What lies without an opinion in a unit that left goes back."""
    return ProposalGivenBack(reason=why) if proposal.said and not proposal.judged else None


Causes = ProposalFiled | ProposalSubmitted | OpinionGiven | ProposalJudged | ProposalGivenBack


def tells(cause: Recorded, fact: Causes) -> Iterator[Told]:
    """A proposal goes up to the unit above, and the opinion on it back down through the books that it came through."""
    where, climbed = cause.where, id_in_book(cause.subject).count("~") >= CLIMBED
    match fact:
        case ProposalFiled(form=form, evidence=evidence, by=by) if len(where.path) > 1:
            yield told_above(cause, ProposalReceived(unit=where.unit, form=form, evidence=evidence, by=by))
        case ProposalSubmitted():
            yield told_above(cause, ProposalReceived(**dict(fact)))
        case OpinionGiven(opinion=opinion, accepted=accepted, by=by) if climbed:
            yield told_below(cause, ProposalJudged(unit=where.unit, opinion=opinion, accepted=accepted, by=by))
        case ProposalGivenBack(reason=reason):
            yield told_below(cause, ProposalJudged(unit=where.unit, opinion=reason, accepted=False))
        case ProposalJudged() if climbed:
            yield told_below(cause, fact)
