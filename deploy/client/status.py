"""How an installation stands: every part is asked at once, and what is away keeps no other from being seen."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import GroupCoordinatorNotAvailableError, KafkaError
from pymongo.errors import PyMongoError

from deploy.client import running
from deploy.client.copies import Copy, copies
from deploy.client.dead_letters import unsettled
from deploy.client.mistake import UserMistake
from deploy.client.place import find_database
from services.ledger.clock import MARGIN
from services.ledger.store.mongo import MongoStore
from services.notify.store import Store as Notices
from services.reporting.figures.gauges import Campaigns, Shown
from shared.faults import Conflict, Unavailable
from shared.kafka.broker import Broker
from shared.kafka.entry import require_entry
from shared.kafka.lags import Lags
from shared.kafka.log_dirs import least_room
from shared.kafka.settled import READERS
from shared.settings import read_settings
from shared.topics import INBOX, INTAKE, NOTICES, answers
from shared.workdays import start_of

T = TypeVar("T")

PATIENCE = 5.0
"""Seconds that a part may take to answer."""
OF_MONGODB = 4.0
"""Seconds after which MongoDB is asked no more: a little less, so that it is said why."""
PAUSE = 0.2
SERVICES = ("intake", "ledger", "notify", "reporting")
READS = (("ledger", INTAKE), *((reader, topic) for reader, topics in READERS.items() for topic in topics), ("reporting", NOTICES))
"""Each service with a topic that it reads, but for the inboxes of bureaus."""


@dataclass(frozen=True)
class Away:
    """A part that could not be asked, and why."""

    away: str


@dataclass(frozen=True)
class Reading:
    """How far all copies of a service together have come on a topic."""

    service: str
    topic: str
    copies: int
    """In its consumer group, as Kafka knows them."""
    lag: int
    """Records that are still to be handled."""
    oldest_seconds: float
    """Age of the oldest of them; 0 where none is."""
    partitions: Mapping[str, int]
    """Of the lag, each partition that has some."""


@dataclass(frozen=True)
class Books:
    """What waits in the ledger."""

    aside_subjects: int
    aside_events: int
    """Told events that wait behind subjects that are set aside."""
    held: int
    next_due: datetime | None
    """When the clock has something to tell next; none where nothing is due, or time is told."""
    late_seconds: float
    told_clock: bool


@dataclass(frozen=True)
class Outbox:
    """Notices whose outcome is not on the topic yet."""

    pending: int
    oldest_seconds: float
    waiting: Mapping[str, int]
    """Those that wait to be tried again, by cause."""


@dataclass(frozen=True)
class Standing:
    """How campaigns stand: those announced last, and how many there are beyond them."""

    campaigns: Sequence[Shown]
    more: int


@dataclass(frozen=True)
class Disk:
    """How much room a disk has, in bytes."""

    free: int
    size: int


@dataclass(frozen=True)
class Status:
    """An installation as it stands."""

    services: Sequence[Copy]
    reading: Sequence[Reading] | Away
    dead_letters: Mapping[str, int] | Away
    """Neither replayed nor dropped, by topic."""
    ledger: Books | Away
    campaigns: Standing | Away
    notices: Outbox | Away
    disk_kafka: Disk | Away | None
    """Of the fullest folder of all brokers; none where no broker knows."""
    disk_mongodb: Disk | Away | None
    """Of the primary; none before its database is there."""

    @property
    def well(self) -> bool:
        """Whether every part answers, and every copy is ready."""
        parts = (self.reading, self.dead_letters, self.ledger, self.campaigns, self.notices, self.disk_kafka, self.disk_mongodb)
        return all(each.live and each.ready for each in self.services) and not any(isinstance(each, Away) for each in parts)


def addresses(given: Sequence[str] | None) -> dict[str, str]:
    """Where services answer, each with its name as far as that is known: as given, as noted by `xiaohao up`, or as in Compose and on Kubernetes."""
    if given:
        return dict.fromkeys(given, "")
    noted = running.read()
    named = noted.addresses if noted else {name: f"http://{name}:8080" for name in SERVICES}
    return {address: name for name, address in named.items()}


async def status(broker: Broker, at: Mapping[str, str]) -> Status:
    """Ask all parts at once; `at` as `addresses` has it. Raises SettingMistake."""
    async with asyncio.TaskGroup() as together:
        services = together.create_task(copies(at))
        reading = together.create_task(_asked(_in_kafka(broker, _reading)))
        letters = together.create_task(_asked(_in_kafka(broker, unsettled)))
        ledger = together.create_task(_asked(_books(broker)))
        campaigns = together.create_task(_asked(_campaigns(broker)))
        notices = together.create_task(_asked(_outbox(broker)))
        kafka = together.create_task(_asked(_in_kafka(broker, _room_of_kafka)))
        mongodb = together.create_task(_asked(_room_of_mongodb(broker)))
    return Status(
        services=services.result(),
        reading=reading.result(),
        dead_letters=letters.result(),
        ledger=ledger.result(),
        campaigns=campaigns.result(),
        notices=notices.result(),
        disk_kafka=kafka.result(),
        disk_mongodb=mongodb.result(),
    )


async def _asked(work: Coroutine[Any, Any, T]) -> T | Away:
    try:
        async with asyncio.timeout(PATIENCE):
            return await work
    except TimeoutError:
        return Away(f"does not answer within {PATIENCE:.0f} s")
    except (Unavailable, Conflict, UserMistake, KafkaError, PyMongoError, OSError, NotImplementedError) as error:
        return Away(str(error) or type(error).__name__)


async def _in_kafka(broker: Broker, ask: Callable[[Broker], Awaitable[T]]) -> T:
    """Ask Kafka; where it does not let us in, why."""
    await require_entry(broker)
    while True:
        try:
            return await ask(broker)
        except GroupCoordinatorNotAvailableError:  # nobody ever read from this Kafka, and it makes its topic of groups now
            await asyncio.sleep(PAUSE)


async def _reading(broker: Broker) -> list[Reading]:
    lags, now = Lags(broker, "xiaohao-status", int(PATIENCE * 1000)), datetime.now(UTC).timestamp()
    async with broker.admin() as admin:
        there = set(await admin.list_topics())
        inboxes = sorted(each for each in there if each.startswith(broker.name(f"{INBOX}.")) and not each.endswith(answers("")))
        reads = [(service, topic, [broker.name(topic)]) for service, topic in READS]
        reads += [("intake", INBOX, inboxes)] if inboxes else []
        if missing := sorted({name for *_, names in reads for name in names} - there):
            raise UserMistake(f"Kafka has no topic {', '.join(missing)}: no service has been started yet")
        described = await admin.describe_topics(sorted({name for *_, names in reads for name in names}))
        partitions = {
            each["topic"]: [TopicPartition(each["topic"], part["partition"]) for part in each["partitions"]] for each in described
        }
        try:
            await lags.start()
            found = []
            for service, topic, names in reads:
                group = broker.group(service, topic)
                handled = await _committed(admin, group, [place for name in names for place in partitions[name]])
                behind = {place: lag for place, lag in (await lags.of(group, handled)).items() if lag.records}
                oldest = min((lag.since for lag in behind.values() if lag.since), default=None)
                found.append(
                    Reading(
                        service,
                        topic,
                        await _members(admin, group),
                        sum(lag.records for lag in behind.values()),
                        max(0.0, now - oldest / 1000) if oldest else 0.0,
                        {f"{place.topic.removeprefix(broker.namespace)}/{place.partition}": lag.records for place, lag in behind.items()},
                    )
                )
            return found
        finally:
            await lags.stop()


async def _committed(admin: AIOKafkaAdminClient, group: str, places: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
    marks = await admin.list_consumer_group_offsets(group, partitions=list(places))
    return {each: max(marks[each].offset, 0) if each in marks else 0 for each in places}


async def _members(admin: AIOKafkaAdminClient, group: str) -> int:
    [answer] = await admin.describe_consumer_groups([group])
    return sum(len(each[5]) for each in answer.groups)


async def _books(broker: Broker) -> Books:
    mongo, told_clock = find_database(broker, "ledger", patience=OF_MONGODB), read_settings().clock == "told"
    try:
        await mongo.ping()
        store, partitions = MongoStore(mongo), range(broker.partitions)
        aside = await store.set_aside()
        day = None if told_clock else await store.next_due(partitions, aside)
        due = start_of(day) + MARGIN if day else None
        late = max(0.0, (datetime.now(UTC) - due).total_seconds()) if due else 0.0
        return Books(len(aside), sum(map(len, aside.values())), await store.held(partitions), due, late, told_clock)
    finally:
        mongo.close()


async def _campaigns(broker: Broker) -> Standing:
    mongo = find_database(broker, "reporting", patience=OF_MONGODB)
    try:
        await mongo.ping()
        return Standing(*await Campaigns(mongo).read())
    finally:
        mongo.close()


async def _outbox(broker: Broker) -> Outbox:
    mongo = find_database(broker, "notify", patience=OF_MONGODB)
    try:
        await mongo.ping()
        notices = Notices(mongo)
        oldest = await notices.oldest()
        age = (datetime.now(UTC) - oldest).total_seconds() if oldest else 0.0
        return Outbox(await notices.pending(), age, await notices.waiting())
    finally:
        mongo.close()


async def _room_of_kafka(broker: Broker) -> Disk | None:
    async with broker.admin() as admin:
        room = await least_room(admin)
    return Disk(*room) if room else None


async def _room_of_mongodb(broker: Broker) -> Disk | None:
    mongo = find_database(broker, "ledger", patience=OF_MONGODB)
    try:
        await mongo.ping()
        room = await mongo.room()
        return Disk(*room) if room else None
    finally:
        mongo.close()
