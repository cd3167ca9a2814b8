"""Topics as they are and as they are to be: what is missing is made, what differs is set, and what could lose records or their order is not."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from deploy.client.mistake import UserMistake
from shared.faults import Unavailable
from shared.kafka.broker import Broker, Config, describe_configs, own_configs, set_configs
from shared.kafka.entry import require_entry
from shared.topics import FOR_EVER, is_dead_letters

Verdict = Literal["right", "made", "set", "deletes", "partitions", "replication"]
"""`deletes`: Kafka would delete records that it keeps now. `partitions` and `replication` can never be changed from here."""


class Setting(NamedTuple):
    """One setting of a topic: what it is, what it is to be, and what that means."""

    topic: str
    name: str
    now: str | None
    wanted: str
    verdict: Verdict


async def ensure_topics(broker: Broker, may_delete: bool = False, dry_run: bool = False) -> list[Setting]:
    """Every setting of every topic as it was found; unless `dry_run`, all are as they are to be afterwards, or nothing was changed (`refusals`).

    Raises UserMistake where Kafka does not answer or does not let us.
    """
    try:
        await require_entry(broker)
        async with broker.admin() as admin:
            found = await _find(admin, broker)
            if not dry_run and not refusals(found, may_delete):
                await _make(admin, broker, found)
            return found
    except (Unavailable, KafkaError, OSError) as error:
        raise UserMistake(f"Kafka at {broker.bootstrap}: {error}") from None


def refusals(found: Iterable[Setting], may_delete: bool) -> list[Setting]:
    """What stands in the way of changing anything."""
    never = {"partitions", "replication"} | (set() if may_delete else {"deletes"})
    return [each for each in found if each.verdict in never]


async def _find(admin: AIOKafkaAdminClient, broker: Broker) -> list[Setting]:
    configs = await describe_configs(admin, broker.topics)
    described = {each["topic"]: each["partitions"] for each in await admin.describe_topics([*configs])} if configs else {}
    return [setting for topic in broker.topics for setting in _settings(broker, topic, described.get(topic, ()), configs.get(topic, {}))]


def _settings(broker: Broker, topic: str, partitions: Sequence[dict[str, Any]], configs: Mapping[str, Config]) -> Iterator[Setting]:
    size = {"partitions": broker.partitions, "replication": broker.replication}
    wanted = broker.config(broker.topics[topic])
    if not partitions:
        yield from (Setting(topic, name, None, str(value), "made") for name, value in (size | wanted).items())
        return
    now = {"partitions": len(partitions), "replication": min(len(each["replicas"]) for each in partitions)}
    for name, verdict in (("partitions", "partitions"), ("replication", "replication")):
        yield Setting(topic, name, str(now[name]), str(size[name]), "right" if now[name] == size[name] else verdict)  # type: ignore[arg-type]
    for name, value in wanted.items():
        config = configs[name]
        if config.own and config.value == value:
            yield Setting(topic, name, value, value, "right")
        else:
            deletes = not is_dead_letters(topic) and _deletes(name, {name: each.value for name, each in configs.items()}, wanted)
            yield Setting(topic, name, config.value, value, "deletes" if deletes else "set")


def _deletes(name: str, now: Mapping[str, str], wanted: Mapping[str, str]) -> bool:
    """Whether Kafka would delete what it keeps now. Dead letters may be kept no longer than they are to be: services see to that themselves."""
    if name == "cleanup.policy":
        new = {*wanted[name].split(",")} - {*now[name].split(",")}
        return "compact" in new or ("delete" in new and int(wanted["retention.ms"]) != FOR_EVER)
    if name != "retention.ms" or "delete" not in now["cleanup.policy"] or int(wanted[name]) == FOR_EVER:
        return False
    return int(now[name]) == FOR_EVER or int(wanted[name]) < int(now[name])


async def _make(admin: AIOKafkaAdminClient, broker: Broker, found: Iterable[Setting]) -> None:
    """Raises Unavailable."""
    missing = {each.topic for each in found if each.verdict == "made"}
    await broker.create(admin, {name: topic for name, topic in broker.topics.items() if name in missing}, broker.partitions)
    changed = {each.topic for each in found if each.verdict in {"set", "deletes"}}
    own = await own_configs(admin, changed) if changed else {}
    await set_configs(admin, {topic: configs | broker.config(broker.topics[topic]) for topic, configs in own.items()})
