"""Events that wait in a folder for the line to intake: none is lost, none is told twice as two, none overtakes another."""

import asyncio
import json
import os
import random
import re
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import orjson
import pytest

from deploy.client import spool as of_spool
from deploy.client.door import Door, NotTold
from deploy.client.feeder import Feeder, Sent
from deploy.client.mistake import UserMistake
from deploy.client.spool import AT_ONCE, Spool
from tests.deploy.client.doors import StubDoor, stub_door
from tests.faults.copies import until

CHECKOUT = Path(__file__).parents[3]


@pytest.fixture
def door() -> Iterator[StubDoor]:
    with stub_door() as found:
        yield found


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool")


async def send(spool: Spool, door: StubDoor) -> Sent:
    """A feeder's run, until nothing waits."""
    sent = Sent()
    with spool.held():
        async with Door(door.url, "xh_k_s") as teller:
            await Feeder(spool, teller, sent, lambda: None).send_all()
    return sent


def lines(*events: Any) -> bytes:
    return b"".join(orjson.dumps(each, option=orjson.OPT_APPEND_NEWLINE) for each in events)


def put_by_another(spool: Spool, name: str, content: bytes) -> None:
    """As a program does that knows nothing of us."""
    waiting = spool.folder / "waiting"
    waiting.mkdir(parents=True, exist_ok=True)
    (waiting / "put.tmp").write_bytes(content)
    (waiting / "put.tmp").rename(waiting / name)


def refused(spool: Spool) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in spool.refused.read_bytes().splitlines()] if spool.refused.exists() else []


def left(spool: Spool) -> list[str]:
    """What still waits, or was left lying about."""
    return sorted(each.name for folder in ("waiting", "sending") for each in (spool.folder / folder).iterdir() if each.name != "at.json")


