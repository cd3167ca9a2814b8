"""What holds for every answer of every service: it is kept nowhere, and taken for nothing else; it is timed, and refused access counted and logged."""

from collections.abc import AsyncIterator, Callable

import httpx
import pytest
from fastapi import Depends, FastAPI
from prometheus_client import CollectorRegistry
from starlette.routing import Route
from structlog.testing import capture_logs

from services.intake.app import build as intake
from services.ledger.app import build as ledger
from services.notify.app import build as notify
from services.reporting.app import build as reporting
from services.reporting.http.filters import without_empty
from shared.http.access import Keys
from shared.http.front import Front
from shared.http.problem import add_problems, requires
from shared.http.service import Service
from shared.settings import Settings

Build = Callable[[Settings, Keys], Service]
SERVICES: dict[str, Build] = {
    "intake": lambda settings, keys: intake(settings, keys=keys),
    "ledger": lambda settings, _: ledger(settings),
    "notify": lambda settings, _: notify(settings),
    "reporting": lambda settings, keys: reporting(settings, keys=keys),
}
KEEPING = {"reporting": {"/style.css"}}
"""What may be kept for a while: it is nobody's."""


@pytest.fixture
def keys() -> Keys:
    return Keys()


@pytest.mark.parametrize("name", list(SERVICES))
async def test_every_answer_says_no_store_and_nosniff(settings: Settings, keys: Keys, name: str) -> None:
    secret = keys.add("k", "t01", "t01", ["tell", "read"])
    service = SERVICES[name](settings, keys)

    @service.http.get("/a-bug")
    async def bug() -> None:
        raise RecursionError

    asked = 0
    async with service.serving() as address, httpx.AsyncClient(base_url=address, trust_env=False, timeout=30) as client:
        routes = [each for each in service.http.routes if isinstance(each, Route)]
        ways = {
            (method, each.path.replace("{", "").replace(":path}", "").replace("}", "")) for each in routes for method in each.methods or ()
        }
        ways |= {("PUT", path) for _, path in ways} | {
            ("GET", "/none"),
            ("HEAD", "/none"),
            ("GET", "/../x"),
            ("GET", "//"),
            ("OPTIONS", "/none"),
        }
        for method, path in sorted(ways):
            for headers in ({}, {"authorization": "Bearer xh_k_wrong"}, {"authorization": f"Bearer {secret}"}):
                answer = await client.request(method, path, headers=headers)
                asked += 1
                assert answer.headers.get_list("x-content-type-options") == ["nosniff"], (method, path, answer)
                kept = answer.status_code == 200 and path in KEEPING.get(name, ())
                assert kept or answer.headers.get_list("cache-control") == ["no-store"], (method, path, answer)
    assert asked > 20


async def test_a_request_of_two_lengths_is_refused_and_nothing_behind_it_is_read(client: httpx.AsyncClient) -> None:
    answer = await client.get("/none", headers={"content-length": "2", "transfer-encoding": "chunked"})
    assert (answer.status_code, answer.headers["connection"]) == (400, "close")
    assert (await client.get("/none", headers={"content-length": "0"})).status_code == 404


