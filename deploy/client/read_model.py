"""Throws reporting's read model away, so that reporting makes it again from the ledger's topic as it starts.

Only reporting can be rebuilt so: the ledger's store is the history itself, intake's open books are needed at the door, and notify's deliveries say what was
sent, so that nothing is sent twice.
"""

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError

from deploy.client.place import UserMistake, find_database
from deploy.client.topics import partitions
from shared.faults import Unavailable
from shared.kafka.broker import Broker
from shared.kafka.lags import READ_COMMITTED
from shared.mongo import Mongo
from shared.topics import LEDGER, PEOPLE

SERVICE = "reporting"


async def discard_read_model(broker: Broker, mongodb_uri: str | None = None) -> None:
    """Let reporting read from the beginning, then drop its database. Raises UserMistake where a copy of it runs still, or nothing answers.

    In this order, since what is read again into a database that stands is a repeat: cut short in between, it is simply run again.
    """
    mongo = Mongo(mongodb_uri, f"{broker.namespace}xiaohao-{SERVICE}") if mongodb_uri else find_database(broker, SERVICE)
    try:
        await mongo.ping()
        for topic in (LEDGER, PEOPLE):
            await _read_again(broker, topic)
        await mongo.drop()
    except Unavailable as error:
        raise UserMistake(str(error)) from None
    finally:
        mongo.close()


async def _read_again(broker: Broker, topic: str) -> None:
    async with partitions(broker, topic) as (topics, wanted):
        first = await topics.beginning_offsets(wanted)
    group = broker.group(SERVICE, topic)
    consumer = AIOKafkaConsumer(
        bootstrap_servers=broker.bootstrap, group_id=group, enable_auto_commit=False, isolation_level=READ_COMMITTED
    )
    try:
        await consumer.start()
        consumer.assign(wanted)
        await consumer.commit(first)  # Kafka takes it from a stranger only while the group has no member
    except KafkaError as error:
        raise UserMistake(f"Stop every copy of reporting first: the group {group} is in use ({type(error).__name__}).") from None
    finally:
        await consumer.stop()
