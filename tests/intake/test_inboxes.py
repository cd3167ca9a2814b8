"""The inboxes of all bureaus beside one another: which are read, that none holds up another, and that nothing is lost or counted twice."""

import asyncio
import os
import random
import sys
from collections import Counter
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from deploy.client.announcement import announcement
from deploy.plans.read import read_plan
from services.intake.app import build
from services.intake.inbox import inboxes, reading
from services.ledger.app import build as build_ledger
from shared.faults import Unavailable
from shared.http.access import Act, Key, Keys
from shared.http.rates import BURST, Rates
from shared.http.service import Service
from shared.kafka.broker import Broker
from shared.kafka.settled import Settled
from shared.settings import Settings
from shared.topics import LEDGER, Topic, inbox
from tests.intake.feeding import Bureau, structured
from tests.intake.given import BATCH, PLAN, make_issue, make_keys, units
from tests.stream import STREAM_KEY

CHECKOUT = Path(__file__).parents[2]
KILLS = 3


@pytest.fixture
def keys() -> Keys:
    """Those of three bureaus, whose books nobody opened: what they tell is answered all the same."""
    keys = Keys()
    for bureau in ("a", "b", "c"):
        keys.add(bureau, bureau, bureau, ["tell"], inbox=True)
    return keys


@asynccontextmanager
async def running(settings: Settings, keys: Keys) -> AsyncIterator[Service]:
    """A copy of intake."""
    intake = build(settings, keys=keys, patience=3)
    await intake.start()
    try:
        yield intake
    finally:
        await intake.stop()


