"""Plays a campaign on told time: each day's events by the clients that tell them, then the next morning, when that day's deadlines are over."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from time import perf_counter

import httpx
from aiokafka import AIOKafkaConsumer, TopicPartition

from deploy.client.announcement import announcement, naming
from deploy.client.cloudevent import CloudEvent, cloud_event
from deploy.client.door import Door
from deploy.demo.stage import ANNOUNCER, CLOCK, Stage
from shared.events.clock import TimeTold
from shared.events.people import PersonErased, PersonNamed, PersonReleased
from shared.kafka.settled import Settled
from shared.plan import Plan
from shared.topics import LEDGER
from shared.units import Unit, levels
from shared.workdays import BEIJING

MORNING = time(0, 10)
OPENING = ("UnitsListed", "CampaignAmended")
"""What only the key that announces may tell."""
READ = (*OPENING, *(fact.__name__ for fact in (PersonNamed, PersonReleased, PersonErased)))
"""What others than the ledger must have read before anything else is told: the door, and whoever mails."""
PATIENCE = 120.0
"""Seconds that anything may take to settle."""
Day = tuple[date, Sequence[CloudEvent]]


@dataclass
class Score:
    """How far the play is."""

    day: date | None = None
    days: int = 0
    told: int = 0
    recorded: int = 0
    mails: int = 0


class Spent:
    """Where the time went, in seconds, by part."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def on(self, part: str) -> Iterator[None]:
        """Count what runs inside towards a part."""
        began = perf_counter()
        try:
            yield
        finally:
            self.seconds[part] = self.seconds.get(part, 0.0) + perf_counter() - began


async def play(
    stage: Stage,
    plan: Plan,
    units: Sequence[Unit],
    people: Sequence[PersonNamed],
    days: Iterable[Day],
    seen: Callable[[Score], None] = lambda _: None,
) -> Spent:
    """Announce the campaign, name its people, tell every day, and go on until nothing more follows. Returns where the time went.

    Raises NotTold or TimeoutError.
    """
    broker = stage.broker
    spent, score = Spent(), Score()
    async with AsyncExitStack() as stack:
        doors = {id: await stack.enter_async_context(Door(stage.addresses["intake"], key)) for id, key in stage.keys.items()}
        recorded = await stack.enter_async_context(Settled(broker, readers=()))
        settled = await stack.enter_async_context(Settled(broker))
        ledger = await stack.enter_async_context(AIOKafkaConsumer(**broker.connection, isolation_level="read_committed"))
        partitions = [TopicPartition(broker.name(LEDGER), number) for number in range(broker.partitions)]

        async def at_rest(part: str, readers: bool = True) -> None:
            with spent.on(part):
                await (settled if readers else recorded).wait(PATIENCE)
            score.recorded = sum((await ledger.end_offsets(partitions)).values())
            score.mails = stage.mailbox.mails
            seen(score)

        with spent.on("announcing"):
            score.told += await doors[ANNOUNCER].tell_all(announcement(plan, units))
            await at_rest("announcing: settling")
            score.told += await doors[units[0].id].tell_all(naming(plan, units[0].id, people))
            await at_rest("announcing: settling")
        last = plan.ends
        for day, events in days:
            score.day, last, read = day, day, any(event["type"] in READ for event in events)
            if read:
                await at_rest("settling all readers")
            with spent.on("telling"):
                score.told += await _tell(doors, events)
            # What falls due, and what is recorded, is for the ledger alone to say: its readers tell it nothing, and follow at their own pace.
            await at_rest("settling what was told", readers=False)
            await _morning(doors[CLOCK], day + timedelta(1), spent)
            await at_rest("settling what fell due", readers=read)
            score.days += 1
        # A supplement waits for a day at each level on its way up.
        for more in range(2, levels(units) + 3):
            await _morning(doors[CLOCK], last + timedelta(more), spent)
            await at_rest("settling what fell due", readers=False)
        await at_rest("settling all readers")
        with spent.on("the last mails"):
            await _delivered(stage)
        score.mails = stage.mailbox.mails
        seen(score)
    return spent


async def _tell(doors: dict[str, Door], events: Sequence[CloudEvent]) -> int:
    """Tell a day's events: the clients at the same time, each its own in order."""
    by_client: dict[str, list[CloudEvent]] = {}
    for event in events:
        # The owner of the campaign amends it with the key that announces, under the same source.
        door = ANNOUNCER if event["type"] in OPENING else event["source"]
        by_client.setdefault(door, []).append(event)
    return sum(await asyncio.gather(*(doors[client].tell_all(own) for client, own in by_client.items())))


async def _morning(door: Door, day: date, spent: Spent) -> None:
    """Tell that a day has begun."""
    now = datetime.combine(day, MORNING, BEIJING)
    with spent.on("telling the time"):
        await door.tell_all([cloud_event(f"morning-{day}", None, "time", now, TimeTold(now=now))])


async def _delivered(stage: Stage) -> None:
    """Wait until notify has nothing left to deliver. Raises TimeoutError."""
    async with asyncio.timeout(PATIENCE), httpx.AsyncClient(trust_env=False) as client:
        while "\nxiaohao_deliveries_pending 0.0\n" not in (await client.get(f"{stage.addresses['notify']}/metrics")).text:
            await asyncio.sleep(0.1)
