"""What climbs from a book to that of the unit above, and the answer that comes back: proposals, norms and nominations.

A subject has the same id in every book that it climbs through, with the unit that told it first in front of the teller's source: `u1/proposal/desk~7` is
`u0/proposal/u1~desk~7` in the book above. So neither book needs to remember where the other keeps it.
"""

from services.ledger.book.state import Book
from services.ledger.rules.case import AnyCase
from services.ledger.rules.decision import Refused
from services.ledger.rules.letter import letter
from shared.events.fact import Fact
from shared.kafka.records import Recorded, Told
from shared.topics import LONGEST_ID, book_id

LONGEST = 200
"""Characters of the id of something that may climb; a subject has 300, and the unit comes on top."""


def id_in_book(subject: str) -> str:
    """What follows the kind in a subject's id."""
    return subject.split("/", 3)[3]


def require_shape(case: AnyCase, shape: str = "<source>~<reference>") -> None:
    """An id has the shape of something told first in this book; what climbed has one part more. Raises Refused."""
    id = id_in_book(case.subject)
    if len(id) > LONGEST:
        raise Refused("reference-long", subject=case.subject, length=len(id), limit=LONGEST)
    if not id.startswith(shape.partition("<")[0]) or id.count("~") != shape.count("~"):
        raise Refused("wrong-subject", type=case.told.type, kind=f"{case.fact.kind}/{shape}", subject=case.subject)


def require_unit_above(book: Book) -> None:
    """A unit commands this one. Raises Refused."""
    if len(book.profile.path) < 2:
        raise Refused("no-unit-above", unit=book.unit)


def require_room_above(case: AnyCase) -> None:
    """The id would not be too long in the book above, where it has one part more. Raises Refused."""
    id, limit = id_in_book(case.subject), LONGEST_ID - len(case.book.unit) - 1
    if len(id) > limit:
        raise Refused("reference-long", subject=case.subject, length=len(id), limit=limit)


def told_above(cause: Recorded, fact: Fact) -> Told:
    """What a book tells that of the unit above."""
    where = cause.where
    subject = f"{book_id(where.campaign, where.path[-2])}/{fact.kind}/{where.unit}~{id_in_book(cause.subject)}"
    return letter(cause, f"{cause.position}", subject, fact)


def told_below(cause: Recorded, fact: Fact) -> Told:
    """What a book answers that of the unit below which asked."""
    unit, _, id = id_in_book(cause.subject).partition("~")
    return letter(cause, f"{cause.position}", f"{book_id(cause.where.campaign, unit)}/{fact.kind}/{id}", fact)
