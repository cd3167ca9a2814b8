"""A stage for a simulated campaign: a whole installation on told time that is gone afterwards, with a key for each client."""

import asyncio
import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aiokafka.admin import AIOKafkaAdminClient
from pymongo import MongoClient

from deploy.embedded.embedded import Embedded
from deploy.embedded.installation import NAMES, Services
from deploy.embedded.jars import Progress
from deploy.embedded.mailbox import Mailbox
from deploy.embedded.ports import HOST
from deploy.embedded.running import Running, noted
from deploy.simulator.lives.simulation import clients
from shared.http.access import Keys
from shared.settings import PREFIX
from shared.topics import TOPICS
from shared.units import Unit

ANNOUNCER, CLOCK, READER = "announcer", "clock", "reader"
"""The keys beside those of the clients, which are named for their unit."""


@dataclass(frozen=True)
class Stage:
    """Where everything is."""

    kafka_bootstrap: str
    mongodb_uri: str = field(repr=False)
    namespace: str
    addresses: dict[str, str]
    keys: dict[str, str] = field(repr=False)
    """The secret of each key, by its id."""
    mailbox: Mailbox


@contextmanager
def stage(
    units: Sequence[Unit], said: Callable[[str], None] = lambda _: None, fetched: Progress | None = None, offices: Sequence[str] = ()
) -> Iterator[Stage]:
    """Start it all; in the end stop it all and leave nothing behind, also on a broker or database that was given.

    `offices` are units that have a key of their own, though another client tells for them.
    """
    with Embedded(fetched=fetched) as embedded, Mailbox() as mailbox:
        # A broker or a database that was given may hold other things.
        given = {"KAFKA_BOOTSTRAP", "MONGODB_URI"} & os.environ.keys()
        namespace = f"demo-{secrets.token_hex(4)}-" if given else ""
        found = keys(units, embedded.directory / "keys.json", offices)
        environment = {
            "KAFKA_BOOTSTRAP": embedded.kafka_bootstrap,
            "MONGODB_URI": embedded.mongodb_uri,
            "NAMESPACE": namespace,
            "CLOCK": "told",
            "PSEUDONYM_KEY": secrets.token_hex(32),
            "KEYS_FILE": str(embedded.directory / "keys.json"),
            "SMTP_HOST": HOST,
            "SMTP_PORT": str(mailbox.port),
        }
        try:
            with Services(embedded.directory, {PREFIX + name: value for name, value in environment.items()}, said) as services:
                running = Running(
                    pid=os.getpid(),
                    kafka_bootstrap=embedded.kafka_bootstrap,
                    mongodb_uri=embedded.mongodb_uri,
                    namespace=namespace,
                    addresses=services.address,
                    folder=embedded.directory,
                )
                with noted(running):
                    yield Stage(embedded.kafka_bootstrap, embedded.mongodb_uri, namespace, services.address, found, mailbox)
        finally:
            if namespace:
                asyncio.run(_forget_topics(embedded.kafka_bootstrap, namespace))
                _forget_databases(embedded.mongodb_uri, namespace)


def keys(units: Sequence[Unit], path: Path, offices: Sequence[str] = ()) -> dict[str, str]:
    """Make a key for each client, one that announces, one that tells the time, one that reads everything. Returns their secrets."""
    made, root = Keys(), units[0].id
    found = {client: made.add(client, client, client, ["tell"]) for client in sorted({*clients(units).values(), *offices})}
    found[ANNOUNCER] = made.add(ANNOUNCER, root, root, ["tell", "announce"])
    found[CLOCK] = made.add(CLOCK, CLOCK, root, ["tell", "clock"])
    found[READER] = made.add(READER, READER, root, ["read"])
    made.write(path)
    return found


async def _forget_topics(bootstrap: str, namespace: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        # The offsets of the groups go with the topics, and groups without members and offsets go by themselves.
        await admin.delete_topics([f"{namespace}{topic.name}" for topic in TOPICS])
    finally:
        await admin.close()


def _forget_databases(uri: str, namespace: str) -> None:
    with MongoClient[dict[str, object]](uri) as client:
        for name in NAMES:
            client.drop_database(f"{namespace}xiaohao-{name}")
