"""What destroys something says what, and asks: `--dry-run` only says it, `--yes` does not ask, and where nobody can be asked nothing is done."""

import asyncio
import hashlib
import os
import pty
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

import orjson
import pytest
import typer
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import GroupCoordinatorNotAvailableError
from pymongo import MongoClient
from typer.testing import CliRunner, Result

from deploy.cli.app import app
from shared.attachments import DATABASE, Attachment, Attachments, Uploader
from shared.kafka.broker import Broker, own_configs, set_configs
from shared.mongo import Mongo
from shared.settings import Settings
from shared.topics import LEDGER, NOTICES, TOPICS, dead_letters
from tests.stream import STREAM_KEY

CHECKOUT = Path(__file__).parents[3]
SHA256 = hashlib.sha256(b"a face").hexdigest()
OF_A_PERSON = ("wang", "--book", "c/u", "--reason", "gone", "--url", "http://127.0.0.1:1", "--key", "xh_root_secret")
DESTROYS: dict[str, tuple[str, ...]] = {
    "rebuild": (),
    "restore": ("--from-topic", "--replace"),
    "dead drop": (f"{dead_letters(LEDGER)}/0/0", "--why", "nobody knows"),
    "erase": OF_A_PERSON,
    "people release": OF_A_PERSON,
    "keys revoke": ("town-1",),
    "attachments remove": (SHA256, "--reason", "a face"),
    "topics ensure": ("--allow-deletion",),
}
"""Each command that destroys something, with what it is given here."""
KEEPS = {
    *("up", "demo", "fetch", "feed", "simulate", "announce", "plan check", "plan show", "tail", "verify", "status", "doctor"),
    # What is replayed was told; a key that is rotated goes on under another secret; who may announce what is changed back by the same command.
    *("dead list", "dead show", "dead replay", "keys new", "keys list", "keys rotate", "keys log", "campaigns allow", "campaigns list"),
    "attachments allow",
}
"""Every other one."""


def commands() -> dict[str, set[str]]:
    """Each command with its options."""

    def below(group: Any, words: tuple[str, ...]) -> Iterator[tuple[str, set[str]]]:
        for name, each in group.commands.items():
            if hasattr(each, "commands"):
                yield from below(each, (*words, name))
            else:
                yield " ".join((*words, name)), {option for parameter in each.params for option in parameter.opts}

    return dict(below(typer.main.get_command(app), ()))


def test_every_command_says_whether_it_destroys_and_what_destroys_and_nothing_else_can_be_told_yes() -> None:
    there = commands()
    assert there.keys() == DESTROYS.keys() | KEEPS
    assert not DESTROYS.keys() & KEEPS
    assert {name for name, options in there.items() if "--yes" in options} == DESTROYS.keys()
    assert {name for name in DESTROYS if "--dry-run" not in there[name]} == set()


