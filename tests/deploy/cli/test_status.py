"""`xiaohao status`: what waits where is said by what is really to be handled, and what is away keeps nothing else from being seen."""

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from typer.testing import CliRunner, Result

from deploy.cli.app import app
from deploy.client.dead_letters import SETTLES
from deploy.client.status import SERVICES, Away, Books, Outbox, Status, status
from services.ledger.clock import MARGIN
from shared.kafka.broker import Broker
from shared.mongo import Mongo
from shared.settings import Settings
from shared.topics import INTAKE, dead_letters
from shared.workdays import start_of
from tests.deploy.given import Played

CHECKOUT = Path(__file__).parents[3]
REFUSES = "127.0.0.1:1"


@pytest.fixture
def silent() -> Iterator[str]:
    """An address at which connections are taken, and nothing is ever answered."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


def ran(played: Played, *options: str, **instead: str) -> Result:
    """The command, on the installation of the campaign that was played, but for what is instead of it."""
    own = {"KAFKA_BOOTSTRAP": played.stage.kafka_bootstrap, "MONGODB_URI": played.stage.mongodb_uri, "NAMESPACE": played.stage.namespace}
    given = {"COLUMNS": "300"} | {f"XIAOHAO_{name}": value for name, value in (own | instead).items()}
    return CliRunner().invoke(app, ["status", *options], env=given)


def ran_apart(*options: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, which ends with connections under way that would be warned of in this one."""
    given = os.environ | {f"XIAOHAO_{name}": value for name, value in settings.items()}
    command = [sys.executable, "-m", "deploy.cli", "status", *options]
    return subprocess.run(command, cwd=CHECKOUT, env=given, capture_output=True, text=True, check=False)


def all_of(played: Played) -> list[str]:
    return [word for address in played.stage.addresses.values() for word in ("--at", address)]


def parts(of: Result) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(of.stdout)
    return found


def test_where_all_is_well_each_part_is_shown_and_the_code_is_0(played: Played) -> None:
    whole = ran(played, "--json", *all_of(played), CLOCK="told")
    assert whole.exit_code == 0, whole.stdout + whole.stderr
    found = parts(whole)
    assert [each["service"] for each in found["services"]] == [*SERVICES]
    assert {(each["live"], each["ready"], each["away"]) for each in found["services"]} == {(True, True, None)}
    assert {(each["copies"], each["lag"]) for each in found["reading"]} == {(1, 0)}
    assert played.plan.campaign in [each["campaign"] for each in found["campaigns"]["campaigns"]]
    assert found["disk_kafka"]["size"] > found["disk_kafka"]["free"] > 0
    screen = ran(played, *all_of(played), CLOCK="told").stdout
    for said in ("reporting  ", "campaign.notices", "Set aside 搁置", "is told 由事件推动", "GiB free", played.plan.campaign):
        assert said in screen, screen


@pytest.mark.parametrize(
    ("instead", "away"),
    [
        ({"KAFKA_BOOTSTRAP": REFUSES}, {"reading", "dead_letters", "disk_kafka"}),
        ({"MONGODB_URI": f"mongodb://{REFUSES}/?replicaSet=rs0"}, {"ledger", "campaigns", "notices", "disk_mongodb"}),
    ],
)
def test_what_is_away_is_said_with_why_and_all_else_is_shown(played: Played, instead: dict[str, str], away: set[str]) -> None:
    whole = ran(played, "--json", *all_of(played), **instead)
    assert whole.exit_code == 1, whole.stderr
    found = parts(whole)
    assert {name for name, part in found.items() if isinstance(part, dict) and part.get("away")} == away
    assert all(REFUSES in found[name]["away"] or "within" in found[name]["away"] for name in away)
    assert "Traceback" not in whole.stderr


