"""An event that intake fails at, each time: it holds nothing up, and an intake that fails at everything has nothing put aside."""

import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import orjson
import pytest

from deploy.client import door as of_door
from deploy.client.cloudevent import OF_PERSONS
from deploy.client.door import NOT_JUDGED, TRIES, Door, NotTold
from deploy.client.feeder import Feeder, Sent
from deploy.client.spool import Spool
from shared.events.catalogue import CATALOGUE
from shared.events.fact import Fact
from shared.events.people import PersonErased, PersonNamed, PersonReleased
from tests.deploy.client.doors import HTML, StubDoor, stub_door

Failed = tuple[int, dict[str, str], bytes]
BUG = orjson.dumps({"title": "Internal Server Error", "detail": "this is a bug"})
WAYS: dict[str, Failed] = {
    "a bug": (500, {}, BUG),
    "a bug, in words of a server": (500, {}, b"Internal Server Error"),
    "no answer: it hangs up": (0, {}, b""),
    "a gateway whose server fell": (502, {}, HTML),
    "a gateway that waited in vain": (504, {}, HTML),
    "a filter on the way": (403, {}, HTML),
}


class Enough(Exception):
    """It was waited for so often that it will be for ever."""


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch) -> Iterator[StubDoor]:
    monkeypatch.setattr(of_door, "PAUSE", 0.001)
    monkeypatch.setattr(of_door, "LONGEST_PAUSE", 0.001)
    with stub_door() as found:
        yield found


def events(count: int, *poisoned: int) -> list[dict[str, Any]]:
    return [{"id": f"{number:03}"} | ({"poison": True} if number in poisoned else {}) for number in range(count)]


def at_poison(failed: Failed) -> Callable[[Sequence[Any]], Failed | None]:
    return lambda told: failed if any("poison" in each for each in told) else None


def kept(path: Path) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in path.read_bytes().splitlines()] if path.exists() else []


async def follow(spool: Spool, door: StubDoor, waits: Callable[[], None] = lambda: None) -> Sent:
    """A run of a feeder that never loses patience, until nothing waits."""
    sent = Sent()
    with spool.held():
        async with Door(door.url, "xh_k_s", float("inf"), lambda *_: waits()) as teller:
            await Feeder(spool, teller, sent, lambda: None).send_all()
    return sent


def enough(tries: int) -> Callable[[], None]:
    """Hears of each wait, and of so many no more."""
    left = iter(range(tries))

    def waits() -> None:
        if next(left, None) is None:
            raise Enough

    return waits


@pytest.mark.parametrize("way", WAYS)
async def test_it_is_kept_aside_with_what_was_said_and_what_follows_goes_on(tmp_path: Path, door: StubDoor, way: str) -> None:
    seed = random.randrange(10**6)
    print(f"seed {seed}")  # noqa: T201  shown where a test fails
    draw = random.Random(seed)
    spool, poisoned = Spool(tmp_path), draw.sample(range(150), 3)
    spool.put(events(150, *poisoned))
    door.fails = at_poison(WAYS[way])

    sent = await follow(spool, door)

    assert door.ids == [each["id"] for each in events(150, *poisoned) if "poison" not in each]
    aside = kept(spool.unjudged)
    assert [(each["event"], each["line"]) for each in aside] == [(events(150, *poisoned)[each], each + 1) for each in sorted(poisoned)]
    assert {each["refused"][0]["rule"] for each in aside} == {NOT_JUDGED}
    said = f"answered {WAYS[way][0]}" if WAYS[way][0] else "failed"
    assert all(said in each["refused"][0][text] for each in aside for text in ("detail", "detail_zh"))
    assert (sent.accepted, sent.refused, sent.unjudged, spool.left(), kept(spool.refused)) == (147, 0, 3, 0, [])


@pytest.mark.parametrize("poisoned", [(0,), (0, 1), (0, 1, 2), (2,)])
async def test_also_first_of_all_one_after_another_and_alone(tmp_path: Path, door: StubDoor, poisoned: tuple[int, ...]) -> None:
    spool = Spool(tmp_path)
    for each in events(3, *poisoned):
        spool.put([each])
        door.fails = at_poison(WAYS["a bug"])
        await follow(spool, door)
    assert [each["event"]["id"] for each in kept(spool.unjudged)] == [f"{each:03}" for each in poisoned]
    assert len(door.ids) == 3 - len(poisoned)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("ready", [True, False])
async def test_an_intake_that_fails_at_all_has_nothing_put_aside(tmp_path: Path, door: StubDoor, way: str, ready: bool) -> None:
    spool = Spool(tmp_path)
    spool.put(events(20))
    door.fails, door.ready = (lambda _: WAYS[way]), ready
    with pytest.raises(Enough):
        await follow(spool, door, enough(50))
    assert (spool.left(), kept(spool.unjudged), kept(spool.refused)) == (20, [], [])
    door.fails, door.ready = (lambda _: None), True
    assert (await follow(spool, door)).accepted == 20
    assert door.ids == [each["id"] for each in events(20)]


@pytest.mark.parametrize("one_by_one", [True, False])
async def test_nor_has_one_that_fails_at_every_event_and_only_at_them_but_for_one_to_which_there_is_no_other(
    tmp_path: Path, door: StubDoor, one_by_one: bool
) -> None:
    spool = Spool(tmp_path)
    spool.put(events(1 if one_by_one else 20))
    door.fails = lambda told: WAYS["a bug"] if told else None
    waits = enough(90)

    async def feed_all() -> None:
        async with Door(door.url, "xh_k_s", float("inf"), lambda *_: waits()) as teller:
            feeder = Feeder(spool, teller, Sent(), lambda: None)
            for each in events(20):
                await feeder.send_all()
                spool.put([each])

    with spool.held(), pytest.raises(Enough):
        await feed_all()
    assert len(kept(spool.unjudged)) == (1 if one_by_one else 0)


