"""What climbs from a book to that of the unit above, and the answer that comes back: proposals, norms and nominations.

A subject has the same id in every book that it climbs through, with the unit that told it first in front of the teller's source: `u1/proposal/desk~7` is
`u0/proposal/u1~desk~7` in the book above. So neither book needs to remember where the other keeps it.
"""

from collections.abc import Iterator

from services.ledger.book.state import Book
from services.ledger.rules.decision import Refused
from shared.events.fact import Fact
from shared.events.idea import NormDeclined, NormJudged, NormPromoted, NormProposed, NormReceived
from shared.events.nomination import (
    AwardGiven,
    AwardReceived,
    NominationDeclined,
    NominationHeldBack,
    NominationMissed,
    NominationReceived,
    NominationRecommended,
    NominationSubmitted,
    RecommendationReceived,
    RoundPassed,
)
from shared.events.proposal import OpinionGiven, ProposalFiled, ProposalJudged, ProposalReceived, ProposalSubmitted
from shared.events.refusal import Refused as NotTaken
from shared.kafka.cloudevents import Recorded, Told
from shared.topics import LONGEST_ID, book_id

FILED_ELSEWHERE = 4
"""How many `~` the id of a nomination has in a book above: `<award>~<period>~<unit>~<source>~<reference>`."""
CLIMBED = 2
"""How many `~` the id of a proposal has at least in a book above: `<unit>~<source>~<reference>`."""
LONGEST = 200
"""Characters of the id of something that may climb; a subject has 300, and the unit comes on top."""
OF_NOMINATIONS = (NominationSubmitted, NominationRecommended, NominationDeclined, NominationMissed, RoundPassed, AwardGiven)
TELLING = (NormProposed, NormPromoted, NormDeclined, ProposalFiled, ProposalSubmitted, OpinionGiven, ProposalJudged, *OF_NOMINATIONS)
"""The types of recorded events that make a book tell another."""


def own(told: Told, shape: str = "<source>~<reference>") -> None:
    """Whether an id has the shape of something told first in this book; what climbed has one part more. Raises Refused."""
    id = told.subject.split("/", 3)[3]
    if len(id) > LONGEST:
        raise Refused("reference-long", subject=told.subject, length=len(id), limit=LONGEST)
    given = shape.partition("<")[0]
    if not id.startswith(given) or id.count("~") != shape.count("~"):
        raise Refused("wrong-subject", type=told.type, kind=f"{told.fact.kind}/{shape}", subject=told.subject)


def unit_above(book: Book) -> str:
    """The unit that commands this one. Raises Refused."""
    if len(book.profile.path) < 2:
        raise Refused("no-unit-above", unit=book.unit)
    return book.profile.path[-2]


def may_climb(told: Told, book: Book) -> None:
    """Whether there is a unit above, and its id of this would not be too long: it has one part more. Raises Refused."""
    unit_above(book)
    id, limit = told.subject.split("/", 3)[3], LONGEST_ID - len(book.unit) - 1
    if len(id) > limit:
        raise Refused("reference-long", subject=told.subject, length=len(id), limit=limit)


def tells(cause: Recorded, fact: Fact) -> Iterator[tuple[str, Fact]]:
    """What a book tells that of the unit above, or that of the unit below which asked: subject and fact."""
    where, id = cause.where, cause.subject.split("/", 3)[-1]
    match fact:
        case ProposalFiled(form=form, evidence=evidence, by=by) if len(where.path) > 1:
            yield _above(cause, "proposal"), ProposalReceived(unit=where.unit, form=form, evidence=evidence, by=by)
        case ProposalSubmitted():
            yield _above(cause, "proposal"), ProposalReceived(**dict(fact))
        case NormProposed(text=text, evidence=evidence, by=by):
            yield _above(cause, "norm"), NormReceived(unit=where.unit, text=text, evidence=evidence, by=by)
        case OpinionGiven(opinion=opinion, accepted=accepted, by=by) if id.count("~") >= CLIMBED:
            yield _below(cause, "proposal"), ProposalJudged(unit=where.unit, opinion=opinion, accepted=accepted, by=by)
        case ProposalJudged() if id.count("~") >= CLIMBED:  # it came through here
            yield _below(cause, "proposal"), fact
        case NormPromoted(by=by):
            yield _below(cause, "idea"), NormJudged(unit=where.unit, promoted=True, by=by)
        case NormDeclined(reason=reason, by=by):
            yield _below(cause, "idea"), NormJudged(unit=where.unit, promoted=False, reason=reason, by=by)
        case NominationSubmitted():
            yield _nomination_above(cause), NominationReceived(**dict(fact))
        case NominationRecommended() if len(where.path) > 1:
            yield _nomination_above(cause), RecommendationReceived(**dict(fact), recommended_by=where.unit)
        case _ if isinstance(fact, OF_NOMINATIONS) and id.count("~") == FILED_ELSEWHERE:
            yield from to_whoever_nominated(cause, fact)


def to_whoever_nominated(cause: Recorded, fact: Fact) -> Iterator[tuple[str, Fact]]:
    """What becomes of a nomination in a book above, told to that of the unit that filed it."""
    unit, (award, period, filed_by, *rest) = cause.where.unit, cause.subject.split("/", 3)[3].split("~")
    subject = f"{book_id(cause.where.campaign, filed_by)}/nomination/{'~'.join((award, period, *rest))}"
    match fact:
        case NominationDeclined(reason=reason):
            yield subject, NominationHeldBack(unit=unit, reason=reason)
        case NominationMissed():
            yield subject, NominationHeldBack(unit=unit, late=True)
        case NotTaken(reason=reason):
            yield subject, NominationHeldBack(unit=unit, reason=reason.zh)
        case RoundPassed():
            yield subject, fact
        case AwardGiven(title=title, prize=prize):
            yield subject, AwardReceived(award=fact.award, period=fact.period, unit=unit, title=title, prize=prize)


def _nomination_above(cause: Recorded) -> str:
    """Where a nomination stands in the book above; on its first step the unit that filed it goes into its id."""
    parts = cause.subject.split("/", 3)[3].split("~")
    if len(parts) <= FILED_ELSEWHERE:
        parts.insert(2, cause.where.unit)
    return f"{book_id(cause.where.campaign, cause.where.path[-2])}/nomination/{'~'.join(parts)}"


def _above(cause: Recorded, kind: str) -> str:
    return f"{book_id(cause.where.campaign, cause.where.path[-2])}/{kind}/{cause.where.unit}~{cause.subject.split('/', 3)[3]}"


def _below(cause: Recorded, kind: str) -> str:
    unit, _, id = cause.subject.split("/", 3)[3].partition("~")
    return f"{book_id(cause.where.campaign, unit)}/{kind}/{id}"