@pytest.mark.parametrize(
    ("path", "to"),
    [
        ("/told/1/", "/told/1"),
        ("/told/1/?q=%E5%A4%A9", "/told/1?q=%E5%A4%A9"),
        ("/form/a?unit=&q=1", "/form/a?q=1"),
        ("/form/%EF%BC%8F%E5%A4%A9?unit=", "/form/%EF%BC%8F%E5%A4%A9?"),
        ("/form/a%0DSet-Cookie:%20b?unit=", "/form/a%0DSet-Cookie%3A%20b?"),
        ("/form//evil.example/?unit=", "/form//evil.example/?"),
    ],
)
async def test_an_answer_leads_nowhere_but_here(client: httpx.AsyncClient, path: str, to: str) -> None:
    answer = await client.get(path, headers={"host": "evil.example", "x-forwarded-proto": "gopher"})
    assert (answer.status_code in (303, 307), answer.headers["location"]) == (True, to)
    assert str(httpx.URL(f"http://door{path}").join(to)).startswith("http://door/")


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
async def client(keys: Keys, registry: CollectorRegistry) -> AsyncIterator[httpx.AsyncClient]:
    """Asks an application with one route, which needs a key that may tell."""
    http = FastAPI()
    add_problems(http)

    @http.get("/told/{id}", dependencies=[Depends(requires(keys, "tell"))])
    async def told(id: str) -> str:
        return id

    @http.get("/form/{id:path}", dependencies=[Depends(without_empty)])
    async def form(id: str) -> str:
        return id

    async with httpx.AsyncClient(transport=httpx.ASGITransport(Front(http, registry)), base_url="http://door") as client:
        yield client


async def test_refused_access_is_counted_and_logged_without_what_was_sent(
    keys: Keys, registry: CollectorRegistry, client: httpx.AsyncClient
) -> None:
    telling, reading = keys.add("teller", "t01", "t01", ["tell"]), keys.add("reader", "t01", "t01", ["read"])
    sent = [None, f"Bearer {telling}x", "Bearer xh_stranger_secret", f"Bearer {reading}", "Basic c2VjcmV0", *["Bearer guess"] * 50]
    with capture_logs() as logs:
        for each in sent:
            await client.get(f"/told/{telling}?key={telling}", headers={"authorization": each} if each else {})
        assert (await client.get("/told/1", headers={"authorization": f"Bearer {telling}"})).status_code == 200
    counted = {
        status: registry.get_sample_value("xiaohao_http_access_refused_total", {"status": status}) for status in ("401", "403", "429")
    }
    assert counted == {"401": 11, "403": 1, "429": 43}
    assert [(each["status"], each["key"]) for each in logs[:5]] == [(401, None), (401, "teller"), (401, None), (403, "reader"), (401, None)]
    assert {each["route"] for each in logs} == {"GET /told/{id}"}
    assert len(logs) == 11 + 1 + 43
    said = str(logs)
    for secret in (telling, reading, "stranger", "secret", "guess", "c2VjcmV0", "Bearer", "Basic"):
        assert secret not in said


async def test_requests_are_timed_by_what_is_bounded_whatever_clients_send(
    keys: Keys, registry: CollectorRegistry, client: httpx.AsyncClient
) -> None:
    right = {"authorization": f"Bearer {keys.add('teller', 't01', 't01', ['tell'])}"}
    for number in range(5):
        await client.get(f"/told/{number}", headers=right)
        await client.get(f"/nothing/{number}", headers=right)
        await client.request(f"WORD{number}", f"/{number}", headers=right)
        await client.get("/told/1", headers={"authorization": f"Bearer {number}"})
    name, counts = "xiaohao_http_request_seconds_count", dict[tuple[str, ...], float]()
    for family in registry.collect():
        for each in family.samples:
            if each.name == name:
                counts[each.labels["method"], each.labels["route"], each.labels["status"]] = each.value
    assert counts == {
        ("GET", "/told/{id}", "2xx"): 5,
        ("GET", "/told/{id}", "4xx"): 5,
        ("GET", "unrouted", "4xx"): 5,
        ("other", "unrouted", "4xx"): 5,
    }


async def test_a_request_that_a_bug_ended_is_timed_as_one(registry: CollectorRegistry) -> None:
    http = FastAPI()

    @http.get("/bug")
    async def bug() -> None:
        raise RecursionError

    async with httpx.AsyncClient(transport=httpx.ASGITransport(Front(http, registry), False), base_url="http://door") as client:
        assert (await client.get("/bug")).status_code == 500
    of = {"method": "GET", "route": "/bug", "status": "5xx"}
    assert registry.get_sample_value("xiaohao_http_request_seconds_count", of) == 1