def test_what_takes_connections_and_answers_nothing_holds_nobody_up(played: Played, silent: str) -> None:
    beside = ("--at", f"http://{silent}", "--at", "http://none.invalid:1", "--at", "nonsense")
    whole = ran_apart(
        *("--json", *all_of(played), *beside),
        KAFKA_BOOTSTRAP=silent,
        MONGODB_URI=f"mongodb://{silent}/?directConnection=true",
    )
    assert whole.returncode == 1, whole.stderr
    found = json.loads(whole.stdout)
    assert [each["ready"] for each in found["services"]] == [True, True, True, True, False, False, False]
    assert all(each["away"] for each in found["services"][4:])
    assert {name for name, part in found.items() if isinstance(part, dict) and part.get("away")} == found.keys() - {"services"}
    shown = ran(played, "--at", f"http://{silent}").stdout
    assert re.search(rf"\? +http://{silent} ", shown), shown
    assert "away 无应答: does not answer within 5 s" in shown


def test_a_server_that_is_no_service_is_not_taken_for_one(played: Played) -> None:
    where = f"{played.stage.addresses['reporting']}/nowhere"
    assert parts(ran(played, "--json", "--at", where))["services"][0]["away"] == "answers as no service of Xiaohao does"


@pytest.fixture
async def waiting(broker: Broker, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Status]:
    """An installation that runs no service, in which something waits everywhere."""
    monkeypatch.setenv("XIAOHAO_MONGODB_URI", settings.mongodb_uri.get_secret_value())
    await broker.create_topics()
    letters = broker.name(dead_letters(INTAKE))
    async with AIOKafkaProducer(bootstrap_servers=broker.bootstrap, transactional_id=broker.name("told")) as producer:
        for told in (b"1", b"2"):
            async with producer.transaction():
                await producer.send_and_wait(broker.name(INTAKE), told, partition=1)
        async with producer.transaction():
            settled = [await producer.send_and_wait(letters, b"x", partition=0) for _ in range(3)][1]
            await producer.send_and_wait(letters, b"", partition=0, headers=[(SETTLES, str(settled.offset).encode())])
    ledger = Mongo(settings.mongodb_uri.get_secret_value(), broker.name("xiaohao-ledger"))
    notify = ledger.beside(broker.name("xiaohao-notify"))
    await ledger["aside"].insert_many([{"_id": "c/u/issue/1", "waiting": ["a", "b"]}, {"_id": "c/u/issue/2", "waiting": ["b"]}])
    await ledger["subjects"].insert_many(
        [{"_id": f"c/u/issue/{n}", "partition": 1, "wake": wake} for n, wake in ((2, "2026-01-05"), (3, "2026-01-06"), (4, None))]
    )
    since = datetime.now(UTC) - timedelta(hours=1)
    await notify["deliveries"].insert_many(
        [{"open": True, "state": "pending", "cause": cause, "entered": since} for cause in ("away", "away", None)] + [{"open": False}]
    )
    yield await status(broker, {})
    ledger.close()


async def test_what_waits_is_counted_by_what_is_to_be_handled_without_markers_of_transactions(waiting: Status) -> None:
    assert not isinstance(waiting.reading, Away)
    reading = {(each.service, each.topic): each for each in waiting.reading}
    ledger = reading.pop(("ledger", INTAKE))
    assert (ledger.copies, ledger.lag, ledger.partitions) == (0, 2, {f"{INTAKE}/1": 2})
    assert ledger.oldest_seconds > 0
    assert {each.lag for each in reading.values()} == {0}
    assert not isinstance(waiting.dead_letters, Away)
    assert {topic: count for topic, count in waiting.dead_letters.items() if count} == {dead_letters(INTAKE): 2}
    assert isinstance(waiting.ledger, Books)
    due = start_of(date(2026, 1, 6)) + MARGIN  # what is set aside wakes for nobody
    assert (waiting.ledger.aside_subjects, waiting.ledger.aside_events, waiting.ledger.next_due) == (2, 3, due)
    assert waiting.ledger.late_seconds > 0
    assert isinstance(waiting.notices, Outbox)
    assert (waiting.notices.pending, waiting.notices.waiting) == (3, {"away": 2})
    assert waiting.well
