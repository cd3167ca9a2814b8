"""What an operator sees of deliveries."""

import asyncio
from datetime import UTC, datetime

from prometheus_client import CollectorRegistry, Counter, Gauge

from services.notify.store import WAITED, Store
from shared.faults import Conflict, Unavailable
from shared.metrics import Seconds

CAUSES = (*WAITED, "not-now", "away")
"""Why a delivery waits to be tried again."""


PATIENCE = 1.0
"""Seconds that a scrape waits for MongoDB: less than Prometheus waits, to which a service that hangs with its database would seem to be down."""


class Metrics:
    """Counts what this copy ended and put off, and at each scrape what is pending in all."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.deliveries = Counter("xiaohao_deliveries", "Deliveries that ended in this copy, by state.", ["state"], registry=registry)
        self.retries = Counter("xiaohao_delivery_retries", "Deliveries put off to be tried again, by cause.", ["cause"], registry=registry)
        self.notified = Seconds(
            "xiaohao_recorded_to_notified_seconds",
            "From when an event was on campaign.ledger until the mail server has taken what it called for.",
            registry,
        )
        self.pending = Gauge(
            "xiaohao_deliveries_pending",
            "Deliveries of all copies whose outcome is not on campaign.notices yet, counted at the scrape; NaN where MongoDB does not answer.",
            registry=registry,
        )
        self.oldest = Gauge("xiaohao_deliveries_oldest_pending_seconds", "Age of the oldest of them.", registry=registry)
        self.waiting = Gauge(
            "xiaohao_deliveries_waiting",
            "Deliveries of all copies that wait to be tried again, by cause, counted at the scrape; NaN where MongoDB does not answer.",
            ["cause"],
            registry=registry,
        )
        # There from the start, so that an alarm on their rise sees the first.
        for state in ("sent", "failed", "outdated"):
            self.deliveries.labels(state)
        for cause in CAUSES:
            self.retries.labels(cause)

        self._counting: asyncio.Task[None] | None = None

    async def count(self, store: Store) -> None:
        """Count what is pending, so that the figure is that of the scrape. One that takes too long goes on alone, and none is begun beside it."""
        if self._counting is None or self._counting.done():
            self._counting = asyncio.create_task(self._count(store))
        done, _ = await asyncio.wait([self._counting], timeout=PATIENCE)
        if not done:
            self._unknown()

    async def _count(self, store: Store) -> None:
        try:
            self.pending.set(await store.pending())
            oldest = await store.oldest()
            self.oldest.set((datetime.now(UTC) - oldest).total_seconds() if oldest else 0)
            waiting = await store.waiting()
            for cause in CAUSES:
                self.waiting.labels(cause).set(waiting.get(cause, 0))
        except (Unavailable, Conflict):
            self._unknown()

    def _unknown(self) -> None:
        self.pending.set(float("nan"))
        self.oldest.set(float("nan"))
        for cause in CAUSES:
            self.waiting.labels(cause).set(float("nan"))
