"""No route of any service answers without a right key: every route there is, however it came in, is asked in every wrong way.

What a key of another bureau is answered by each route is told by `tests/test_two_roots.py`, which no route escapes either.
"""

import base64
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import get_args

import httpx
import pytest
from starlette.routing import Route

from services.intake.app import build as intake
from services.ledger.app import build as ledger
from services.notify.app import build as notify
from services.reporting.app import build as reporting
from shared.http.access import Act, Key, Keys, Secret
from shared.http.service import Service
from shared.settings import Settings

BUILT: dict[str, Callable[[Settings, Keys], Service]] = {
    "intake": lambda settings, keys: intake(settings, keys=keys),
    "ledger": lambda settings, _: ledger(settings),
    "notify": lambda settings, _: notify(settings),
    "reporting": lambda settings, keys: reporting(settings, keys=keys),
}
OPEN = {
    "/livez": "whoever watches the process has no key",
    "/readyz": "likewise",
    "/metrics": "likewise; it counts, and says nothing of anybody",
    "/v1/openapi.json": "what can be told is public",
    "/style.css": "a style sheet",
    "/public/{campaign}": "for the public, of campaigns whose plan says so",
    "/api/settled": "how much waits in the whole installation, and nothing of anybody",
}
"""The routes that need no key, and why."""
NEEDS: dict[str, Act] = {"intake": "tell", "reporting": "read"}
"""What a key must be allowed for every other route."""
OTHERS: dict[tuple[str, str], Act] = {("GET", f"/open311/{{campaign}}/v2/{what}"): "read" for what in ("requests", "tokens")}
"""For those by this method that begin so."""
OWN_FORM = ("/open311/",)
"""Routes that begin so answer in the form of a standard that knows no problems."""
NOW = datetime.now(UTC)
ADDRESSES = (f"10.0.{number // 250}.{number % 250}" for number in count())
"""Each request comes from an address of its own, so that none is answered for what came before it."""


class World:
    """A service, and secrets of which one is right."""

    def __init__(self, name: str, settings: Settings) -> None:
        self.keys = Keys()
        self.service = BUILT[name](settings, self.keys)
        acts = get_args(Act)
        self.right = self.keys.add("right", "t01", "t01", acts, "bureau")
        retired, retiring = Secret.new("rotated", NOW - timedelta(days=2))
        _, current = Secret.new("rotated", NOW - timedelta(days=1))
        secrets = (retiring.model_copy(update={"until": NOW - timedelta(hours=1)}), current)
        self.keys.put(Key(id="rotated", source="t01", unit="t01", root="bureau", may=acts, secrets=secrets))
        made = {
            "wrong": f"{self.right[:-1]}{'b' if self.right.endswith('a') else 'a'}",
            "of nobody": self.right.replace("xh_right_", "xh_nobody_"),
            "of another key": self.right.replace("xh_right_", "xh_no-tell_"),
            "expired": self.keys.add("expired", "t01", "t01", acts, "bureau", expires=NOW - timedelta(seconds=1)),
            "revoked": self.keys.add("revoked", "t01", "t01", acts, "bureau", revoked=NOW),
            "replaced": retired,
        }
        self.without = {act: self.keys.add(f"no-{act}", "t01", "t01", [each for each in acts if each != act], "bureau") for act in acts}
        self.wrong = {name: _bearer(secret) for name, secret in made.items()}
        self.wrong["none"] = {}
        self.wrong["without a scheme"] = {"authorization": self.right}
        self.wrong["as another header"] = {"x-api-key": self.right, "cookie": f"key={self.right}; authorization={self.right}"}
        self.wrong["as the user"] = {"authorization": "Basic " + base64.b64encode(f"{self.right}:".encode()).decode()}

    def routes(self) -> Iterator[tuple[str, str]]:
        """Each method and path."""
        for route in self.service.http.routes:
            assert isinstance(route, Route), f"{route} is served otherwise and escapes this walk"
            yield from ((method, route.path) for method in route.methods or ())

    async def ask(self, method: str, path: str, headers: dict[str, str]) -> httpx.Response:
        """What a route answers, made-up values in its path."""
        transport = httpx.ASGITransport(self.service.http, client=(next(ADDRESSES), 1))
        path = path.replace(":path}", "}").replace("{", "x").replace("}", "")
        async with httpx.AsyncClient(transport=transport, base_url="http://door") as client:
            return await client.request(method, path, headers=headers)


def is_problem(answer: httpx.Response, path: str) -> bool:
    """Whether it is a problem (RFC 9457), where its route answers so."""
    return path.startswith(OWN_FORM) or answer.headers["content-type"] == "application/problem+json"


def _bearer(secret: str) -> dict[str, str]:
    return {"authorization": f"Bearer {secret}"}


@pytest.fixture(params=list(BUILT))
def world(request: pytest.FixtureRequest, settings: Settings) -> Iterator[World]:
    made = World(request.param, settings)
    yield made
    made.service.mongo.close()


async def test_every_route_that_is_not_named_as_open_refuses_whoever_has_no_right_key(world: World) -> None:
    asked = set()
    for method, path in world.routes():
        if path in OPEN:
            continue
        asked.add(path)
        for name, headers in world.wrong.items():
            answer = await world.ask(method, path, headers)
            assert (answer.status_code, is_problem(answer, path)) == (401, True), (method, path, name)
            assert answer.headers["www-authenticate"].startswith("Basic"), (method, path, name)
        assert len({(await world.ask(method, path, headers)).content for headers in world.wrong.values()}) == 1, (method, path)
        for parameter in ("key", "api_key", "access_token", "authorization"):
            answer = await world.ask(method, f"{path}?{parameter}={world.right}", {})
            assert answer.status_code in (401, 422, 400), (method, path, parameter)  # where it has no such parameter, or must not have it
        act = next((act for (by, begins), act in OTHERS.items() if by == method and path.startswith(begins)), NEEDS[world.service.name])
        answer = await world.ask(method, path, _bearer(world.without[act]))
        assert (answer.status_code, is_problem(answer, path)) == (403, True), (method, path)
    assert bool(asked) == (world.service.name in NEEDS)


async def test_a_right_key_is_refused_by_none_of_them(world: World) -> None:
    for method, path in world.routes():
        answer = await world.ask(method, path, _bearer(world.right))
        assert answer.status_code not in (401, 403), (method, path, answer.text)


def test_no_route_is_named_as_open_that_is_not_there(settings: Settings) -> None:
    worlds = [World(name, settings) for name in BUILT]
    assert {path for world in worlds for _, path in world.routes()} >= OPEN.keys()
    for world in worlds:
        world.service.mongo.close()
