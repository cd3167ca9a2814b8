"""Recorded events made by hand, with a right chain, and what they make of rows and of a database."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any

from prometheus_client import CollectorRegistry

from services.ledger.store.documents import Group
from services.reporting.figures.top import Top
from services.reporting.fold.once import changes_books, first_of, stage_of
from services.reporting.fold.projections import changes_by, fold
from services.reporting.fold.rows import Rows
from services.reporting.fold.sums import Cells, add, cells_of, nothing_added, spread, spread_life
from services.reporting.handler import Folding, Waiting
from services.reporting.store import ROWS, Store
from services.reporting.summing import Summing, cells_in
from shared.events.campaign import BookOpened
from shared.events.fact import Fact, Where
from shared.events.issue import (
    IssueCarriedOver,
    IssueEntered,
    IssueOverdue,
    IssueReported,
    IssueStruckOff,
    MeasuresPlanned,
    RectificationDone,
)
from shared.kafka.cloudevents import chained, json_of, read_recorded, recorded_headers, recorded_record, recorded_value
from shared.kafka.reader import MARKS, Reader
from shared.kafka.records import Record, Recorded
from shared.mongo import Mongo
from shared.topics import subject_id
from tests.reporting.telling import told

BOOK = "c/t1"
ISSUE = subject_id(BOOK, "issue", "b", "1")
WHERE = Where(campaign="c", unit="t1", path=("root", "t1"), unit_class="clinic")
REPORTED = IssueReported(text="无轮椅", category="environment", channel="staff")
ENTERED = IssueEntered(
    number=1,
    phase="P1",
    category="environment",
    channel="staff",
    nature="problem",
    text="无轮椅",
    plan_due=date(2019, 3, 12),
    fix_due=date(2019, 4, 2),
)
PLANNED, DONE = MeasuresPlanned(measures="购置", by="p1"), RectificationDone(result="已购置", evidence=("a.jpg",), by="p1")
LATE = IssueOverdue(number=1, phase="P2", clock="fix", due=date(2019, 4, 2), owner="p1")
CARRIED = IssueCarriedOver(number=1, phase="P4", due=date(2019, 9, 29), owner="p9")
STRUCK = IssueStruckOff(number=1, phase="P2", on_time=True, carried_over=False)
OPENED = BookOpened(name="某单位", unit_class="bureau", tags=(), plan_version=1, tree_version=1, levels_below=0, units_below=())
Event = tuple[str, Fact] | tuple[str, Fact, datetime]
"""Subject, fact, and when it was accepted."""
Empty = tuple[Mongo, Store]
"""A database of reporting in which nothing stands."""


def top(unit: str = "root", root: str = "root") -> Top:
    """The top of what a unit under one root may see."""
    return Top((root,), unit)


def records(events: Sequence[Event], book: str = BOOK, where: Where | Sequence[Where] = WHERE) -> list[Record]:
    """The records of a book from its first position on; `where` for all, or for each."""
    chain, made = "", []
    for position, (subject, fact, *when) in enumerate(events, 1):
        value = recorded_value(json_of(where if isinstance(where, Where) else where[position - 1]), json_of(fact))
        chain = chained(chain, value)
        cause = told(f"told-{position}", subject, fact, when[0] if when else datetime(2019, 3, 5, 4, tzinfo=UTC))
        common = recorded_headers(cause.source, cause.id, cause.time, cause.accepted, None)
        made.append(recorded_record(book, type(fact).__name__, subject, position, chain, value, common))
    return made


def recorded(*events: Event) -> list[Recorded]:
    """The same, as readers read them."""
    return [read_recorded(record) for record in records(events)]


def rows(*events: Event) -> Rows:
    """The rows after these events."""
    found: Rows = {}
    for event in recorded(*events):
        before = set(found)
        fold(found, event)
        assert set(found) - before <= {place for place, _ in changes_by(event)}
    return found


def after(*facts: Fact, subject: str = ISSUE) -> Rows:
    """The rows after facts about one subject."""
    return rows(*((subject, fact) for fact in facts))


def issue(*facts: Fact) -> Any:
    """The issue after facts that follow its entry."""
    return after(REPORTED, ENTERED, *facts)["issues", ISSUE]


def figures(*facts: Fact, subject: str = ISSUE, phase: str = "P1") -> dict[str, int]:
    """The figures of a phase that are not 0."""
    return {name: n for name, n in after(*facts, subject=subject)["phases", f"{BOOK}#{phase}"]["figures"].items() if n}


def records_of(group: Group) -> list[Record]:
    """What the ledger publishes of a group."""
    headers = recorded_headers(group.source, group.id, group.time, group.accepted, None)
    return [
        recorded_record(group.book, type, subject, position, chain, value, headers)
        for position, (type, subject, chain, value) in enumerate(group.events, group.first)
    ]


def reader_on(mongo: Mongo, store: Store) -> Reader:
    """A reader as the service has it."""
    return Reader(mongo, Folding(store, Summing(mongo, 4), Waiting()), "reporting", CollectorRegistry())


async def stands(empty: Empty, unit: str, path: Sequence[str], *facts: tuple[str, Fact]) -> None:
    """A book with these facts has been read."""
    made = records(facts, f"c/{unit}", Where(campaign="c", unit=unit, path=tuple(path)))
    await reader_on(*empty).apply(made)


async def keep(empty: Empty, *events: Recorded) -> None:
    """Keep events as the fold does."""
    mongo, store = empty
    await mongo.transaction(lambda session: store.write(session, {}, {}, events))


def recounted(rows: Iterable[tuple[str, Any]]) -> dict[tuple[str, ...], Cells]:
    """The sums of every unit with all below it, by where it stands, counted over rows with their collections."""
    added, lives = nothing_added(), defaultdict[str, list[Any]](list)
    for collection, row in rows:
        add(added, spread(row["campaign"], tuple(row["path"]), cells_of(collection, row), 0))
        if collection == "issues" and changes_books(row):
            lives[first_of(row["_id"])[0]].append(row)
    for life in lives.values():
        add(added, spread_life("c", [stage_of(row) for row in sorted(life, key=lambda row: first_of(row["_id"])[1])], 0))
    return wholes((key.path, cells) for key, cells in added.items())


async def kept(mongo: Mongo) -> dict[tuple[str, ...], Cells]:
    """The same, as the fold keeps them."""
    return wholes([(tuple(row["path"]), cells_in(row["n"])) async for row in mongo["sums"].find({})])


def wholes(sums: Iterable[tuple[tuple[str, ...], Cells]]) -> dict[tuple[str, ...], Cells]:
    """The numbers that are not 0, of the own book and of what lies below together."""
    found = defaultdict[tuple[str, ...], Cells](Counter)
    for path, cells in sums:
        found[path].update(cells)
    return {path: Counter({cell: n for cell, n in cells.items() if n}) for path, cells in found.items() if any(cells.values())}


async def dump(mongo: Mongo) -> dict[str, list[Any]]:
    """All rows, events and marks."""
    found: dict[str, list[Any]] = {}
    for name in (*ROWS, "events", MARKS):
        found[name] = await mongo[name].find({}).sort("_id", 1).to_list(None)
    for unit in found["units"]:
        del unit["position"]  # of the tree or of the book, whichever was read last
    return found
