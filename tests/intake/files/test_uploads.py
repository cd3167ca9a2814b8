"""A sheet through the door: good rows are told, bad ones come back with their reasons, and whatever happens nothing counts twice."""

import asyncio
import hashlib
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.client.key_register import KeysMistake, keep
from deploy.embedded.ports import choose
from deploy.embedded.servers import Embedded
from services.intake.envelope import Row
from services.intake.files import http as door_of_files
from services.intake.files import store, uploads
from services.intake.files.heading import REASON
from services.intake.taking import Taking
from shared.http.access import Keys, Secret
from shared.http.problem import Problem
from tests.intake.files.given import HEADINGS, PLACE, FileDoor, cells, changed, csv, issue_row
from tests.intake.given import KEY, NOW, Campaign
from tests.stream import STREAM_KEY

CHECKOUT = Path(__file__).parents[3]
MANY = 5_000
"""Rows that take longer to be told than it takes to look how far they are."""
OFTEN = "from services.intake.files import uploads; uploads.BEAT, uploads.PART = 0.02, 100; from services.intake.app import main; main()"
"""Intake, which tells a few rows at a time and says often how far it is: fast machines are killed in the middle too."""


@asynccontextmanager
async def another_intake(campaign: Campaign, embedded: Embedded) -> AsyncIterator[tuple[str, asyncio.subprocess.Process]]:
    """A second copy of intake, as a process of its own, which knows the key of t01."""
    kept = Secret(sha256=hashlib.sha256(campaign.secrets["t01"].encode()).hexdigest(), made=NOW)
    with suppress(KeysMistake):  # kept for a test before this one
        await keep([KEY.model_copy(update={"secrets": (kept,)})], {}, embedded.mongodb_uri, campaign.broker.namespace)
    port = choose([])
    said = {"KAFKA_BOOTSTRAP": embedded.kafka_bootstrap, "MONGODB_URI": embedded.mongodb_uri, "NAMESPACE": campaign.broker.namespace}
    said |= {"CLOCK": "told", "STREAM_KEY": STREAM_KEY.get_secret_value(), "HTTP_PORT": str(port)}
    env = os.environ | {f"XIAOHAO_{name}": value for name, value in said.items()}
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", OFTEN, env=env, cwd=CHECKOUT)
    address = f"http://127.0.0.1:{port}"
    try:
        async with httpx.AsyncClient(base_url=address) as client, asyncio.timeout(60):
            while True:
                with suppress(httpx.TransportError):
                    if (await client.get("/readyz")).status_code == 200:
                        break
        yield address, child
    finally:
        if child.returncode is None:
            child.kill()
        await child.wait()


@pytest.fixture
async def door(campaign: Campaign) -> FileDoor:
    """The door, and where the topic ends now."""
    await campaign.mark()
    return FileDoor(campaign)


async def ended(door: FileDoor, place: str) -> dict[str, Any]:
    """What became of an upload, once it is over."""
    while (said := (await door.get(place)).json())["state"] in ("reading", "telling"):
        pass
    assert isinstance(said, dict)
    return said


def numbers(told: list[tuple[str, str]]) -> list[str]:
    """The own numbers of issues that were told, each as often as it was."""
    return sorted(subject.rpartition("~")[2] for _, subject in told)


async def test_good_rows_are_told_and_a_bad_one_is_named_by_row_column_and_reason(door: FileDoor) -> None:
    answer = await door.send(csv(issue_row("a1"), issue_row("a2", 类别="天气"), issue_row("a3")))

    said = answer.json()
    assert (answer.status_code, said["state"], said["rows"], said["told"], said["refused"]) == (207, "done", 3, 2, 1)
    assert answer.headers["location"] == f"/v1/files/{said['upload']}"
    [mistake] = said["errors"]
    assert (mistake["row"], mistake["column"], mistake["field"], mistake["value"]) == (3, "D", "data.category", "天气")
    assert mistake["detail"]
    assert mistake["detail_zh"]
    assert numbers(await door.told()) == ["a1", "a3"]
    again = (await door.get(answer.headers["location"])).json()
    assert {name: again[name] for name in again.keys() - {"detail", "detail_zh"}} == {
        name: said[name] for name in again.keys() - {"detail", "detail_zh"}
    }


