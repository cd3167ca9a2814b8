"""The attachments that recorded events name, for those who may see what names them."""

from collections.abc import Iterable, Sequence

import orjson

from services.reporting.figures.report import HistoryEvent, Picture, Shown
from services.reporting.figures.top import Top
from services.reporting.fold.rows import IssueRow
from services.reporting.store import SLOW
from shared.attachments import Attachment, Attachments
from shared.mongo import Mongo
from shared.papers import attachments
from shared.topics import book_of

PICTURES, OF_ONE = 6, 2
"""Pictures in a report, and of one issue, at most: the first of those that it lists, so that it takes no longer however large the campaign is."""
CANDIDATES = 40
"""Attachments that are looked at to find them."""
FOUND = ("IssueEntered", "RectificationDone")
"""Events whose pictures a report shows: how it was, and how it is."""


class Evidence:
    """What events name as evidence."""

    def __init__(self, mongo: Mongo, kept: Attachments) -> None:
        self._mongo, self._kept = mongo, kept
        self.content = kept.content

    async def one(self, top: Top, subject: str, sha256: str) -> Attachment | None:
        """An attachment, where the asker may see the book of the subject, and an event of the subject names it."""
        if await self._mongo["units"].find_one({"_id": book_of(subject), **top.rows}, {"_id": 1}) is None:
            return None
        events = self._mongo["events"].find({"subject": subject}, {"value": 1}).max_time_ms(SLOW)
        mark = sha256.encode()
        async for each in events:
            # A text may say the same: only what stands where attachments are named was looked at as it was told.
            if mark in each["value"] and sha256 in attachments(orjson.loads(each["value"])["fact"]):
                return (await self._kept.find([sha256])).get(sha256)
        return None

    async def of(self, history: Iterable[HistoryEvent]) -> list[Shown]:
        """The attachments that the events of one history name, each once, with small pictures."""
        first: dict[str, HistoryEvent] = {}
        for event in history:
            for sha256 in attachments(event.fact):
                first.setdefault(sha256, event)
        kept = await self._kept.find(first, previews=True) if first else {}
        found = [(event, kept[sha256]) for sha256, event in first.items() if sha256 in kept]
        return [Shown(event, each.sha256, each.media, each.size, each.preview, each.removed is not None) for event, each in found]

    async def pictures(self, rows: Sequence[IssueRow]) -> list[Picture]:
        """The first pictures of these issues, in their order; one may be among them twice."""
        rows = list({row["_id"]: row for row in rows}.values())
        events = self._mongo["events"].find(
            {"subject": {"$in": [row["_id"] for row in rows]}, "type": {"$in": FOUND}}, {"subject": 1, "value": 1}
        )
        named: dict[str, list[str]] = {}
        async for each in events.sort("_id", 1).max_time_ms(SLOW):
            named.setdefault(each["subject"], []).extend(attachments(orjson.loads(each["value"])["fact"]))
        wanted = [(row, sha256) for row in rows for sha256 in dict.fromkeys(named.get(row["_id"], ()))][:CANDIDATES]
        kept = await self._kept.find({sha256 for _, sha256 in wanted}, previews=True) if wanted else {}
        found = list[Picture]()
        for row, sha256 in wanted:
            shown = sum(picture.row is row for picture in found)
            if (each := kept.get(sha256)) and each.is_picture and shown < OF_ONE and len(found) < PICTURES:
                found.append(Picture(row, each.preview))
        return found
