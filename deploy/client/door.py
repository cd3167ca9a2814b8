"""Telling intake events over HTTP: in batches, in order, again while intake is away."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx
import orjson

from deploy.client.cloudevent import CloudEvent

Item = TypeVar("Item")
BATCH = 100
"""Events told in one request, at most."""
OPENING = 60.0
"""Seconds that the books of a campaign just announced may take to open."""
SIZE = 900 << 10
"""Bytes of one request, at most: intake takes 1 MiB."""
AWAY = 60.0
"""Seconds for which intake may be away before the teller gives up."""


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


@dataclass(frozen=True)
class Answer:
    """What became of some events."""

    accepted: int
    refusals: tuple[Remark, ...] = ()
    """Why events were not taken."""
    unlisted: int = 0
    """Mistakes that intake counted but did not list."""
    unnamed: tuple[Remark, ...] = ()
    """Persons whom nobody named yet, of events that were taken: the value is the id."""

    @property
    def too_early(self) -> bool:
        """Whether something was refused, and all that is listed because books are not open yet: nobody can be named for a unit without one."""
        rules = {each.rule for each in self.refusals}
        return "book-not-open" in rules <= {"book-not-open", "person-unknown", "person-elsewhere"}


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
    return tuple(Remark(each["index"], each["field"], each["value"], each["detail"], each.get("rule", "")) for each in body.get(name, ()))


class Door:
    """One client of intake, with its key."""

    def __init__(self, url: str, key: str) -> None:
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/cloudevents-batch+json", "Accept-Language": "en"}
        self._url = url.rstrip("/")
        self._client = httpx.AsyncClient(base_url=self._url, headers=headers, timeout=60, trust_env=False)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self._client.aclose()

    async def tell(self, events: Sequence[CloudEvent]) -> Answer:
        """Tell one batch; again while intake is away, since ids make that harmless. Raises NotTold."""
        response = await self._post(orjson.dumps(events))
        try:
            body = orjson.loads(response.content)
            if not isinstance(body, dict):
                raise TypeError
        except (orjson.JSONDecodeError, TypeError):
            raise NotTold(f"{self._url} answered {response.status_code}, but not as intake does; is this the right address?") from None
        match response.status_code:
            case 202:
                return Answer(body["accepted"], unnamed=_remarks(body, "unnamed"))
            case 207 | 403 | 422 if "errors" in body:
                return Answer(body["accepted"], _remarks(body, "errors"), body.get("errors_unlisted", 0), _remarks(body, "unnamed"))
            case 413 if len(events) == 1:
                return Answer(0, (Remark(0, "", None, body["detail"]),))
        raise NotTold(f"intake answered {response.status_code} {body.get('title', '')}: {body.get('detail', body)}")

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

    async def _post(self, body: bytes) -> httpx.Response:
        loop = asyncio.get_running_loop()
        limit, pause = loop.time() + AWAY, 0.2
        while True:
            try:
                response = await self._client.post("/v1/events", content=body)
                if response.status_code != 503:  # away
                    return response
                why, wait = response.text[:300], float(response.headers.get("Retry-After") or pause)
            except (httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
                raise NotTold(f"{self._url} is no address of intake: {error}") from None
            except httpx.ConnectError as error:
                raise NotTold(f"nothing answers at {self._url}: {error}") from None
            except httpx.HTTPError as error:
                why, wait = repr(error), pause
            if loop.time() + wait > limit:
                raise NotTold(f"intake at {self._url} was away for {AWAY:.0f} s: {why}")
            await asyncio.sleep(wait)
            pause = min(pause * 2, 5)
