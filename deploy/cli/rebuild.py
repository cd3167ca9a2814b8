"""`xiaohao rebuild`: throws reporting's read model away, so that reporting makes it again from the ledger's topic as it starts.

Only reporting can be rebuilt so: the ledger's store is the history itself, intake's open books are needed at the door, and notify's deliveries say what was
sent, so that nothing is sent twice.
"""

from pathlib import Path

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError

from deploy.cli.watch import Mistake, Place, database, partitions
from deploy.embedded.embedded import Embedded
from shared.faults import Unavailable
from shared.kafka.broker import Broker
from shared.mongo import Mongo
from shared.topics import LEDGER, PEOPLE

SERVICE = "reporting"


async def rebuild_kept(folder: Path, namespace: str) -> None:
    """The same in a folder that `xiaohao up --dir` keeps, where nothing runs now. Raises Mistake, EmbeddedError or JarsError."""
    if not (folder / "ports.json").exists():
        raise Mistake(f"{folder} is no folder that `xiaohao up --dir` kept.")
    with Embedded(folder) as embedded:
        await rebuild(Place(embedded.kafka_bootstrap, namespace), embedded.mongodb_uri)


async def rebuild(where: Place, mongodb_uri: str | None = None) -> None:
    """Let reporting read from the beginning, then drop its database. Raises Mistake where a copy of it runs still, or nothing answers.

    In this order, since what is read again into a database that stands is a repeat: cut short in between, it is simply run again.
    """
    mongo = Mongo(mongodb_uri, f"{where.namespace}xiaohao-{SERVICE}") if mongodb_uri else database(where, SERVICE)
    try:
        await mongo.ping()
        for topic in (LEDGER, PEOPLE):
            await _read_again(where, topic)
        await mongo.drop()
    except Unavailable as error:
        raise Mistake(str(error)) from None
    finally:
        mongo.close()


async def _read_again(where: Place, topic: str) -> None:
    async with partitions(where, topic) as (topics, found):
        first = await topics.beginning_offsets(found)
    group = Broker(where.bootstrap, where.namespace).group(SERVICE, topic)
    consumer = AIOKafkaConsumer(bootstrap_servers=where.bootstrap, group_id=group, enable_auto_commit=False)
    try:
        await consumer.start()
        consumer.assign(found)
        await consumer.commit(first)  # Kafka takes it from a stranger only while the group has no member
    except KafkaError as error:
        raise Mistake(f"Stop every copy of reporting first: the group {group} is in use ({type(error).__name__}).") from None
    finally:
        await consumer.stop()
