"""Where Kafka is: the names of topics and groups on it, and the topics themselves."""

from collections.abc import AsyncIterator, Collection, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import TopicAlreadyExistsError, TopicAuthorizationFailedError, UnknownTopicOrPartitionError, for_code

from shared.faults import Unavailable
from shared.kafka.security import PLAIN, Security
from shared.settings import Settings
from shared.topics import FOR_EVER, TOPICS, Topic, inbox_topics, is_dead_letters

OF_TOPIC = 1
"""Kafka's number for a configuration that is set on the topic itself."""


class Config(NamedTuple):
    """One setting of a topic, as it counts."""

    value: str
    own: bool
    """Whether it is set on the topic itself; else the brokers' default, which may change."""


@dataclass(frozen=True)
class Broker:
    """Where Kafka is, how it lets us in, and what is put before every name on it."""

    bootstrap: str
    namespace: str = ""
    partitions: int = 4
    replication: int = 1
    security: Security = PLAIN

    @classmethod
    def of(cls, settings: Settings) -> "Broker":
        """The broker of the settings. Raises SettingMistake."""
        place = settings.kafka_bootstrap, settings.namespace, settings.partitions, settings.replication
        return cls(*place, Security.of(settings))

    @property
    def connection(self) -> dict[str, Any]:
        """What every client of aiokafka is made with; it holds the password in clear, so it goes nowhere else."""
        return {"bootstrap_servers": self.bootstrap, **self.security.client()}

    def name(self, topic: str) -> str:
        """A topic's name on this broker."""
        return f"{self.namespace}{topic}"

    def group(self, service: str, topic: str) -> str:
        """The consumer group of a service on a topic: one for each, since consumers of one group rebalance together."""
        return f"{self.namespace}{service}.{topic.rpartition('.')[2]}"

    @property
    def topics(self) -> dict[str, Topic]:
        """Our topics by their names on this broker; those of bureaus are made with their keys."""
        return {self.name(topic.name): topic for topic in TOPICS}

    def config(self, topic: Topic) -> dict[str, str]:
        """A topic's configuration on this broker: what is acknowledged has all copies but one, so that any broker may go and nothing is lost."""
        return topic.config() | {"min.insync.replicas": str(max(1, self.replication - 1))}

    async def create_topics(self) -> None:
        """Create the topics that are not there. Raises ValueError where one is there with another number of partitions."""
        wanted = self.topics
        async with self.admin() as admin:
            await self.create(admin, wanted, self.partitions)
            for there in await admin.describe_topics(list(wanted)):
                count = len(there["partitions"])
                if not there["error_code"] and count != self.partitions:
                    raise ValueError(
                        f"topic {there['topic']} has {count} partitions, XIAOHAO_PARTITIONS says {self.partitions}; it can never change"
                    )
            await _keep_no_longer(admin, {name: topic.retention_ms for name, topic in wanted.items() if is_dead_letters(topic.name)})

    async def create_inboxes(self, bureaus: Collection[str]) -> dict[str, str]:
        """Create the topics of these bureaus that are not there, and have all of them guard as they should.

        Gives the bureaus for which that cannot be done, with the reason. Raises KafkaError.
        """
        refused = dict[str, str]()
        async with self.admin() as admin:
            try:
                await self._create_inboxes(admin, bureaus)
            except Unavailable:  # of which of them, each says by itself
                for bureau in bureaus:
                    try:
                        await self._create_inboxes(admin, [bureau])
                    except Unavailable as error:
                        refused[bureau] = str(error)
        return refused

    async def _create_inboxes(self, admin: AIOKafkaAdminClient, bureaus: Iterable[str]) -> None:
        """Raises Unavailable."""
        wanted = {self.name(topic.name): topic for bureau in bureaus for topic in inbox_topics(bureau)}
        await self.create(admin, wanted, partitions=1)
        own = await own_configs(admin, wanted)
        await set_configs(
            admin,
            {
                name: own[name] | self.config(topic)
                for name, topic in wanted.items()
                if name in own and not self.config(topic).items() <= own[name].items()
            },
        )

    @asynccontextmanager
    async def admin(self) -> AsyncIterator[AIOKafkaAdminClient]:
        """A client for as long as it is used. Raises KafkaError."""
        admin = AIOKafkaAdminClient(**self.connection)
        try:
            await admin.start()
            yield admin
        finally:
            await admin.close()

    async def create(self, admin: AIOKafkaAdminClient, wanted: Mapping[str, Topic], partitions: int) -> None:
        """Create those that are not there. Raises Unavailable."""
        new = [NewTopic(name, partitions, self.replication, topic_configs=self.config(topic)) for name, topic in wanted.items()]
        try:
            answer = await admin.create_topics(new)
        except (
            AttributeError
        ) as error:  # aiokafka asks the controller also where the metadata name none, as those of a broker that is just up
            raise Unavailable("Kafka names no controller") from error
        for name, code, *_ in answer.topic_errors:
            if code and for_code(code) is not TopicAlreadyExistsError:
                raise Unavailable(f"topic {name}: {_worded(code)}")


def _worded(code: int, message: str | None = None) -> str:
    """What Kafka answers by a number, in words."""
    if for_code(code) is TopicAuthorizationFailedError:
        return "our user lacks a right to it; deploy/kafka/acls.sh has those that each service needs"
    return message or for_code(code).__name__


async def own_configs(admin: AIOKafkaAdminClient, topics: Iterable[str]) -> dict[str, dict[str, str]]:
    """What is set on these topics themselves, in Kafka's own words; a topic that the broker asked has not heard of yet is left out."""
    described = await describe_configs(admin, topics)
    return {topic: {name: each.value for name, each in configs.items() if each.own} for topic, configs in described.items()}


async def describe_configs(admin: AIOKafkaAdminClient, topics: Iterable[str]) -> dict[str, dict[str, Config]]:
    """All that counts for these topics; one that the broker asked has not heard of yet is left out. Raises Unavailable."""
    [answer] = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name) for name in topics])
    found = {}
    for code, message, _, topic, entries in answer.resources:
        if for_code(code) is UnknownTopicOrPartitionError:
            continue
        if code:
            raise Unavailable(f"topic {topic}: {_worded(code, message)}")
        found[topic] = {name: Config(value, source == OF_TOPIC) for name, value, _, source, *_ in entries}
    return found


async def _keep_no_longer(admin: AIOKafkaAdminClient, wanted: Mapping[str, int]) -> None:
    """Have topics that an older version made, or somebody set otherwise, keep records for so many ms at most."""
    longer = {}
    for topic, config in (await own_configs(admin, wanted)).items():
        kept = int(config.get("retention.ms", FOR_EVER))
        if kept == FOR_EVER or kept > wanted[topic]:
            longer[topic] = config | {"retention.ms": str(wanted[topic])}
    await set_configs(admin, longer)


async def set_configs(admin: AIOKafkaAdminClient, configs: Mapping[str, Mapping[str, str]]) -> None:
    """Set all that is set on these topics themselves: Kafka takes the whole, so that what is not said again goes back to its default. Raises Unavailable."""
    resources = [ConfigResource(ConfigResourceType.TOPIC, topic, configs=dict(config)) for topic, config in configs.items()]
    for answer in await admin.alter_configs(resources) if resources else ():
        for code, message, _, topic in answer.resources:
            if code:
                raise Unavailable(f"topic {topic}: {_worded(code, message)}")