@pytest.fixture
def installation(settings: Settings, broker: Broker, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Settings:
    """One that runs no service, and has something that each of them would destroy."""
    given = {
        "XIAOHAO_KAFKA_BOOTSTRAP": settings.kafka_bootstrap,
        "XIAOHAO_MONGODB_URI": settings.mongodb_uri.get_secret_value(),
        "XIAOHAO_NAMESPACE": settings.namespace,
        "XIAOHAO_STREAM_KEY": STREAM_KEY.get_secret_value(),
        "XDG_CACHE_HOME": str(tmp_path),
        "COLUMNS": "300",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    asyncio.run(fill(settings, broker))
    assert run("keys new", "town-1", "--unit", "t01").exit_code == 0
    return settings


async def fill(settings: Settings, broker: Broker) -> None:
    """Topics of which one keeps records longer than it is to, a dead letter, an attachment that an event names, a book, and a person."""
    await broker.create_topics()
    name = broker.name(NOTICES)
    async with broker.admin() as admin:  # a year is less: what is older would be deleted
        await set_configs(admin, {name: (await own_configs(admin, [name]))[name] | {"retention.ms": "-1"}})
        async with asyncio.timeout(30):
            while (await own_configs(admin, [name]))[name]["retention.ms"] != "-1":
                continue
    async with AIOKafkaProducer(bootstrap_servers=broker.bootstrap) as producer:
        await producer.send_and_wait(broker.name(dead_letters(LEDGER)), b"x", partition=0)
    reporting = Mongo(settings.mongodb_uri.get_secret_value(), broker.name("xiaohao-reporting"))
    kept = Attachments(reporting.beside(broker.name(DATABASE)))
    await kept.prepare()
    made = Attachment(SHA256, "image/jpeg", 6, None, b"small")
    await kept.keep(BytesIO(b"a face"), made, SHA256, lambda: Uploader("bureau", "t01", "t01"))
    await reporting["events"].insert_one({"subject": "c/u/issue/1", "value": orjson.dumps({"fact": {"evidence": [made.reference]}})})
    await reporting.beside(broker.name("xiaohao-ledger"))["recorded"].insert_one({"_id": "c/u@0000000001"})
    person = {"_id": "u/wang", "unit": "u", "name": "王", "erased": False, "position": 1}
    for service in ("intake", "notify", "reporting"):
        await reporting.beside(broker.name(f"xiaohao-{service}"))["people"].insert_one(dict(person))
    reporting.close()


def run(command: str, *arguments: str) -> Result:
    return CliRunner().invoke(app, [*command.split(), *arguments])


def all_there_is(settings: Settings, broker: Broker) -> dict[str, Any]:
    """Every document by its hash, every record by its offset, how topics keep them, and where groups stand."""
    with MongoClient[dict[str, Any]](settings.mongodb_uri.get_secret_value()) as client:
        names = [name for name in client.list_database_names() if name.startswith(settings.namespace)]
        found: dict[str, Any] = {name: client[name].command("dbHash")["collections"] for name in names}
    assert found
    return found | asyncio.run(on_topics(broker))


async def on_topics(broker: Broker) -> dict[str, Any]:
    found: dict[str, Any] = {}
    async with broker.admin() as admin, asyncio.timeout(60):
        found["configs"] = await own_configs(admin, broker.topics)
        for group in ("reporting.ledger", "reporting.people", "reporting.notices"):
            while group not in found:
                with suppress(GroupCoordinatorNotAvailableError):  # of a Kafka from which nobody has read yet
                    found[group] = await admin.list_consumer_group_offsets(broker.namespace + group)
    async with AIOKafkaConsumer(bootstrap_servers=broker.bootstrap) as consumer:
        places = [TopicPartition(broker.name(topic.name), number) for topic in TOPICS for number in range(broker.partitions)]
        found["ends"] = await consumer.end_offsets(places)
        found["begins"] = await consumer.beginning_offsets(places)
    return found


def test_what_destroys_does_nothing_in_a_dry_run_nor_where_nobody_can_be_asked_and_says_what_it_would(
    installation: Settings, broker: Broker
) -> None:
    before = all_there_is(installation, broker)
    for command, arguments in DESTROYS.items():
        asked = run(command, *arguments)
        assert (asked.exit_code, "no terminal to ask at, so say --yes" in asked.stderr) == (1, True), (command, asked.output)
        dry = run(command, *arguments, "--dry-run")
        assert dry.exit_code == 0, (command, dry.output)
        assert asked.stdout, command
        assert dry.stdout.startswith(asked.stdout), command
        assert all_there_is(installation, broker) == before, command


def test_each_does_it_once_it_is_told_yes(installation: Settings, broker: Broker) -> None:
    for command in DESTROYS.keys() - {"erase", "people release"}:  # which need a service
        before = all_there_is(installation, broker)
        done = run(command, *DESTROYS[command], "--yes")
        assert done.exit_code == 0, (command, done.output)
        if command == "topics ensure":  # a broker says so a moment later
            limit = time.monotonic() + 30
            while all_there_is(installation, broker) == before:
                assert time.monotonic() < limit
        assert all_there_is(installation, broker) != before, command


@pytest.mark.parametrize(("answer", "code"), [(b"n\n", 1), (b"\n", 1), (b"y\n", 0)])
def test_somebody_at_a_terminal_is_asked(installation: Settings, broker: Broker, answer: bytes, code: int) -> None:
    before = all_there_is(installation, broker)
    here, there = pty.openpty()
    os.write(here, answer)
    command = [sys.executable, "-m", "deploy.cli", "keys", "revoke", "town-1"]
    ran = subprocess.run(command, cwd=CHECKOUT, stdin=there, capture_output=True, text=True, check=False)
    os.close(here)
    os.close(there)
    assert (ran.returncode, "Do it 确定执行? [y/N]" in ran.stderr) == (code, True), ran.stdout + ran.stderr
    assert (all_there_is(installation, broker) == before) == bool(code)
