"""The figures of every service about what it reads and publishes."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram


class Metrics:
    """What a service counts and measures on Kafka."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.records = Counter("xiaohao_records", "Records handled.", ["topic"], registry=registry)
        self.published = Counter("xiaohao_published", "Records published and acknowledged.", ["topic"], registry=registry)
        self.dead_lettered = Counter("xiaohao_dead_lettered", "Records parked on a dead-letter topic.", ["topic"], registry=registry)
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
        self.lag = Gauge(
            "xiaohao_lag_records", "Records on the topic that this copy has not handled.", ["topic", "partition"], registry=registry
        )
        self.age = Gauge(
            "xiaohao_event_age_seconds", "Age, by Kafka's timestamp, of the last record when it was handled.", ["topic"], registry=registry
        )
