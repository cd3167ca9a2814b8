"""`xiaohao topics ensure` makes the topics, sets what differs, and changes nothing where records or their order could be lost."""

import asyncio
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from deploy.cli.app import app
from deploy.client.topic_changes import ensure_topics
from shared.kafka.broker import Broker, own_configs, set_configs
from shared.topics import FOR_EVER, INTAKE, LEDGER, NOTICES, PEOPLE, TOPICS


async def ensure(broker: Broker, *, may_delete: bool = False, dry_run: bool = False) -> dict[str, set[str]]:
    """Make them so; the settings that were not right, by what becomes of them. Names have no namespace, since that differs from test to test."""
    found = await ensure_topics(broker, may_delete, dry_run)
    verdicts: dict[str, set[str]] = {}
    for each in found:
        if each.verdict != "right":
            verdicts.setdefault(each.verdict, set()).add(
                f"{each.topic.removeprefix(broker.namespace)} {each.name}: {each.now} → {each.wanted}"
            )
    return verdicts


async def configs(broker: Broker) -> dict[str, dict[str, str]]:
    async with broker.admin() as admin:
        return await own_configs(admin, broker.topics)


async def set_own(broker: Broker, topic: str, **changes: str) -> None:
    """Somebody sets something else on a topic."""
    name = broker.name(topic)
    async with broker.admin() as admin:
        own = (await own_configs(admin, [name]))[name]
        wanted = own | {key.replace("_", "."): value for key, value in changes.items()}
        await set_configs(admin, {name: wanted})
        async with asyncio.timeout(30):  # a broker answers for others a moment later
            while (await own_configs(admin, [name])).get(name) != wanted:
                continue


async def come_to_be(broker: Broker, wanted: dict[str, dict[str, str]]) -> None:
    """All topics are set so, a moment later at most."""
    async with asyncio.timeout(30):
        while await configs(broker) != wanted:
            continue


async def partitions(broker: Broker) -> dict[str, int]:
    async with broker.admin() as admin:
        return {each["topic"]: len(each["partitions"]) for each in await admin.describe_topics([*broker.topics])}


async def made(broker: Broker) -> None:
    """The topics are there, as services make them at their start."""
    await broker.create_topics()
    await come_to_be(broker, {name: broker.config(topic) for name, topic in broker.topics.items()})


async def test_all_topics_are_made_as_they_are_to_be_and_the_second_time_nothing_is_left_to_do(broker: Broker) -> None:
    assert (await ensure(broker, dry_run=True)).keys() == {"made"}
    assert await configs(broker) == {}, "a dry run makes nothing"
    assert (await ensure(broker)).keys() == {"made"}
    await come_to_be(broker, {broker.name(topic.name): topic.config() | {"min.insync.replicas": "1"} for topic in TOPICS})
    assert set((await partitions(broker)).values()) == {broker.partitions}
    assert await ensure(broker) == {}


async def test_what_the_services_make_at_their_start_is_what_is_ensured(broker: Broker) -> None:
    await made(broker)
    assert await ensure(broker) == {}


@pytest.mark.parametrize(
    ("topic", "changes"),
    [
        (INTAKE, {"retention_ms": "1000"}),
        (LEDGER, {"retention_ms": "1000"}),
        (LEDGER, {"cleanup_policy": "compact"}),
        (LEDGER, {"cleanup_policy": "compact,delete", "retention_ms": "1000"}),
        (LEDGER, {"max_message_bytes": "1000"}),
        (f"{LEDGER}.dlt", {"retention_ms": str(FOR_EVER)}),
    ],
)
async def test_what_keeps_more_is_set_and_what_else_is_set_on_a_topic_stays(broker: Broker, topic: str, changes: dict[str, str]) -> None:
    await made(broker)
    before = await configs(broker)
    await set_own(broker, topic, segment_bytes="20000000", **changes)
    assert (await ensure(broker)).keys() == {"set"}
    name = broker.name(topic)
    await come_to_be(broker, before | {name: before[name] | {"segment.bytes": "20000000"}})


