"""What one root tells is not one byte of what another reads, on any route: each reads and is answered as if the other were not there.

The same is told to three installations: to one by both roots, to the two others by one root alone. Persons and mails: tests/notify, tests/intake.
"""

import asyncio
import io
import re
import zipfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import SecretStr

from deploy.embedded.servers import Embedded
from services.intake.app import build as build_intake
from services.intake.envelope import OPENING, OPERATING, TOLD
from services.intake.persons import PERSONS
from services.ledger.app import build as build_ledger
from services.reporting.app import build as build_reporting
from shared.events.people import PersonErased, PersonNamed, PersonReleased
from shared.http.access import Keys
from shared.kafka.broker import Broker
from shared.kafka.settled import Settled
from shared.settings import Settings
from tests.stream import STREAM_KEY
from tests.two_roots import DAY, ROOTS, alone, announced, event, issue, keys, midnight, other, own, story

SHARED = "both-2019"
"""A campaign of which both tell a tree, and the one that told it last announces it first."""
OF_PUBLIC = ("IdeaOffered", "NominationFiled")
"""Told of persons who need not be known."""
OPERATED = {"/livez", "/readyz", "/metrics", "/api/settled"}
"""What is asked of the whole installation, and speaks of no campaign."""


BRIEF = httpx.Limits(keepalive_expiry=1)
"""Seconds for which a connection waits for another question: less than the service waits, lest both end it at once."""
DIGEST = re.compile(rb"\b[0-9a-f]{16}([0-9a-f]{48})?\b")
"""Of positions, as pages have it and as files do. Which of two units tells its superior first is nobody's to say."""
MADE = re.compile(rb"<dcterms:(created|modified).*?</dcterms:\1>")


@dataclass(frozen=True)
class World:
    """One installation, and who told it something."""

    roots: Sequence[str]
    intake: httpx.AsyncClient
    reporting: httpx.AsyncClient
    settled: Settled
    secrets: Mapping[str, str]
    routes: Mapping[str, FastAPI]

    async def post(self, key: str, events: Sequence[Any]) -> httpx.Response:
        """What the door answers."""
        headers = {"Authorization": f"Bearer {self.secrets[key]}", "Content-Type": "application/cloudevents-batch+json"}
        return await self.intake.post("/v1/events", content=orjson.dumps(events), headers=headers)

    async def tell(self, key: str, events: Sequence[Any]) -> None:
        """What the door takes, and all recorded because of it."""
        answer = await self.post(key, events)
        assert answer.status_code == 202, answer.text
        await self.settled.wait()

    async def knock(self, key: str, method: str, path: str, body: bytes = b"") -> httpx.Response:
        """What another door answers."""
        headers = {"Authorization": f"Bearer {self.secrets[key]}", "Content-Type": "text/csv"}
        return await self.intake.request(method, path, content=body if method == "POST" else b"", headers=headers)

    async def read(self, key: str | None, path: str) -> tuple[int, bytes]:
        """The answer to a question, with files unpacked."""
        answer = await self.reporting.get(path, headers={"Authorization": f"Bearer {self.secrets[key]}"} if key else {})
        return answer.status_code, content(answer)


def content(answer: httpx.Response) -> bytes:
    """All that an answer holds but its headers, the digest of the order in which its books were told, and of a file when it was made."""
    if not answer.content.startswith(b"PK"):
        return DIGEST.sub(b"", answer.content)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as file:
        return b"".join(DIGEST.sub(b"", MADE.sub(b"", file.read(name))) for name in sorted(file.namelist()))


def of_shared(root: str) -> list[Any]:
    """What a root would tell to announce it."""
    return announced(root, SHARED, public=False, namesake=False)


async def both_list(worlds: Mapping[str, World], keys: Keys) -> None:
    """Each root lists a tree for the id that operators let it have, in turn."""
    for root in reversed(ROOTS):
        keys.allowances.allow(SHARED, root)
        for world in worlds.values():
            if root in world.roots:
                await world.tell(root, of_shared(root)[:-1])


