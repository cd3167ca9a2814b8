"""An award (奖项) at the unit that gives it: its rounds closed one after another, then decided. F2 to F12.

How winners stay checkable. Every nomination is a subject of its own, with its judges and points; an award only knows which of its rounds are closed and
whether it is decided, however many nominations there are. A round's closing names those that go on, the decision those that win, and these alone are looked at
(at most 1,000 and 500, all of the same book, so that it is decided in one piece): each must be in the round and have the judges that the plan asks for. Who
judged what stands in the events `ScoreGiven`; nobody is held to the order of the points, but everybody can see it. What is not named stays behind, and
nothing is told to it.
"""

from collections.abc import Iterator
from datetime import date
from typing import assert_never

from msgspec.structs import replace

from services.ledger.awards.contest import Contest, is_given_here, require_award, require_span
from services.ledger.awards.nomination import Nomination, require_in_round, require_judges
from services.ledger.rules.case import Case
from services.ledger.rules.decision import Event, Refused
from shared.events.award import AwardDecided, RoundClosed
from shared.events.nomination import AwardGiven, RoundPassed
from shared.kafka.records import Told
from shared.plan.award import Award, Round

Facts = RoundClosed | AwardDecided


def beside(fact: Facts, told: Told) -> Iterator[str]:
    """The nominations that are named."""
    return (_nomination(told.book, id) for id in _named(fact))


def _named(fact: Facts) -> tuple[str, ...]:
    return fact.passes if isinstance(fact, RoundClosed) else fact.winners


def _nomination(book: str, id: str) -> str:
    return f"{book}/nomination/{id}"


def decide(case: Case[Contest, Facts]) -> list[Event]:
    """What follows for the nominations that are named. Raises Refused."""
    fact, book, contest = case.fact, case.book, case.state or Contest()
    award = require_award(case.plan, fact.award)
    _, last = require_span(case.plan, award, fact.period)
    case.require_subject(fact.award, fact.period)
    if not is_given_here(award, book):
        raise Refused("award-not-given", award=award.code, given_by=", ".join(award.given_by), unit_class=book.profile.unit_class)
    if contest.decided:
        raise Refused("award-decided", award=award.code, period=fact.period)
    match fact:
        case RoundClosed(round=code, passes=passes):
            round = contest.require_open(award, code)
            if case.day <= last:
                raise Refused("nominations-open", award=award.code, period=fact.period, last=last)
            if passes and round.pass_on is None:
                raise Refused("all-pass-on", round=code)
            if round.pass_on is not None and len(passes) > round.pass_on:
                raise Refused("passes-many", round=code, count=len(passes), limit=round.pass_on)
            passed = RoundPassed(award=award.code, period=fact.period, round=code, unit=book.unit)
            return [Event(_nomination(book.id, id), passed) for id, _ in _judged(case, award, round)]
        case AwardDecided(winners=winners):
            _require_rewards(fact, award)
            if open_round := contest.open_round(award):
                raise Refused("rounds-open", round=open_round.code)
            if award.places is not None and len(winners) > award.places:
                raise Refused("winners-many", count=len(winners), limit=award.places)
            judged, phase = _judged(case, award, None), case.phase
            return [Event(_nomination(book.id, id), _won(nomination, phase, fact)) for id, nomination in judged]
        case _:
            assert_never(fact)


def _judged(case: Case[Contest, Facts], award: Award, round: Round | None) -> Iterator[tuple[str, Nomination]]:
    """The nominations that are named, each judged in a round, or where none is given in all. Raises Refused."""
    seen = set[str]()
    for id in _named(case.fact):
        if id in seen:
            raise Refused("named-twice", nomination=id)
        seen.add(id)
        nomination = case.beside(_nomination(case.book.id, id), Nomination)
        if nomination is None:
            raise Refused("nomination-unknown", nomination=id)
        require_in_round(nomination, award, round, id)
        for each in (round,) if round else award.rounds:
            require_judges(nomination, each, id)
        yield id, nomination


def _require_rewards(fact: AwardDecided, award: Award) -> None:
    """The plan has these rewards for the award. Raises Refused."""
    known = [each.code for each in award.rewards]
    for code in fact.rewards:
        if code not in known:
            raise Refused("reward-unknown", reward=code, award=award.code, known=", ".join(known) or "–")


def _won(nomination: Nomination, phase: str, decided: AwardDecided) -> AwardGiven:
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
        rewards=decided.rewards,
        prize=decided.prize,
    )


def evolve(before: Contest | None, event: Event, day: date) -> Contest:
    """The award after an event."""
    contest = before or Contest()
    match event.fact:
        case RoundClosed(round=code):
            return replace(contest, closed=(*contest.closed, code))
        case AwardDecided():
            return replace(contest, decided=True)
    return contest
