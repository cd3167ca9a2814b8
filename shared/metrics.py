"""What the metrics of all services have in common: what a registry has from the start, and how times are counted a batch at once."""

from bisect import bisect_left
from collections import Counter as Tally
from collections.abc import Callable, Iterable, Iterator, Sequence
from time import time

from prometheus_client import CollectorRegistry, Gauge, PlatformCollector, ProcessCollector, disable_created_metrics
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector
from prometheus_client.samples import Exemplar

from shared.mongo import Mongo
from shared.version import VERSION

BUCKETS = (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 60, 300, 1800, 3600)
"""Seconds, from one part of the work to the next: what is well takes less than one, what waits for an operator an hour."""


def registry_of(service: str) -> CollectorRegistry:
    """A registry with what every process says of itself."""
    disable_created_metrics()  # type: ignore[no-untyped-call]  # twice as many series, of which nobody asks
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    build = Gauge("xiaohao_build_info", "Which service this is, and of which version; always 1.", ["service", "version"], registry=registry)
    build.labels(service, VERSION).set(1)
    return registry


class Seconds(Collector):
    """A histogram of how long ago events happened, told a batch at once, with the slowest of a batch as exemplar."""

    def __init__(self, name: str, documentation: str, registry: CollectorRegistry) -> None:
        self._name, self._documentation = name, documentation
        self._counts, self._sum = [0] * (len(BUCKETS) + 1), 0.0
        self._exemplars: list[Exemplar | None] = [None] * (len(BUCKETS) + 1)
        registry.register(self)

    def observe(self, since: Sequence[int], trace: Callable[[int], str | None]) -> None:
        """Count events that are done with now, each since then, in milliseconds since 1970; one of which nobody knows that (0 or less) is not counted.

        `trace` gives the `traceparent` of one of them: by its trace alone it is found again, since whoever reaches the port sees what is said here.
        """
        known = Tally(since)
        for unknown in [each for each in known if each <= 0]:
            del known[unknown]
        if not known:
            return
        now, oldest = time(), min(known)
        for stamp, count in known.items():
            took = max(0.0, now - stamp / 1000)  # the clocks of two machines differ: what happened "later" happened now
            self._counts[bisect_left(BUCKETS, took)] += count
            self._sum += took * count
        longest = max(0.0, now - oldest / 1000)
        if traceparent := trace(since.index(oldest)):
            self._exemplars[bisect_left(BUCKETS, longest)] = Exemplar({"trace_id": traceparent.split("-")[1]}, longest, now)

    def describe(self) -> Iterable[HistogramMetricFamily]:
        """What there will be, before anything was counted."""
        return [HistogramMetricFamily(self._name, self._documentation)]

    def collect(self) -> Iterator[HistogramMetricFamily]:
        """What was counted so far."""
        buckets, so_far = list[tuple[str, float] | tuple[str, float, Exemplar]](), 0
        for limit, count, exemplar in zip((*BUCKETS, float("inf")), self._counts, self._exemplars, strict=True):
            so_far += count
            name = str(float(limit)) if limit != float("inf") else "+Inf"
            buckets.append((name, so_far, exemplar) if exemplar else (name, so_far))
        yield HistogramMetricFamily(self._name, self._documentation, buckets=buckets, sum_value=self._sum)


class Transactions(Collector):
    """How the transactions of a service ended."""

    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo

    def describe(self) -> Iterable[CounterMetricFamily]:
        """What there will be."""
        return [
            CounterMetricFamily(
                "xiaohao_mongodb_transactions",
                "Transactions on MongoDB, by how they ended; only those committed stand.",
                labels=["outcome"],
            )
        ]

    def collect(self) -> Iterator[CounterMetricFamily]:
        """How many ended how."""
        [family] = self.describe()
        for outcome, count in self._mongo.ended.items():
            family.add_metric([outcome], count)
        yield family
