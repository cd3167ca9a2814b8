"""Whoever lets go of Kafka leaves nothing behind, at whatever moment: no connection, and no task that would connect again."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient

from shared.kafka import connections
from shared.kafka.broker import Broker
from shared.kafka.connections import let_go
from shared.topics import INTAKE


@pytest.fixture(autouse=True)
def installed() -> None:
    connections.install()


@asynccontextmanager
async def silent_after(answers: int, bootstrap: str) -> AsyncIterator[tuple[str, asyncio.Event]]:
    """A way to Kafka that lets so many answers through, then none; gives its address, and tells when it fell silent."""
    host, _, port = bootstrap.partition(":")
    silent, left = asyncio.Event(), answers
    ways: list[asyncio.Task[None]] = []

    async def pass_on(client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        nonlocal left
        kafka, to_kafka = await asyncio.open_connection(host, int(port))
        try:
            while size := await client.read(4):
                to_kafka.write(size + await client.readexactly(int.from_bytes(size)))
                if not left:
                    silent.set()
                    await client.read()
                    return
                left -= 1
                size = await kafka.readexactly(4)
                to_client.write(size + await kafka.readexactly(int.from_bytes(size)))
        finally:
            for writer in (to_client, to_kafka):
                writer.close()

    def begin(client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        ways.append(asyncio.create_task(pass_on(client, to_client)))

    server = await asyncio.start_server(begin, "127.0.0.1", 0)
    try:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}", silent
        async with asyncio.timeout(10):
            await asyncio.gather(*ways)  # each ends when its client hangs up
    finally:
        server.close()
        await server.wait_closed()


@pytest.mark.parametrize("answers", [0, 1])
@pytest.mark.parametrize("kind", [AIOKafkaAdminClient, AIOKafkaConsumer, AIOKafkaProducer])
async def test_who_gives_up_while_it_connects_has_hung_up(broker: Broker, kind: Callable[..., Any], answers: int) -> None:
    said: list[str] = []
    loop = asyncio.get_running_loop()
    before = loop.get_exception_handler()
    loop.set_exception_handler(lambda _, context: said.append(context["message"]))
    async with silent_after(answers, broker.bootstrap) as (address, silent):
        client = kind(bootstrap_servers=address)
        starting = asyncio.create_task(client.start())
        await silent.wait()
        starting.cancel()
        await asyncio.gather(starting, return_exceptions=True)
        await (client.close if kind is AIOKafkaAdminClient else client.stop)()
    loop.set_exception_handler(before)
    assert said == [], "aiokafka says so of a connection that nobody closed"


async def test_a_consumer_that_waits_for_others_of_its_group_ends_when_it_is_let_go(broker: Broker) -> None:
    await broker.create_topics()

    def member() -> AIOKafkaConsumer:
        return AIOKafkaConsumer(
            broker.name(INTAKE),
            **broker.connection,
            group_id=broker.name("slow"),
            enable_auto_commit=False,
            isolation_level="read_committed",
            session_timeout_ms=30_000,
            heartbeat_interval_ms=9_000,
        )

    first, second = member(), member()
    await first.start()
    try:
        joining = asyncio.create_task(second.start())
        while len(second._client._conns) < 2:  # the second is that to the coordinator of its group
            await asyncio.sleep(0.01)
        # The first does not hear before its next heartbeat that somebody wants to join, and Kafka does not answer the second before it does.
        await asyncio.sleep(0.2)
        joining.cancel()
        await asyncio.gather(joining, return_exceptions=True)
        await let_go(second.stop(), second, patience=0.1)
        coordinator, fetcher = second._coordinator, second._fetcher
        assert all(task.done() for task in (coordinator._coordination_task, fetcher._fetch_task, *fetcher._pending_tasks))
        assert (coordinator._heartbeat_task, coordinator._commit_refresh_task) == (None, None)
        assert not [each for each in second._client._conns.values() if each.connected()]
    finally:
        await first.stop()
