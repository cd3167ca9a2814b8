"""Telling intake while it is away, busy, behind something else, or finds a request too large."""

import math
from collections.abc import Iterator

import orjson
import pytest
from httpx import Response

from deploy.client.cloudevent import CloudEvent
from deploy.client.door import AWAY, Door, NotTold
from deploy.client.pause import LONGEST, pause_told
from tests.deploy.client.doors import HTML, StubDoor, stub_door


@pytest.fixture
def door() -> Iterator[StubDoor]:
    with stub_door() as found:
        yield found


def problem(status: int, retry: str | None = None, detail: str = "as it is") -> tuple[int, dict[str, str], bytes]:
    """An answer of intake's that takes nothing."""
    return status, {"Retry-After": retry} if retry else {}, orjson.dumps({"title": "T", "detail": detail})


def events(count: int, bad: int = 0) -> list[CloudEvent]:
    """Events, the first of them bad."""
    return [{"id": str(number)} | ({"bad": True} if number < bad else {}) for number in range(count)]


@pytest.mark.parametrize("status", [429, 503])
async def test_it_is_asked_again_when_it_says(door: StubDoor, status: int) -> None:
    pauses = list[float]()
    door.answers = [problem(status, "1")]
    async with Door(door.url, "xh_k_s", waits=lambda _, seconds: pauses.append(seconds)) as teller:
        assert (await teller.tell(events(3))).accepted == 3
    assert pauses == [1.0]


async def test_where_it_does_not_say_the_pauses_grow_and_no_two_tellers_have_the_same(door: StubDoor) -> None:
    pauses = list[float]()
    door.answers = [problem(status) for status in (429, 500, 503)]
    async with Door(door.url, "xh_k_s", waits=lambda _, seconds: pauses.append(seconds)) as teller:
        assert (await teller.tell(events(3))).accepted == 3
    assert [0.1 * 2**number <= each <= 0.2 * 2**number for number, each in enumerate(pauses)] == [True] * 3
    assert len({each / 2**number for number, each in enumerate(pauses)}) > 1


NOON = "Mon, 30 Nov 2026 12:00:00 GMT"


@pytest.mark.parametrize(
    ("pause", "now", "seconds"),
    [
        ("7", NOON, 7),
        (" 7 ", NOON, 7),
        ("Mon, 30 Nov 2026 12:00:07 GMT", NOON, 7),
        ("Monday, 30-Nov-26 12:00:07 GMT", NOON, 7),
        ("Mon Nov 30 12:00:07 2026", NOON, 7),
        ("Mon, 30 Nov 2026 20:00:07 +0800", NOON, 7),
        ("999999999999", NOON, LONGEST),
        ("9" * 5000, NOON, LONGEST),
        ("Fri, 31 Dec 9999 23:59:59 GMT", NOON, LONGEST),
        ("Sun, 06 Nov 2094 08:49:37 GMT", None, LONGEST),
        ("Sun, 06 Nov 2094 08:49:37 GMT", "soon", LONGEST),
        ("Sun, 06 Nov 1994 08:49:37 GMT", NOON, 0),
        ("Mon, 30 Nov 99999 12:00:07 GMT", NOON, 0),
        ("Mon, 30 Nov 2026 12:00:07 +9999", NOON, 0),
        ("Mon, 31 Feb 2026 12:00:07 GMT", NOON, 0),
        ("5, 10", NOON, 0),
        ("1e9", NOON, 0),
        ("inf", NOON, 0),
        ("nan", NOON, 0),
        ("-9", NOON, 0),
        ("0", NOON, 0),
    ],
)
def test_the_pause_that_is_asked_for_is_seconds_or_a_moment_by_the_clock_of_who_says_so(
    pause: str, now: str | None, seconds: float
) -> None:
    assert pause_told(Response(503, headers={"Retry-After": pause} | ({"Date": now} if now else {}))) == seconds


