"""One nomination (评奖申报): filed by a unit, passed on level by level, judged by the first unit on the way that gives the award. F4 to F8.

It stands in the book of every unit that it came through, with the same id and the unit that filed it in front of the teller's source. Nothing climbs by
itself past a unit: the unit passes it on, or declines it, and then whoever filed it hears so.
"""

from collections.abc import Iterator
from datetime import date
from itertools import takewhile
from typing import Literal, assert_never

from msgspec import field
from msgspec.structs import replace

from services.ledger.awards.contest import Contest, is_given_here, require_award, require_span
from services.ledger.awards.idea import Idea
from services.ledger.awards.judging import Scores, require_points
from services.ledger.awards.upward import id_in_book, require_shape, require_unit_above
from services.ledger.book.left import why_back
from services.ledger.rules.case import Case
from services.ledger.rules.decision import Event, Refused, State
from services.ledger.rules.forms import require_form
from services.ledger.rules.letter import SOURCE, letter
from shared.events.fact import Fact
from shared.events.nomination import (
    AwardGiven,
    AwardReceived,
    NominationAdmitted,
    NominationDeclined,
    NominationEntered,
    NominationFiled,
    NominationGivenBack,
    NominationHeldBack,
    NominationMissed,
    NominationPassedOn,
    NominationReceived,
    NominationRecommended,
    NominationSubmitted,
    RecommendationReceived,
    RecommendedUpward,
    RoundPassed,
    ScoreGiven,
)
from shared.events.refusal import Refused as RefusedFact
from shared.kafka.records import Recorded, Told
from shared.plan.award import Award, Round
from shared.topics import book_id, book_of
from shared.wording.details import called, stated

FILED_ELSEWHERE = 4
"""How many `~` the id of a nomination has in a book above: `<award>~<period>~<unit>~<source>~<reference>`."""


class Nomination(State, frozen=True):
    """What decisions need of a nomination."""

    said: NominationReceived
    status: Literal["filed", "received", "in judging", "passed on", "declined", "late", "won", "recommended"]
    passed: tuple[str, ...] = ()
    """The rounds whose closing named it."""
    scores: dict[str, Scores] = field(default_factory=dict)
    """By round."""

    def scores_in(self, round: str) -> Scores:
        """What its judges gave in a round."""
        return self.scores.get(round) or Scores()


Facts = (
    NominationFiled
    | NominationReceived
    | NominationPassedOn
    | NominationDeclined
    | NominationHeldBack
    | NominationGivenBack
    | ScoreGiven
    | RoundPassed
    | AwardReceived
    | RecommendedUpward
    | RecommendationReceived
)


def beside(fact: Facts, told: Told) -> Iterator[str]:
    """The award, and the idea that a nomination honours."""
    yield _contest(told.subject)
    if isinstance(fact, NominationFiled) and fact.idea and fact.idea.startswith(f"{told.book}/idea/"):
        yield fact.idea


def _contest(subject: str) -> str:
    return f"{book_of(subject)}/award/{'~'.join(id_in_book(subject).split('~')[:2])}"


def decide(case: Case[Nomination, Facts]) -> list[Event]:
    """What follows for a nomination from what was told. Raises Refused."""
    fact, plan, nomination = case.fact, case.plan, case.state
    match fact:
        case NominationFiled():
            return _filed(case, fact)
        case NominationReceived():
            if why := why_back(case.book):
                return [case.event(NominationGivenBack(reason=why))]
            if not is_given_here(require_award(plan, fact.award), case.book):
                return []
            contest = case.beside(_contest(case.subject), Contest) or Contest()
            admitted = NominationMissed if contest.closed or contest.decided else NominationAdmitted
            return [case.event(admitted(award=fact.award, period=fact.period))]
        case NominationHeldBack() | NominationGivenBack() | RoundPassed() | AwardReceived() | RecommendationReceived():
            return []
    if nomination is None:
        raise Refused("nomination-unknown", nomination=case.subject)
    match fact:
        case NominationPassedOn() if nomination.status == "received":
            require_unit_above(case.book)
            return [case.event(NominationSubmitted(**dict(nomination.said)))]
        case NominationDeclined() if nomination.status in ("received", "in judging"):
            return []
        case NominationPassedOn() | NominationDeclined():
            raise Refused("nomination-elsewhere", status=stated(nomination.status))
        case ScoreGiven():
            return _scored(case, fact, nomination)
        case RecommendedUpward(reason=reason):
            if not require_award(plan, nomination.said.award).recommends:
                raise Refused("not-recommended", award=nomination.said.award)
            if nomination.status != "won":
                raise Refused("not-won", status=stated(nomination.status))
            return [case.event(NominationRecommended(**dict(nomination.said), reason=reason))]
        case _:
            assert_never(fact)


