"""Telling intake events over HTTP: in batches, in order, again while intake is away."""

import asyncio
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx
import orjson

from deploy.client.cloudevent import CloudEvent
from shared.wording import worded
from shared.wording.feeding import FEEDING

Item = TypeVar("Item")
BATCH = 100
"""Events told in one request, at most."""
OPENING = 60.0
"""Seconds that the books of a campaign just announced may take to open."""
SIZE = 900 << 10
"""Bytes of one request, at most: intake takes 1 MiB."""
AWAY = 60.0
"""Seconds for which intake may be away before a teller gives up that somebody waits for."""
PAUSE, LONGEST_PAUSE = 0.2, 30.0
"""Seconds before the second attempt, and before any: each pause is twice the one before, but for up to half of it, so that not all bureaus come at once."""
LONGEST_TOLD = 3600.0
"""Seconds of the longest pause that intake may ask for."""
HALVED = (408, 413)
"""Answers to a request that is too large, for the door or for the line; of one event, the first is a line that fails."""


class NotTold(Exception):
    """A request that intake did not take, for a reason that is no single event's; the text says which."""


@dataclass(frozen=True)
class Remark:
    """What intake says of one event: its place among those told (from 0), the field, its value and the reason."""

    index: int
    field: str
    value: Any
    reason: str
    rule: str = ""
    """The name of the reason, where intake gives it one."""
    reason_zh: str = ""


@dataclass(frozen=True)
class Answer:
    """What became of some events."""

    accepted: int
    refusals: tuple[Remark, ...] = ()
    """Why events were not taken."""
    unnamed: tuple[Remark, ...] = ()
    """Persons whom nobody named yet, of events that were taken: the value is the id."""

    @property
    def too_early(self) -> bool:
        """Whether something was refused, and all that is listed because books are not open yet: nobody can be named for a unit without one."""
        rules = {each.rule for each in self.refusals}
        return "book-not-open" in rules <= {"book-not-open", "person-unknown", "person-elsewhere"}

    def and_then(self, other: "Answer", events: int) -> "Answer":
        """Of the events of this answer, so many, and of those of another behind them."""
        refusals, unnamed = ([replace(each, index=each.index + events) for each in found] for found in (other.refusals, other.unnamed))
        return Answer(self.accepted + other.accepted, (*self.refusals, *refusals), (*self.unnamed, *unnamed))


def batches(items: Iterable[Item], weigh: Callable[[Item], int]) -> Iterator[list[Item]]:
    """Events, or what stands for them, in the batches in which they are told; each weighs as many bytes as its event has."""
    batch: list[Item] = []
    size = 0
    for item in items:
        weight = weigh(item) + 1
        if batch and (len(batch) == BATCH or size + weight > SIZE):
            yield batch
            batch, size = [], 0
        batch.append(item)
        size += weight
    if batch:
        yield batch


def _remarks(body: dict[str, Any], name: str) -> tuple[Remark, ...]:
    """A list of an answer, where it has that."""
    return tuple(
        Remark(each["index"], each["field"], each["value"], each["detail"], each.get("rule", ""), each.get("detail_zh", ""))
        for each in body.get(name, ())
    )


