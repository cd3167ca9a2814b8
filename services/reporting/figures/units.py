"""Which unit is meant, and what units are called."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from services.reporting.figures.top import Top
from services.reporting.fold.rows import UnitRow, path_left
from shared.glyphs import plain
from shared.mongo import Document, Mongo, Session

LISTED = 500
"""Units that are looked at to find the one that a name means, and units of further lines that are listed, at most."""


class NotFound(LookupError):
    """No such campaign, unit or phase among those the asker may see: a problem of `shared/wording/problems.py`, and its values.
    What is another's is answered as what is nowhere.
    """

    def __init__(self, name: str, **values: str) -> None:
        super().__init__(name, values)
        self.name: str = name
        self.values: dict[str, Any] = dict(values)


@dataclass(frozen=True)
class Scope:
    """What figures are asked of: a unit of a campaign and all below it, as far as that lies under the top of what the asker may see."""

    top: Top
    campaign: str
    unit: str | None = None
    """Its code, or a name that it goes by; none: the top itself."""


class Units:
    def __init__(self, mongo: Mongo) -> None:
        self._units = mongo["units"]

    async def unit(self, scope: Scope, session: Session | None = None) -> UnitRow:
        """The unit that is asked of. Raises NotFound."""
        named = scope.unit or scope.top.unit
        code = await self.code(scope.top, scope.campaign, named, session)
        row: Any = await self._units.find_one({"_id": f"{scope.campaign}/{code}", **scope.top.rows}, session=session)
        if row is None:
            seen = await self._units.find_one({"campaign": scope.campaign, **scope.top.rows}, {"_id": 1}, session=session)
            raise NotFound("no-such-unit" if seen else "no-such-campaign", campaign=scope.campaign, unit=named)
        return row  # type: ignore[no-any-return]

    async def code(self, top: Top, campaign: str | None, named: str, session: Session | None = None) -> str:
        """The code of a unit that is named by its code or by a name that it goes by (I6). Raises NotFound."""
        query: Document = top.rows | _named(named) | ({"campaign": campaign} if campaign else {})
        codes = sorted({each["unit"] async for each in self._units.find(query, {"unit": 1}, session=session).limit(LISTED)})
        if len(codes) > 1 and named not in codes:
            raise NotFound("several-units", unit=named, codes=", ".join(codes))
        return codes[0] if len(codes) == 1 else named

    async def first(self, top: Top, campaign: str) -> str | None:
        """The first place of the path of a unit in a campaign; none where it is not there."""
        row = await self._units.find_one({"_id": f"{campaign}/{top.unit}", **top.rows}, {"path": 1})
        return str(row["path"][0]) if row else None

    async def code_in_line(self, top: Top, campaign: str, named: str) -> str | None:
        """The one unit of this code or name under `top` in a further line of command; none where it is in its subtree as well."""
        query = _in_line(top, campaign) | _named(named)
        codes = [str(each["unit"]) async for each in self._units.find(query, {"unit": 1}).limit(2)]
        return codes[0] if len(codes) == 1 else None

    async def code_left(self, top: Top, campaign: str, named: str) -> str | None:
        """The one unit of this code or name that left the campaign, where the root of its tree asks."""
        codes = [str(each["unit"]) async for each in self._units.find(_left(top, campaign) | _named(named), {"unit": 1}).limit(2)]
        return codes[0] if len(codes) == 1 else None

    async def left(self, top: Top, campaign: str, session: Session) -> list[UnitRow]:
        """The units that left the campaign, the first of them: for the root alone."""
        rows: list[Any] = await self._units.find(_left(top, campaign), session=session).sort("_id", 1).limit(LISTED).to_list(None)
        return rows

    async def in_line(self, top: Top, campaign: str, session: Session) -> list[tuple[str, str]]:
        """Units under `top` in further lines of command, the first of them: id and name."""
        rows = self._units.find(_in_line(top, campaign), {"unit": 1, "name": 1}, session=session).sort("_id", 1).limit(LISTED)
        return [(each["unit"], each["name"]) async for each in rows]

    async def below(self, scope: Scope, unit: UnitRow, session: Session) -> list[Any]:
        """The units directly below one."""
        query = {"campaign": scope.campaign, "parent": unit["unit"]} | scope.top.rows_of(unit["unit"])
        return [unit async for unit in self._units.find(query, session=session).sort("_id", 1)]

    async def under(self, scope: Scope, units: Sequence[str], session: Session) -> dict[str, int]:
        """How many units stand directly under each of these."""
        stand = {"campaign": scope.campaign, "parent": {"$in": list(units)}}
        pipeline: list[Document] = [{"$match": stand | scope.top.rows}, {"$group": {"_id": "$parent", "n": {"$sum": 1}}}]
        return {each["_id"]: each["n"] async for each in self._units.aggregate(pipeline, session=session)}

    async def name(self, campaign: str, unit: str, session: Session) -> str:
        """The name of a unit that stands above one that may be seen."""
        row = await self._units.find_one({"_id": f"{campaign}/{unit}"}, {"name": 1}, session=session)
        return str(row["name"]) if row else unit

    async def names(self, campaign: str, top: Top, units: Collection[str], session: Session) -> dict[str, str]:
        """Names of units under `top`, by their codes."""
        query: Document = {"_id": {"$in": [f"{campaign}/{unit}" for unit in units]}, **top.rows}
        return {row["unit"]: row["name"] async for row in self._units.find(query, {"unit": 1, "name": 1}, session=session)}


def _named(named: str) -> Document:
    return {"$or": [{"unit": named}, {"known_as": plain(named)}]}


def _left(top: Top, campaign: str) -> Document:
    """Those that left a campaign of the root that asks; none where another unit does."""
    return {"campaign": campaign, "path.0": path_left(top.unit, ())[0] if top.unit in top.roots else None}


def _in_line(top: Top, campaign: str) -> Document:
    """Those in a further line that do not lie in its subtree as well."""
    return {"campaign": campaign, "path": {"$ne": top.unit}} | top.in_line