def _filed(case: Case[Nomination, Facts], fact: NominationFiled) -> list[Event]:
    book, plan, day = case.book, case.plan, case.day
    require_shape(case, f"{fact.award}~{fact.period}~<source>~<reference>")
    if case.state:
        raise Refused("nomination-entered", status=stated(case.state.status))
    award = require_award(plan, fact.award)
    first, last = require_span(plan, award, fact.period)
    if not first <= day <= last:
        raise Refused("nominations-closed", award=award.code, period=fact.period, first=first, last=last)
    if award.classes and book.profile.unit_class not in award.classes:
        raise Refused("nominator-class", unit_class=book.profile.unit_class, award=award.code, classes=", ".join(award.classes))
    if fact.nominee not in award.nominees:
        raise Refused("nominee-kind", award=award.code, nominee=called([fact.nominee]), nominees=called(award.nominees))
    if (fact.nominee == "person") != (fact.person is not None):
        raise Refused("nominee-person")
    if award.for_ideas and not ((idea := case.beside(fact.idea, Idea)) and idea.adopted):
        raise Refused("nomination-idea", award=award.code, idea=fact.idea or "–")
    require_form(plan, award.form, fact.form)
    phase = book.phase_for(plan, day) or plan.phases[0].code
    number = book.last_number("nomination") + 1
    entered = case.event(NominationEntered(number=number, phase=phase, award=award.code, period=fact.period))
    if is_given_here(award, book):
        return [entered, case.event(NominationAdmitted(award=award.code, period=fact.period))]
    require_unit_above(book)
    return [entered, case.event(NominationSubmitted(**dict(_said(fact, book.unit))))]


def _said(fact: NominationFiled, unit: str) -> NominationReceived:
    return _climbing(fact, unit=fact.unit or unit, nominated_by=unit)


def _climbing(fact: NominationFiled | RecommendationReceived, **more: str) -> NominationReceived:
    """What climbs of a nomination."""
    return NominationReceived(**{name: value for name, value in fact if name in NominationReceived.model_fields} | more)


def _scored(case: Case[Nomination, Facts], score: ScoreGiven, nomination: Nomination) -> list[Event]:
    said = nomination.said
    award, contest = require_award(case.plan, said.award), case.beside(_contest(case.subject), Contest) or Contest()
    require_in_round(nomination, award, contest.require_open(award, score.round), case.subject)
    # Whoever nominates says whose the nominee is, so a unit that filed it does not judge it either; the one that gives the award may nominate others.
    if score.judge_unit == said.unit or score.judge_unit == said.nominated_by != case.book.unit:
        raise Refused("judge-own-unit", unit=score.judge_unit)
    if score.by == said.person:
        raise Refused("judge-nominee", by=score.by)
    before = nomination.scores_in(score.round)
    if score.by in before.judges:
        raise Refused("judge-twice", by=score.by, round=score.round)
    require_points(award, score.points)
    return [case.event(before.plus(score).counted(said, score.round))]


def require_in_round(nomination: Nomination, award: Award, round: Round | None, name: str) -> None:
    """A nomination is judged in a round, or where none is named can win: every round before let it pass. Raises Refused."""
    before = takewhile(lambda each: round is None or each.code != round.code, award.rounds)
    passed = all(each.pass_on is None or each.code in nomination.passed for each in before)
    if not passed or nomination.status != "in judging":
        raise Refused("not-in-round", nomination=name, round=(round or award.rounds[-1]).code)