def xiaohao(*arguments: str, limit: int | None = None, given: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    """The command, with files of at most so many KiB."""
    command = ["bash", "-c", f'{f"ulimit -f {limit};" if limit else ""} exec "$@"', "-", sys.executable, "-m", "deploy.cli", *arguments]
    return subprocess.run(command, cwd=CHECKOUT, input=given, capture_output=True, check=False)


async def test_all_is_sent_in_the_order_in_which_it_was_put_in_and_nothing_is_left(spool: Spool, door: StubDoor) -> None:
    for part in range(3):
        spool.put({"id": f"{part}-{number}"} for number in range(250))
    assert (await send(spool, door)).accepted == 750
    assert door.ids == [f"{part}-{number}" for part in range(3) for number in range(250)]
    assert left(spool) == []


async def test_what_another_program_put_there_is_sent_by_names_and_what_it_still_writes_is_not(spool: Spool, door: StubDoor) -> None:
    for name in ("2026-11-30.ndjson", "2026-11-29.ndjson", "2026-12-01.ndjson"):
        put_by_another(spool, name, lines({"id": f"{name}-1"}) + b"\n \n" + lines({"id": f"{name}-2"}))
    (spool.folder / "waiting/2026-12-02.tmp").write_bytes(lines({"id": "half"}))
    await send(spool, door)
    assert door.ids == [f"2026-{day}.ndjson-{number}" for day in ("11-29", "11-30", "12-01") for number in (1, 2)]
    assert left(spool) == ["2026-12-02.tmp"]


async def test_a_program_that_puts_each_event_in_a_file_of_its_own_waits_for_few_answers(spool: Spool, door: StubDoor) -> None:
    for number in range(AT_ONCE + 50):
        put_by_another(spool, f"{number:06}.ndjson", lines({"id": str(number)}))
    await send(spool, door)
    assert door.ids == [str(number) for number in range(AT_ONCE + 50)]
    assert len(door.requests) == 3


async def test_a_file_of_windows_is_read_whatever_its_name_is_written_in(spool: Spool, door: StubDoor) -> None:
    for number, name in enumerate(("日报.ndjson", "a\udcc8\udcd5.ndjson")):
        put_by_another(
            spool, name, b"\xef\xbb\xbf" + b"\r\n".join(lines({"id": f"{number}-{each}", "bad": 1}).rstrip() for each in range(3))
        )
    await send(spool, door)
    assert [each["event"]["id"] for each in refused(spool)] == ["1-0", "1-1", "1-2", "0-0", "0-1", "0-2"]
    assert left(spool) == []


NAMES = (
    *(b"a\xc8\xd5", rb"a\udcc8\udcd5", rb"a\xc8\xd5", rb"a\\xc8\\xd5", "a日".encode(), "日".encode("utf-16-be"), b"a\x01\n b"),
    *(b"\xff" * 248, "长".encode() * 82, rb"\x" * 124, b"-" * 248, b""),
)  # fmt: skip
"""Names of files, as bytes, of the same and of the greatest length."""


async def test_files_of_any_names_are_sent_each_once_and_whole_and_no_two_are_called_the_same(spool: Spool, door: StubDoor) -> None:
    for number, name in enumerate(NAMES):
        there = spool.folder / "waiting" / os.fsdecode(name + b".ndjson")
        there.parent.mkdir(parents=True, exist_ok=True)
        there.write_bytes(lines({"id": f"{number}-1"}, {"id": f"{number}-2", "bad": True}))
    assert spool.left() == 2 * len(NAMES)
    await send(spool, door)
    order = sorted(range(len(NAMES)), key=lambda number: NAMES[number] + b".ndjson")
    assert door.ids == [f"{each}-1" for each in order]
    assert [each["event"]["id"] for each in refused(spool)] == [f"{each}-2" for each in order]
    assert len({each["file"] for each in refused(spool)}) == len(NAMES)
    assert (left(spool), spool.left()) == ([], 0)


async def test_a_file_of_any_name_that_was_begun_goes_on_where_it_was(spool: Spool, door: StubDoor) -> None:
    for name in NAMES:
        put_by_another(spool, os.fsdecode(name + b".ndjson"), lines(*({"id": f"{number}"} for number in range(150))))
        door.answers, door.taken = [(202, {}, b'{"accepted": 100}'), (401, {}, b"{}")], []
        with pytest.raises(NotTold):
            await send(spool, door)
        assert spool.left() == 50
        await send(spool, door)
        assert door.ids == [str(number) for number in range(100, 150)]


def test_a_name_that_is_no_text_is_said_where_it_is_put_in(tmp_path: Path) -> None:
    odd = tmp_path / os.fsdecode(b"\xff")
    odd.mkdir()
    (odd / os.fsdecode(b"\xc8\xd5.ndjson")).write_bytes(lines({"id": "1"}))
    for more in (os.fsdecode(b"\xc8\xd5.ndjson"), os.fsdecode(b"\xfe.ndjson")):
        ran = xiaohao("feed", "--spool", str(odd / "spool"), str(odd / more))
        assert b"Traceback" not in ran.stderr
    assert Spool(odd / "spool").left() == 1


@pytest.mark.parametrize("more", [(), ("--campaign", "a", "--form", "issues"), ("--report", "b.xlsx")])
def test_a_sheet_is_not_put_in_and_it_is_said_how_it_is_sent(tmp_path: Path, more: tuple[str, ...]) -> None:
    sheet = tmp_path / ("events.ndjson" if more else "a.xlsx")
    sheet.write_bytes(lines({"id": "1"}))
    ran = xiaohao("feed", "--spool", str(tmp_path / "spool"), str(sheet), *more)
    assert (ran.returncode, ran.stderr.decode().partition(". ")[0]) == (1, "A --spool holds events")
    assert not (tmp_path / "spool").exists()


def test_nobody_but_its_owner_reads_a_spool_and_one_that_others_could_read_is_narrowed_and_said(spool: Spool, door: StubDoor) -> None:
    def modes() -> set[str]:
        return {f"{each.stat().st_mode & 0o777:o}" for each in (spool.folder, *spool.folder.rglob("*"))}

    spool.put([{"id": "1"}, {"id": "2", "bad": True}])
    assert modes() == {"700", "600"}
    for each in (spool.folder, *spool.folder.rglob("*")):
        each.chmod(0o755 if each.is_dir() else 0o664)
    put_by_another(spool, "2.ndjson", lines({"id": "3"}))
    where = ("feed", "--spool", str(spool.folder), "--url", door.url, "--key", "xh_k_s")
    first, second = xiaohao(*where), xiaohao(*where)
    assert "others could read it; it is for its owner alone from now on" in first.stderr.decode()
    assert "others could" not in second.stderr.decode()
    assert modes() == {"700", "600"}


@pytest.mark.parametrize("way", [0o2775, 0o751, 0o710])
@pytest.mark.parametrize("waiting", [0o2777, 0o1773, 0o770])
async def test_a_group_that_may_put_files_in_what_waits_still_may_and_nobody_else(
    spool: Spool, door: StubDoor, way: int, waiting: int
) -> None:
    spool.put([{"id": "1", "bad": True}])
    await send(spool, door)
    put_by_another(spool, "2.ndjson", lines({"id": "2"}))
    given = {".": way, "waiting": waiting, "waiting/2.ndjson": 0o664, "sending": 0o775, "refused.ndjson": 0o664, "lock": 0o660}
    for name, mode in given.items():
        (spool.folder / name).chmod(mode)
    for _ in range(2):
        with spool.held():
            found = {name: f"{stat.S_IMODE((spool.folder / name).stat().st_mode):o}" for name in given}
        assert found == {
            **{name: f"{given[name] & ~0o007:o}" for name in (".", "waiting", "waiting/2.ndjson")},
            "sending": "700",
            "refused.ndjson": "600",
            "lock": "600",
        }
    assert (await send(spool, door)).accepted == 1


def test_a_folder_that_holds_more_than_the_spool_stays_as_open_as_it_was(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    (tmp_path / "theirs").write_text("x")
    (tmp_path / "theirs").chmod(0o644)
    (tmp_path / "waiting").mkdir()
    (tmp_path / "waiting/link.ndjson").symlink_to(tmp_path / "theirs")
    Spool(tmp_path).put([{"id": "1"}])
    assert [f"{(tmp_path / each).stat().st_mode & 0o777:o}" for each in (".", "theirs", "waiting", "sending")] == [
        "755",
        "644",
        "700",
        "700",
    ]


@pytest.mark.parametrize("deep", range(240, 258))
async def test_an_event_of_whatever_depth_is_told_or_set_aside(spool: Spool, door: StubDoor, deep: int) -> None:
    put_by_another(spool, "1.ndjson", b'{"id":"1","x":' + b"[" * deep + b"]" * deep + b"}\n" + lines({"id": "2"}))
    await send(spool, door)
    assert len(door.ids) + len(refused(spool)) == 2
    assert left(spool) == []


async def test_a_file_with_a_name_that_was_there_before_is_sent_whole(spool: Spool, door: StubDoor) -> None:
    for day in range(3):
        put_by_another(spool, "daily.ndjson", lines(*({"id": f"{day}-{number}"} for number in range(5))))
        await send(spool, door)
    assert len(door.ids) == 15


async def test_a_torn_last_line_is_set_aside_and_what_follows_goes_on(spool: Spool, door: StubDoor) -> None:
    put_by_another(spool, "1.ndjson", lines({"id": "1"}) + b'{"id": "2", "ty')
    deep = b'{"id":' + b"[" * 300 + b"]" * 300 + b"}"
    put_by_another(spool, "2.ndjson", b'["no event"]\n\xff\n' + deep + b"\r\n" + lines({"id": "3"}).rstrip())
    sent = await send(spool, door)
    assert (door.ids, sent.refused, left(spool)) == (["1", "3"], 4, [])
    assert [(each["event"], each["file"], each["line"], each["refused"][0]["rule"]) for each in refused(spool)] == [
        ('{"id": "2", "ty', "1.ndjson", 2, "json"),
        ('["no event"]', "2.ndjson", 1, "no-object"),
        ("\\xff", "2.ndjson", 2, "json"),
        (deep.decode(), "2.ndjson", 3, "too-deep"),
    ]


async def test_what_is_refused_is_kept_with_its_reasons_and_goes_in_again_once_it_is_mended(spool: Spool, door: StubDoor) -> None:
    spool.put([{"id": "1"}, {"id": "2", "bad": True}, {"id": "3"}])
    assert (await send(spool, door)).refused == 1
    [kept] = refused(spool)
    assert kept["refused"] == [{"field": "data.text", "value": None, "rule": "invalid", "detail": "it is bad", "detail_zh": "不符合要求"}]
    mended = kept | {"event": {"id": "2"}}
    spool.refused.unlink()
    for put in (
        lambda: put_by_another(spool, "m.ndjson", lines(mended)),
        lambda: xiaohao("feed", "--spool", str(spool.folder), "-", given=lines(mended)),
    ):
        put()
        await send(spool, door)
        assert (door.taken[-1], refused(spool)) == ({"id": "2"}, [])
    assert door.ids == ["1", "3", "2"]


async def test_an_event_without_an_id_has_the_same_each_time_it_is_put_in(spool: Spool, door: StubDoor) -> None:
    spool.put(
        [
            {"data": {"a": 1, "b": [2]}, "type": "T"},
            {"type": "T", "data": {"b": [2], "a": 1}},
            {"type": "T", "data": {"a": 2}},
            {"id": "own"},
        ]
    )
    spool.put([{"type": "T", "data": {"a": 1, "b": [2]}}])
    await send(spool, door)
    assert len(door.taken) == 5
    assert len(set(door.ids)) == 3
    assert all(re.fullmatch("[0-9a-f]{32}|own", each) for each in door.ids)


@pytest.mark.parametrize("at", [b"", b"[]", b"{", b'{"file": "1.ndjson", "line": 9, "byte": 9999}', b'{"file": "1.ndjson", "line": 1, "byte": 5}', b'{"file": "1.ndjson", "line": 1, "byte": "x"}', b'{"file": "1.ndjson", "line": -1, "byte": -1}'])  # fmt: skip
async def test_a_note_of_how_far_it_was_that_cannot_be_right_is_passed_over(spool: Spool, door: StubDoor, at: bytes) -> None:
    put_by_another(spool, "1.ndjson", lines({"id": "1"}, {"id": "2"}))
    (spool.folder / "sending").mkdir()
    (spool.folder / "waiting/1.ndjson").rename(spool.folder / "sending/1.ndjson")
    (spool.folder / "sending/at.json").write_bytes(at)
    await send(spool, door)
    assert (door.ids, left(spool)) == (["1", "2"], [])


async def test_a_file_that_still_grows_after_all_is_sent_on(spool: Spool, door: StubDoor) -> None:
    put_by_another(spool, "1.ndjson", lines({"id": "1"}))
    sent = Sent()
    with spool.held():
        async with Door(door.url, "xh_k_s") as teller:
            grown = iter([True])

            def grow() -> None:
                if next(grown, False):
                    with (spool.folder / "sending/1.ndjson").open("ab") as file:
                        file.write(lines({"id": "2"}))

            await Feeder(spool, teller, sent, grow).send_all()
    assert (door.ids, left(spool)) == (["1", "2"], [])


class Killed(BaseException):
    """Stands for SIGKILL."""


async def test_whatever_step_it_is_killed_at_all_is_told_in_order_and_each_refusal_is_kept_once(
    tmp_path: Path, door: StubDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = left_over = 0

    def counted(act: Callable[..., Any]) -> Callable[..., Any]:
        def step(*arguments: Any, **named: Any) -> Any:
            nonlocal steps
            steps += 1
            if steps == left_over:
                raise Killed
            return act(*arguments, **named)

        return step

    for place, name in ((Path, "rename"), (Path, "unlink"), (os, "fsync"), (Door, "tell")):
        monkeypatch.setattr(place, name, counted(getattr(place, name)))
    told = [{"id": f"{number:03}"} | ({"bad": 1} if number % 50 == 7 else {}) for number in range(216)]
    for killed_at in range(1, 1000):
        spool, door.taken, left_over = Spool(tmp_path / str(killed_at)), [], 0
        put_by_another(spool, "1.ndjson", lines(*told[:210]))
        for number in range(210, 216):
            put_by_another(spool, f"2-{number}.ndjson", lines(told[number]))
        steps, left_over = 0, killed_at
        try:
            await send(spool, door)
            break
        except Killed:
            await send(spool, door)
        assert door.ids == [each["id"] for each in told if "bad" not in each], killed_at
        assert [each["event"]["id"] for each in refused(spool)] == [each["id"] for each in told if "bad" in each], killed_at
        assert left(spool) == [], killed_at
    assert killed_at > 20


async def test_half_a_refusal_that_a_killed_feeder_wrote_is_taken_back_and_what_people_wrote_stays(spool: Spool, door: StubDoor) -> None:
    spool.put([{"id": "1", "bad": True}])
    spool.refused.write_bytes(lines({"event": {"id": "0"}, "refused": []}) + b'{"event":{"id":"1","ba')
    await send(spool, door)
    assert [each["event"]["id"] for each in refused(spool)] == ["0", "1"]
    spool.refused.write_bytes(b"do not forget")
    spool.put([{"id": "2", "bad": True}])
    await send(spool, door)
    assert spool.refused.read_bytes().startswith(b'do not forget\n{"event":{"id":"2"')


@pytest.mark.parametrize("saved", ["before", "meanwhile"])
@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("spaced", [False, True])
async def test_a_refusal_that_an_editor_saved_without_the_end_of_its_line_is_lost_by_nothing(
    spool: Spool, door: StubDoor, saved: str, count: int, spaced: bool
) -> None:
    spool.put({"id": str(number), "bad": True} for number in range(count))
    await send(spool, door)

    def save() -> None:
        kept = [json.dumps(each) if spaced else orjson.dumps(each).decode() for each in refused(spool)]
        spool.refused.write_text("\n".join(kept))

    if saved == "before":
        save()
    spool.put([{"id": "next", "bad": True}])
    sent = Sent()
    with spool.held():
        if saved == "meanwhile":
            save()
        async with Door(door.url, "xh_k_s") as teller:
            await Feeder(spool, teller, sent, lambda: None).send_all()
    assert [each["event"]["id"] for each in refused(spool)] == [*map(str, range(count)), "next"]


def test_a_disk_that_is_full_takes_nothing_by_half_and_says_so(tmp_path: Path) -> None:
    events = tmp_path / "events.ndjson"
    events.write_bytes(lines(*({"id": str(number), "text": "x" * 100} for number in range(1000))))
    for source, given in ((str(events), None), ("-", events.read_bytes())):
        ran = xiaohao("feed", "--spool", str(tmp_path / "spool"), source, limit=16, given=given)
        assert (ran.returncode, ran.stdout) == (1, b"")
        assert "spool: File too large. Nothing was put in 未存入" in ran.stderr.decode()
        assert b"Traceback" not in ran.stderr
        assert list((tmp_path / "spool/waiting").iterdir()) == []


async def test_where_the_disk_has_no_room_for_refusals_they_wait_and_where_it_has_none_for_notes_it_goes_on(
    spool: Spool, door: StubDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool.put([{"id": "1"}, {"id": "2", "bad": True, "text": "x" * 2000}])
    before = lines({"event": {"id": "0"}, "refused": [{"detail": "x" * 20_000}]})
    spool.refused.write_bytes(before)
    where = ("feed", "--spool", str(spool.folder), "--url", door.url, "--key", "xh_k_s")
    full = xiaohao(*where, limit=20)  # KiB, so that half of it has room
    assert (full.returncode, "What was refused still waits" in full.stderr.decode()) == (1, True)
    assert spool.refused.read_bytes() == before
    assert len(left(spool)) == 1

    def no_room(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(of_spool, "_replace", no_room)
    await send(spool, door)
    assert ([each["event"]["id"] for each in refused(spool)], left(spool)) == (["0", "2"], [])


def test_a_second_feeder_of_a_folder_is_refused_and_one_that_died_stands_in_nobodys_way(spool: Spool, door: StubDoor) -> None:
    spool.put([{"id": "1"}])
    where = ("feed", "--spool", str(spool.folder), "--url", door.url, "--key", "xh_k_s")
    with spool.held():
        second = xiaohao(*where)
        assert (second.returncode, "has a feeder that is at work" in second.stderr.decode()) == (1, True)
        with pytest.raises(UserMistake), Spool(spool.folder).held():
            pass
    assert door.ids == []
    assert xiaohao(*where).returncode == 0
    assert door.ids == ["1"]


async def test_a_program_that_was_killed_while_it_put_events_in_leaves_nothing(spool: Spool) -> None:
    command = [sys.executable, "-m", "deploy.cli", "feed", "--spool", str(spool.folder), "-"]
    waiting = spool.folder / "waiting"
    putting = await asyncio.create_subprocess_exec(*command, cwd=CHECKOUT, stdin=subprocess.PIPE)
    assert putting.stdin
    putting.stdin.write(lines({"id": "never"}) * 10_000)
    await until(lambda: bool(list(waiting.glob("*.part"))))
    assert spool.put([{"id": "1"}]) == 1  # beside it: its file stays
    assert len(list(waiting.glob("*.part"))) == 1
    putting.kill()
    await putting.wait()
    assert spool.put([{"id": "2"}]) == 1
    assert [each.suffix for each in sorted(waiting.iterdir())] == [".ndjson", ".ndjson"]


async def test_a_key_that_is_not_taken_stops_it_and_all_waits_on(spool: Spool, door: StubDoor) -> None:
    spool.put({"id": str(number)} for number in range(150))
    for status in (401, 403):
        door.answers = [(status, {}, b'{"title": "Unauthorized", "detail": "no valid API key"}')]
        with pytest.raises(NotTold, match=f"{status} Unauthorized: no valid API key"):
            await send(spool, door)
    door.answers = [(401, {}, b'{"title": "Unauthorized", "detail": "no valid API key"}')]
    ran = xiaohao("feed", "--spool", str(spool.folder), "--follow", "--url", door.url, "--key", "xh_k_s")
    assert (ran.returncode, "no valid API key" in ran.stderr.decode()) == (1, True)
    assert "0 events sent 已报, 0 refused 未受理, 150 wait 待报" in ran.stdout.decode()
    await send(spool, door)
    assert door.ids == [str(number) for number in range(150)]


async def test_it_follows_what_is_put_there_until_it_is_told_to_end(spool: Spool, door: StubDoor) -> None:
    command = [sys.executable, "-m", "deploy.cli", "feed", "--spool", str(spool.folder), "--follow", "--url", door.url, "--key", "xh_k_s"]
    following = await asyncio.create_subprocess_exec(*command, cwd=CHECKOUT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    for number in range(3):
        spool.put([{"id": str(number)}])
        await until(lambda: spool.left() == 0)
        assert door.ids == [str(each) for each in range(number + 1)]
    following.terminate()
    said, errors = await following.communicate()
    assert (following.returncode, b"Traceback" in errors) == (130, False)
    assert "3 events sent 已报, 0 refused 未受理, 0 wait 待报" in said.decode()


def test_what_is_put_in_comes_behind_what_waits_also_where_the_clock_was_put_back(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    seed = random.randrange(10**6)
    print(f"seed {seed}")  # noqa: T201  shown where a test fails
    clock = random.Random(seed)
    monkeypatch.setattr(time, "time_ns", lambda: clock.randrange(10**18))
    for number in range(20):
        spool.put([{"id": str(number)}])
    assert spool.claim()
    assert [orjson.loads(each.text)["id"] for each in spool.lines()] == [str(number) for number in range(20)]


async def test_a_book_that_opens_is_waited_for_also_in_files_that_come_behind_the_announcement(spool: Spool, door: StubDoor) -> None:
    early = {"index": 0, "field": "subject", "value": None, "rule": "book-not-open", "detail": "not yet", "detail_zh": "尚未"}
    sent = Sent()
    with spool.held():
        async with Door(door.url, "xh_k_s") as teller:
            feeder = Feeder(spool, teller, sent, lambda: None)
            spool.put([{"id": "announced", "type": "CampaignAnnounced"}])
            await feeder.send_all()
            door.answers = [(422, {}, orjson.dumps({"accepted": 0, "errors": [early]}))]
            spool.put([{"id": "issue"}])
            await feeder.send_all()
    assert (door.ids, sent.accepted, sent.refused) == (["announced", "issue"], 2, 0)


def test_many_put_events_in_at_once(spool: Spool) -> None:
    with ThreadPoolExecutor(6) as many:
        assert sum(many.map(lambda number: spool.put([{"id": str(number)}]), range(240))) == 240
    assert spool.left() == 240
