"""A stage for a simulated campaign: a whole installation on told time that is gone afterwards, with a key for each client."""

import asyncio
import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from aiokafka.admin import AIOKafkaAdminClient
from pymongo import MongoClient

from deploy.client.key_register import keep
from deploy.client.secret import STREAM_KEY, kept_secret
from deploy.embedded.jars import Progress, on_stderr
from deploy.embedded.mailbox import Mailbox
from deploy.embedded.servers import Embedded
from deploy.embedded.services import NAMES, installation
from deploy.simulator.simulation import clients
from shared.http.access import Keys
from shared.kafka.broker import Broker
from shared.settings import PREFIX
from shared.topics import TOPICS
from shared.units import Unit

ANNOUNCER, CLOCK, READER = "announcer", "clock", "reader"
"""The keys beside those of the clients, which are named for their unit."""


@dataclass(frozen=True)
class Stage:
    """Where everything is."""

    broker: Broker
    mongodb_uri: str = field(repr=False)
    addresses: dict[str, str]
    keys: dict[str, str] = field(repr=False)
    """The secret of each key, by its id."""
    stream_key: str = field(repr=False)
    mailbox: Mailbox

    @property
    def kafka_bootstrap(self) -> str:
        """Where its Kafka is."""
        return self.broker.bootstrap

    @property
    def namespace(self) -> str:
        """What stands before its topics and databases."""
        return self.broker.namespace


@contextmanager
def stage(
    units: Sequence[Unit], said: Callable[[str], None] = lambda _: None, fetched: Progress = on_stderr, offices: Sequence[str] = ()
) -> Iterator[Stage]:
    """Start it all; in the end stop it all and leave nothing behind, also on a broker or database that was given.

    `offices` are units that have a key of their own, though another client tells for them.
    """
    with Embedded(fetched=fetched) as embedded, Mailbox() as mailbox:
        # A broker or a database that was given may hold other things.
        given = {"KAFKA_BOOTSTRAP", "MONGODB_URI"} & os.environ.keys()
        namespace = f"demo-{secrets.token_hex(4)}-" if given else ""
        made = asyncio.run(make_keys(units, embedded.mongodb_uri, namespace, offices))
        stream_key = kept_secret(embedded.directory, STREAM_KEY)
        settings = {f"{PREFIX}CLOCK": "told", f"{PREFIX}PSEUDONYM_KEY": secrets.token_hex(32)}
        try:
            with installation(embedded, mailbox, namespace, settings, said) as running:
                yield Stage(embedded.broker(namespace), embedded.mongodb_uri, running.addresses, made, stream_key, mailbox)
        finally:
            if namespace:
                asyncio.run(_forget_topics(embedded.broker(namespace)))
                _forget_databases(embedded.mongodb_uri, namespace)


async def make_keys(units: Sequence[Unit], mongodb_uri: str, namespace: str, offices: Sequence[str] = ()) -> dict[str, str]:
    """Make a key for each client, one that announces, one that tells the time, one that reads everything. Returns their secrets."""
    keys, root = Keys(), units[0].id
    made = {client: keys.add(client, client, client, ["tell"], root) for client in sorted({*clients(units).values(), *offices})}
    made[ANNOUNCER] = keys.add(ANNOUNCER, root, root, ["tell", "announce", "operate"])
    made[CLOCK] = keys.add(CLOCK, CLOCK, root, ["tell", "clock"])
    made[READER] = keys.add(READER, READER, root, ["read"])
    await keep(keys, {"*": root}, mongodb_uri, namespace)
    return made


async def _forget_topics(broker: Broker) -> None:
    admin = AIOKafkaAdminClient(**broker.connection)
    await admin.start()
    try:
        # The offsets of the groups go with the topics, and groups without members and offsets go by themselves.
        await admin.delete_topics([broker.name(topic.name) for topic in TOPICS])
    finally:
        await admin.close()


def _forget_databases(uri: str, namespace: str) -> None:
    with MongoClient[dict[str, object]](uri) as client:
        for name in (*NAMES, "keys"):
            client.drop_database(f"{namespace}xiaohao-{name}")
