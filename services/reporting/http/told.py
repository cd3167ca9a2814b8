"""What became of what was told, over HTTP: of one event, and whether all is settled."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import date
from typing import Annotated, Any, Literal

import orjson
from fastapi import Depends, FastAPI, Query, Response
from pydantic import Field

from services.reporting.figures.top import Top
from services.reporting.figures.view import View
from services.reporting.handler import Waiting
from services.reporting.http.lags import Lags
from services.reporting.http.reading import Reading
from services.reporting.store import SLOW, book_and_position, ids_of_book
from services.reporting.wording.texts import LANGUAGES
from services.reporting.wording.texts import text as say
from shared.events.holding import FactHeld
from shared.faults import Unavailable
from shared.http.access import Key
from shared.http.openapi import answers
from shared.http.problem import Problem
from shared.mongo import Document, Mongo
from shared.values import Wording

RECHECK = 2.0
"""Seconds after which a waiting request looks again: another copy may have folded its event."""
STATES: tuple[Literal["recorded", "held", "refused"], ...] = ("recorded", "held", "refused")
"""Which of several answers is given first."""
BOOKS = 500
"""Books in which a told id is looked for in further lines of command, at most."""
TOLD = 20
"""Answers about a told id that are shown, at most."""
TOLD_EVENTS = 50
"""Events that are shown of each, at most."""


class Told(View):
    """What became of one told event in one book."""

    state: Literal["recorded", "held", "refused"]
    book: str
    source: str
    events: list[dict[str, Any]] = Field(description="position, type and subject of each event recorded so far because of it")
    rule: str | None = None
    reason: Wording | None = None
    until: date | None = Field(default=None, description="the last day on which it is held, waiting for what it stands on")


class ToldAnswer(View):
    """What became of a told event."""

    id: str
    state: Literal["recorded", "held", "refused", "not-yet-recorded"]
    answers: list[Told]
    behind: dict[str, int] | None = Field(
        default=None, description="while nothing is recorded: records that the ledger, and reporting behind it, have yet to handle"
    )
    detail: Wording | None = None


class SettledAnswer(View):
    """Whether nothing is under way."""

    settled: bool
    behind: dict[str, int]


class ToldEvents:
    """Reads what was recorded of told events; only what the asker may see."""

    def __init__(self, mongo: Mongo) -> None:
        self._mongo, self._events = mongo, mongo["events"]

    async def answers(self, top: Top, told_id: str, source: str | None) -> list[Told]:
        """What was recorded of a told id, by book and source, newest first. Refusals crowd out no record."""
        own = await self._mongo["campaigns"].distinct("_id", {"root": top.unit}) if top.unit in top.roots else []
        told: Document = {"told_id": told_id} | ({"told_source": source} if source else {})
        query: Document = told | {"$or": [top.rows, {"unopened": {"$in": own}}, *await self._in_line(top, told)]}
        refused: Document = {"$eq": ["$type", "Refused"]}
        # A refusal stands alone; an id used twice for different contents has several.
        of = {
            "book": {"$arrayElemAt": [{"$split": ["$_id", "@"]}, 0]},
            "source": "$told_source",
            "refused": {"$cond": [refused, "$_id", None]},
        }
        pipeline: list[Document] = [
            {"$match": query},
            {"$group": {"_id": of, "accepted": {"$max": "$accepted"}}},
            {"$addFields": {"refused": {"$ne": ["$_id.refused", None]}}},
            {"$sort": {"refused": 1, "accepted": -1, "_id": -1}},
            {"$limit": TOLD},
            {"$sort": {"accepted": -1, "_id": -1}},
        ]
        answers = [await self._answer(query, **each["_id"]) async for each in self._events.aggregate(pipeline, maxTimeMS=SLOW)]
        return [each for each in answers if each]

    async def _in_line(self, top: Top, told: Document) -> list[Document]:
        """The events of the books under `top` in a further line, as far as they hold what was told."""
        books: Document = {"_id": {"$arrayElemAt": [{"$split": ["$_id", "@"]}, 0]}}
        pipeline: list[Document] = [{"$match": told | {"path.0": top.rows["path.0"]}}, {"$group": books}, {"$limit": BOOKS}]
        holding = [each["_id"] async for each in self._events.aggregate(pipeline, maxTimeMS=SLOW)]
        units = self._mongo["units"].find({"_id": {"$in": holding}} | top.in_line, {"_id": 1})
        return [{"_id": ids_of_book(each["_id"])} async for each in units]

    async def _answer(self, query: Document, book: str, source: str, refused: str | None) -> Told | None:
        """What stands in one book because of what was told; a refusal by its event's id. None where it was held, and refused at last."""
        place: Document = {"_id": refused} if refused else {"_id": ids_of_book(book), "type": {"$ne": "Refused"}}
        asked = query | {"told_source": source} | place
        shown = {"type": 1, "subject": 1} | ({"value": 1} if refused else {})
        rows: list[Any] = await self._events.find(asked, shown).sort("_id", 1).limit(TOLD_EVENTS).max_time_ms(SLOW).to_list(None)
        events = [{"position": book_and_position(each["_id"])[1], "type": each["type"], "subject": each["subject"]} for each in rows]
        common: dict[str, Any] = {"book": book, "source": source, "events": events}
        if events and all(each["type"] == FactHeld.__name__ for each in events):
            ended = query | {"told_source": source, "type": "Refused", "held_before": True, "_id": ids_of_book(book)}
            if await self._events.find_one(ended, {"_id": 1}):
                return None
            last = await self._events.find_one({"_id": rows[-1]["_id"]}, {"value": 1})
            assert last is not None
            held = orjson.loads(last["value"])["fact"]
            until = date.fromisoformat(held["until"])
            return Told(**common, state="held", rule=held["rule"], reason=Wording(**held["reason"]), until=until)
        if not refused:
            return Told(**common, state="recorded")
        fact = orjson.loads(rows[0]["value"])["fact"]
        return Told(**common, state="refused", rule=fact["rule"], reason=Wording(**fact["reason"]))