async def test_what_intake_refuses_of_an_event_stands_beside_its_row(door: FileDoor) -> None:
    answer = await door.send(csv(issue_row("b1"), issue_row("b2", 单位="h2"), issue_row("13800138000")), key="h1")
    assert answer.status_code == 207, answer.text
    assert [(each["row"], each["column"]) for each in answer.json()["errors"]] == [(3, "B"), (4, "A")]
    assert numbers(await door.told()) == ["b1"]


async def test_a_mended_report_is_sent_again_and_only_what_was_mended_is_new(door: FileDoor) -> None:
    first = await door.send(csv(issue_row("c1"), issue_row("c2", 类别="天气"), issue_row("c3")))
    before = await door.told()
    report = await door.get(first.json()["report"])

    assert report.headers["content-type"].endswith("spreadsheetml.sheet")
    assert "filename*=utf-8''%E8%A1%A8-report.xlsx" in report.headers["content-disposition"]
    found = cells(report.content)
    assert found[0] == [*HEADINGS, REASON.zh]
    assert found[1] == [*issue_row("c1"), None]
    assert "天气" in found[2]
    assert first.json()["errors"][0]["detail_zh"] in found[2][-1]

    second = await door.send(changed(report.content, "D3", "服务环境"), name="表-report.xlsx")

    assert (second.status_code, second.json()["told"], second.json()["refused"]) == (202, 3, 0), second.text
    after = await door.told()
    assert set(before) < set(after)
    assert sorted(set(numbers(after))) == ["c1", "c2", "c3"]
    assert len(set(after)) == 3
    assert (await door.get(f"/v1/files/{second.json()['upload']}/report.xlsx")).status_code == 404


async def test_a_file_without_numbers_sent_twice_tells_the_same_events(door: FileDoor) -> None:
    sheet = csv(issue_row("d")[1:], headings=HEADINGS[1:])
    for _ in range(2):
        assert (await door.send(sheet)).status_code == 202
    told = await door.told()
    assert (len(told), len(set(told))) == (2, 1)


@pytest.mark.parametrize(
    ("body", "name"),
    [(b"", "a.csv"), (b"PK\x03\x04 no workbook", "a.xlsx"), (b"%PDF-1.7", "a.xlsx"), (csv(["x"], headings=["没有这一列"]), "a.csv")],
)
async def test_of_a_file_that_is_refused_as_a_whole_nothing_is_told(door: FileDoor, body: bytes, name: str) -> None:
    answer = await door.send(body, name=name)
    said = answer.json()
    assert (answer.status_code, said["state"], said["told"], said["refused"]) == (422, "refused", 0, 0), answer.text
    assert said["rule"]
    assert said["detail"]
    assert (await door.get(f"/v1/files/{said['upload']}")).json()["rule"] == said["rule"]
    assert await door.told() == []


async def test_where_all_rows_are_refused_the_answer_says_so(door: FileDoor) -> None:
    answer = await door.send(csv(issue_row("e1", 类别="天气"), issue_row("e2", 发现日期="13月")))
    assert (answer.status_code, answer.json()["told"], answer.json()["refused"]) == (422, 0, 2)
    assert await door.told() == []


async def test_another_bureau_finds_of_an_upload_what_it_finds_of_none(door: FileDoor) -> None:
    upload = (await door.send(csv(issue_row("f1"), issue_row("f2", 类别="天气")))).json()["upload"]
    for path in ("", "/report.xlsx"):
        theirs = [await door.get(f"/v1/files/{id}{path}", "t02") for id in (upload, "never-was")]
        assert [each.status_code for each in theirs] == [404, 404]
        assert theirs[0].content == theirs[1].content
        assert (await door.get(f"/v1/files/{upload}{path}")).status_code == 200


async def test_of_a_campaign_of_another_root_a_key_finds_what_it_finds_of_none(door: FileDoor) -> None:
    stranger = door.campaign.secrets["stranger"]
    headers = {"authorization": f"Bearer {stranger}"}
    for method, path in (("POST", "/v1/files/{}/issues"), ("GET", "/v1/templates/{}/issues.xlsx"), ("GET", "/v1/templates/{}/units.xlsx")):
        answers = [
            await door.campaign.client.request(method, path.format(each), headers=headers) for each in ("tengzhou-2019", "never-was")
        ]
        assert answers[0].status_code == answers[1].status_code
        if answers[0].status_code == 404:
            assert answers[0].text.replace("tengzhou-2019", "never-was") == answers[1].text
        else:
            assert cells(answers[0].content) == cells(answers[1].content)
    assert "局".encode() not in answers[0].content


