"""One nomination (评奖申报): filed by a unit, passed on level by level, judged by the first unit on the way that gives the award. F4 to F8.

It stands in the book of every unit that it came through, with the same id and the unit that filed it in front of the teller's source. Nothing climbs by
itself past a unit: the unit passes it on, or declines it, and then whoever filed it hears so.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import takewhile
from typing import Any, Literal

from services.ledger.awards import upward
from services.ledger.awards.contest import given_here, planned, span
from services.ledger.book.phases import phase_for
from services.ledger.book.state import Book
from services.ledger.rules.decision import Event, Refused, Wake
from services.ledger.rules.forms import filled_in
from shared.events.nomination import (
    AwardGiven,
    AwardReceived,
    NominationAdmitted,
    NominationDeclined,
    NominationEntered,
    NominationFiled,
    NominationHeldBack,
    NominationMissed,
    NominationPassedOn,
    NominationReceived,
    NominationRecommended,
    NominationSubmitted,
    RecommendationReceived,
    RecommendedUpward,
    RoundPassed,
    ScoreCounted,
    ScoreGiven,
)
from shared.kafka.cloudevents import Told
from shared.plan import Plan
from shared.plan.award import Award, Round
from shared.plan.form import Found
from shared.wording.details import called, detailed, stated
from shared.workdays import local_date


@dataclass(frozen=True, slots=True)
class Scores:
    """What the judges of one round gave: who they are, and the sum of their points by criterion."""

    judges: tuple[str, ...] = ()
    points: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Nomination:
    """What decisions need of a nomination."""

    said: NominationReceived
    status: Literal["filed", "received", "in judging", "passed on", "declined", "late", "won", "recommended"]
    passed: tuple[str, ...] = ()
    """The rounds whose closing named it."""
    scores: dict[str, Scores] = field(default_factory=dict)
    """By round."""


def touches(told: Told) -> list[str]:
    """The subjects that a decision about a nomination needs: its own, the award, and the idea that it honours."""
    idea = told.fact.idea if isinstance(told.fact, NominationFiled) else None
    ideas = [idea] if idea and idea.startswith(f"{told.book}/idea/") else []
    return [told.subject, _award(told), *ideas]


def _award(told: Told) -> str:
    return f"{told.book}/award/{'~'.join(told.subject.split('/', 3)[3].split('~')[:2])}"


def decide(told: Told, subjects: Mapping[str, Any], book: Book, plan: Plan) -> list[Event]:
    """What follows for a nomination from what was told. Raises Refused."""
    fact, subject = told.fact, told.subject
    nomination: Nomination | None = subjects.get(subject)
    match fact:
        case NominationFiled():
            return _filed(told, fact, nomination, subjects, book, plan)
        case NominationReceived():
            if not given_here(planned(plan, fact.award), book):
                return []
            closed = subjects.get(_award(told))
            admitted = NominationMissed if closed and (closed.closed or closed.decided) else NominationAdmitted
            return [Event(subject, admitted(award=fact.award, period=fact.period))]
        case NominationHeldBack() | RoundPassed() | AwardReceived() | RecommendationReceived():
            return []
    if nomination is None:
        raise Refused("nomination-unknown", nomination=subject)
    match fact:
        case NominationPassedOn() | NominationDeclined():
            passed_on = isinstance(fact, NominationPassedOn)
            if nomination.status != "received" and (passed_on or nomination.status != "in judging"):
                raise Refused("nomination-elsewhere", status=stated(nomination.status))
            if passed_on:
                upward.unit_above(book)
            return [Event(subject, NominationSubmitted(**dict(nomination.said)))] if passed_on else []
        case ScoreGiven():
            return _scored(told, fact, nomination, subjects, book, plan)
        case RecommendedUpward(reason=reason):
            if not planned(plan, nomination.said.award).recommends:
                raise Refused("not-recommended", award=nomination.said.award)
            if nomination.status != "won":
                raise Refused("not-won", status=stated(nomination.status))
            return [Event(subject, NominationRecommended(**dict(nomination.said), reason=reason))]
    raise AssertionError(f"{told.type} is not about a nomination")


def _filed(
    told: Told, fact: NominationFiled, before: Nomination | None, subjects: Mapping[str, Any], book: Book, plan: Plan
) -> list[Event]:
    upward.own(told, f"{fact.award}~{fact.period}~<source>~<reference>")
    if before:
        raise Refused("nomination-entered", status=stated(before.status))
    award, day = planned(plan, fact.award), local_date(told.accepted)
    first, last = span(plan, award, fact.period)
    if not first <= day <= last:
        raise Refused("nominations-closed", award=award.code, period=fact.period, first=first, last=last)
    if award.classes and book.profile.unit_class not in award.classes:
        raise Refused("nominator-class", unit_class=book.profile.unit_class, award=award.code, classes=", ".join(award.classes))
    if fact.nominee not in award.nominees:
        raise Refused("nominee-kind", award=award.code, nominee=called([fact.nominee]), nominees=called(award.nominees))
    if (fact.nominee == "person") != (fact.person is not None):
        raise Refused("nominee-person")
    if award.for_ideas and not ((idea := subjects.get(fact.idea or "")) and idea.adopted):
        raise Refused("nomination-idea", award=award.code, idea=fact.idea or "–")
    filled_in(plan, award.form, fact.form)
    here = given_here(award, book)
    if not here:
        upward.unit_above(book)
    phase = phase_for(book, plan, day) or plan.phases[0].code
    number = book.last_number("nomination") + 1
    entered = NominationEntered(number=number, phase=phase, award=award.code, period=fact.period)
    admitted = NominationAdmitted(award=award.code, period=fact.period)
    return [Event(told.subject, entered), Event(told.subject, admitted if here else NominationSubmitted(**dict(_said(fact, book.unit))))]


def _said(fact: NominationFiled, unit: str) -> NominationReceived:
    """What climbs of a nomination as it was filed by a unit."""
    return NominationReceived(
        award=fact.award,
        period=fact.period,
        nominee=fact.nominee,
        unit=fact.unit or unit,
        person=fact.person,
        title=fact.title,
        form=fact.form,
        evidence=fact.evidence,
        idea=fact.idea,
        nominated_by=unit,
    )


def _scored(told: Told, score: ScoreGiven, nomination: Nomination, subjects: Mapping[str, Any], book: Book, plan: Plan) -> list[Event]:
    said = nomination.said
    award, state = planned(plan, said.award), subjects.get(_award(told))
    closed = state.closed if state else ()
    open_round = next((each.code for each in award.rounds if each.code not in closed), None)
    if score.round != open_round:
        raise Refused("round-not-open", round=score.round, open=open_round or "–")
    in_round(nomination, award, score.round, told.subject)
    # Whoever nominates says whose the nominee is, so a unit that filed it does not judge it either; the one that gives the award may nominate others.
    if score.judge_unit == said.unit or score.judge_unit == said.nominated_by != book.unit:
        raise Refused("judge-own-unit", unit=score.judge_unit)
    if score.by == said.person:
        raise Refused("judge-nominee", by=score.by)
    if score.by in (before := nomination.scores.get(score.round) or Scores()).judges:
        raise Refused("judge-twice", by=score.by, round=score.round)
    if mistakes := list(_mistakes(award, score.points)):
        raise Refused("points-wrong", detail=detailed(mistakes))
    after = _with(before, score)
    means = {code: round(points / len(after.judges), 4) for code, points in after.points.items()}
    mean = round(sum(after.points.values()) / len(after.judges), 4)
    counted = ScoreCounted(award=said.award, period=said.period, round=score.round, judges=len(after.judges), mean=mean, means=means)
    return [Event(told.subject, counted)]


def _mistakes(award: Award, points: Mapping[str, float]) -> Iterator[Found]:
    most = {each.code: each.most for each in award.criteria}
    for code, given in points.items():
        if code not in most:
            yield "criterion-unknown", {"field": code, "award": award.code}
        elif not 0 <= given <= most[code]:
            yield "criterion-range", {"field": code, "given": f"{given:g}", "most": f"{most[code]:g}"}
    for code, highest in most.items():
        if code not in points:
            yield "criterion-missing", {"field": code, "most": f"{highest:g}"}


def _with(scores: Scores, score: ScoreGiven) -> Scores:
    points = {code: scores.points.get(code, 0) + given for code, given in score.points.items()}
    return Scores((*scores.judges, score.by), points)


def in_round(nomination: Nomination, award: Award, code: str | None, name: str) -> None:
    """Whether a nomination is judged in a round, or where none is named can win: every round before let it pass. Raises Refused."""
    before = takewhile(lambda each: each.code != code, award.rounds)
    passed = all(each.pass_on is None or each.code in nomination.passed for each in before)
    if not passed or nomination.status != "in judging":
        raise Refused("not-in-round", nomination=name, round=code or award.rounds[-1].code)


def judged_enough(nomination: Nomination, round: Round, name: str) -> None:
    """Whether as many judges scored a nomination in a round as the plan asks for. Raises Refused."""
    count = len((nomination.scores.get(round.code) or Scores()).judges)
    if count < round.judges:
        raise Refused("judges-few", nomination=name, round=round.code, count=count, needed=round.judges)


def evolve(nomination: Nomination | None, event: Event, day: date) -> Nomination | None:
    """The nomination after an event."""
    match event.fact:
        case NominationFiled() as fact:
            return Nomination(_said(fact, event.subject.split("/", 2)[1]), "filed")
        case RecommendationReceived() as fact:
            said = {name: value for name, value in fact if name in NominationReceived.model_fields}
            return Nomination(NominationReceived(**said), "recommended")
        case NominationReceived() as fact:
            return Nomination(fact, "received")
    if nomination is None:
        return None
    match event.fact:
        case NominationAdmitted():
            return replace(nomination, status="in judging")
        case NominationMissed():
            return replace(nomination, status="late")
        case NominationSubmitted():
            return replace(nomination, status="passed on")
        case NominationDeclined() | NominationHeldBack():
            return replace(nomination, status="declined")
        case RoundPassed(round=code):
            return replace(nomination, passed=(*nomination.passed, code))
        case ScoreGiven(round=code) as score:
            return replace(nomination, scores=nomination.scores | {code: _with(nomination.scores.get(code) or Scores(), score)})
        case AwardGiven() | AwardReceived():
            return replace(nomination, status="won")
        case NominationRecommended():
            return replace(nomination, status="recommended")
    return nomination


def wakes(nomination: Nomination, plan: Plan) -> Iterator[Wake]:
    """The clock tells a nomination nothing."""
    return iter(())
