"""What climbs from a book to that of the unit above, and the answer that comes back: proposals and norms.

A subject has the same id in every book that it climbs through, with the unit that told it first in front of the teller's source: `u1/proposal/desk~7` is
`u0/proposal/u1~desk~7` in the book above. So neither book needs to remember where the other keeps it.
"""

from collections.abc import Iterator

from services.ledger.book import Book
from services.ledger.decision import Refused
from shared.cloudevents import Recorded, Told
from shared.events.fact import Fact
from shared.events.idea import NormDeclined, NormJudged, NormPromoted, NormProposed, NormReceived
from shared.events.proposal import OpinionGiven, ProposalFiled, ProposalJudged, ProposalReceived
from shared.topics import book_id

LONGEST = 200
"""Characters of the id of something that may climb; a subject has 300, and the unit comes on top."""
TELLING = (NormProposed, NormPromoted, NormDeclined, ProposalFiled, OpinionGiven)
"""The types of recorded events that make a book tell another."""


def own(told: Told, parts: int) -> None:
    """Whether an id is that of something told first in this book: so many parts, while what climbed has one more. Raises Refused."""
    id = told.subject.split("/", 3)[3]
    if len(id) > LONGEST:
        raise Refused("reference-long", subject=told.subject, length=len(id), limit=LONGEST)
    if id.count("~") != parts - 1:
        raise Refused("wrong-subject", type=told.type, kind=f"{told.fact.kind} (<source>~<reference>)", subject=told.subject)


def unit_above(book: Book) -> str:
    """The unit that commands this one. Raises Refused."""
    if len(book.profile.path) < 2:
        raise Refused("no-unit-above", unit=book.unit)
    return book.profile.path[-2]


def tells(cause: Recorded, fact: Fact) -> Iterator[tuple[str, Fact]]:
    """What a book tells that of the unit above, or that of the unit below which asked: subject and fact."""
    where, id = cause.where, cause.subject.split("/", 3)[-1]
    match fact:
        case ProposalFiled(form=form, evidence=evidence, by=by) if len(where.path) > 1:
            yield _above(cause, "proposal"), ProposalReceived(unit=where.unit, form=form, evidence=evidence, by=by)
        case NormProposed(text=text, evidence=evidence, by=by):
            yield _above(cause, "norm"), NormReceived(unit=where.unit, text=text, evidence=evidence, by=by)
        case OpinionGiven(opinion=opinion, accepted=accepted, by=by) if id.count("~") == 2:
            yield _below(cause, "proposal"), ProposalJudged(unit=where.unit, opinion=opinion, accepted=accepted, by=by)
        case NormPromoted(by=by):
            yield _below(cause, "idea"), NormJudged(unit=where.unit, promoted=True, by=by)
        case NormDeclined(reason=reason, by=by):
            yield _below(cause, "idea"), NormJudged(unit=where.unit, promoted=False, reason=reason, by=by)


def _above(cause: Recorded, kind: str) -> str:
    return f"{book_id(cause.where.campaign, cause.where.path[-2])}/{kind}/{cause.where.unit}~{cause.subject.split('/', 3)[3]}"


def _below(cause: Recorded, kind: str) -> str:
    unit, _, id = cause.subject.split("/", 3)[3].partition("~")
    return f"{book_id(cause.where.campaign, unit)}/{kind}/{id}"
