"""Has a service that stands still read a topic again, from its beginning or from a place on it: what it folded before is a repeat to it."""

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from deploy.client.mistake import UserMistake
from deploy.client.topics import partitions
from shared.kafka.broker import Broker
from shared.kafka.lags import READ_COMMITTED


async def read_again(broker: Broker, service: str, topic: str, place: tuple[int, int] | None = None) -> None:
    """Read all of a topic again, or one partition from an offset on unless it stands before that. Raises UserMistake where a copy runs still."""
    async with partitions(broker, topic) as (topics, wanted):
        first = await topics.beginning_offsets(wanted)
    group = broker.group(service, topic)
    consumer = AIOKafkaConsumer(**broker.connection, group_id=group, enable_auto_commit=False, isolation_level=READ_COMMITTED)
    try:
        await consumer.start()
        consumer.assign(wanted)
        if place:
            partition = TopicPartition(broker.name(topic), place[0])
            first = {partition: min(max(place[1], first[partition]), await consumer.committed(partition) or 0)}
        await consumer.commit(first)  # Kafka takes it from a stranger only while the group has no member
    except KafkaError as error:
        raise UserMistake(f"Stop every copy of {service} first: the group {group} is in use ({type(error).__name__}).") from None
    finally:
        await consumer.stop()
