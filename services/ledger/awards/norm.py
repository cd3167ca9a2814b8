"""One norm (规范) that a unit below proposed as a norm of this unit: promoted or declined. F14."""

from collections.abc import Iterator
from datetime import date
from typing import Literal, assert_never

from services.ledger.awards.upward import told_below
from services.ledger.book.left import why_back
from services.ledger.rules.case import Case
from services.ledger.rules.decision import Event, Refused, State
from shared.events.idea import NormDeclined, NormGivenBack, NormJudged, NormPromoted, NormReceived
from shared.kafka.records import Recorded, Told
from shared.wording.details import stated


class Norm(State, frozen=True):
    """What decisions need of a norm."""

    status: Literal["received", "promoted", "declined"] = "received"


Facts = NormReceived | NormPromoted | NormDeclined | NormGivenBack


def decide(case: Case[Norm, Facts]) -> list[Event]:
    """What follows for a norm from what was told: nothing but what was told. Raises Refused."""
    match case.fact:
        case NormReceived():
            why = why_back(case.book)
            return [case.event(NormGivenBack(reason=why))] if why else []
        case NormGivenBack():
            return []
        case NormPromoted() | NormDeclined():
            if case.state is None:
                raise Refused("norm-unknown", subject=case.subject)
            if case.state.status != "received":
                raise Refused("norm-judged", status=stated(case.state.status))
            return []
        case _:
            assert_never(case.fact)


def evolve(before: Norm | None, event: Event, day: date) -> Norm | None:
    """The norm after an event; one that was declined may be proposed again."""
    match event.fact:
        case NormReceived():
            return Norm()
        case NormPromoted():
            return Norm("promoted")
        case NormDeclined() | NormGivenBack():
            return Norm("declined")
    return before


def gives_back(norm: Norm, why: str) -> NormGivenBack | None:
    """What nobody judged in a unit that left goes back."""
    return NormGivenBack(reason=why) if norm.status == "received" else None


def tells(cause: Recorded, fact: NormPromoted | NormDeclined | NormGivenBack) -> Iterator[Told]:
    """The unit that proposed a norm hears what became of it."""
    reason = None if isinstance(fact, NormPromoted) else fact.reason
    by = None if isinstance(fact, NormGivenBack) else fact.by
    yield told_below(cause, NormJudged(unit=cause.where.unit, promoted=isinstance(fact, NormPromoted), reason=reason, by=by))