@pytest.mark.parametrize(
    ("topic", "changes", "said"),
    [
        (NOTICES, {"retention_ms": str(FOR_EVER)}, "retention.ms: -1 → 31536000000"),
        (INTAKE, {"retention_ms": str(10**12)}, "retention.ms: 1000000000000 → 2592000000"),
        (NOTICES, {"cleanup_policy": "compact"}, "cleanup.policy: compact → delete"),
        (PEOPLE, {"cleanup_policy": "delete"}, "cleanup.policy: delete → compact"),
    ],
)
async def test_what_would_delete_records_is_refused_until_it_is_allowed(
    broker: Broker, topic: str, changes: dict[str, str], said: str
) -> None:
    await made(broker)
    right = await configs(broker)
    await set_own(broker, topic, **changes)
    await set_own(broker, LEDGER, max_message_bytes="1000")
    before = await configs(broker)
    assert f"{topic} {said}" in (await ensure(broker))["deletes"]
    assert await configs(broker) == before, "all or nothing"
    await ensure(broker, may_delete=True, dry_run=True)
    assert await configs(broker) == before
    await ensure(broker, may_delete=True)
    await come_to_be(broker, right)


@pytest.mark.parametrize("count", [1, 3, 5])
async def test_another_number_of_partitions_is_refused_whatever_is_allowed(broker: Broker, count: int) -> None:
    there = replace(broker, partitions=count)
    await made(there)
    assert f"{INTAKE} partitions: {count} → 4" in (await ensure(broker, may_delete=True))["partitions"]
    assert set((await partitions(broker)).values()) == {count}
    assert await ensure(there) == {}


async def test_one_topic_with_other_partitions_keeps_the_missing_ones_from_being_made(broker: Broker) -> None:
    async with broker.admin() as admin:
        await broker.create(admin, {broker.name(INTAKE): TOPICS[0]}, 2)
    before = {broker.name(INTAKE): broker.config(TOPICS[0])}
    await come_to_be(broker, before)
    assert (await ensure(broker)).keys() == {"partitions", "made"}
    assert await configs(broker) == before


async def test_fewer_copies_than_are_wanted_are_refused_before_all_writing_stops(broker: Broker) -> None:
    await made(broker)
    before = await configs(broker)
    assert f"{LEDGER} replication: 1 → 3" in (await ensure(replace(broker, replication=3)))["replication"]
    assert await configs(broker) == before, "two of one copy can never be in sync"


@pytest.mark.parametrize(("copies", "least"), [(1, "1"), (2, "1"), (3, "2"), (5, "4")])
def test_what_is_acknowledged_has_all_copies_but_one(broker: Broker, copies: int, least: str) -> None:
    assert {replace(broker, replication=copies).config(topic)["min.insync.replicas"] for topic in TOPICS} == {least}


def test_the_command_shows_what_is_and_what_is_to_be_and_says_why_it_changes_nothing(broker: Broker) -> None:
    def run(*options: str, partitions: int = 4) -> tuple[int, str]:
        set_to = {"KAFKA_BOOTSTRAP": broker.bootstrap, "NAMESPACE": broker.namespace, "PARTITIONS": str(partitions)}
        environment = {"COLUMNS": "300", **{f"XIAOHAO_{name}": value for name, value in set_to.items()}}
        ran = CliRunner().invoke(app, ["topics", "ensure", *options], env=environment)
        return ran.exit_code, ran.output

    code, said = run("--dry-run")
    assert code == 0, said
    assert f"{len(TOPICS)} topics would change" in said
    assert f"{len(TOPICS)} topics made or set" in run()[1]
    asyncio.run(made(broker))
    code, said = run()
    assert (code, "Every topic is as it is to be" in said) == (0, True)
    code, said = run(partitions=8)
    assert (code, f"{broker.name(INTAKE)} partitions: 4 → 8: never changes" in said, "Nothing was changed" in said) == (1, True, True)
    code, said = run("--kafka", "127.0.0.1:1")
    assert (code, "127.0.0.1:1" in said) == (1, True)