@pytest.mark.parametrize(("form", "status"), [("issues", 202), ("weather", 404)])
async def test_there_are_the_forms_that_there_are(door: FileDoor, form: str, status: int) -> None:
    assert (await door.send(csv(issue_row("g1")), form=form)).status_code == status


async def test_a_form_of_a_browser_is_no_file(door: FileDoor) -> None:
    headers = door.headers("t01") | {"content-type": "multipart/form-data; boundary=x"}
    answer = await door.campaign.client.post(f"{PLACE}/issues", content=b"--x--", headers=headers)
    assert answer.status_code == 415


async def test_a_file_that_is_too_large_is_refused_and_its_place_is_free_again(door: FileDoor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.intake.files.receiving.LARGEST", 1000)

    async def parts() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"x" * 100

    for body in (b"x" * 1001, parts(), b"x" * 1001, b"x" * 1001):
        assert (await door.send(body)).status_code == 413


async def test_a_key_has_two_files_under_way_at_most_and_others_have_theirs(door: FileDoor) -> None:
    begun, ends = asyncio.Semaphore(0), asyncio.Event()

    async def slow(number: str) -> AsyncIterator[bytes]:
        yield csv()
        begun.release()
        await ends.wait()
        yield ",".join(issue_row(number)).encode()

    sending = [asyncio.create_task(door.send(slow(f"h{number}"))) for number in range(uploads.OF_ONE_KEY)]
    for _ in sending:
        await begun.acquire()
    await door.get("/v1/files/never-was")  # what was sent before is looked at before this is answered

    third = await door.send(csv(issue_row("h9")))

    assert (third.status_code, third.headers["retry-after"]) == (429, "10")
    assert (await door.send(csv(issue_row("h8")), key="root")).status_code == 202
    ends.set()
    assert [(await each).status_code for each in sending] == [202, 202]
    assert (await door.send(csv(issue_row("h7")))).status_code == 202


async def test_of_workbooks_the_latest_of_a_unit_are_kept_and_all_answers(door: FileDoor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "WORKBOOKS", 2)
    for key in ("root", "t01", "t01", "t01"):
        answer = await door.send(csv(issue_row("s1", 类别="天气")), key=key)
        assert answer.json()["report"]
    uploads_of = door.campaign.intake.mongo[store.UPLOADS]
    kept = await uploads_of.find({"source": "t01", "refused": {"$gt": 0}}).sort("until", -1).to_list(None)
    assert [bool(each["report"]) for each in kept] == [True, True, *[False] * (len(kept) - 2)]
    assert [(len(each["errors"]), each["unlisted"]) for each in kept[:3]] == [(1, 0), (1, 0), (0, 1)]
    for each in kept[:3]:
        status = 200 if each["report"] else 404
        assert (await door.get(f"/v1/files/{each['_id']}/report.xlsx")).status_code == status
        assert (await door.get(f"/v1/files/{each['_id']}")).json()["refused"] == 1
    assert await uploads_of.count_documents({"source": "bureau", "report": {"$gt": 0}}) > 0


async def test_a_long_upload_is_answered_by_where_its_progress_is(door: FileDoor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door_of_files, "WAIT", 0.0)
    bad = {"类别": "天气"}
    answer = await door.send(csv(*(issue_row(f"i{number}", **(bad if number == 601 else {})) for number in range(1200))))
    said = answer.json()
    assert (answer.status_code, said["state"]) in [(202, "reading"), (202, "telling")]
    seen = [0]
    while said["state"] in ("reading", "telling"):
        said = (await door.get(answer.headers["location"])).json()
        seen.append(said["told"])
    assert (said["state"], said["told"], said["refused"], seen) == ("done", 1199, 1, sorted(seen))
    assert [(each["row"], each["column"]) for each in said["errors"]] == [(603, "D")]
    report = cells((await door.get(said["report"])).content)
    assert (len(report), [number for number, row in enumerate(report, 1) if row[-1]]) == (1201, [1, 603])
    assert sorted(set(numbers(await door.told()))) == sorted(f"i{number}" for number in range(1200) if number != 601)


async def test_rows_are_told_again_while_kafka_is_away_and_each_counts_once(door: FileDoor, monkeypatch: pytest.MonkeyPatch) -> None:
    tries, take = list[int](), Taking.take

    async def away_at_first(self: Taking, part: Sequence[Row], *more: Any) -> None:
        tries.append(len(part))
        if len(tries) < 3:
            raise Problem("away", what="Kafka", why="no answer")
        await take(self, part, *more)

    monkeypatch.setattr(uploads, "AGAIN", 0.0)
    monkeypatch.setattr(Taking, "take", away_at_first)
    answer = await door.send(csv(issue_row("p1"), issue_row("p2", 类别="天气")))
    assert (answer.json()["told"], answer.json()["refused"], tries) == (1, 1, [1, 1, 1])
    assert numbers(await door.told()) == ["p1"]


async def test_where_kafka_stays_away_the_upload_is_stopped_and_says_so(door: FileDoor, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(*_: Any) -> None:
        raise Problem("away", what="Kafka", why="no answer")

    monkeypatch.setattr(uploads, "AWAY", 0.0)
    monkeypatch.setattr(uploads, "AGAIN", 0.0)
    monkeypatch.setattr(Taking, "take", away)
    answer = await door.send(csv(issue_row("q1")))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert (answer.json()["state"], answer.json()["told"]) == ("stopped", 0)


async def test_an_upload_ends_with_its_key(door: FileDoor, monkeypatch: pytest.MonkeyPatch) -> None:
    take = Taking.take

    async def revoked_after_a_part(self: Taking, *more: Any) -> None:
        await take(self, *more)
        monkeypatch.setattr(Keys, "holder", lambda *_: None)

    monkeypatch.setattr(Taking, "take", revoked_after_a_part)
    answer = await door.send(csv(*(issue_row(f"r{number}") for number in range(uploads.PART + 1))))
    assert (answer.json()["state"], answer.json()["rule"], answer.json()["told"]) == ("stopped", "key-gone", uploads.PART)


async def test_an_upload_whose_service_is_killed_says_so_and_sent_again_counts_once(
    door: FileDoor, embedded: Embedded, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = csv(*(issue_row(f"k{number}") for number in range(MANY)))
    async with (
        another_intake(door.campaign, embedded) as (address, child),
        httpx.AsyncClient(base_url=address, headers=door.headers("t01"), timeout=60) as client,
    ):
        sending = asyncio.create_task(client.post(f"{PLACE}/issues", content=rows, params={"name": "k.csv"}))
        uploads_of = door.campaign.intake.mongo[store.UPLOADS]
        while not (found := await uploads_of.find_one({"name": "k.csv", "told": {"$gt": 0}})):
            assert not sending.done(), sending.result().text
        child.kill()
        with pytest.raises(httpx.HTTPError):
            await sending
    monkeypatch.setattr(store, "SILENT", timedelta(seconds=1))
    place = f"/v1/files/{found['_id']}"
    said = await ended(door, place)
    assert (said["state"], said["rule"]) == ("stopped", "died")
    assert 0 < said["told"] < MANY

    again = await door.send(rows, name="k.csv")
    assert (await ended(door, again.headers["location"]))["told"] == MANY

    told = await door.told()
    assert len(told) > MANY
    assert len(set(told)) == MANY


async def test_what_becomes_of_files_and_their_rows_is_counted(door: FileDoor) -> None:
    of = door.campaign.intake.registry.get_sample_value
    names = [("uploads", outcome) for outcome in ("done", "refused", "stopped")] + [
        ("upload_rows", outcome) for outcome in ("told", "refused")
    ]

    def counted() -> dict[str, float]:
        return {f"{name} {outcome}": of(f"xiaohao_{name}_total", {"outcome": outcome}) or 0 for name, outcome in names}

    before = counted()
    await door.send(csv(issue_row("m1"), issue_row("m2", 类别="天气"), issue_row("m3")))
    await door.send(b"\x00", name="m.xlsx")
    assert {name: count - before[name] for name, count in counted().items()} == {
        "uploads done": 1,
        "uploads refused": 1,
        "uploads stopped": 0,
        "upload_rows told": 2,
        "upload_rows refused": 1,
    }
    assert of("xiaohao_uploads_under_way") == 0
