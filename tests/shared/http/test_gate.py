"""Limits of requests: a key that sends too much, or has too much under way, is asked to wait, and nobody else hears of it."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

import httpx
import pytest
from fastapi import Depends, FastAPI, Request
from prometheus_client import CollectorRegistry

from shared.http.access import Key, Keys
from shared.http.gate import HEALTH, OF_ONE, UNDER_WAY, Gate
from shared.http.problem import add_problems, requires
from shared.http.rates import BURST

RATE = 5


class World:
    """An application behind a gate, on a clock of its own; what it is asked for slowly waits until it may go on."""

    def __init__(self) -> None:
        self.now, self.keys, self.registry, self.go_on, self.inside = 0.0, Keys(), CollectorRegistry(), asyncio.Event(), 0
        self.secrets = {id: self.keys.add(id, "t01", "t01", ["tell"]) for id in ("one", "other")}
        self.secrets |= {
            id: self.keys.add(id, "t01", "t01", ["tell"], rate=1000) for id in ("busy", *(f"k{number}" for number in range(4)))
        }
        self.secrets["fast"] = self.keys.add("fast", "t01", "t01", ["tell"], rate=3 * RATE)
        http = FastAPI()
        add_problems(http)

        @http.get("/told")
        async def told(key: Annotated[Key, Depends(requires(self.keys, "tell"))], slow: bool = False, bug: bool = False) -> str:
            if bug:
                raise RecursionError
            if slow:
                self.inside += 1
                await self.go_on.wait()
            return key.id

        @http.get("/open")
        async def open() -> None:
            self.inside += 1
            await self.go_on.wait()

        @http.get("/form")
        async def form(request: Request, key: str) -> None:
            """As a route whose key stands in its body."""
            request.state.gate.move(request.scope, next(each for each in self.keys if each.id == key))
            self.inside += 1
            await self.go_on.wait()

        for path in HEALTH:
            http.get(path)(lambda: "well")
        gate = Gate(http, self.keys, RATE, self.registry, now=lambda: self.now)
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(gate, raise_app_exceptions=False), base_url="http://door")

    async def ask(self, key: str | None, path: str = "/told") -> httpx.Response:
        """What is answered to a key."""
        return await self.client.get(path, headers={"authorization": f"Bearer {self.secrets[key]}"} if key else {})

    def start(self, many: int, key: str | None, path: str = "/told?slow=1") -> list[asyncio.Task[httpx.Response]]:
        """So many requests that stay under way."""
        return [asyncio.create_task(self.ask(key, path)) for _ in range(many)]

    async def until_inside(self, many: int) -> None:
        """So many are under way."""
        async with asyncio.timeout(30):
            while self.inside < many:
                await asyncio.sleep(0)

    def limited(self, limit: str) -> float:
        """How often the metric says that a limit was reached."""
        return self.registry.get_sample_value("xiaohao_http_limited_total", {"limit": limit}) or 0.0


@pytest.fixture
async def world() -> AsyncIterator[World]:
    made = World()
    async with made.client:
        yield made
        made.go_on.set()


async def test_a_key_that_sends_too_fast_waits_as_long_as_it_is_told_and_no_other_key_does(world: World) -> None:
    answers = [(await world.ask("one")).status_code for _ in range(RATE * BURST + 20)]
    assert answers == [200] * RATE * BURST + [429] * 20
    refused = await world.ask("one")
    assert (refused.headers["content-type"], refused.headers["retry-after"]) == ("application/problem+json", "1")
    assert "one" in refused.json()["detail"]
    assert (await world.ask("other")).status_code == 200
    world.now += int(refused.headers["retry-after"])
    assert [(await world.ask("one")).status_code for _ in range(RATE + 1)] == [200] * RATE + [429]
    world.now += 1000
    assert [(await world.ask("one")).status_code for _ in range(RATE * BURST + 1)] == [200] * RATE * BURST + [429], (
        "no more than the burst is saved up"
    )
    assert world.limited("rate") == 23


async def test_a_key_may_have_a_rate_of_its_own(world: World) -> None:
    assert [(await world.ask("fast")).status_code for _ in range(3 * RATE * BURST + 1)] == [200] * 3 * RATE * BURST + [429]


async def test_a_flood_of_one_key_leaves_the_requests_of_another_served(world: World) -> None:
    flood = world.start(OF_ONE, "busy")
    await world.until_inside(OF_ONE)
    more = [await world.ask("busy") for _ in range(100)]
    assert {(each.status_code, each.headers["retry-after"]) for each in more} == {(429, "1")}
    assert [(await world.ask("other")).status_code for _ in range(10)] == [200] * 10
    assert world.limited("key") == 100
    world.go_on.set()
    assert {each.status_code for each in await asyncio.gather(*flood)} == {200}
    assert (await world.ask("busy")).status_code == 200, "all places are free again"


async def test_all_who_have_no_key_take_no_more_places_than_one_key(world: World) -> None:
    strangers = world.start(OF_ONE, None, "/open")
    await world.until_inside(OF_ONE)
    assert (await world.ask(None, "/open")).status_code == 503
    assert (await world.ask("one")).status_code == 200
    world.go_on.set()
    assert {each.status_code for each in await asyncio.gather(*strangers)} == {200}


async def test_a_request_whose_key_stands_in_its_body_counts_for_that_key_and_no_longer_for_nobody(world: World) -> None:
    flood = world.start(OF_ONE, None, "/form?key=busy")
    await world.until_inside(OF_ONE)
    assert (await world.ask("busy")).status_code == 429
    assert (await world.ask(None, "/form?key=busy")).status_code == 429
    others = world.start(OF_ONE, None, "/open")
    await world.until_inside(2 * OF_ONE)
    assert (await world.ask("other")).status_code == 200
    world.go_on.set()
    assert {each.status_code for each in await asyncio.gather(*flood, *others)} == {200}
    assert [(await world.ask("busy")).status_code, (await world.ask(None, "/open")).status_code] == [200, 200], "all places are free again"
    fast = [(await world.ask(None, "/form?key=one")).status_code for _ in range(RATE * BURST + 1)]
    assert fast == [200] * RATE * BURST + [429]


async def test_what_a_copy_cannot_answer_now_is_refused_at_once_and_its_health_never(world: World) -> None:
    waiting = [task for number in range(UNDER_WAY // OF_ONE) for task in world.start(OF_ONE, f"k{number}")]
    await world.until_inside(UNDER_WAY)
    full = await world.ask("other")
    assert (full.status_code, full.headers["retry-after"], world.limited("copy")) == (503, "1", 1)
    assert world.registry.get_sample_value("xiaohao_http_under_way") == UNDER_WAY
    for path in HEALTH:
        assert (await world.ask(None, path)).status_code == 200
    world.go_on.set()
    await asyncio.gather(*waiting)
    assert world.registry.get_sample_value("xiaohao_http_under_way") == 0
    assert (await world.ask("other")).status_code == 200


async def test_a_request_that_fails_or_is_broken_off_gives_its_place_back(world: World) -> None:
    assert {(await world.ask("busy", "/told?bug=1")).status_code for _ in range(OF_ONE + 1)} == {500}
    left = world.start(OF_ONE, "busy")
    await world.until_inside(OF_ONE)
    for each in left:
        each.cancel()
    await asyncio.gather(*left, return_exceptions=True)
    assert (await world.ask("busy")).status_code == 200
    assert world.registry.get_sample_value("xiaohao_http_under_way") == 0
