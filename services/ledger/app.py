"""The ledger: the service that keeps all books."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime

from fastapi import FastAPI

from services.ledger import tail
from services.ledger.clock import Clock
from services.ledger.disks import Disks
from services.ledger.handler import Handler, Limits, Terms
from services.ledger.metrics import Watch
from services.ledger.store import Store
from services.ledger.store.mongo import MongoStore
from shared.events.fact import Teller
from shared.faults import Unavailable
from shared.http.service import Service, add_operations, run
from shared.http.upkeep import Upkeep
from shared.kafka import contract
from shared.kafka.broker import Broker
from shared.kafka.bus import Bus
from shared.kafka.seal import stream_keys
from shared.metrics import registry_of
from shared.mongo import Mongo
from shared.settings import Settings
from shared.topics import INTAKE, LEDGER

LOOK = 10.0
"""Seconds between two looks of the wall clock."""
SOON = 1.0
"""Seconds after a look that told something: what follows from it may be due as well, and so may the days after an outage."""


def build(settings: Settings, *, store: Store | None = None, limits: Limits | None = None) -> Service:
    """Put the ledger together."""
    registry = registry_of("ledger")
    broker = Broker.of(settings)
    mongo = Mongo(settings.mongodb_uri.get_secret_value(), f"{settings.namespace}xiaohao-ledger")
    books = store or MongoStore(mongo)
    bus = Bus(broker, "ledger", stream_keys(settings), registry, settings.batch)
    clock = Clock(books)
    terms = Terms(settings.partitions, bus.group, settings.clock == "told", limits or Limits())
    handler = Handler(books, clock, terms, registry)
    held: list[int] = []

    async def assigned(partitions: Iterable[int]) -> None:
        held[:] = []
        await tail.compare(broker, books, partitions)
        clock.reset()
        await handler.assigned(partitions)
        held[:] = partitions

    async def look() -> None:
        pause = LOOK
        while True:
            await asyncio.sleep(pause)
            pause = LOOK
            try:
                async for part in clock.look_now(datetime.now(UTC), list(held)):
                    await bus.producer.publish(part)
                    pause = SOON
            except Unavailable:
                continue  # the handler meets the same and turns readiness red; the next look tells it again

    bus.consume(INTAKE, handler, assigned, side_by_side=True)
    watch = Watch(books, clock, lambda: bus.partitions(INTAKE), settings.partitions, settings.clock == "told")
    registry.register(watch)
    bus.publishes(
        LEDGER, contract.recorded(), "Recorded events: the fact as told, then its consequences, at gapless positions in each book."
    )
    bus.publishes(INTAKE, contract.told(Teller.CLOCK, Teller.BOOK), "What the clock tells subjects, and what books tell one another.")
    http = FastAPI(title="Xiaohao ledger", docs_url=None, redoc_url=None, openapi_url=None)
    unready = add_operations(http, bus, mongo, registry, partly=clock.ready)
    upkeep = Upkeep(registry, settings, unready)
    disks = Disks(registry, broker, mongo)
    return Service(
        name="ledger",
        bus=bus,
        mongo=mongo,
        http=http,
        registry=registry,
        prepare=lambda: books.prepare(settings.partitions),
        workers=[upkeep.run, disks.run, watch.run, *([] if settings.clock == "told" else [look])],
    )


def main() -> None:
    """Run the ledger until it is told to stop."""
    run("ledger", build, young=300_000)


if __name__ == "__main__":
    main()