async def happen(world: World) -> None:
    """All else that the roots of an installation tell, one beside the other."""
    for root in world.roots:
        await world.tell(root, announced(root, own(root)))
    if ROOTS[0] in world.roots:
        await world.tell(ROOTS[0], of_shared(ROOTS[0])[-1:])
    told = [story(root) for root in world.roots]
    for parts in zip(*told, strict=True):
        for key, events in parts:
            await world.tell(key, events)
    await world.tell("clock", [midnight(DAY), midnight("2019-04-05")])


@pytest.fixture(scope="module")
async def worlds(embedded: Embedded) -> AsyncIterator[dict[str, World]]:
    """An installation for both roots, and one for each alone."""
    made, secrets = keys()
    async with AsyncExitStack() as stack:
        found = {}
        for name, roots in {"both": tuple(reversed(ROOTS)), ROOTS[0]: ROOTS[:1], ROOTS[1]: ROOTS[1:]}.items():
            settings = Settings(
                kafka_bootstrap=embedded.kafka_bootstrap,
                mongodb_uri=SecretStr(embedded.mongodb_uri),
                namespace=f"roots-{name}-",
                clock="told",
                stream_key=STREAM_KEY,
                http_port=0,
                key_rate=100_000,
            )
            services = [build_ledger(settings), build_intake(settings, keys=made), build_reporting(settings, keys=made)]
            addresses = {}
            for service in services:
                await service.start()
                stack.push_async_callback(service.stop)
                addresses[service.name] = await stack.enter_async_context(service.serving())
            intake, reporting = [
                await stack.enter_async_context(httpx.AsyncClient(base_url=addresses[each], timeout=60, limits=BRIEF))
                for each in ("intake", "reporting")
            ]
            broker = Broker(settings.kafka_bootstrap, settings.namespace, settings.partitions)
            settled = await stack.enter_async_context(Settled(broker, ["intake", "reporting"]))
            found[name] = World(roots, intake, reporting, settled, secrets, {service.name: service.http for service in services})
        await both_list(found, made)
        await asyncio.gather(*map(happen, found.values()))
        yield found


def paths(route: str, root: str) -> list[str]:
    """A route as a key of a root asks it: of what is its own, of what is the other's, and of what nobody has."""
    campaigns = (own(root), own(other(root)), "none-2019")
    drawn = route.endswith((".docx", ".xlsx")) or not route.startswith("/api")
    named = [other(root)] if drawn else [root, "h1", other(root), f"{other(root)} h1"]
    by_unit = ["", *(f"?unit={unit}" for unit in named)]
    match route:
        case "/api/campaigns" | "/" | "/style.css":
            return [route]
        case "/api/issues":
            return [
                route,
                *(f"{route}?campaign={id}{by.replace('?', '&')}" for id in campaigns for by in by_unit),
                f"{route}?text={other(root)}",
            ]
        case "/api/issues/{id:path}" | "/issues/{id:path}":
            return [route.replace("{id:path}", issue(id)) for id in campaigns]
        case "/api/attachments/{id:path}/{sha256}":
            return [route.replace("{id:path}", issue(id)).replace("{sha256}", "0" * 64) for id in campaigns]
        case "/api/told/{event_id:path}":
            asked = [each["id"] for _, events in story(root) for each in events]
            asked += [each["id"] for each in announced(root, own(root))]
            return [f"/api/told/{id}{source}" for id in (*asked, "nobody-told-it") for source in ("", "?source=h1", "?source=desk")]
        case "/public/{campaign}":
            return [f"/public/{id}" for id in (own(root), "none-2019")]
        case _ if "/campaigns/{id}" in route:
            return [route.format(id=id) + by for id in campaigns for by in by_unit]
    raise AssertionError(f"the route {route} has no row here: say how a stranger would ask it")


@pytest.mark.parametrize("root", ROOTS)
async def test_every_route_of_reporting_answers_each_root_as_if_the_other_were_not_there(worlds: dict[str, World], root: str) -> None:
    shared, alone = worlds["both"], worlds[root]
    routes = [route for route in shared.routes["reporting"].routes if isinstance(route, APIRoute)]
    assert len(routes) == len(shared.routes["reporting"].routes), "what is served otherwise escapes this walk"
    for path in {route.path for route in routes} - OPERATED:
        for asked in paths(path, root):
            for key in (root, f"{root} h1"):
                assert await shared.read(key, asked) == await alone.read(key, asked), (key, asked)


