"""Told events a second: the bare loop, the ledger in one and in two copies, and the peers, each over the same told events.

Each run gets topics and a database of its own, filled before it starts. The rate is taken between the first and the last record that a candidate puts on
`campaign.ledger`, by Kafka's timestamps, less the batches that were done when the first appeared; so the start of a process does not count. The processor
time of its own processes is taken between the same two moments.
"""

import asyncio
import secrets
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiokafka.admin import AIOKafkaAdminClient
from pymongo import MongoClient

from benchmarks import own
from benchmarks.meter import Meter
from benchmarks.work import STREAM_KEY, Work, morning, processes, publish, written
from deploy.embedded.servers import Embedded
from shared.kafka.broker import Broker
from shared.kafka.records import Record
from shared.kafka.settled import Settled
from shared.topics import LEDGER

BATCH = 1000
PATIENCE = 600.0
"""Seconds that a run may take."""
SLOW = ("plain",)
"""Peers that are given a tenth of the events."""


@dataclass(frozen=True)
class Rate:
    """What one run showed."""

    told: float
    """Told events a second."""
    cpu: float
    """Processor time of the candidate's own processes a told event, in microseconds."""
    recorded: float
    """Records put out for each told event."""


async def measure(servers: Embedded, candidate: str, work: Work, records: Sequence[Record]) -> Rate:
    """One run of a candidate over the told events of the work. Raises own.NotHere where this machine lacks what it needs."""
    if candidate in SLOW:
        records = records[: max(20, len(records) // 10)]
    async with apart(servers) as broker:
        if candidate.startswith("ledger x"):
            return await _ledger(servers, broker, work, records, int(candidate.removeprefix("ledger x")))
        return await _peer(servers, broker, records, candidate)


async def _peer(servers: Embedded, broker: Broker, records: Sequence[Record], name: str) -> Rate:
    place = [servers.kafka_bootstrap, servers.mongodb_uri, broker.namespace]
    with tempfile.TemporaryDirectory() as folder:
        match name:
            case "faust":
                command = [*own.faust(), place[0], broker.namespace, folder]
            case "streams":
                command = [*own.streams(), place[0], broker.namespace, folder]
            case _:
                command = ["-m", f"benchmarks.peers.{name}", *place, str(len(records))]
        await publish(broker, records, seal=name == "bare")
        begun = time.time()
        with processes([command], {}) as [running], Meter([running.pid]) as meter:
            if name in ("faust", "streams"):
                await put_out(broker, len(records), begun)
            else:
                await asyncio.to_thread(running.wait, PATIENCE)
        return _rate(await written(broker, LEDGER, begun), len(records), BATCH if name in ("bare", "batch") else 1, meter)


async def _ledger(servers: Embedded, broker: Broker, work: Work, records: Sequence[Record], copies: int) -> Rate:
    env, service = environment(servers, broker), [["-m", "services.ledger.app"]]
    async with Settled(broker, readers=()) as settled:
        await publish(broker, work.opening())
        with processes(service, env):
            await opened(broker, work.books)
            await publish(broker, morning(broker.partitions))
            await settled.wait(60)
        await publish(broker, records)
        begun = time.time()
        with processes(service * copies, env) as running, Meter([each.pid for each in running]) as meter:
            await settled.wait(PATIENCE)
        return _rate(await written(broker, LEDGER, begun), len(records), BATCH * copies, meter)


def between(count: int, at_first: int) -> int:
    """How many of the told events were handled after the first record was put out: all but the batches that were done by then."""
    return max(1, count - min(at_first, count // 2))


def rate_of(times: Sequence[float], count: int, at_first: int = BATCH) -> float:
    """Told events a second, from when records were put out."""
    return between(count, at_first) / max(times[-1] - times[0], 0.001)


def _rate(times: Sequence[float], count: int, at_first: int, meter: Meter) -> Rate:
    cost = meter.between(times[0], times[-1]) / between(count, at_first)
    return Rate(rate_of(times, count, at_first), cost * 1e6, len(times) / count)


def environment(servers: Embedded, broker: Broker) -> dict[str, str]:
    """The settings of a service on told time."""
    return {
        "XIAOHAO_KAFKA_BOOTSTRAP": servers.kafka_bootstrap,
        "XIAOHAO_MONGODB_URI": servers.mongodb_uri,
        "XIAOHAO_NAMESPACE": broker.namespace,
        "XIAOHAO_HTTP_PORT": "0",
        "XIAOHAO_CLOCK": "told",
        "XIAOHAO_STREAM_KEY": STREAM_KEY,
    }


async def put_out(broker: Broker, count: int, since: float) -> None:
    """Wait until so many records were put on `campaign.ledger` since a moment. Raises TimeoutError."""
    async with asyncio.timeout(PATIENCE):
        while len(await written(broker, LEDGER, since)) < count:
            await asyncio.sleep(0.5)


async def opened(broker: Broker, books: int, since: float = 0.0) -> None:
    """Wait until so many books were opened since a moment. Raises TimeoutError."""
    async with asyncio.timeout(PATIENCE):
        while len(await written(broker, LEDGER, since)) < books * 2:
            await asyncio.sleep(0.2)


async def clean(servers: Embedded, broker: Broker) -> None:
    """Leave nothing of a namespace, so that nothing slows the next run down: neither topics nor databases."""
    admin = AIOKafkaAdminClient(**broker.connection)
    await admin.start()
    try:
        await admin.delete_topics([name for name in await admin.list_topics() if name.startswith(broker.namespace)])
    finally:
        await admin.close()
    with MongoClient[dict[str, object]](servers.mongodb_uri) as client:
        for name in client.list_database_names():
            if name.startswith(broker.namespace):
                client.drop_database(name)


@asynccontextmanager
async def apart(servers: Embedded) -> AsyncIterator[Broker]:
    """Topics in a namespace of their own, which is gone afterwards with its databases."""
    broker = Broker(servers.kafka_bootstrap, f"b{secrets.token_hex(3)}-")
    await broker.create_topics()
    try:
        yield broker
    finally:
        await clean(servers, broker)
