"""Keeps the sums of units in the transaction that writes the rows they are of: what a row added before it changed is taken away, what it adds now added."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pymongo import ReplaceOne, UpdateOne
from typing_extensions import TypedDict

from services.reporting.fold.once import Stage, changes_books, first_of, stage_of
from services.reporting.fold.rows import Place, UnitRow, root_of
from services.reporting.fold.sums import Added, Cells, Sum, add, cells_of, nothing_added, spread, spread_life
from services.reporting.store import SUMMED, either_path
from shared.mongo import Document, Mongo, Session
from shared.topics import book_id, partition_of

DOT = "\uff0e"
"""What stands for the dot in the code of a phase: a path of MongoDB has dots between its names."""


class LifeRow(TypedDict):
    """An issue that changed books, as it stands in each that it has been in."""

    _id: str
    """The issue as it was entered first."""
    campaign: str
    units: list[str]
    """In whose books it is, or that stand above one of those."""
    stages: list[Stage]
    """From the first book to the last."""


class Summing:
    """What a batch adds to the sums. `partitions` of the ledger's topic: no two copies of reporting ever write the same sum of a unit at once."""

    def __init__(self, mongo: Mongo, partitions: int) -> None:
        self._mongo, self._partitions = mongo, partitions

    async def __call__(self, session: Session, before: Mapping[Place, Any], after: Mapping[Place, Any], moved: Sequence[UnitRow]) -> None:
        """Keep the sums of rows that stood as `before` and are to stand as `after`, where these units moved with all else that is theirs."""
        added, stand = nothing_added(), {book_id(unit["campaign"], unit["unit"]): unit["path"] for unit in moved}
        changed = [(place, before.get(place), row) for place, row in after.items() if place[0] in SUMMED and row is not before.get(place)]
        lives = await self._lives(session, changed, moved)
        kept = dict(lives)
        for unit in moved:
            await self._move(session, unit, lives, added)
        for (collection, _), old, row in changed:
            partition = self._partition(row)
            if old is not None:
                path = stand.get(book_id(old["campaign"], old["unit"]), old["path"])
                stood = tuple(path if root_of(path) == root_of(old["path"]) else old["path"])
                add(added, spread(old["campaign"], stood, cells_of(collection, old), partition), -1)
            add(added, spread(row["campaign"], tuple(row["path"]), cells_of(collection, row), partition))
            if collection == "issues" and any(each is not None and changes_books(each) for each in (old, row)):
                first = first_of(row["_id"])[0]
                others = [stage for stage in lives.get(first, ()) if stage["_id"] != row["_id"]]
                now = sorted([*others, *([stage_of(row)] if changes_books(row) else [])], key=lambda stage: first_of(stage["_id"])[1])
                self._lived(row["campaign"], lives.get(first, []), now, partition, added)
                lives[first] = now
        await self.write(session, added)
        await self.keep(session, {first: life for first, life in lives.items() if life is not kept.get(first)})

    def _partition(self, row: Mapping[str, Any]) -> int:
        return partition_of(book_id(row["campaign"], row["unit"]).encode(), self._partitions)

    def _lived(self, campaign: str, before: Sequence[Stage], after: Sequence[Stage], partition: int, added: Added) -> None:
        add(added, spread_life(campaign, before, partition), -1)
        add(added, spread_life(campaign, after, partition))

    async def _lives(self, session: Session, changed: Iterable[tuple[Place, Any, Any]], moved: Sequence[UnitRow]) -> dict[str, list[Stage]]:
        """The issues that changed books which the batch concerns, by their first ids. Whoever changes one writes it, so that of two copies one begins again."""
        firsts = {
            first_of(id)[0]
            for (name, id), *rows in changed
            if name == "issues" and any(row is not None and changes_books(row) for row in rows)
        }
        asked: list[Document] = [{"_id": {"$in": list(firsts)}}] if firsts else []
        asked += [{"campaign": unit["campaign"], "units": unit["unit"]} for unit in moved]
        return {row["_id"]: row["stages"] for query in asked async for row in self._mongo["lives"].find(query, session=session)}

    async def _move(self, session: Session, unit: UnitRow, lives: dict[str, list[Stage]], added: Added) -> None:
        """What a unit's book adds is taken from those that it stood under, and added to those that it stands under."""
        campaign, path, partition = unit["campaign"], unit["path"], self._partition(unit)
        elsewhere: dict[tuple[str, ...], Cells] = {}
        query = {"campaign": campaign, "unit": unit["unit"], "own": True, **either_path(unit)}
        async for row in self._mongo["sums"].find(query, session=session):
            elsewhere[tuple(row["path"])] = cells_in(row["n"])
        for first, life in lives.items():
            there = [stage for stage in life if stage["path"][-1] == unit["unit"] and tuple(stage["path"]) in elsewhere]
            if there:
                for old in {tuple(stage["path"]) for stage in there}:
                    elsewhere[old].subtract(dict(spread_life(campaign, life, partition))[Sum(campaign, old)])
                now = [Stage(**{**stage, "path": path}) if stage in there else stage for stage in life]
                self._lived(campaign, life, now, partition, added)
                lives[first] = now
        for old, cells in elsewhere.items():
            add(added, spread(campaign, old, cells, partition), -1)
            add(added, spread(campaign, tuple(path), cells, partition))

    async def write(self, session: Session | None, added: Added) -> None:
        """Add to the sums."""
        writes = []
        for key, cells in added.items():
            if changes := {f"n.{part}.{name.replace('.', DOT)}": n for (part, name), n in cells.items() if n}:
                own = key.partition is None
                new = {"of": key.of, "campaign": key.campaign, "unit": key.path[-1], "path": list(key.path), "own": own}
                writes.append(UpdateOne({"_id": key.id}, {"$inc": changes, "$setOnInsert": new}, upsert=True))
        if writes:
            await self._mongo["sums"].bulk_write(writes, ordered=False, session=session)

    async def keep(self, session: Session | None, lives: Mapping[str, Sequence[Stage]]) -> None:
        """Keep how issues stand that changed books."""
        writes: list[ReplaceOne[Any]] = [
            ReplaceOne(
                {"_id": first},
                LifeRow(
                    _id=first,
                    campaign=first.partition("/")[0],
                    units=sorted({unit for stage in life for unit in stage["path"]}),
                    stages=list(life),
                ),
                upsert=True,
            )
            for first, life in lives.items()
        ]
        if writes:
            await self._mongo["lives"].bulk_write(writes, ordered=False, session=session)


def cells_in(n: Mapping[str, Mapping[str, int]]) -> Cells:
    """The numbers of a row of sums."""
    return Cells({(part, name.replace(DOT, ".")): value for part, names in n.items() for name, value in names.items() if value})