@pytest.mark.parametrize("root", ROOTS)
async def test_each_root_reads_its_own(worlds: dict[str, World], root: str) -> None:
    for key in (root, f"{root} h1"):
        _, page = await worlds["both"].read(key, f"/campaigns/{own(root)}")
        assert root.encode() in page
        status, told = await worlds["both"].read(key, "/api/told/issue-0")
        assert (status, [each["book"] for each in orjson.loads(told)["answers"]]) == (200, [f"{own(root)}/h1"])
        status, sheet = await worlds["both"].read(key, f"/api/campaigns/{own(root)}/ledger.xlsx")
        assert f"{root} 排队太久".encode() in sheet


async def test_what_is_public_shows_what_its_own_root_has_and_nothing_of_the_other(worlds: dict[str, World]) -> None:
    for root in ROOTS:
        assert await worlds["both"].read(None, f"/public/{own(root)}") == await worlds[root].read(None, f"/public/{own(root)}")
    assert await worlds["both"].read(None, f"/public/{SHARED}") == (
        404,
        (await worlds["both"].read(None, "/public/none-2019"))[1].replace(b"none-2019", SHARED.encode()),
    )


async def test_what_is_operated_names_nothing_of_any_root(worlds: dict[str, World]) -> None:
    shared = worlds["both"]
    for path in OPERATED:
        for client in (shared.intake, shared.reporting):
            answer = await client.get(path, headers={"Authorization": f"Bearer {shared.secrets[ROOTS[0]]}"})
            assert not [root for root in ROOTS if root in answer.text], path


def told_elsewhere(root: str, type: str) -> list[Any]:
    """An event of this type as one tells it who would like to know, or to write, what is on the books of the other."""
    kind, there = TOLD[type].kind, own(other(root))
    found: list[Any] = []
    for unit in ("h1", root, other(root), "nobody"):
        subject = f"{there}/{unit}" + ("" if kind in ("book", "person") else f"/{kind}/h1~1")
        datas: tuple[dict[str, str], ...] = (
            {},
            {"by": "p1", "by_unit": root},
            {"by": "p1", "by_unit": "h1"},
            {"person": "p1", "unit": unit, "name": "谁"},
        )
        found += [
            {"specversion": "1.0", "id": "x", "type": type, "subject": subject, "time": f"{DAY}T09:00:00+08:00", "data": data}
            for data in datas
        ]
    return found


@pytest.mark.parametrize("root", ROOTS)
async def test_the_door_answers_of_what_is_told_of_anothers_books_as_if_nobody_had_them(worlds: dict[str, World], root: str) -> None:
    shared, alone = worlds["both"], worlds[root]
    for type in TOLD:
        if TOLD[type].kind == "time":
            continue
        events = told_elsewhere(root, type)
        for key in (root, f"{root} h1"):
            answer, as_if = await shared.post(key, events), await alone.post(key, events)
            assert answer.status_code in (403, 422), (type, answer.text)
            assert (answer.status_code, answer.content) == (as_if.status_code, as_if.content), (key, type)


SHEET = "编号,单位,问题,类别,来源渠道,发现日期\r\n1,h1,排队太久,没有的类别,投诉,2019-03-05\r\n".encode()
"""A sheet of issues of which no row can be told."""


def knocked_at(method: str, route: str, root: str, upload: str) -> list[str]:
    """A route of another door than that of events, as a key of a root asks it of what is the other's: its campaign, and an upload of its own."""
    there = own(other(root))
    match route:
        case "/v1/files/{campaign}/{form}":
            return [f"/v1/files/{there}/{form}?name=x.csv" for form in ("issues", "measures", "none")]
        case "/v1/templates/{campaign}/{form}.xlsx":
            return [f"/v1/templates/{there}/{form}.xlsx" for form in ("issues", "measures", "none")]
        case "/v1/files/{upload}" | "/v1/files/{upload}/report.xlsx":
            return [route.replace("{upload}", upload)]
        case _ if route.startswith("/open311/{campaign}/v2/"):
            known = {"service_code": "complaint.flow", "service_request_id": "h1~h1~1", "token": "h1~h1~1"}
            return [route.format(campaign=there, form=form, **known) for form in ("json", "xml")]
        case _ if route.startswith("/v1/attachments"):
            return [route.replace("{", "").replace("}", "")]
    raise AssertionError(f"the route {method} {route} has no row here: say how a stranger would ask it")


