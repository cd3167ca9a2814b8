"""Told events a second: the bare loop, the ledger in one and in two copies, and the plain service; interleaved, with medians and ratios.

Each run gets topics and a database of its own, filled before it starts. The rate is taken between the first and the last record that a candidate puts on
`campaign.ledger`, by Kafka's timestamps, less the batches that were done when the first appeared; so the start of a process does not count.
"""

import argparse
import asyncio
import logging
import secrets
import statistics
import time

from aiokafka.admin import AIOKafkaAdminClient
from pymongo import MongoClient
from rich.console import Console
from rich.table import Table

from benchmarks.work import BOOKS, STREAM_KEY, morning, opening, processes, publish, told, written
from deploy.embedded.servers import Embedded
from shared.kafka.broker import Broker
from shared.kafka.records import Record
from shared.kafka.settled import Settled
from shared.topics import INTAKE, LEDGER

BATCH = 1000


def rate(times: list[float], count: int, at_first: int) -> float:
    """Told events a second, from the times at which records were written."""
    return (count - at_first) / (times[-1] - times[0])


async def measure(run: Embedded, candidate: str, records: list[Record]) -> float:
    """One run of a candidate over told events."""
    broker = Broker(run.kafka_bootstrap, f"b{secrets.token_hex(3)}-")
    await broker.create_topics()
    if candidate in ("bare", "plain"):
        await publish(broker, records, seal=candidate == "bare")
        begun = time.time()
        command = ["-m", f"benchmarks.{candidate}", run.kafka_bootstrap, run.mongodb_uri, broker.namespace, str(len(records))]
        with processes([command], {}) as running:
            await asyncio.to_thread(running[0].wait, 600)
        times = await written(broker, LEDGER, begun)
        result = rate(times, len(records), BATCH if candidate == "bare" else 1)
    else:
        copies = int(candidate.removeprefix("ledger x"))
        env = {
            "XIAOHAO_KAFKA_BOOTSTRAP": run.kafka_bootstrap,
            "XIAOHAO_MONGODB_URI": run.mongodb_uri,
            "XIAOHAO_NAMESPACE": broker.namespace,
            "XIAOHAO_HTTP_PORT": "0",
            "XIAOHAO_CLOCK": "told",
            "XIAOHAO_STREAM_KEY": STREAM_KEY,
        }
        service = [["-m", "services.ledger.app"]]
        async with Settled(broker, readers=()) as settled:
            await publish(broker, opening())
            with processes(service, env):
                await opened(broker)
                await publish(broker, morning(broker.partitions))
                await settled.wait(60)
            await publish(broker, records)
            begun = time.time()
            with processes(service * copies, env):
                await settled.wait(600)
        times = await written(broker, LEDGER, begun)
        result = rate(times, len(records), BATCH * copies)
    await clean(run, broker)
    return result


async def opened(broker: Broker) -> None:
    """Wait until every book is open."""
    while len(await written(broker, LEDGER, 0)) < BOOKS * 2:
        await asyncio.sleep(0.2)


async def clean(run: Embedded, broker: Broker) -> None:
    """Leave nothing to slow the next run down."""
    admin = AIOKafkaAdminClient(bootstrap_servers=run.kafka_bootstrap)
    await admin.start()
    await admin.delete_topics([name for name in await admin.list_topics() if name.startswith(broker.namespace)])
    await admin.close()
    with MongoClient[dict[str, object]](run.mongodb_uri) as client:
        for name in client.list_database_names():
            if name.startswith(broker.namespace):
                client.drop_database(name)


async def main() -> None:
    """Measure all candidates in turn, several times, and print medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--issues", type=int, default=1600, help="about how many issues the simulated campaign of a run has")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("candidates", nargs="*", default=["bare", "ledger x1", "ledger x2", "plain"])
    given = parser.parse_args()
    records = told(given.issues)
    rates: dict[str, list[float]] = {candidate: [] for candidate in given.candidates}
    console = Console()
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # new topics have no leader for a moment; it tries again
    with Embedded() as run:
        for number in range(given.rounds):
            for candidate, found in rates.items():
                found.append(await measure(run, candidate, records[: len(records) // 10] if candidate == "plain" else records))
                console.print(f"round {number + 1}: {candidate} {found[-1]:,.0f} told/s")
    table = Table("candidate", "told/s (median)", "ratio to bare", "all runs", title=f"{len(records):,} told events, plain a tenth")
    reference = statistics.median(rates.get("bare") or [0]) or float("nan")
    for candidate, found in rates.items():
        median = statistics.median(found)
        table.add_row(candidate, f"{median:,.0f}", f"{median / reference:.2f}", ", ".join(f"{each:,.0f}" for each in found))
    console.print(table)
    console.print(f"topics {INTAKE} and {LEDGER}, 4 partitions, batches of {BATCH}, {BOOKS} books, Kafka and mongod on the same machine")


if __name__ == "__main__":
    asyncio.run(main())
