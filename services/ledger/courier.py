"""What books tell one another: a pure function of one recorded event, with ids made from it."""

from shared.cloudevents import Told
from shared.events import BookOpened, CampaignPassedDown, Fact, PhaseClosed, PhaseSupplemented, StatementSubmitted, Where
from shared.topics import book_id, subject_id

SOURCE = "xiaohao/book"
"""The source of what books tell one another; no API key can have it."""
TELLING = (BookOpened.__name__, PhaseClosed.__name__, PhaseSupplemented.__name__)
"""The types of recorded events that make a book tell another."""


def tells(told: Told, where: Where, fact: Fact) -> list[Told]:
    """What a book tells others because `fact` was recorded of what it was told itself."""
    match fact:
        case BookOpened() as opened:
            down = CampaignPassedDown(plan_version=opened.plan_version, tree_version=opened.tree_version, path=where.path)
            name = f"{told.book}#opened-{opened.plan_version}.{opened.tree_version}"
            return [_telling(told, book := book_id(where.campaign, unit), book, name, down) for unit in opened.units_below]
        case PhaseClosed() | PhaseSupplemented() as statement if len(where.path) > 1:
            book = book_id(where.campaign, where.path[-2])
            submitted = StatementSubmitted(
                phase=statement.phase, unit=where.unit, revision=statement.revision, total=statement.total, head=statement.head
            )
            subject = subject_id(book, "statement", statement.phase, where.unit)
            return [_telling(told, book, subject, f"{told.book}#{statement.phase}@{statement.revision}", submitted)]
    return []


def _telling(cause: Told, book: str, subject: str, id: str, fact: Fact) -> Told:
    return Told(
        id=id,
        source=SOURCE,
        type=type(fact).__name__,
        subject=subject,
        book=book,
        time=cause.time,
        accepted=cause.accepted,
        fact=fact,
        traceparent=cause.traceparent,
    )
