"""What a told event costs the ledger when its books hold a million issues, beside what it costs when they hold ten thousand.

A real ledger handles a campaign; what it kept of its issues, their states and what was recorded of them, is cloned under campaigns of other names until the
books hold as many as wanted: names of the same length, so that the bytes of a document are but overwritten. Then each round tells a campaign of its own to
the ledger of either size, one right after the other.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from datetime import timedelta

from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from msgspec.structs import replace
from pymongo import MongoClient

from benchmarks.rates import PATIENCE, apart, environment, opened, rate_of
from benchmarks.work import Work, morning, processes, publish, written
from deploy.embedded.servers import Embedded
from services.ledger.store.mongo import MongoStore
from shared.kafka.broker import Broker
from shared.kafka.records import Record
from shared.kafka.settled import Settled
from shared.mongo import Mongo
from shared.topics import LEDGER

CAMPAIGN = b"tengzhou-2019"
SIZES = (10_000, 1_000_000)
SERVICE = [["-m", "services.ledger.app"]]
DATABASE = "xiaohao-ledger"
KEPT = ("subjects", "recorded")
AT_ONCE = 4000
"""Documents that are inserted at once."""
OPTIONS = CodecOptions(document_class=RawBSONDocument)


async def rounds(
    servers: Embedded, work: Work, count: int, said: Callable[[str], None], sizes: Sequence[int] = SIZES
) -> AsyncIterator[dict[str, float]]:
    """Fill books of each size, then measure them in turn: what each round found."""
    records = work.told()
    async with AsyncExitStack() as stack:
        model = await stack.enter_async_context(apart(servers))
        await handled(servers, model, work, records, "2019", 0)
        brokers = []
        for size in sizes:
            brokers.append(await stack.enter_async_context(apart(servers)))
            books = Mongo(servers.mongodb_uri, brokers[-1].namespace + DATABASE)
            await MongoStore(books).prepare(brokers[-1].partitions)
            books.close()
            began = time.perf_counter()
            copies, documents = await asyncio.to_thread(fill, servers, model, brokers[-1], size)
            said(f"{size:,} issues: {copies} campaigns, {documents:,} documents in {time.perf_counter() - began:.0f} s")
        for number in range(1, count + 1):
            rates = [await handled(servers, each, work, records, f"r{number:03}", number) for each in brokers]
            yield {"cost_1m_by_10k": rates[0] / rates[-1]}


def renamed(records: Iterable[Record], code: str) -> list[Record]:
    """Records of the campaign, told of another whose name ends in `code`."""
    new = CAMPAIGN[: -len(code)] + code.encode()
    return [
        replace(
            each,
            key=each.key and each.key.replace(CAMPAIGN, new),
            value=each.value and each.value.replace(CAMPAIGN, new),
            headers=[(name, value and value.replace(CAMPAIGN, new)) for name, value in each.headers],
        )
        for each in records
    ]


async def handled(servers: Embedded, broker: Broker, work: Work, records: Sequence[Record], code: str, number: int) -> float:
    """Open a campaign and tell it to a ledger. Returns told events a second."""
    env, begun = environment(servers, broker), time.time()
    async with Settled(broker, readers=()) as settled:
        await publish(broker, renamed(work.opening(), code))
        with processes(SERVICE, env):
            await opened(broker, work.books, begun)
            await publish(broker, morning(broker.partitions, timedelta(seconds=number)))
            await settled.wait(PATIENCE)
        await publish(broker, renamed(records, code))
        begun = time.time()
        with processes(SERVICE, env):
            await settled.wait(PATIENCE)
    return rate_of(await written(broker, LEDGER, begun), len(records))


def fill(servers: Embedded, model: Broker, into: Broker, issues: int) -> tuple[int, int]:
    """Clone what the model's ledger kept of its issues until there are so many. Returns how many campaigns and documents were made."""
    with (
        MongoClient[RawBSONDocument](servers.mongodb_uri, document_class=RawBSONDocument, tz_aware=False) as client,
        ThreadPoolExecutor(2) as pool,
    ):
        source, target = (client.get_database(f"{broker.namespace}{DATABASE}", OPTIONS) for broker in (model, into))
        kept = {each: [raw for found in source[each].find() if b"/issue/" in (raw := bytes(found.raw))] for each in KEPT}
        copies = max(1, issues // len(kept["subjects"]))
        documents = 0
        waiting = []
        for number in range(copies):
            new = CAMPAIGN[:-4] + b"%04x" % number
            for each, documents_of in kept.items():
                cloned = [RawBSONDocument(one.replace(CAMPAIGN, new), OPTIONS) for one in documents_of]
                parts = [cloned[start : start + AT_ONCE] for start in range(0, len(cloned), AT_ONCE)]
                waiting += [pool.submit(target[each].insert_many, part, ordered=False) for part in parts]
                documents += len(cloned)
            while len(waiting) > 8:
                waiting.pop(0).result()
        for one in waiting:
            one.result()
        client.admin.command("fsync")
    return copies, documents
