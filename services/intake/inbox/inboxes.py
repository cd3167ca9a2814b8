"""The inboxes of those bureaus whose keys have one: which there are, and who reads them."""

import asyncio
from time import monotonic, time

import structlog
from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError
from prometheus_client import CollectorRegistry, Gauge

from services.intake.inbox.reading import Reading
from services.intake.inbox.share import Share
from services.intake.taking import Taking
from shared.faults import Unavailable
from shared.http.access import Key, Keys
from shared.http.rates import Rates
from shared.kafka import subscription
from shared.kafka.bus import Bus
from shared.kafka.connections import let_go
from shared.kafka.dead_letters import failed_at
from shared.kafka.lags import READ_COMMITTED
from shared.kafka.producer import Producer
from shared.logs.why import why
from shared.topics import INBOX, inbox

log = structlog.get_logger()

LOOK = 1.0
"""Seconds between two looks at the keys, and at how far the inboxes are behind."""
AGAIN = 60.0
"""Seconds until it is tried again to make an inbox that could not be made."""
PATIENCE = 3.0
"""Seconds that a consumer may take to leave its group."""


def read_now(keys: Keys) -> dict[str, Key]:
    """The keys whose inboxes are read now, by id: none while nobody knows which of them are revoked."""
    return {} if keys.lost else {key.id: key for key in keys if key.inbox and "tell" in key.may}


class Inboxes:
    """Reads the inboxes, in a group with the other copies of intake. Where there come to be others, they are read by another consumer."""

    def __init__(self, bus: Bus, taking: Taking, keys: Keys, rate: int, registry: CollectorRegistry) -> None:
        """`rate` is how many batches a second are taken of a key that has no rate of its own."""
        self._instance, self._taking, self._keys = bus.instance, taking, keys
        self._producer = Producer(bus.instance)  # of the answers alone: none that cannot be written holds up what is told on
        self._rates = Rates(rate)
        self._lag = Gauge("xiaohao_inbox_lag_records", "Records of inboxes that this copy reads and has not answered.", registry=registry)
        self._share: Share | None = None
        read = Gauge("xiaohao_inboxes", "Inboxes that this copy reads.", registry=registry)
        read.set_function(lambda: self._share.inboxes if self._share else 0)
        oldest = Gauge(
            "xiaohao_inbox_oldest_unanswered_seconds", "Age of the oldest of these records; 0 where there is none.", registry=registry
        )
        oldest.set_function(self._oldest)

    def _oldest(self) -> float:
        since = self._share.since if self._share else None
        return max(0.0, time() - since) if since is not None else 0.0

    async def run(self) -> None:
        """Read them until cancelled."""
        try:
            while True:
                try:
                    if bureaus := frozenset(read_now(self._keys)):
                        await self._read(bureaus)
                    else:
                        await asyncio.sleep(LOOK)
                except (KafkaError, Unavailable, TimeoutError) as error:
                    log.warning("inboxes unread", detail=why(error))
                    await asyncio.sleep(LOOK)
                except Exception as bug:  # what comes by HTTP is taken all the same
                    log.error("inboxes failed", cause=failed_at(bug))
                    await asyncio.sleep(LOOK)
        finally:
            await self._producer.stop()

    def _key(self, bureau: str) -> Key | None:
        """What a bureau may do now, and that it does."""
        if key := read_now(self._keys).get(bureau):
            self._keys.use(key)
        return key

    async def _read(self, bureaus: frozenset[str]) -> None:
        """Read these for as long as they are those that there are. Raises KafkaError, Unavailable or TimeoutError."""
        broker = self._instance.broker
        refused, again = await broker.create_inboxes(bureaus), monotonic() + AGAIN
        for bureau, reason in refused.items():
            log.error("inbox not made", key=bureau, detail=reason)
        if refused.keys() == bureaus:
            raise Unavailable("no inbox can be made")
        consumer = AIOKafkaConsumer(
            **broker.connection,
            client_id=f"{self._instance.client_id}-{INBOX}",
            group_id=broker.group(self._instance.service, INBOX),
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level=READ_COMMITTED,
            fetch_max_wait_ms=100,  # what comes to one inbox meanwhile waits for it
            session_timeout_ms=int(subscription.SESSION * 1000),
            heartbeat_interval_ms=int(subscription.SESSION * 100),
            max_poll_interval_ms=3_600_000,  # a batch is retried in place for as long as it takes
        )
        topics = {broker.name(inbox(bureau)): bureau for bureau in bureaus - refused.keys()}
        share = Share(
            consumer, lambda place: Reading(consumer, place, topics[place.topic], self._key, self._taking, self._producer, self._rates)
        )
        consumer.subscribe(list(topics), listener=share)
        self._share = share
        try:
            async with asyncio.timeout(subscription.STUCK):
                await consumer.start()
            while frozenset(read_now(self._keys)) == bureaus:
                self._lag.set(await share.behind())
                if refused and monotonic() > again:
                    if (await broker.create_inboxes(refused)).keys() != refused.keys():
                        return  # and read them with the others
                    again = monotonic() + AGAIN
                await asyncio.sleep(LOOK)
        finally:
            await share.leave()
            self._share = None
            self._lag.set(0)
            await let_go(consumer.stop(), consumer, patience=PATIENCE)
