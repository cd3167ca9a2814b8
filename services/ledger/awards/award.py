"""An award (奖项) at the unit that gives it: its rounds closed one after another, then decided. F2 to F12.

How winners stay checkable. Every nomination is a subject of its own, with its judges and points; an award only knows which of its rounds are closed and
whether it is decided, however many nominations there are. A round's closing names those that go on, the decision those that win, and these alone are looked at
(at most 1,000 and 500, all of the same book, so that it is decided in one piece): each must be in the round and have the judges that the plan asks for. Who
judged what stands in the events `ScoreGiven`; nobody is held to the order of the points, but everybody can see it. What is not named stays behind, and
nothing is told to it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from services.ledger.awards.contest import given_here, planned, span
from services.ledger.awards.nomination import Nomination, in_round, judged_enough
from services.ledger.book.phases import phase_for
from services.ledger.book.state import Book
from services.ledger.rules.decision import Event, Refused, Wake
from shared.events.award import AwardDecided, RoundClosed
from shared.events.nomination import AwardGiven, RoundPassed
from shared.kafka.cloudevents import Told
from shared.plan import Plan
from shared.plan.award import Award as Planned
from shared.topics import subject_id
from shared.workdays import local_date


@dataclass(frozen=True, slots=True)
class Award:
    """What decisions need of an award in one of its periods."""

    closed: tuple[str, ...] = ()
    """The rounds that are closed."""
    decided: bool = False


def touches(told: Told) -> list[str]:
    """The subjects that a decision about an award needs: its own, and the nominations that are named."""
    return [told.subject, *(_nomination(told, id) for id in _named(told))]


def _named(told: Told) -> tuple[str, ...]:
    match told.fact:
        case RoundClosed(passes=named) | AwardDecided(winners=named):
            return named
    return ()


def _nomination(told: Told, id: str) -> str:
    return f"{told.book}/nomination/{id}"


def decide(told: Told, subjects: Mapping[str, Any], book: Book, plan: Plan) -> list[Event]:
    """What follows for the nominations that are named. Raises Refused."""
    fact = told.fact
    assert isinstance(fact, RoundClosed | AwardDecided)
    award = planned(plan, fact.award)
    _, last = span(plan, award, fact.period)
    if told.subject != (right := subject_id(book.id, "award", fact.award, fact.period)):
        raise Refused("wrong-subject", type=told.type, kind=right.removeprefix(f"{book.id}/"), subject=told.subject)
    if not given_here(award, book):
        raise Refused("award-not-given", award=award.code, given_by=", ".join(award.given_by), unit_class=book.profile.unit_class)
    state: Award = subjects.get(told.subject) or Award()
    if state.decided:
        raise Refused("award-decided", award=award.code, period=fact.period)
    open_round = next((each for each in award.rounds if each.code not in state.closed), None)
    day = local_date(told.accepted)
    match fact:
        case RoundClosed(round=code, passes=passes):
            if open_round is None or open_round.code != code:
                raise Refused("round-not-open", round=code, open=open_round.code if open_round else "–")
            if day <= last:
                raise Refused("nominations-open", award=award.code, period=fact.period, last=last)
            if passes and open_round.pass_on is None:
                raise Refused("all-pass-on", round=code)
            if open_round.pass_on is not None and len(passes) > open_round.pass_on:
                raise Refused("passes-many", round=code, count=len(passes), limit=open_round.pass_on)
            for id, nomination in _looked_up(told, subjects):
                in_round(nomination, award, code, id)
                judged_enough(nomination, open_round, id)
            passed = RoundPassed(award=award.code, period=fact.period, round=code, unit=book.unit)
            return [Event(_nomination(told, id), passed) for id in passes]
        case AwardDecided(winners=winners, prize=prize):
            if open_round:
                raise Refused("rounds-open", round=open_round.code)
            if award.places is not None and len(winners) > award.places:
                raise Refused("winners-many", count=len(winners), limit=award.places)
            phase = phase_for(book, plan, day) or plan.last_phase
            return [Event(_nomination(told, id), _won(nomination, phase, prize)) for id, nomination in _winners(told, subjects, award)]


def _winners(told: Told, subjects: Mapping[str, Any], award: Planned) -> Iterator[tuple[str, Nomination]]:
    for id, nomination in _looked_up(told, subjects):
        in_round(nomination, award, None, id)
        for each in award.rounds:
            judged_enough(nomination, each, id)
        yield id, nomination


def _looked_up(told: Told, subjects: Mapping[str, Any]) -> Iterator[tuple[str, Nomination]]:
    seen = set[str]()
    for id in _named(told):
        if id in seen:
            raise Refused("named-twice", nomination=id)
        seen.add(id)
        nomination: Nomination | None = subjects.get(_nomination(told, id))
        if nomination is None:
            raise Refused("nomination-unknown", nomination=id)
        yield id, nomination


def _won(nomination: Nomination, phase: str, prize: str | None) -> AwardGiven:
    said = nomination.said
    return AwardGiven(
        phase=phase,
        award=said.award,
        period=said.period,
        nominated_by=said.nominated_by,
        nominee=said.nominee,
        unit=said.unit or said.nominated_by,
        person=said.person,
        title=said.title,
        prize=prize,
    )


def evolve(award: Award | None, event: Event, day: date) -> Award:
    """The award after an event."""
    award = award or Award()
    match event.fact:
        case RoundClosed(round=code):
            return replace(award, closed=(*award.closed, code))
        case AwardDecided():
            return replace(award, decided=True)
    return award


def wakes(award: Award, plan: Plan) -> Iterator[Wake]:
    """The clock tells an award nothing: people close its rounds."""
    return iter(())
