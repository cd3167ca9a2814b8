"""Who sends wrong keys is asked to wait, and forgotten in time."""

import pytest

from shared.http.wrong_keys import ADDRESSES, MINUTE, MOST, WrongKeys


class Clock:
    """A clock that a test sets."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def wrong(clock: Clock) -> WrongKeys:
    return WrongKeys(clock)


def test_some_in_a_minute_need_not_wait_and_each_more_waits_for_its_end(wrong: WrongKeys, clock: Clock) -> None:
    assert [wrong.add("10.0.0.1") for _ in range(MOST)] == [0] * MOST
    clock.now += MINUTE / 2
    assert [wrong.add("10.0.0.1") for _ in range(2)] == [MINUTE / 2] * 2
    assert wrong.add("10.0.0.2") == 0
    clock.now += MINUTE / 2
    assert wrong.add("10.0.0.1") == 0


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("10.0.0.1", "10.0.0.2", False),
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:10.0.0.1", "::ffff:10.0.0.2", False),
        ("", "no address", True),
    ],
)
def test_an_address_is_one_and_of_ipv6_its_network(wrong: WrongKeys, one: str, other: str, same: bool) -> None:
    for _ in range(MOST):
        wrong.add(one)
    assert (wrong.add(other) > 0) == same


def test_memory_is_bounded_by_forgetting_who_began_first(wrong: WrongKeys, clock: Clock) -> None:
    for number in range(3 * ADDRESSES):
        wrong.add(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}")
    assert len(wrong._counts) == ADDRESSES
