"""An installation that copies come to and go from: what is told, awaited and found in it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from aiokafka.errors import KafkaError
from pymongo import MongoClient

from deploy.embedded.servers import Embedded
from shared.faults import Unavailable
from shared.kafka.settled import Settled
from shared.settings import Settings
from tests.faults.campaign import REPORT, book, issue, opening, tell, told
from tests.faults.copies import until
from tests.faults.oracle import Oracle
from tests.faults.parts import Witness, before_publish, broker_of, ledger


@contextlib.contextmanager
def transactions_end_after(embedded: Embedded, seconds: int) -> Iterator[None]:
    """A transaction that nobody ends lives no longer than this."""
    with MongoClient[dict[str, Any]](embedded.mongodb_uri) as client:
        before = client.admin.command("getParameter", transactionLifetimeLimitSeconds=1)["transactionLifetimeLimitSeconds"]
        client.admin.command("setParameter", transactionLifetimeLimitSeconds=seconds)
        try:
            yield
        finally:
            client.admin.command("setParameter", transactionLifetimeLimitSeconds=before)


def struck_off(oracle: Oracle) -> int:
    """Issues that went the whole way."""
    return sum(event[0] == "IssueStruckOff" for document in oracle.recorded() for event in document["events"])


@asynccontextmanager
async def settled_on(settings: Settings, readers: Sequence[str] = ()) -> AsyncIterator[Settled]:
    """Waits for an installation."""
    await broker_of(settings).create_topics()
    async with Settled(broker_of(settings), readers) as settled:
        yield settled


async def opened(settings: Settings) -> None:
    """Every book is open, and no copy runs."""
    async with settled_on(settings) as settled:
        await tell(broker_of(settings), opening())
        async with ledger(settings):
            await settled.wait()


async def under_way(settled: Settled, more_than: int, less_than: int) -> None:
    """Wait until some of what was told is recorded, and some is not."""
    async with asyncio.timeout(30):
        while True:
            try:
                waits = sum((await settled.behind()).values())
            except KafkaError:
                continue
            assert waits > more_than, "all was recorded before anything could happen"
            if waits < less_than:
                return


async def publish_with_a_gap(settings: Settings, settled: Settled, witness: Witness) -> None:
    """A hundred reports of one book; on the topic come 1 to 33 and 61 to 100 of what was recorded, then all again."""
    left_out: list[int] = []

    async def act(publish: Callable[..., Awaitable[None]], records: Sequence[Any]) -> None:
        if len(records) < 100 or left_out:
            await publish(records)
            return
        left_out.append(1)
        await publish([*records[:33], *records[60:]])
        await until(lambda: witness.figure("xiaohao_passed_over_total") > 0)
        raise Unavailable("as if the accumulator had been full")

    of = book(1)
    broker = broker_of(settings)
    await tell(broker, opening())
    async with ledger(settings):
        await settled.wait()
    await tell(broker, [told(str(i), of, issue(of, str(i)), REPORT) for i in range(100)])
    async with ledger(settings, lambda service: before_publish(service, act)):
        await settled.wait()
    assert left_out
