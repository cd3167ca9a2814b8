"""Throws reporting's read model away, so that reporting makes it again from the ledger's topic as it starts.

Only reporting can be rebuilt so: the ledger's store is the history itself, intake's open books are needed at the door, and notify's deliveries say what was
sent, so that nothing is sent twice.
"""

from deploy.client.mistake import UserMistake
from deploy.client.offsets import read_again
from deploy.client.place import find_database
from shared.faults import Unavailable
from shared.kafka.broker import Broker
from shared.topics import LEDGER, NOTICES, PEOPLE

SERVICE = "reporting"


async def read_model_events(broker: Broker, mongodb_uri: str | None = None) -> int:
    """How many events it was made of. Raises Unavailable."""
    mongo = find_database(broker, SERVICE, mongodb_uri)
    try:
        await mongo.ping()
        return int(await mongo["events"].estimated_document_count())
    finally:
        mongo.close()


async def discard_read_model(broker: Broker, mongodb_uri: str | None = None) -> None:
    """Let reporting read from the beginning, then drop its database. Raises UserMistake where a copy of it runs still, or nothing answers.

    In this order, since what is read again into a database that stands is a repeat: cut short in between, it is simply run again.
    """
    mongo = find_database(broker, SERVICE, mongodb_uri)
    try:
        await mongo.ping()
        for topic in (LEDGER, PEOPLE, NOTICES):
            await read_again(broker, SERVICE, topic)
        await mongo.drop()
    except Unavailable as error:
        raise UserMistake(str(error)) from None
    finally:
        mongo.close()