@pytest.mark.parametrize("pause", ["Sun, 06 Nov 1994 08:49:37 GMT", "soon", "-1", "²", ""])
async def test_a_pause_that_cannot_be_read_is_passed_over(door: StubDoor, pause: str) -> None:
    door.answers = [(503, {"Retry-After": pause.encode().decode("latin-1")}, b"{}")]
    async with Door(door.url, "xh_k_s") as teller:
        assert (await teller.tell(events(1))).accepted == 1


async def test_it_gives_up_where_the_pause_is_longer_than_its_patience(door: StubDoor) -> None:
    door.answers = [problem(503, f"{AWAY + 1:.0f}", "Kafka is away")]
    async with Door(door.url, "xh_k_s") as teller:
        with pytest.raises(NotTold, match=r"was away for 60 s: .*503: Kafka is away"):
            await teller.tell(events(1))


@pytest.mark.parametrize("status", [400, 401, 403, 404, 415, 422])
@pytest.mark.parametrize("patience", [AWAY, math.inf])
async def test_what_no_waiting_mends_is_said_at_once_however_patient_it_is(door: StubDoor, status: int, patience: float) -> None:
    door.answers = [problem(status, detail="no valid API key")]
    async with Door(door.url, "xh_k_s", patience) as teller:
        with pytest.raises(NotTold, match=f"intake answered {status} T: no valid API key"):
            await teller.tell(events(1))
    assert door.requests == [1]


async def test_a_stranger_at_its_address_is_no_intake_until_intake_once_answered_there(door: StubDoor) -> None:
    door.answers = [(200, {}, HTML)]
    async with Door(door.url, "xh_k_s") as teller:
        with pytest.raises(NotTold, match="answered 200, but not as intake does; is this the right address"):
            await teller.tell(events(1))
        assert (await teller.tell(events(1))).accepted == 1
        door.answers = [(200, {}, HTML), (302, {}, b""), (502, {}, HTML)]
        assert (await teller.tell(events(1))).accepted == 1


async def test_who_has_no_end_of_patience_waits_for_an_address_at_which_nothing_ever_answered() -> None:
    tries = list[str]()

    class Enough(Exception):
        pass

    def waits(why: str, _: float) -> None:
        tries.append(why)
        if len(tries) == 3:
            raise Enough

    async with Door("http://127.0.0.1:1", "xh_k_s") as hasty:
        with pytest.raises(NotTold, match=r"nothing answers at http://127\.0\.0\.1:1"):
            await hasty.tell(events(1))
    async with Door("http://127.0.0.1:1", "xh_k_s", math.inf, waits) as patient:
        with pytest.raises(Enough):
            await patient.tell(events(1))
    assert all("nothing answers at" in each for each in tries)


async def test_what_is_too_large_is_told_in_parts_in_order_and_the_answer_is_one(door: StubDoor) -> None:
    door.most = 4
    sent = [*events(5), {"id": "5", "bad": True}, *({"id": str(number)} for number in range(6, 21)), {"id": "21", "bad": True}]
    async with Door(door.url, "xh_k_s") as teller:
        answer = await teller.tell(sent)
    assert (answer.accepted, [each.index for each in answer.refusals]) == (20, [5, 21])
    assert door.ids == [each["id"] for each in sent if "bad" not in each]


async def test_one_event_that_is_too_large_is_refused_alone(door: StubDoor) -> None:
    door.most = 0
    async with Door(door.url, "xh_k_s") as teller:
        answer = await teller.tell(events(1))
    assert [(each.index, each.rule, each.reason_zh) for each in answer.refusals] == [(0, "too-large", "单条事件过大，无法报送")]


async def test_every_event_that_was_refused_is_known_though_an_answer_lists_but_some(door: StubDoor) -> None:
    door.listed = 3
    async with Door(door.url, "xh_k_s") as teller:
        answer = await teller.tell(events(20, bad=12))
    assert (answer.accepted, [each.index for each in answer.refusals]) == (8, list(range(12)))


async def test_a_line_too_slow_for_a_batch_is_given_less(door: StubDoor) -> None:
    door.answers = [problem(408)]
    async with Door(door.url, "xh_k_s") as teller:
        assert (await teller.tell(events(10))).accepted == 10
    assert door.requests == [10, 5, 5]
