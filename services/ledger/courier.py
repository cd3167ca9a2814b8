"""What books tell one another: a pure function of one recorded event, with ids made from it."""

from shared.cloudevents import Recorded, Told
from shared.events.campaign import BookOpened, CampaignPassedDown
from shared.events.fact import Fact
from shared.events.phase import PhaseClosed, PhaseSupplemented
from shared.events.statement import StatementSubmitted
from shared.topics import book_id, subject_id

SOURCE = "xiaohao/book"
"""The source of what books tell one another; no API key can have it."""
TELLING = (BookOpened.__name__, PhaseClosed.__name__, PhaseSupplemented.__name__)
"""The types of recorded events that make a book tell another."""


def tells(cause: Recorded, fact: Fact, traceparent: str | None = None) -> list[Told]:
    """What a book tells others because `fact` was recorded."""
    where = cause.where
    match fact:
        case BookOpened() as opened:
            down = CampaignPassedDown(plan_version=opened.plan_version, tree_version=opened.tree_version, path=where.path)
            name = f"{cause.book}#opened-{opened.plan_version}.{opened.tree_version}"
            books = [book_id(where.campaign, unit) for unit in opened.units_below]
            return [_telling(cause, book, book, name, down, traceparent) for book in books]
        case PhaseClosed() | PhaseSupplemented() as statement if len(where.path) > 1:
            book = book_id(where.campaign, where.path[-2])
            submitted = StatementSubmitted(
                phase=statement.phase, unit=where.unit, revision=statement.revision, total=statement.total, head=statement.head
            )
            subject = subject_id(book, "statement", statement.phase, where.unit)
            return [_telling(cause, book, subject, f"{cause.book}#{statement.phase}@{statement.revision}", submitted, traceparent)]
    return []


def _telling(cause: Recorded, book: str, subject: str, id: str, fact: Fact, traceparent: str | None) -> Told:
    return Told(id, SOURCE, type(fact).__name__, subject, book, cause.time, cause.accepted, fact, traceparent)
