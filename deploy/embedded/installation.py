"""A whole installation: the four services on the Kafka and mongod of a run, noted so that other commands find them."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from deploy.client.running import Running, keep_note
from deploy.embedded.mailbox import Mailbox
from deploy.embedded.ports import HOST
from deploy.embedded.servers import Embedded
from deploy.embedded.services import Services
from shared.settings import PREFIX

KEYS_FILE = "keys.json"
"""In the folder of the run: the hashes of the keys that the services take."""


@contextmanager
def installation(
    embedded: Embedded,
    mailbox: Mailbox | None,
    namespace: str,
    settings: Mapping[str, str],
    said: Callable[[str], None],
    key: str | None = None,
) -> Iterator[Running]:
    """The services with these settings, by their full names, besides those that say where everything is. Raises ServiceError."""
    places = {
        "KAFKA_BOOTSTRAP": embedded.kafka_bootstrap,
        "MONGODB_URI": embedded.mongodb_uri,
        "NAMESPACE": namespace,
        "KEYS_FILE": str(embedded.directory / KEYS_FILE),
        **({"SMTP_HOST": HOST, "SMTP_PORT": str(mailbox.port)} if mailbox else {}),
    }
    with Services(embedded.directory, {**settings, **{PREFIX + name: value for name, value in places.items()}}, said) as services:
        running = Running(
            pid=os.getpid(),
            kafka_bootstrap=embedded.kafka_bootstrap,
            mongodb_uri=embedded.mongodb_uri,
            namespace=namespace,
            addresses=services.address,
            folder=embedded.directory,
            key=key,
        )
        with keep_note(running):
            yield running
