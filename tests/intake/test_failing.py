"""A mistake of ours that strikes at one event: whoever feeds a spool goes on past it, and at all events: whoever feeds waits."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from deploy.client import door as of_door
from deploy.client.door import Door
from deploy.client.feeder import Feeder, Sent
from deploy.client.spool import Spool
from services.intake.validation import Validation
from tests.intake.given import Campaign, make_issue


class Enough(Exception):
    """It was waited for so often that it will be for ever."""


async def feed(spool: Spool, campaign: Campaign) -> Sent:
    """A run of a feeder with patience for forty waits."""
    left, sent = iter(range(40)), Sent()

    def waits(*_: object) -> None:
        if next(left, None) is None:
            raise Enough

    with spool.held():
        async with Door(str(campaign.client.base_url), campaign.secrets["t01"], float("inf"), waits) as door:
            await Feeder(spool, door, sent, lambda: None).send_all()
    return sent


@pytest.mark.parametrize(("struck", "left"), [({1, 4}, 0), ({0}, 0), (set(range(6)), 6)])
async def test_an_event_at_which_a_mistake_of_ours_strikes_holds_up_none_and_a_mistake_at_all_holds_up_all(
    campaign: Campaign, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, struck: set[int], left: int
) -> None:
    spool, events, take = Spool(tmp_path / "spool"), [make_issue() for _ in range(6)], Validation.take
    monkeypatch.setattr(of_door, "PAUSE", 0.001)
    monkeypatch.setattr(of_door, "LONGEST_PAUSE", 0.001)
    spool.put([make_issue()])
    assert (await feed(spool, campaign)).accepted == 1
    ids = {events[each]["id"] for each in struck} if left == 0 else None

    def strikes(self: Validation, event: Any, *more: Any) -> Any:
        if ids is None or event.id in ids:
            raise RuntimeError("a mistake of ours")
        return take(self, event, *more)

    monkeypatch.setattr(Validation, "take", strikes)
    spool.put(events)
    if left:
        with pytest.raises(Enough):
            await feed(spool, campaign)
    else:
        assert (await feed(spool, campaign)).accepted == 6 - len(struck)
        kept = [orjson.loads(line) for line in spool.unjudged.read_bytes().splitlines()]
        assert [each["event"] for each in kept] == [events[each] for each in sorted(struck)]
        assert all("answered 500" in each["refused"][0]["detail"] for each in kept)
    assert (spool.left(), spool.unjudged.exists()) == (left, not left)
