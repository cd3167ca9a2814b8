"""The figures of every service about what it reads and publishes."""

from collections.abc import Callable, Iterator, Sequence
from time import monotonic, time

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from shared.kafka.standing import Standing
from shared.topics import dead_letters


class Metrics:
    """What a service counts and measures on Kafka."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.records = Counter("xiaohao_records", "Records handled.", ["topic"], registry=registry)
        self.published = Counter("xiaohao_published", "Records published and acknowledged.", ["topic"], registry=registry)
        self.dead_lettered = Counter("xiaohao_dead_lettered", "Records parked on a dead-letter topic.", ["topic"], registry=registry)
        self.set_aside = Counter(
            "xiaohao_set_aside", "Records set aside since handling them fails by a bug, by topic.", ["topic"], registry=registry
        )
        self.unsealed = Counter(
            "xiaohao_unsealed", "Records without a right seal: on the topic, and made by no service of ours.", ["topic"], registry=registry
        )
        self.retries = Counter("xiaohao_retries", "Batches tried again, by cause.", ["cause"], registry=registry)
        self.batch = Histogram(
            "xiaohao_batch_records", "Records in a batch.", registry=registry, buckets=(1, 10, 50, 100, 200, 500, 1000, 2000)
        )
        self.step = Histogram(
            "xiaohao_step_seconds",
            "Duration of a step of a batch: apply, publish, commit.",
            ["step"],
            registry=registry,
            buckets=(0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30),
        )

    def reads(self, topic: str) -> None:
        """What is counted of a topic that is read is there from the start: an alert on its rise would not see the first."""
        for counter in (self.records, self.set_aside, self.unsealed):
            counter.labels(topic)
        self.dead_lettered.labels(dead_letters(topic))


class Standings(Collector):
    """Where this copy stands on what it reads, as it is at the scrape: what it has no more, or cannot know, is not there."""

    def __init__(self, standings: Callable[[], Sequence[Standing]], seen: Callable[[], float], partitions: int, known: float) -> None:
        """`seen`: when Kafka answered last; so many seconds after that, others may have the partitions. Topics have so many `partitions`."""
        self._standings, self._seen, self._partitions, self._known = standings, seen, partitions, known

    def describe(self) -> Sequence[GaugeMetricFamily]:
        """The metrics, before anything was read."""
        of_each = ["topic", "partition"]
        return [
            GaugeMetricFamily("xiaohao_lag_records", "Records on the topic that this copy has to handle still.", labels=of_each),
            GaugeMetricFamily(
                "xiaohao_oldest_unhandled_seconds",
                "Age, by Kafka's timestamp, of the oldest record on the topic that this copy has to handle still; 0 where there is none.",
                labels=of_each,
            ),
            GaugeMetricFamily("xiaohao_assigned_partitions", "Partitions of the topic that this copy reads.", labels=["topic"]),
            GaugeMetricFamily("xiaohao_topic_partitions", "Partitions that the topic has.", labels=["topic"]),
            GaugeMetricFamily("xiaohao_kafka_silent_seconds", "Time since Kafka last answered the watch of this copy."),
        ]

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """All of them now."""
        lag, oldest, assigned, partitions, silent = families = self.describe()
        silence, now = monotonic() - self._seen(), time()
        silent.add_metric([], silence)
        for each in self._standings():
            assigned.add_metric([each.topic], len(each.next))
            partitions.add_metric([each.topic], self._partitions)
            for partition, found in each.lags.items() if silence < self._known else ():
                lag.add_metric([each.topic, str(partition)], found.records)
                age = max(0.0, now - found.since / 1000) if found.since is not None else 0.0
                oldest.add_metric([each.topic, str(partition)], age)
        yield from families
