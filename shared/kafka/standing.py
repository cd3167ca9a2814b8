"""Where one copy of a service stands on a topic: its partitions, how far it has come on each, and what waits there."""

from collections.abc import Iterable, Mapping

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from shared.kafka.broker import Broker
from shared.kafka.lags import Lag, Lags
from shared.kafka.records import Received

UNKNOWN = -1
"""Where a partition that was just given begins, before Kafka was asked."""


class Standing:
    """Where one copy stands on a topic. What it measures of partitions that it lost meanwhile is forgotten."""

    def __init__(self, broker: Broker, service: str, topic: str) -> None:
        self._broker, self._group, self.topic = broker, broker.group(service, topic), topic
        self.next: dict[int, int] = {}
        """Partitions of this copy, each with the next offset to handle."""
        self.lags: Mapping[int, Lag] = {}
        """How far it is behind on those that were measured since they were given."""

    def given(self, partitions: Iterable[int]) -> None:
        """These partitions are this copy's, and no others."""
        self.next, self.lags = dict.fromkeys(partitions, UNKNOWN), {}

    def lose(self) -> None:
        """It has none any more."""
        self.given(())

    def handled(self, records: Iterable[Received]) -> None:
        """These records are done with."""
        for record in records:
            if record.partition in self.next:
                self.next[record.partition] = record.offset + 1

    @property
    def behind(self) -> bool:
        """Whether a record waited that could be handled, when it was measured last."""
        return any(lag.readable for lag in self.lags.values())

    async def measure(self, lags: Lags, admin: AIOKafkaAdminClient) -> None:
        """Compare what can be read of these partitions with what was handled, whatever the consumer knows of it. Raises KafkaError."""
        own, name = self.next, self._broker.name(self.topic)
        places = {partition: TopicPartition(name, partition) for partition in own}
        if UNKNOWN in own.values():
            committed = await admin.list_consumer_group_offsets(self._group, partitions=list(places.values()))
            for place, mark in committed.items():
                if own.get(place.partition) == UNKNOWN:
                    own[place.partition] = max(mark.offset, 0)
        handled = {place: own[partition] for partition, place in places.items() if own[partition] != UNKNOWN}
        found = await lags.of(self.topic, handled) if handled else {}
        if self.next is own:  # else it has others by now
            self.lags = {place.partition: lag for place, lag in found.items()}