def require_judges(nomination: Nomination, round: Round, name: str) -> None:
    """As many judges scored a nomination in a round as the plan asks for. Raises Refused."""
    count = len(nomination.scores_in(round.code).judges)
    if count < round.judges:
        raise Refused("judges-few", nomination=name, round=round.code, count=count, needed=round.judges)


def evolve(before: Nomination | None, event: Event, day: date) -> Nomination | None:
    """The nomination after an event."""
    match event.fact:
        case NominationFiled() as fact:
            return Nomination(_said(fact, event.subject.split("/", 2)[1]), "filed")
        case RecommendationReceived() as fact:
            return Nomination(_climbing(fact), "recommended")
        case NominationReceived() as fact:
            return Nomination(fact, "received")
    if before is None:
        return None
    match event.fact:
        case NominationAdmitted():
            return replace(before, status="in judging")
        case NominationMissed():
            return replace(before, status="late")
        case NominationSubmitted():
            return replace(before, status="passed on")
        case NominationDeclined() | NominationHeldBack() | NominationGivenBack():
            return replace(before, status="declined")
        case RoundPassed(round=code):
            return replace(before, passed=(*before.passed, code))
        case ScoreGiven(round=code) as score:
            return replace(before, scores=before.scores | {code: before.scores_in(code).plus(score)})
        case AwardGiven() | AwardReceived():
            return replace(before, status="won")
        case NominationRecommended():
            return replace(before, status="recommended")
    return before


def gives_back(nomination: Nomination, why: str) -> NominationGivenBack | None:
    """What another unit filed goes back from one that left before it passed it on or decided it."""
    here = nomination.status in ("received", "in judging")
    return NominationGivenBack(reason=why) if here else None


Causes = (
    NominationSubmitted
    | NominationRecommended
    | NominationDeclined
    | NominationGivenBack
    | NominationMissed
    | RoundPassed
    | AwardGiven
    | RefusedFact
)


def tells(cause: Recorded, fact: Causes) -> Iterator[Told]:
    """A nomination goes up to the unit above, and whoever filed it hears what becomes of it there."""
    where, name = cause.where, f"{cause.position}"
    match fact:
        case NominationSubmitted():
            yield letter(cause, name, _above(cause), NominationReceived(**dict(fact)))
        case NominationRecommended() if len(where.path) > 1:
            yield letter(cause, name, _above(cause), RecommendationReceived(**dict(fact), recommended_by=where.unit))
        case RefusedFact(type="NominationReceived", reason=reason) if cause.told_source == SOURCE:
            yield letter(cause, f"{name}-back", _as_filed(cause), NominationHeldBack(unit=where.unit, reason=reason.zh))
        case _ if id_in_book(cause.subject).count("~") == FILED_ELSEWHERE and (outcome := _outcome(fact, where.unit)):
            yield letter(cause, name, _as_filed(cause), outcome)


def _outcome(fact: Causes, unit: str) -> Fact | None:
    match fact:
        case NominationDeclined(reason=reason) | NominationGivenBack(reason=reason):
            return NominationHeldBack(unit=unit, reason=reason)
        case NominationMissed():
            return NominationHeldBack(unit=unit, late=True)
        case RoundPassed():
            return fact
        case AwardGiven(title=title, rewards=rewards, prize=prize):
            return AwardReceived(award=fact.award, period=fact.period, unit=unit, title=title, rewards=rewards, prize=prize)
    return None


def _above(cause: Recorded) -> str:
    """Where a nomination stands in the book above; on its first step the unit that filed it goes into its id."""
    parts = id_in_book(cause.subject).split("~")
    if len(parts) <= FILED_ELSEWHERE:
        parts.insert(2, cause.where.unit)
    return f"{book_id(cause.where.campaign, cause.where.path[-2])}/nomination/{'~'.join(parts)}"


def _as_filed(cause: Recorded) -> str:
    """Where a nomination of a book above stands in that of the unit that filed it."""
    award, period, unit, *rest = id_in_book(cause.subject).split("~")
    return f"{book_id(cause.where.campaign, unit)}/nomination/{'~'.join((award, period, *rest))}"
