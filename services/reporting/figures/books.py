"""Questions about books: from which of them the figures come, and what their phases were held for."""

from collections.abc import Sequence
from typing import Any

from services.reporting.figures.report import Book
from services.reporting.figures.top import Top
from services.reporting.fold.phases import PhaseRow
from shared.kafka.reader import MARKS
from shared.mongo import Document, Mongo, Session
from shared.topics import book_id


class Books:
    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo

    async def read(
        self, top: Top, campaign: str, unit: str, limit: int, after: str | None, session: Session
    ) -> tuple[list[Book], int, str | None]:
        """The books of a unit and all below it of which something was read, how many there are in all, and the id of the last where there are more:
        those whose positions and hashes the digest of a summary is made of.
        """
        within: Document = {"campaign": campaign} | top.rows_of(unit)
        ids = [each["_id"] async for each in self._mongo["units"].find(within, {"_id": 1}, session=session)]
        total = await self._mongo[MARKS].count_documents({"_id": {"$in": ids}}, session=session)
        following = {"_id": {"$in": [id for id in ids if after is None or id > after]}}
        rows = await self._mongo[MARKS].find(following, session=session).sort("_id", 1).limit(limit + 1).to_list(None)
        books = [Book(row["_id"].partition("/")[2], row["position"], row["chain"], row["accepted"]) for row in rows[:limit]]
        return books, total, rows[limit - 1]["_id"] if len(rows) > limit else None

    async def phases(self, top: Top, campaign: str, unit: str, session: Session) -> Sequence[PhaseRow]:
        """The phases of a unit's own book in which something was missing when it was held, or closed."""
        query: Document = {"campaign": campaign, "book": book_id(campaign, unit), "gap": {"$ne": None}} | top.rows_of(unit)
        rows: list[Any] = await self._mongo["phases"].find(query, session=session).to_list(None)
        return rows
