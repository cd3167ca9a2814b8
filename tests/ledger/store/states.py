"""A state of every kind, and how it is saved and read."""

from datetime import UTC, date, datetime

from services.ledger.book.state import Answer, Book, PhaseState, Profile
from services.ledger.book.statement import Statement
from services.ledger.book.tree import Tree
from services.ledger.duties.returns import Return
from services.ledger.duties.sample import Sample
from services.ledger.duties.survey import Survey as SurveyState
from services.ledger.duties.visit import Visit
from services.ledger.duties.watch_topic import WatchAnswer
from services.ledger.issue.state import Issue
from services.ledger.rules.decision import State
from services.ledger.store import Store
from services.ledger.store.documents import Changes, Group, Stored
from shared.events.figures import Counts

BOOK, OTHER = "yz2022/e1", "yz2022/e10"
"""The one id begins with the other."""
ROOT = "yz2022/bureau"
ISSUE, RETURN, WATCH = f"{BOOK}/issue/desk~1", f"{BOOK}/return/own-plan", f"{BOOK}/watch/drugs"
SURVEY, VISIT, SAMPLE = f"{BOOK}/survey/patients~1", f"{BOOK}/visit/desk~1", f"{BOOK}/sample/clinics"
STATEMENT, TREE = f"{BOOK}/statement/P1~e1", f"{BOOK}/tree/1"
MOMENT = datetime(2022, 4, 22, 2, 30, 0, 123000, UTC)
DAY, NEXT = date(2022, 4, 29), date(2022, 4, 30)
BIG = 2**53 - 1
STATES: dict[str, State] = {
    BOOK: Book(
        id=BOOK,
        position=7,
        chain="ab" * 32,
        entered=3,
        phases={
            "P.1": PhaseState(
                status="closed",
                revision=2,
                awaits_returns=("own-plan",),
                awaits_units=("e2",),
                early=("e3",),
                own={"entered": 3, "missing": 0},
                below={"entered": BIG},
                late_since=DAY,
            ),
            "P2": PhaseState(),
        },
        profile=Profile(1, 2, ("bureau", "e1"), "clinic", ("grade-2",), "head-zhao", 1, ("e2",)),
        answers={12: Answer(conforms=False, phase="P1", since=DAY)},
        roster=(("head-zhao", "office"),),
    ),
    f"{BOOK}/issue/desk~%E5%80%99": Issue(1, DAY, NEXT, "environment", "complaint", "hazard"),
    ISSUE: Issue(2, DAY, NEXT, "attitude", "self-check", "defect", "rectified", "li", ("sun",), DAY, NEXT, ("plan", "fix")),
    RETURN: Return("own-plan", "P1", DAY, met=True, missing=True),
    WATCH: WatchAnswer(found=False),
    STATEMENT: Statement(revision=2, total=Counts(units=4, entered=BIG)),
    SURVEY: SurveyState("P1", 90, 81),
    VISIT: Visit("P1"),
    SAMPLE: Sample(4),
    TREE: Tree(parts=2, count=501, digest="ef" * 32, classes=("bureau", "clinic")),
}


def group(first: int = 1, told: str = "n1", book: str = BOOK, events: int = 2) -> Group:
    """What was recorded for one told event."""
    made = tuple((f"Type{number}", book, f"{book}-{first + number}", b'{"\x00":1}') for number in range(events))
    return Group(book, first, f"{book} desk {told}", b"\x00digest\xff", told, "desk", MOMENT, MOMENT, None, made)


def stored(id: str, position: int = 1, wake: date | None = None, partition: int = 0) -> Stored:
    """A subject of some state at a position."""
    return Stored(id, position, STATES.get(id, Issue(9, DAY, DAY, "attitude", "complaint", "problem")), partition, wake, 1)


def saving(*subjects: Stored, loaded_at: dict[str, int] | None = None, groups: list[Group] | None = None) -> Changes:
    """Changes of subjects, each loaded at some position or new."""
    return Changes(groups=groups or [], subjects={each.id: each for each in subjects}, loaded_at=loaded_at or {})


async def save(store: Store, changes: Changes) -> None:
    """Write changes in a transaction of their own."""
    await store.transaction(lambda transaction: transaction.save(changes))


async def load(store: Store, *ids: str) -> dict[str, Stored]:
    """Read subjects in a transaction of their own."""
    return await store.transaction(lambda transaction: transaction.load(ids))


async def due(store: Store, today: date, *partitions: int) -> list[str]:
    """The ids that wake."""
    return [each.id async for each in store.due(partitions or (0, 1, 2, 3), today)]