@pytest.mark.parametrize("root", ROOTS)
async def test_every_other_door_answers_of_what_is_anothers_as_if_nobody_had_it(worlds: dict[str, World], root: str) -> None:
    shared, alone = worlds["both"], worlds[root]
    theirs = await shared.knock(f"{other(root)} h1", "POST", f"/v1/files/{own(other(root))}/issues?name=x.csv", SHEET)
    upload = theirs.headers["location"].rpartition("/")[2]
    assert (await shared.knock(f"{other(root)} h1", "GET", f"/v1/files/{upload}")).status_code == 200
    routes = [route for route in shared.routes["intake"].routes if isinstance(route, APIRoute)]
    for method, path in sorted((method, route.path) for route in routes for method in route.methods or ()):
        if path in OPERATED or path == "/v1/events":
            continue
        for asked in knocked_at(method, path, root, upload):
            for key in (root, f"{root} h1"):
                answer, as_if = await shared.knock(key, method, asked, SHEET), await alone.knock(key, method, asked, SHEET)
                assert answer.status_code >= 400, (method, asked, answer.text)
                assert (answer.status_code, content(answer)) == (as_if.status_code, content(as_if)), (method, asked, key)


GOLDEN = Path(__file__).parent / "golden"


def told_at_home(root: str, type: str) -> Any:
    """An event of this type of one's own book, in which persons, units and subjects are such as the other root alone has."""
    golden = orjson.loads((GOLDEN / f"{type}.json").read_bytes())
    data, there, book = golden.get("fact", golden), other(root), f"{own(root)}/h1"
    for path in PERSONS[type]:
        _put(data, path, alone(there))
    theirs = {"to": there, "unit": there, "by_unit": there, "issue": issue(own(there)), "into": issue(own(there)), "into_book": own(there)}
    data |= {name: value for name, value in theirs.items() if name in TOLD[type].model_fields}
    kind = TOLD[type].kind
    subject = f"{own(root)}/{root}" if type in OPERATING else book if kind in ("book", "person") else f"{book}/{kind}/h1~{type.lower()}"
    return {"specversion": "1.0", "id": f"home-{type}", "type": type, "subject": subject, "time": f"{DAY}T09:00:00+08:00", "data": data}


def _put(value: Any, path: Sequence[str], person: str) -> None:
    for each in value if isinstance(value, list) else [value]:
        if len(path) > 1 and each.get(path[0]):
            _put(each[path[0]], path[1:], person)
        elif len(path) == 1:
            each[path[0]] = person


@pytest.mark.parametrize("root", ROOTS)
async def test_who_and_what_the_other_root_alone_has_is_unknown_at_home_byte_for_byte(worlds: dict[str, World], root: str) -> None:
    shared, alone_there = worlds["both"], worlds[root]
    types = [type for type in TOLD if TOLD[type].kind != "time" and type not in OPENING]
    events = [told_at_home(root, type) for type in types]
    for type, told in zip(types, events, strict=True):
        key = f"{root} operator" if type in OPERATING else f"{root} h1"
        answer, as_if = await shared.post(key, [told]), await alone_there.post(key, [told])
        assert (answer.status_code, answer.content) == (as_if.status_code, as_if.content), type
        if PERSONS[type] and type not in OF_PUBLIC:
            assert answer.status_code in (403, 422), (type, answer.text)
    for world in (shared, alone_there):
        await world.settled.wait()
    for told in events:
        path = f"/api/told/{told['id']}"
        assert await shared.read(f"{root} h1", path) == await alone_there.read(f"{root} h1", path), told["type"]


