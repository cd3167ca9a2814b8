"""A campaign told to a real ledger, for reporting to read."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path

import orjson
from prometheus_client import CollectorRegistry

from deploy.client.announcement import announcement
from deploy.client.cloudevent import CloudEvent
from deploy.plans.read import read_plan
from deploy.simulator.people import people
from deploy.simulator.stream import stream
from shared.events.catalogue import CATALOGUE
from shared.events.clock import TimeTold
from shared.events.fact import Fact
from shared.events.people import PersonNamed
from shared.kafka.broker import Broker
from shared.kafka.bus import Bus
from shared.kafka.cloudevents import instant, told_record
from shared.kafka.records import Record, Told
from shared.kafka.settled import Settled
from shared.plan import Plan
from shared.plan.indicator import Kpi, Light, Score, Scoring
from shared.topics import PEOPLE, book_of, person_id
from shared.units import Unit
from shared.values import Named, Wording
from shared.workdays import BEIJING
from tests.stream import KEYS

TENGZHOU = read_plan(Path(__file__).parents[2] / "deploy/campaigns/tengzhou-2019.yaml")
NAME = Wording(zh="名", en="name")
PLAN = Plan(
    **(
        dict(TENGZHOU)
        | {
            "public": True,
            "lines": (Named(code="union", name=NAME),),
            "kpis": (
                *TENGZHOU.kpis,
                Kpi(code="struck-off", name=NAME, of="struck-off", at_least=100),
                Kpi(code="satisfied", name=NAME, of="satisfied", code_of="public", at_least=95),
                Kpi(code="answered", name=NAME, of="answered", at_least=100),
                Kpi(code="fewer", name=NAME, of="measure", code_of="complaints", falls=30),
            ),
            "lights": (Light(code="overdue", name=NAME, of="overdue", yellow=1, red=3),),
            "scoring": Scoring(
                below=20,
                rules=(
                    Score(code="late", name=NAME, fact="IssueOverdue", points=-2),
                    Score(code="struck", name=NAME, fact="IssueStruckOff", points=1),
                ),
            ),
        }
    )
)
"""The campaign as it is run, with KPIs, lights and scores more than it has."""
READERS = ("reporting",)
"""Who else reads, beside the ledger."""
OWN = ("SurveyHeld", "MeasureTold")
"""What tests tell themselves, in figures that they can reckon by hand, and nobody makes up beside them."""


def told(id: str, subject: str, fact: Fact, when: datetime, source: str = "bureau") -> Told:
    """A fact as intake would tell it on."""
    return Told(id, source, type(fact).__name__, subject, book_of(subject), when, when, fact)


def of(event: CloudEvent) -> Told:
    """A CloudEvent as intake would tell it on."""
    fact = CATALOGUE[event["type"]].model_validate_json(orjson.dumps(event["data"]))
    return told(event["id"], event["subject"], fact, instant(event["time"]), event["source"])


class Teller:
    """Tells facts and the time to a ledger, and waits until all is settled."""

    def __init__(self, broker: Broker) -> None:
        self.broker = broker
        self.bus = Bus(broker, "teller", KEYS, CollectorRegistry())

    async def start(self) -> None:
        """Connect."""
        await self.bus.start()

    async def tell(self, facts: Iterable[Told]) -> None:
        """Tell facts, in order."""
        await self.bus.producer.publish([told_record(each) for each in facts])

    async def time(self, now: datetime) -> None:
        """It is now this time."""
        record = told_record(told(f"time-{now.isoformat()}", "time/all", TimeTold(now=now), now, "clock"))
        await self.bus.producer.publish(
            [Record(record.topic, b"time", record.value, record.headers, partition) for partition in range(self.broker.partitions)]
        )

    async def name(self, root: str, named: Sequence[PersonNamed]) -> None:
        """Name people of a root."""
        await self.bus.producer.publish(
            [Record(PEOPLE, person_id(root, each.person).encode(), each.model_dump_json(exclude_none=True).encode()) for each in named]
        )

    async def erase(self, root: str, person: str) -> None:
        """Erase a person of a root."""
        await self.bus.producer.publish([Record(PEOPLE, person_id(root, person).encode(), None)])

    async def settle(self, readers: Sequence[str] = READERS) -> None:
        """Wait until nothing is under way."""
        async with Settled(self.broker, readers) as settled:
            await settled.wait(60)

    async def campaign(self, units: Sequence[Unit], issues: int, seed: int, also: Mapping[date, Sequence[Told]]) -> None:
        """Tell a whole simulated campaign and some facts more, day by day, with the time told at the end of each."""
        async with Settled(self.broker, readers=()) as settled:
            await self.name(units[0].id, people(units, seed))
            await self.tell(map(of, announcement(PLAN, units)))
            await settled.wait()
            for day, events in stream(PLAN, units, issues, seed, plain=True):
                made_up = [event for event in events if event["type"] not in OWN]
                if facts := [*map(of, made_up), *also.get(day, ())]:
                    await self.tell(facts)
                    await settled.wait()
                    await self._midnight(day, settled)  # after a quiet day the next midnight tells what fell due as well
            for after in range(1, 5):  # what came on the last day climbs as supplements, a level a day
                await self._midnight(day + timedelta(after), settled)
        await self.settle()

    async def _midnight(self, day: date, settled: Settled) -> None:
        await self.time(datetime.combine(day + timedelta(1), time(0, 10), BEIJING))
        await settled.wait()
