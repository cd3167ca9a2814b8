"""What the version before wrote is read by this one, and goes on: its topics and databases are kept as files (`write.py`)."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from deploy.client.proof import Scope, prove
from deploy.client.read_model import discard_read_model
from shared.kafka.broker import Broker
from shared.settings import Settings
from shared.topics import INTAKE, LEDGER, PEOPLE, dead_letters
from tests.installed import World, four_services
from tests.upgrade.kept import kept_records, lay
from tests.upgrade.story import EARLY, FIRST, SECOND, after

WRITTEN = sorted(Path(__file__).parent.glob("written-by-*"))


NOTES = Path(__file__).parents[2] / "docs/upgrade.md"


def asked_since(version: str) -> str:
    """What the notes ask whoever comes from a version for: all sections above its own."""
    return NOTES.read_text("utf-8").partition("\n## Unreleased\n")[2].partition(f"\n## {version}\n")[0]


@pytest.fixture(params=WRITTEN, ids=lambda path: path.name)
async def upgraded(
    request: pytest.FixtureRequest, settings: Settings, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[World]:
    """This version's services on what that one left behind, with what stands on its topics proved before and after."""
    monkeypatch.setenv("XIAOHAO_MONGODB_URI", settings.mongodb_uri.get_secret_value())
    await lay(broker, settings.mongodb_uri.get_secret_value(), request.param)
    left = await prove(broker, Scope())
    assert (left.broken, left.books) == ([], 3)
    if "xiaohao rebuild" in asked_since(request.param.name.removeprefix("written-by-")):
        await discard_read_model(broker, settings.mongodb_uri.get_secret_value())
    async with four_services(settings, broker) as world:
        await world.settled.wait()
        yield world
    heads = [f"{book}@{position}:{chain}" for book, (position, chain) in left.heads.items()]
    went_on = await prove(broker, Scope(), heads)
    assert went_on.broken == [], "nothing that was there is otherwise"
    assert went_on.events > left.events
    assert await kept_records(broker, *map(dead_letters, (INTAKE, LEDGER, PEOPLE))) == []


async def test_what_was_there_is_shown_as_it_was_and_what_waited_comes_to_its_end(upgraded: World) -> None:
    async def rows() -> dict[str, tuple[str, str | None]]:
        found = (await upgraded.read("/api/issues?campaign=flow-2019"))["items"]
        return {row["id"]: (row["status"], row["measures"]) for row in found}

    assert await rows() == {FIRST: ("struck-off", "增设窗口"), SECOND: ("entered", None)}

    await after(upgraded)

    assert await rows() == {
        FIRST: ("struck-off", "增设窗口"),
        SECOND: ("struck-off", "更换标识"),
        EARLY: ("planned", "增设座椅"),
    }
    phases = {each["code"]: each["figures"] for each in (await upgraded.read("/api/campaigns/flow-2019/summary"))["phases"]}
    assert (phases["P1"]["entered"], phases["P1"]["struck_off"]) == (1, 1), "what was told again counts once"
    assert (phases["P2"]["entered"], phases["P2"]["struck_off"], phases["P2"]["carried_over"], phases["P2"]["late"]) == (2, 1, 1, 1)


def test_what_is_kept_is_small() -> None:
    assert WRITTEN
    for folder in WRITTEN:
        assert sum(file.stat().st_size for file in folder.iterdir()) < 200_000
