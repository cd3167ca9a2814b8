"""Telling intake events over HTTP: in batches, in order, again while intake is away."""

import asyncio
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any, NamedTuple, Self, TypeVar

import httpx
import orjson

from deploy.client.cloudevent import CloudEvent, tells_nothing_new
from deploy.client.pause import pause_told
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
TRIES = 3
"""Attempts that fail before it is asked whether intake is well, and the fault that of what it is told."""
UNJUDGED = 0
"""In the place of a status: intake fails at this, and at nothing else."""
NOT_JUDGED = "not-judged"
"""The rule of a remark on an event that intake fails at."""
HALVED = (UNJUDGED, 408, 413)
"""Answers to a request that is too large, for the door or for the line, or of which one event is at fault; of one event, the second is a line that fails."""
JUDGED = (202, 207, 403, 422)
"""Answers that say what became of each event."""


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
        rules = {each.rule for each in self.refusals} - {NOT_JUDGED}
        return "book-not-open" in rules <= {"book-not-open", "person-unknown"}

    def fails_at(self, events: int) -> bool:
        """Whether intake failed at every one of so many events."""
        return 0 < events == sum(each.rule == NOT_JUDGED for each in self.refusals)

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


class Away(NamedTuple):
    """Why the same is to be sent again."""

    why: str
    pause: float = 0.0
    """Seconds after which whoever answered wants to be asked again; 0 where it says nothing of it."""
    failed: bool = True
    """Whether that may be the fault of what was sent. Not where nobody answers, or says that it is away or busy: then for all alike."""
    stranger: bool = False
    """Whether it is no sign of intake."""


class Door:
    """One client of intake, with its key."""

    def __init__(self, url: str, key: str, patience: float = AWAY, waits: Callable[[str, float], None] = lambda *_: None) -> None:
        """`patience` is how many seconds intake may be away; `waits` hears why, and how long it is, before it is asked again."""
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/cloudevents-batch+json", "Accept-Language": "en"}
        self._url, self._patience, self._waits = url.rstrip("/"), patience, waits
        self._client = httpx.AsyncClient(base_url=self._url, headers=headers, timeout=60, trust_env=False)
        self._known = patience == float("inf")
        """Whether intake is known to be there: else an address at which it never answered is taken for wrong at once."""
        self.taken: bytes | None = None
        """The last event that intake took and may be told again however late, to see whether it is well: while there is none, others of a batch have to show
        that.
        """
        self._trusts = True
        """Whether intake is still trusted to be well where no other event shows it: for one event, or an intake that fails at all had each put aside."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self._client.aclose()

    async def tell(self, events: Sequence[CloudEvent]) -> Answer:
        """Tell one batch, in parts where it is too large; again while intake is away, since ids make that harmless. An event that intake fails at while it is
        well holds nothing up: a remark says that it was not judged. Raises NotTold.
        """
        while (answer := await self._tell(events)).fails_at(len(events)) and self.taken is None:
            if len(events) == 1 and self._trusts:
                self._trusts = False
                break
            why = f"intake fails at all that it is told: {answer.refusals[0].reason}"
            if self._patience < float("inf"):
                raise NotTold(why)
            self._waits(why, LONGEST_PAUSE)
            await asyncio.sleep(LONGEST_PAUSE)
        return answer

    async def _tell(self, events: Sequence[CloudEvent]) -> Answer:
        """Tell a batch or a part of one, as `tell` does; an event that intake fails at though it was ready is one that it fails at."""
        answer = await self._told(events)
        refused = {each.index for each in answer.refusals}
        if taken := [each for index, each in enumerate(events) if index not in refused and tells_nothing_new(each)][-1:]:
            self.taken = orjson.dumps(taken)
        return answer

    async def _told(self, events: Sequence[CloudEvent]) -> Answer:
        status, body = await self._post(orjson.dumps(events), alone=len(events) == 1)
        # Which of the events lie behind the mistakes that an answer has room for can only be asked again.
        if len(events) > 1 and (status in HALVED or body.get("errors_unlisted")):
            half = len(events) // 2
            return (await self._tell(events[:half])).and_then(await self._tell(events[half:]), half)
        match status:
            case 202 if "accepted" in body:
                return Answer(body["accepted"], unnamed=_remarks(body, "unnamed"))
            case 207 | 403 | 422 if "errors" in body:
                return Answer(body["accepted"], _remarks(body, "errors"), _remarks(body, "unnamed"))
            case 413:
                return _not_taken("too-large")
            case _ if status == UNJUDGED:
                return _not_taken(NOT_JUDGED, why=body["detail"])
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
        """Post until intake answers, or who stands before it that the body is too large, or it is known to fail at this body (UNJUDGED).

        `alone`: it holds one event. That is at fault where intake fails at it between two moments at which it is well. Raises NotTold.
        """
        loop = asyncio.get_running_loop()
        limit, pause, failures, well = loop.time() + self._patience, PAUSE, 0, False
        while isinstance(found := await self._ask(body, alone), Away):
            if found.stranger and not self._known:
                raise NotTold(found.why)
            failures += found.failed
            wait = found.pause or pause * random.uniform(0.5, 1)  # noqa: S311 - no secret
            if loop.time() + wait > limit and not (found.failed and await self._well()):
                raise NotTold(f"intake at {self._url} was away for {self._patience:.0f} s: {found.why}")
            self._waits(found.why, wait)
            await asyncio.sleep(wait)
            pause = min(pause * 2, LONGEST_PAUSE)
            if failures >= TRIES:
                before, well = well, await self._well()
                if well and (before or not alone):
                    return UNJUDGED, {"detail": found.why}
        return found

    async def _ask(self, body: bytes, alone: bool) -> tuple[int, dict[str, Any]] | Away:
        """Post once; gives the answer to the body, or why it is none. Raises NotTold."""
        try:
            response = await self._client.post("/v1/events", content=body)
        except (httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
            raise NotTold(f"{self._url} is no address of intake: {error}") from None
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            return Away(f"nothing answers at {self._url}: {error}", failed=False, stranger=isinstance(error, httpx.ConnectError))
        except httpx.HTTPError as error:
            return Away(f"the line to {self._url} failed: {error!r}")
        status, answer = response.status_code, _ours(response)
        self._known |= answer is not None
        if status == 413 or (answer is not None and not _away(status, alone)):
            return status, answer or {}
        why, failed = f"{self._url} answered {status}", status not in (429, 503)
        if answer is None:
            why = f"{why}, but not as intake does; is this the right address?"
        else:
            why += f": {str(answer.get('detail', ''))[:300]}"
        return Away(why, pause_told(response), failed, stranger=answer is None)

    async def _well(self) -> bool:
        """Whether intake is ready, and judges what it took before, or a batch without events: then what it fails at is at fault, and not intake."""
        try:
            ready = await self._client.get("/readyz")
            answer = await self._client.post("/v1/events", content=self.taken or b"[]")
        except httpx.HTTPError:
            return False
        # Who stands before intake may let nobody ask whether it is ready.
        return ready.status_code < 500 and answer.status_code in JUDGED and _ours(answer) is not None


def _not_taken(rule: str, **values: object) -> Answer:
    """What is said of one event for which intake said nothing."""
    said = worded(FEEDING[rule], **values)
    return Answer(0, (Remark(0, "", None, said.en, rule, said.zh),))


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