async def test_a_million_records_of_one_bureau_hold_no_other_up(
    settings: Settings, broker: Broker, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PART", 50)
    async with Bureau(broker, "a") as a, Bureau(broker, "b") as b:
        many = await a.write([structured(make_issue())] * 5000)
        async with running(settings, keys):
            while not await a.answered():
                await asyncio.sleep(0.01)
            for _ in range(3):
                [answer] = await b.tell(structured(make_issue()))
                assert not answer["accepted"]
            assert await a.answered() < len(many)


async def test_an_inbox_that_is_written_faster_than_its_key_may_come_waits_is_refused_nothing_and_holds_no_other_up(
    settings: Settings, broker: Broker, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    part, now, waits = 5, [0.0], asyncio.Event()

    class Watched(Rates):
        """On a clock of the test."""

        def wait(self, key: Key) -> float:
            if wait := super().wait(key):
                waits.set()
            return wait

    monkeypatch.setattr(reading, "PART", part)
    monkeypatch.setattr(inboxes, "Rates", lambda rate: Watched(rate, lambda: now[0]))
    keys.add("slow", "slow", "slow", ["tell"], inbox=True, rate=1)
    async with Bureau(broker, "slow") as slow, Bureau(broker, "b") as b:
        many = await slow.write([structured(make_issue())] * (2 * part * BURST))
        async with asyncio.timeout(60), running(settings, keys):
            await waits.wait()
            for _ in range(3):
                await b.tell(structured(make_issue()))
            assert 0 < await slow.answered() <= part * BURST
            now[0] += 10 * BURST
            answers = [await slow.answer() for _ in many]
    assert [each["offset"] for each in answers] == many
    assert {mistake["rule"] for each in answers for mistake in each["mistakes"]} == {"book-not-open"}


async def test_what_cannot_be_answered_to_one_bureau_holds_no_other_up_and_is_answered_once_it_can_be(
    settings: Settings, broker: Broker, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "STUCK", 2.0)
    async with Bureau(broker, "a") as a, Bureau(broker, "b") as b, running(settings, keys):
        await a.tell(structured(make_issue()))
        admin = AIOKafkaAdminClient(bootstrap_servers=broker.bootstrap)
        await admin.start()
        await admin.delete_topics([a.answers.topic])
        await admin.close()
        await a.write([structured(make_issue())])
        for _ in range(3):
            await b.tell(structured(make_issue()))
        async with asyncio.timeout(60):
            while not await a.answered():  # another consumer takes over, for which the topic is made again
                await asyncio.sleep(0.1)


async def test_an_inbox_that_cannot_be_made_holds_no_other_up_and_is_read_once_it_can_be(
    settings: Settings, broker: Broker, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inboxes, "LOOK", 0.1)
    monkeypatch.setattr(inboxes, "AGAIN", 0.2)
    create, refuses, refused = Broker.create, [True], asyncio.Event()  # as Kafka answers where a policy forbids a topic

    async def without_b(self: Broker, admin: AIOKafkaAdminClient, wanted: Mapping[str, Topic], partitions: int) -> None:
        if refuses and self.name(inbox("b")) in wanted:
            refused.set()
            raise Unavailable("topic inbox.b: PolicyViolationError")
        await create(self, admin, wanted, partitions)

    async with Bureau(broker, "a") as a, Bureau(broker, "b") as b:
        monkeypatch.setattr(Broker, "create", without_b)
        async with running(settings, keys):
            await refused.wait()
            for _ in range(3):
                await a.tell(structured(make_issue()))
            await b.write([structured(make_issue(id="it waits"))])
            await a.tell(structured(make_issue()))
            assert not await b.answered()
            refuses.clear()
            assert (await b.answer())["id"] == "it waits"
            await a.tell(structured(make_issue()))


async def test_a_mistake_of_ours_does_not_end_the_reading_of_inboxes(
    settings: Settings, broker: Broker, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inboxes, "LOOK", 0.1)
    create, left = Broker.create_inboxes, [AttributeError("nodeId"), RecursionError()]

    async def failing_at_first(self: Broker, bureaus: Collection[str]) -> dict[str, str]:
        if left:
            raise left.pop()
        return await create(self, bureaus)

    async with Bureau(broker, "a") as a:
        monkeypatch.setattr(Broker, "create_inboxes", failing_at_first)
        async with running(settings, keys):
            await a.tell(structured(make_issue()))


async def test_the_inbox_of_a_key_that_is_revoked_waits_and_that_of_a_new_one_is_read(
    settings: Settings, broker: Broker, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inboxes, "LOOK", 0.1)
    async with Bureau(broker, "a") as a, Bureau(broker, "b") as b, Bureau(broker, "new") as new, running(settings, keys):
        await a.tell(structured(make_issue()))
        keys.drop("a")
        [waiting] = await a.write([structured(make_issue(id="it waits"))])
        for _ in range(3):
            await b.tell(structured(make_issue()))
        keys.add("new", "new", "new", ["tell"], inbox=True)
        await new.tell(structured(make_issue()))
        await b.tell(structured(make_issue()))
        assert await a.answered() == 1
        keys.add("a", "a", "a", ["tell"], inbox=True)
        answer = await a.answer()
        assert (answer["offset"], answer["id"]) == (waiting, "it waits")


PAST, TO_COME = datetime(2019, 1, 1, tzinfo=UTC), datetime(2999, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("may", "more", "read"),
    [
        ("tell", {"inbox": True}, True),
        ("tell", {"inbox": True, "expires": TO_COME}, True),
        ("tell", {}, False),
        ("read", {"inbox": True}, False),
        ("tell", {"inbox": True, "expires": PAST}, False),
        ("tell", {"inbox": True, "revoked": PAST}, False),
    ],
)
def test_an_inbox_is_read_while_its_key_is_valid_and_may_tell(may: Act, more: dict[str, Any], read: bool) -> None:
    keys = Keys()
    keys.add("a", "a", "a", [may], **more)
    assert bool(inboxes.read_now(keys)) == read
    keys.lost = True  # it may be revoked by now, and nobody knows
    assert inboxes.read_now(keys) == {}


async def test_what_is_read_of_an_inbox_is_a_use_of_its_key(settings: Settings, broker: Broker, keys: Keys) -> None:
    async with Bureau(broker, "a") as a, running(settings, keys):
        assert "a" not in keys.used
        await a.tell(structured(make_issue()))
        assert "a" in keys.used


class Copies:
    """Copies of intake as processes; none outlives the test."""

    def __init__(self, settings: Settings) -> None:
        self._env = os.environ | {
            "XIAOHAO_KAFKA_BOOTSTRAP": settings.kafka_bootstrap,
            "XIAOHAO_MONGODB_URI": settings.mongodb_uri.get_secret_value(),
            "XIAOHAO_NAMESPACE": settings.namespace,
            "XIAOHAO_CLOCK": "told",
            "XIAOHAO_STREAM_KEY": STREAM_KEY.get_secret_value(),
            "XIAOHAO_HTTP_PORT": "0",
        }
        self.running: list[asyncio.subprocess.Process] = []

    async def start(self) -> None:
        """One more."""
        command = (sys.executable, "-m", "tests.intake.copy")
        self.running.append(await asyncio.create_subprocess_exec(*command, env=self._env, cwd=CHECKOUT, stderr=asyncio.subprocess.DEVNULL))

    async def kill(self, number: int) -> None:
        """SIGKILL."""
        process = self.running.pop(number)
        process.kill()
        await process.wait()


async def announce(settings: Settings, broker: Broker) -> None:
    """Open the books of the campaign, by a ledger that runs."""
    keys, secret = make_keys()
    async with (
        running(settings, keys) as intake,
        httpx.AsyncClient(transport=httpx.ASGITransport(intake.http), base_url="http://intake") as client,
    ):
        body = orjson.dumps(announcement(read_plan(PLAN), units()))
        answer = await client.post("/v1/events", content=body, headers={"content-type": BATCH, "authorization": f"Bearer {secret['root']}"})
        assert answer.status_code == 202, answer.text
        async with Settled(broker, ["intake"]) as settled:
            await settled.wait()


async def entered(broker: Broker) -> Counter[str]:
    """How often an issue was entered by each told event, by its id. What the ledger published twice has one position in its book."""
    found: dict[str, str] = {}
    async with AIOKafkaConsumer(bootstrap_servers=broker.bootstrap, isolation_level="read_committed") as consumer:
        places = [TopicPartition(broker.name(LEDGER), number) for number in range(broker.partitions)]
        consumer.assign(places)
        await consumer.seek_to_beginning()
        for place, end in (await consumer.end_offsets(places)).items():
            while await consumer.position(place) < end:
                for record in (await consumer.getmany(place, timeout_ms=1000)).get(place, []):
                    headers = dict(record.headers)
                    if headers["ce_type"] == b"IssueEntered":
                        found[headers["ce_id"].decode()] = headers["ce_toldid"].decode()
    return Counter(found.values())


async def test_each_record_counts_once_whatever_is_killed(settings: Settings, broker: Broker) -> None:
    seed = random.randrange(10**6)
    print("seed", seed)  # noqa: T201  shown where a test fails
    chance = random.Random(seed)
    told = {
        bureau: [
            make_issue(id=f"{bureau}-{number}", subject=f"tengzhou-2019/{unit}/issue/{bureau}~{number}", source=bureau)
            for number in range(600)
        ]
        for bureau, unit in (("t01", "h1"), ("t02", "h2"))
    }
    ledger, copies, again = build_ledger(settings), Copies(settings), 0
    await ledger.start()
    try:
        await announce(settings, broker)
        for _ in range(2):
            await copies.start()
        async with Bureau(broker, "t01") as first, Bureau(broker, "t02") as second:
            left = {bureau: set(await bureau.write(map(structured, told[name]))) for bureau, name in ((first, "t01"), (second, "t02"))}
            for kills in range(KILLS + 1):
                enough = chance.randrange(1, 300) if kills < KILLS else 10**6
                for bureau, offsets in left.items():
                    while offsets and enough:
                        answer = await bureau.answer()
                        assert answer["accepted"], answer
                        again += answer["offset"] not in offsets
                        offsets.discard(answer["offset"])
                        enough -= 1
                if kills < KILLS:
                    await copies.kill(chance.randrange(2))
                    await copies.start()
        async with Settled(broker, []) as settled:
            await settled.wait()
    finally:
        while copies.running:
            await copies.kill(0)
        await ledger.stop()
    print("answered again", again)  # noqa: T201  the same
    assert await entered(broker) == Counter(event["id"] for events in told.values() for event in events)