def add_told(http: FastAPI, reading: Reading, told_events: ToldEvents, waiting: Waiting, lags: Lags) -> None:
    """The routes. Each answers for what its key may see."""
    reader = Annotated[Key, Depends(reading.key)]

    @http.get(
        "/api/told/{event_id:path}",
        operation_id="getTold",
        summary="What became of an event",
        tags=["told"],
        responses={202: {"model": ToldAnswer, "description": "It is in no book yet."}, **answers("id-too-long")},
    )
    async def told(
        top: Annotated[Top, Depends(reading.top)],
        event_id: str,
        response: Response,
        wait: Annotated[float, Query(ge=0, le=60)] = 0,
        source: Annotated[str | None, Query(min_length=1, max_length=200)] = None,
    ) -> ToldAnswer:
        """What became of an event that was told: recorded, held, refused, or in no book yet (202), then after waiting `wait` seconds for it.
        Without `source`, of all sources, newest first, at most 20.
        """
        if len(event_id) > 500:
            raise Problem("id-too-long")
        with waiting.asking(event_id) as folded:
            answers = await _awaited(lambda: told_events.answers(top, event_id, source), folded, wait)
        if answers:
            states = {each.state for each in answers}
            best = next(state for state in STATES if state in states)
            return ToldAnswer(id=event_id, state=best, answers=answers)
        response.status_code = 202
        behind: dict[str, int] | None = None
        with suppress(Unavailable):
            of_all = await lags.behind(at_most=1)
            behind = {name: of_all[name] for name in ("ledger campaign.intake", "reporting campaign.ledger")}
        return ToldAnswer(id=event_id, state="not-yet-recorded", answers=[], behind=behind, detail=_not_yet(behind))

    @http.get("/api/settled", operation_id="getSettled", summary="Whether nothing is under way", tags=["told"])
    async def settled(key: reader) -> SettledAnswer:
        """Whether nothing that was told is under way, and every reader has folded what was recorded."""
        behind = await lags.behind()
        return SettledAnswer(settled=not any(behind.values()), behind=behind)


async def _awaited(ask: Callable[[], Awaitable[list[Told]]], folded: asyncio.Event | None, seconds: float) -> list[Told]:
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    while True:
        # Cleared before looking, so that what is folded meanwhile is not missed.
        if folded:
            folded.clear()
        answers = await ask()
        left = until - loop.time()
        if answers or left <= 0 or folded is None:
            return answers
        with suppress(TimeoutError):
            async with asyncio.timeout(min(RECHECK, left)):
                await folded.wait()


def _not_yet(behind: dict[str, int] | None) -> Wording:
    """What can be said of an id that stands in no book: how far behind we are, and where else to look."""
    names = ["told-in-no-book", "told-lag" if behind else "told-lag-unknown", "told-elsewhere"]
    ledger, reporting = behind.values() if behind else (0, 0)
    zh, en = ([say(language, name, ledger=ledger, reporting=reporting) for name in names] for language in LANGUAGES)
    return Wording(zh="".join(zh), en=" ".join(en))