async def test_a_unit_takes_part_in_the_campaign_of_another_root_where_its_own_side_asked_for_that(worlds: dict[str, World]) -> None:
    (first, second), shared = ROOTS, worlds["both"]
    _, campaigns = await shared.read("joined", "/api/campaigns")
    assert {(each["id"], each["unit_name"]) for each in orjson.loads(campaigns)} == {
        (own(first), f"{first} {second}"),
        (own(second), f"{second} bureau"),
    }
    summary = orjson.loads((await shared.read("joined", f"/api/campaigns/{own(first)}/summary"))[1])
    assert (summary["unit"], summary["above"], summary["units"]) == (second, [], [])
    assert (await shared.read("joined", f"/api/campaigns/{own(first)}/summary?unit=h1"))[0] == 404
    for unit, rule in ((second, None), ("h1", "not-yours"), (first, "not-yours")):
        told = {"id": "x", "subject": f"{own(first)}/{unit}/practice/joined~1", "data": {"by": "nobody"}}
        answer = await shared.post("joined", [{"specversion": "1.0", "type": "PracticeShared", "time": f"{DAY}T09:00:00+08:00", **told}])
        rules = {each["rule"] for each in answer.json()["errors"]}
        assert rules == {rule} if rule else not rules & {"not-yours", "book-not-open"}, unit


async def test_the_door_says_of_a_campaign_of_others_what_it_says_of_one_that_nobody_has(worlds: dict[str, World]) -> None:
    (first, second), shared = ROOTS, worlds["both"]
    answers = set()
    for id in (
        own(first),
        SHARED,
        "none-2019",
    ):  # a unit with the code of the second stands in the tree of the one, and in that of the other none
        told = [each | {"id": f"late-{each['id']}"} for each in announced(second, id, public=False)]
        told.append(told[-1] | {"type": "CampaignAmended"})
        answer = await shared.post(second, told)
        assert (answer.status_code, [each["rule"] for each in answer.json()["errors"]]) == (403, ["campaign-not-allowed"] * 3)
        answers.add(answer.content.replace(id.encode(), b"the-id"))
        assert first.encode() not in answer.content.replace(id.encode(), b"")
    assert len(answers) == 1


async def test_a_campaign_of_which_both_listed_a_tree_is_that_of_whoever_announced_it(worlds: dict[str, World]) -> None:
    (first, second), shared = ROOTS, worlds["both"]
    about = ("/api/campaigns", f"/api/campaigns/{SHARED}/summary", "/api/told/campaign")
    before = [await shared.read(first, path) for path in about]
    assert [status for status, _ in before] == [200] * 3
    await shared.post(second, [each | {"id": f"later-{each['id']}"} for each in of_shared(second)])
    await shared.settled.wait()
    assert [await shared.read(first, path) for path in about] == before
    assert [each["id"] for each in orjson.loads((await shared.read(second, about[0]))[1])] == [own(second)]


async def test_an_operator_of_one_root_takes_nobodys_name_of_the_other(worlds: dict[str, World]) -> None:
    first, second = ROOTS
    before = await worlds["both"].read(first, f"/api/issues/{issue(own(first))}")
    assert b"aaeast p1" in before[1]
    gone = [
        event(f"gone-{type.__name__}", f"{own(second)}/{second}", type(person=who, reason="离职"))
        for type, who in ((PersonErased, "p1"), (PersonReleased, "head"))
    ]
    await worlds["both"].tell(f"{second} operator", gone)
    assert await worlds["both"].read(first, f"/api/issues/{issue(own(first))}") == before
    assert b"aawest p1" not in (await worlds["both"].read(second, f"/api/issues/{issue(own(second))}"))[1]
    named = event("again", f"{own(first)}/{first}", PersonNamed(person="p1", unit="h1", name="aaeast p1"))
    assert (await worlds["both"].post(first, [named])).status_code == 202, "an id that the other erased is erased there alone"
    named = event("again", f"{own(second)}/{second}", PersonNamed(person="p1", unit="h1", name="aawest p1"))
    [error] = (await worlds["both"].post(second, [named])).json()["errors"]
    assert error["rule"] == "person-erased"
