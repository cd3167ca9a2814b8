"""Rows are written by what changes in them, and come out the same however the events before were cut into batches, and whoever else writes meanwhile."""

import asyncio
from datetime import date
from random import Random

import pytest

from services.reporting.fold.projections import changes_by, fold
from services.reporting.fold.rows import Rows
from shared.events.extension import ExtensionGranted, ExtensionRequested
from shared.events.fact import Fact
from shared.events.issue import IssueAssigned, RectificationVerified
from shared.events.returns import ObligationMet, ObligationOpened, ReturnFiled
from shared.events.strike_off import IssueReopened, IssueReturned
from shared.events.supervision import SupervisionLifted, SupervisionOrdered
from shared.faults import Conflict, Held
from shared.mongo import Session
from tests.reporting.given import (
    BOOK,
    CARRIED,
    DONE,
    ENTERED,
    ISSUE,
    LATE,
    OPENED,
    PLANNED,
    REPORTED,
    STRUCK,
    Empty,
    dump,
    reader_on,
    recorded,
    records,
)

RETURN = f"{BOOK}/return/plan"
REOPENED = IssueReopened(number=1, phase="P2", cycle=2, plan_due=date(2019, 5, 1), fix_due=date(2019, 6, 1), reason="复发")
LIFE: list[tuple[str, Fact]] = [
    (BOOK, OPENED),
    (RETURN, ObligationOpened(obligation="plan", phase="P1", due=date(2019, 3, 20), period=None)),
    *((ISSUE, fact) for fact in (REPORTED, ENTERED, IssueAssigned(owner="p1", by="p2"), PLANNED, LATE)),
    (ISSUE, ExtensionRequested(until=date(2019, 5, 10), reason="等货", by="p1")),
    (ISSUE, ExtensionGranted(by="p2", until=date(2019, 5, 8))),
    (RETURN, ReturnFiled(obligation="plan", title="方案", by="p1")),
    (RETURN, ObligationMet(obligation="plan", phase="P1", late=False, was_missing=False)),
    *((ISSUE, fact) for fact in (DONE, IssueReturned(number=1, phase="P2"), DONE, RectificationVerified(effect="好", by="p3"), STRUCK)),
    *(
        (ISSUE, fact)
        for fact in (REOPENED, SupervisionOrdered(by="p9", reason="急"), SupervisionLifted(by="p9", reason="已办"), CARRIED, DONE)
    ),
]


@pytest.mark.parametrize("seed", range(8))
async def test_the_rows_are_the_same_however_the_events_were_cut_into_batches(empty: Empty, seed: int) -> None:
    made, random, at = records(LIFE), Random(seed), 0
    pure: Rows = {}
    for event in recorded(*LIFE):
        fold(pure, event)
    reader = reader_on(*empty)
    while at < len(made):
        until = at + (1 if seed == 0 else random.randint(1, 8))
        await reader.apply(made[at:until])
        at = until
    stand = await dump(empty[0])
    for (name, id), row in pure.items():
        [found] = [each for each in stand[name] if each["_id"] == id]
        expected = {field: value for field, value in row.items() if field in found}  # of units, the position is not told
        assert repr(found) == repr(expected), f"{name} {id}, seed {seed}"  # no 5 for a 5.0


async def test_of_two_copies_that_fold_into_one_row_at_once_one_begins_again_and_nothing_is_lost(empty: Empty) -> None:
    mongo, store = empty
    made = records(LIFE[2:7])
    await reader_on(mongo, store).apply(made[:3])
    loaded, written = asyncio.Event(), asyncio.Event()
    [event] = recorded(*LIFE[2:7])[3:4]

    async def slow(session: Session) -> None:
        rows = await store.load(session, {place for place, _ in changes_by(event)})
        loaded.set()
        await written.wait()
        after = dict(rows)
        fold(after, event)
        await store.write(session, rows, after, [event])

    async def quick() -> None:
        await loaded.wait()
        await reader_on(mongo, store).apply(made)
        written.set()

    with pytest.raises((Conflict, Held)):
        await asyncio.gather(mongo.transaction(slow), quick())
    [issue] = (await dump(mongo))["issues"]
    assert (issue["status"], issue["overdue"], issue["position"]) == ("planned", ["fix"], 5)


async def test_a_row_that_is_gone_since_is_a_conflict(empty: Empty) -> None:
    mongo, store = empty
    [entered, planned] = recorded((ISSUE, ENTERED), (ISSUE, PLANNED))
    row: Rows = {}
    fold(row, entered)
    after = dict(row)
    fold(after, planned)
    with pytest.raises(Conflict):
        await mongo.transaction(lambda session: store.write(session, row, after, [planned]))
    assert (await dump(mongo))["events"] == []
