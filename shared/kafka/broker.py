"""Where Kafka is: the names of topics and groups on it, and the topics themselves."""

from dataclasses import dataclass

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError, for_code

from shared.faults import Unavailable
from shared.topics import TOPICS


@dataclass(frozen=True)
class Broker:
    """Where Kafka is, and what is put before every name on it."""

    bootstrap: str
    namespace: str = ""
    partitions: int = 4
    replication: int = 1

    def name(self, topic: str) -> str:
        """A topic's name on this broker."""
        return f"{self.namespace}{topic}"

    def group(self, service: str, topic: str) -> str:
        """The consumer group of a service on a topic: one for each, since consumers of one group rebalance together."""
        return f"{self.namespace}{service}.{topic.rpartition('.')[2]}"

    async def create_topics(self) -> None:
        """Create the topics that are not there. Raises ValueError where one is there with another number of partitions."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self.bootstrap)
        await admin.start()
        try:
            wanted = {self.name(topic.name): topic for topic in TOPICS}
            answer = await admin.create_topics(
                [NewTopic(name, self.partitions, self.replication, topic_configs=topic.config()) for name, topic in wanted.items()]
            )
            for name, code, *_ in answer.topic_errors:
                if code and for_code(code) is not TopicAlreadyExistsError:
                    raise Unavailable(f"topic {name}: {for_code(code).__name__}")
            for there in await admin.describe_topics(list(wanted)):
                count = len(there["partitions"])
                if not there["error_code"] and count != self.partitions:
                    raise ValueError(
                        f"topic {there['topic']} has {count} partitions, XIAOHAO_PARTITIONS says {self.partitions}; it can never change"
                    )
        finally:
            await admin.close()
