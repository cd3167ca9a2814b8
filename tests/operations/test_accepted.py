"""When the guard over operations speaks up, and what it counts."""

import pytest

from tests.operations.accepted import Figures, fallen, grown, taken_over

ACCEPTED: Figures = {"campaign": {"told events": 10}, "ledger": {"models": 4.2, "calls of our own": 100.0}}


def having(part: str, **costs: float) -> Figures:
    """The same figures, but for these."""
    return {**ACCEPTED, part: {**ACCEPTED.get(part, {}), **{name.replace("_", " "): n for name, n in costs.items()}}}


@pytest.mark.parametrize(
    ("counted", "more", "less"),
    [
        (ACCEPTED, [], []),
        (having("ledger", models=4.21), ["ledger: models: 4.2 was accepted, it is 4.21"], []),
        (having("ledger", models=4.19), [], ["ledger: models: 4.2 was accepted, it is 4.19"]),
        (having("ledger", calls_of_our_own=102.9), [], []),
        (having("ledger", calls_of_our_own=97.1), [], []),
        (having("ledger", calls_of_our_own=103.1), ["ledger: calls of our own: 100.0 was accepted, it is 103.1"], []),
        (having("ledger", finds=1.0), ["ledger: finds: nothing was accepted, it is 1.0"], []),
        (having("a page", commands=3), ["a page: commands: nothing was accepted, it is 3"], []),
        ({"campaign": {"told events": 10}, "ledger": {"calls of our own": 100.0}}, [], ["ledger: models: 4.2 was accepted, it is nothing"]),
    ],
)
def test_whatever_is_another_than_accepted_is_named_with_what_it_was_and_is(counted: Figures, more: list[str], less: list[str]) -> None:
    assert (grown(ACCEPTED, counted), fallen(ACCEPTED, counted)) == (more, less)


def test_another_campaign_is_said_first_since_all_else_moves_with_it() -> None:
    counted = {**having("a page", commands=3), "campaign": {"told events": 11}}
    assert grown(ACCEPTED, counted)[0] == "campaign: told events: 10 was accepted, it is 11"


def test_what_is_near_what_was_accepted_stays_written_down_as_it_is() -> None:
    counted: Figures = {"campaign": {"told events": 10}, "ledger": {"models": 4.1, "calls of our own": 102.9}, "a page": {"commands": 0}}
    assert taken_over(ACCEPTED, counted) == {**counted, "ledger": {"models": 4.1, "calls of our own": 100.0}}
