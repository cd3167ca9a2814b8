"""Times are counted a batch at once, as a histogram has them, and the slowest of a batch can be found again."""

from time import time

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.openmetrics.exposition import generate_latest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from shared.metrics import BUCKETS, Seconds

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


def ago(seconds: float) -> int:
    return int((time() - seconds) * 1000)


class World:
    """A histogram, and what Prometheus is told of it."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.seconds = Seconds("took_seconds", "So long it took.", self.registry)

    def done(self, *since: int, traceparent: str | None = None) -> None:
        self.seconds.observe(since, lambda _: traceparent)

    def shown(self) -> dict[str, float]:
        """How many took no longer, by bucket, beside count and sum."""
        found = {f"le {le}": self.registry.get_sample_value("took_seconds_bucket", {"le": le}) or 0 for le in ("1.0", "300.0", "+Inf")}
        return found | {"count": self.registry.get_sample_value("took_seconds_count") or 0}

    def exemplars(self) -> list[dict[str, str]]:
        text = generate_latest(self.registry).decode()  # type: ignore[no-untyped-call]
        [family] = text_string_to_metric_families(text)  # type: ignore[no-untyped-call]
        return [each.exemplar.labels for each in family.samples if each.exemplar]


def test_each_event_is_in_its_bucket_and_in_all_above() -> None:
    world = World()
    assert world.shown() == {"le 1.0": 0, "le 300.0": 0, "le +Inf": 0, "count": 0}
    world.done(*[ago(0.5)] * 3, ago(200), ago(5000))
    assert world.shown() == {"le 1.0": 3, "le 300.0": 4, "le +Inf": 5, "count": 5}
    assert (world.registry.get_sample_value("took_seconds_sum") or 0) >= 5000


@pytest.mark.parametrize(("since", "counted"), [((0,), 0), ((-1,), 0), ((), 0), ((0, ago(1)), 1), ((ago(-60),), 1)])
def test_what_has_no_time_is_not_counted_and_a_clock_that_is_ahead_is_now(since: tuple[int, ...], counted: int) -> None:
    world = World()
    world.done(*since)
    assert world.shown()["count"] == counted
    assert 0 <= (world.registry.get_sample_value("took_seconds_sum") or 0) < 3600


def test_the_slowest_of_a_batch_is_found_again_by_its_trace_and_by_nothing_that_names_a_campaign() -> None:
    world = World()
    world.seconds.observe([ago(2), ago(90), ago(1)], lambda slowest: f"00-{slowest}{TRACE[1:]}-00f067aa0ba902b7-01")
    assert world.exemplars() == [{"trace_id": f"1{TRACE[1:]}"}]
    world.done(ago(90))  # one without a trace takes no other's place
    assert world.exemplars() == [{"trace_id": f"1{TRACE[1:]}"}]


def test_buckets_reach_from_ten_milliseconds_to_an_hour() -> None:
    assert (BUCKETS[0], BUCKETS[-1]) == (0.01, 3600)
    assert list(BUCKETS) == sorted(set(BUCKETS))