async def test_a_feeder_that_comes_after_another_knows_what_intake_took_from_that(tmp_path: Path, door: StubDoor) -> None:
    spool = Spool(tmp_path)
    spool.put([{"id": "taken"}])
    await follow(spool, door)
    spool.put(events(1))
    door.fails = lambda told: WAYS["a bug"] if told else None
    with pytest.raises(Enough):
        await follow(spool, door, enough(30))
    assert (spool.left(), kept(spool.unjudged)) == (1, [])
    (tmp_path / "taken.json").write_bytes(b'[{"id": "ta')  # a disk that lost its power
    assert spool.taken() is None


@pytest.mark.parametrize("fact", [PersonNamed, PersonReleased, PersonErased])
@pytest.mark.parametrize("before", [[{"id": "issue", "type": "IssueReported"}], []])
async def test_what_was_told_of_a_person_is_not_kept_and_not_told_again_to_see_whether_intake_is_well(
    tmp_path: Path, door: StubDoor, fact: type[Fact], before: list[dict[str, Any]]
) -> None:
    spool, person = Spool(tmp_path), {"id": "person", "type": fact.__name__, "data": {"name": "王芳"}}
    spool.put([*before, person])
    await follow(spool, door)
    spool.put([person])
    await follow(spool, door)
    kept_for_later = [orjson.loads((tmp_path / "taken.json").read_bytes())] if (tmp_path / "taken.json").exists() else []
    assert kept_for_later == [before] * len(before)
    told = len(door.taken)
    spool.put(events(3, 0))
    door.fails = at_poison(WAYS["a bug"])
    await follow(spool, door)
    assert [each for each in door.taken[told:] if each["id"] == "person"] == []
    assert [each["event"]["id"] for each in kept(spool.unjudged)] == ["000"]


@pytest.mark.parametrize("content", [[{"id": "1", "type": "PersonNamed", "data": {"name": "王芳"}}], [], {}, [1]])
def test_what_an_older_feeder_kept_of_a_person_or_somebody_wrote_there_is_told_to_nobody_and_deleted(tmp_path: Path, content: Any) -> None:
    (tmp_path / "taken.json").write_bytes(orjson.dumps(content))
    assert Spool(tmp_path).taken() is None
    assert list(tmp_path.iterdir()) == []


def test_events_of_persons_are_all_that_speak_of_them_and_of_no_issue() -> None:
    assert {each.__name__ for each in CATALOGUE.values() if each.__module__ == PersonNamed.__module__} == set(OF_PERSONS)


async def test_nor_has_one_that_fails_at_every_event_from_some_moment_on_and_says_that_it_is_ready(tmp_path: Path, door: StubDoor) -> None:
    spool = Spool(tmp_path)
    spool.put(events(150))
    door.fails = lambda told: WAYS["a bug"] if told and len(door.ids) >= 100 else None
    with pytest.raises(Enough):
        await follow(spool, door, enough(50))
    assert (spool.left(), kept(spool.unjudged)) == (50, [])


async def test_nor_is_put_aside_what_came_while_it_started_again_or_said_that_it_is_away(tmp_path: Path, door: StubDoor) -> None:
    spool = Spool(tmp_path)
    spool.put(events(1))
    away: Failed = (503, {}, b'{"detail": "Kafka is away"}')
    door.answers = [WAYS["a bug"], (0, {}, b""), *[away] * 20, WAYS["a bug"]]
    assert (await follow(spool, door)).accepted == 1


async def test_who_waits_no_longer_than_a_minute_hears_it_as_a_refused_row(door: StubDoor) -> None:
    door.fails = at_poison(WAYS["a bug"])
    async with Door(door.url, "xh_k_s") as teller:
        answer = await teller.tell(events(10, 4))
    assert (answer.accepted, [(each.index, each.rule) for each in answer.refusals]) == (9, [(4, NOT_JUDGED)])


async def test_a_key_that_ends_meanwhile_stops_it(tmp_path: Path, door: StubDoor) -> None:
    spool = Spool(tmp_path)
    spool.put(events(1))
    door.answers = [*[WAYS["a bug"]] * TRIES, *[(401, {}, b'{"title": "Unauthorized", "detail": "no valid API key"}')] * 2]
    with pytest.raises(NotTold, match="no valid API key"):
        await follow(spool, door)
    assert (spool.left(), kept(spool.unjudged)) == (1, [])


async def test_what_was_kept_aside_is_put_back_behind_what_waits_and_told_once_intake_is_mended(tmp_path: Path, door: StubDoor) -> None:
    spool = Spool(tmp_path)
    assert spool.put_back() == 0
    spool.put(events(9, 0, 4))
    door.fails = at_poison(WAYS["a bug"])
    await follow(spool, door)
    spool.put([{"id": "next"}])
    with spool.unjudged.open("ab") as torn:
        torn.write(b'{"event":{"id":"to')  # a feeder was killed
    with spool.held():
        assert spool.put_back() == 2
    assert not spool.unjudged.exists()
    door.fails = lambda _: None
    sent = await follow(spool, door)
    assert (door.ids[-3:], sent.accepted, kept(spool.refused), kept(spool.unjudged)) == (["next", "000", "004"], 3, [], [])