class Door:
    """One client of intake, with its key."""

    def __init__(self, url: str, key: str, patience: float = AWAY, waits: Callable[[str, float], None] = lambda *_: None) -> None:
        """`patience` is how many seconds intake may be away; `waits` hears why, and how long it is, before it is asked again."""
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/cloudevents-batch+json", "Accept-Language": "en"}
        self._url, self._patience, self._waits = url.rstrip("/"), patience, waits
        self._client = httpx.AsyncClient(base_url=self._url, headers=headers, timeout=60, trust_env=False)
        self._known = patience == float("inf")
        """Whether intake is known to be there: else an address at which it never answered is taken for wrong at once."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self._client.aclose()

    async def tell(self, events: Sequence[CloudEvent]) -> Answer:
        """Tell one batch, in parts where it is too large; again while intake is away, since ids make that harmless. Raises NotTold."""
        status, body = await self._post(orjson.dumps(events), alone=len(events) == 1)
        # Which of the events lie behind the mistakes that an answer has room for can only be asked again.
        if len(events) > 1 and (status in HALVED or body.get("errors_unlisted")):
            half = len(events) // 2
            return (await self.tell(events[:half])).and_then(await self.tell(events[half:]), half)
        match status:
            case 202 if "accepted" in body:
                return Answer(body["accepted"], unnamed=_remarks(body, "unnamed"))
            case 207 | 403 | 422 if "errors" in body:
                return Answer(body["accepted"], _remarks(body, "errors"), _remarks(body, "unnamed"))
            case 413:
                said = worded(FEEDING["too-large"])
                return Answer(0, (Remark(0, "", None, said.en, "too-large", said.zh),))
        raise NotTold(f"intake answered {status} {body.get('title', '')}: {body.get('detail', body)}")

    async def tell_opening(self, batch: Sequence[CloudEvent], opening: float) -> Answer:
        """Tell one batch; books open one after another once their campaign is announced: one that is not open yet is waited for, up to `opening` seconds.

        Raises NotTold.
        """
        loop = asyncio.get_running_loop()
        limit = loop.time() + opening
        while (answer := await self.tell(batch)).too_early and loop.time() < limit:
            await asyncio.sleep(0.5)  # then all of it again, which is harmless
        return answer

    async def tell_all(self, events: Iterable[CloudEvent], opening: float = 0.0, unnamed: Callable[[Remark], None] = lambda _: None) -> int:
        """Tell events, none of which may be refused, as `tell_opening` does; `unnamed` hears of persons whom nobody named yet.

        Returns how many. Raises NotTold.
        """
        told = 0
        for batch in batches(events, lambda event: len(orjson.dumps(event))):
            answer = await self.tell_opening(batch, opening)
            if answer.refusals:
                first = answer.refusals[0]
                raise NotTold(f"intake refused {batch[first.index]['id']}: {first.field}: {first.reason} (given: {first.value!r})")
            for each in answer.unnamed:
                unnamed(each)
            told += len(batch)
        return told

    async def _post(self, body: bytes, alone: bool) -> tuple[int, dict[str, Any]]:
        """Post until intake answers, or who stands before it that the body is too large. `alone`: it holds one event. Raises NotTold."""
        loop = asyncio.get_running_loop()
        limit, pause = loop.time() + self._patience, PAUSE
        while True:
            stranger = False
            try:
                response = await self._client.post("/v1/events", content=body)
            except (httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
                raise NotTold(f"{self._url} is no address of intake: {error}") from None
            except httpx.ConnectError as error:
                why, told, stranger = f"nothing answers at {self._url}: {error}", 0.0, not self._known
            except httpx.HTTPError as error:
                why, told = f"the line to {self._url} failed: {error!r}", 0.0
            else:
                status, answer, told = response.status_code, _ours(response), _pause_told(response)
                self._known |= answer is not None
                if status == 413 or (answer is not None and not _away(status, alone)):
                    return status, answer or {}
                why = f"{self._url} answered {status}"
                if answer is None:
                    why, stranger = f"{why}, but not as intake does; is this the right address?", not self._known
                else:
                    why += f": {str(answer.get('detail', ''))[:300]}"
            if stranger:
                raise NotTold(why)
            wait = told or pause * random.uniform(0.5, 1)  # noqa: S311 - no secret
            if loop.time() + wait > limit:
                raise NotTold(f"intake at {self._url} was away for {self._patience:.0f} s: {why}")
            self._waits(why, wait)
            await asyncio.sleep(wait)
            pause = min(pause * 2, LONGEST_PAUSE)


def _away(status: int, alone: bool) -> bool:
    """Whether an answer says that the same is to be asked again later."""
    return status == 429 or status >= 500 or (status == 408 and alone)


def _ours(response: httpx.Response) -> dict[str, Any] | None:
    """An answer of intake; none, where something else answered in its place."""
    try:
        body = orjson.loads(response.content)
    except orjson.JSONDecodeError:
        return None
    return body if isinstance(body, dict) else None


def _pause_told(response: httpx.Response) -> float:
    """Seconds after which whoever answered wants to be asked again; 0 where it says nothing of it."""
    given = response.headers.get("Retry-After", "")
    return min(float(given), LONGEST_TOLD) if given.isascii() and given.isdigit() else 0.0
