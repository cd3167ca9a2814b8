"""`POST /v1/events`: the door through which bureaus tell what happened."""

from collections.abc import Callable
from contextlib import aclosing

from fastapi import Depends, FastAPI, Request, Response
from starlette.requests import ClientDisconnect

from services.intake.body import SLOWEST, STALLED, Body, OverLimit, Stalled, read_parts
from services.intake.contract import EVENTS
from services.intake.envelope import valid_trace
from services.intake.outcome import ENOUGH, Outcome
from services.intake.taking import Taking
from shared.http.access import Key, Keys
from shared.http.language import language_of
from shared.http.problem import KeyGone, Problem, asking_again, requires


class Door:
    """Takes the events of a request, validates each, and answers once Kafka has them."""

    def __init__(self, taking: Taking) -> None:
        self._taking = taking

    async def answer(self, request: Request, again: Callable[[], Key]) -> Response:
        """Take a request; `again` gives its key before each part, while it is valid."""
        with self._taking.counted() as outcome:
            try:
                return await self._take(request, again, outcome)
            except Problem as problem:
                return problem.response(language_of(request))

    async def _take(self, request: Request, again: Callable[[], Key], outcome: Outcome) -> Response:
        body = Body(request)
        trace = valid_trace(request.headers.get("traceparent"))
        try:
            async with aclosing(read_parts(body)) as parts:
                async for part in parts:
                    if outcome.refused >= ENOUGH:
                        outcome.unread = part[0].index
                        break
                    await self._taking.take(part, again(), trace, outcome)
            if outcome.unread is not None:
                await body.discard()
        except KeyGone as gone:
            await body.discard()
            raise outcome.problem("key-gone", gone.headers, key=gone.key) from None
        except OverLimit:
            await body.discard()
            name, values = body.over_limit()
            raise outcome.problem(name, **values) from None
        except Stalled:
            raise outcome.problem("stalled", {"Connection": "close"}, seconds=STALLED, slowest=SLOWEST) from None
        except ClientDisconnect:
            raise Problem("cut-off") from None
        return outcome.response(language_of(request))


def add_door(http: FastAPI, door: Door, keys: Keys) -> None:
    """Add the route, and its description."""

    @http.post("/v1/events", status_code=202, response_model=None, dependencies=[Depends(requires(keys, "tell"))], **EVENTS)
    async def events(request: Request) -> Response:
        return await door.answer(request, asking_again(request, keys))
