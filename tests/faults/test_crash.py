"""The crash proof: whatever is killed, each told event has one effect, and every reader has all of it, in order."""

import asyncio
import contextlib
import random
import secrets
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiokafka.errors import KafkaError
from pydantic import SecretStr
from pymongo import MongoClient

import shared.kafka.subscription
from deploy.embedded.embedded import Embedded
from shared.events.issue import IssueReported
from shared.faults import Unavailable
from shared.http.service import Service
from shared.kafka.broker import Broker
from shared.kafka.cloudevents import Recorded
from shared.kafka.reader import MARKS, Reader
from shared.kafka.settled import Settled
from shared.mongo import Session, replace_all
from shared.settings import Settings
from shared.topics import INTAKE, LEDGER, dead_letters
from tests.faults.campaign import REPORT, TOLD_PER_ISSUE, book, books_of_partitions, issue, issues, opening, tell, told
from tests.faults.copies import Copies, until
from tests.faults.oracle import Oracle
from tests.faults.parts import GROUP, Witness, before_publish, ledger, limit

ISSUES, KILLS = 1250, 20
"""5,000 told events."""


@pytest.fixture(scope="module", autouse=True)
def _open_transactions_end_soon(embedded: Embedded) -> Iterator[None]:
    """The transaction of a copy that was killed inside it lives on for a minute by default; here for some seconds."""
    with _transactions_end_after(embedded, 5):
        yield


@contextlib.contextmanager
def _transactions_end_after(embedded: Embedded, seconds: int) -> Iterator[None]:
    """A transaction that nobody ends lives no longer than this."""
    with MongoClient[dict[str, Any]](embedded.mongodb_uri) as client:
        before = client.admin.command("getParameter", transactionLifetimeLimitSeconds=1)["transactionLifetimeLimitSeconds"]
        client.admin.command("setParameter", transactionLifetimeLimitSeconds=seconds)
        try:
            yield
        finally:
            client.admin.command("setParameter", transactionLifetimeLimitSeconds=before)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Small batches, so that many are under way."""
    return settings.model_copy(update={"batch": 100})


@pytest.fixture(scope="module")
def fragile() -> Iterator[Embedded]:
    """A broker and a database that these tests may kill."""
    with Embedded() as run:
        yield run


@pytest.fixture
def on_fragile(fragile: Embedded, settings: Settings) -> Settings:
    """An installation on them."""
    return settings.model_copy(update={"kafka_bootstrap": fragile.kafka_bootstrap, "mongodb_uri": SecretStr(fragile.mongodb_uri)})


def broker_of(settings: Settings) -> Broker:
    """The broker as an installation sees it."""
    return Broker(settings.kafka_bootstrap, settings.namespace, settings.partitions)


def oracle_of(settings: Settings) -> Oracle:
    """The oracle of an installation."""
    return Oracle(settings.kafka_bootstrap, settings.mongodb_uri.get_secret_value(), settings.namespace)


def struck_off(oracle: Oracle) -> int:
    """Issues that went the whole way."""
    return sum(event[0] == "IssueStruckOff" for document in oracle.recorded() for event in document["events"])


@asynccontextmanager
async def settled_on(settings: Settings, readers: Sequence[str] = ()) -> AsyncIterator[Settled]:
    """Waits for an installation."""
    await broker_of(settings).create_topics()
    async with Settled(broker_of(settings), readers) as settled:
        yield settled


async def opened(settings: Settings) -> None:
    """Every book is open, and no copy runs."""
    async with settled_on(settings) as settled:
        await tell(broker_of(settings), opening())
        async with ledger(settings):
            await settled.wait()


async def under_way(settled: Settled, more_than: int, less_than: int) -> None:
    """Wait until some of what was told is recorded, and some is not."""
    async with asyncio.timeout(30):
        while True:
            try:
                waits = sum((await settled.behind()).values())
            except KafkaError:
                continue
            assert waits > more_than, "all was recorded before anything could happen"
            if waits < less_than:
                return


class TestTheCrashProof:
    """5,000 told events, two copies, and SIGKILL."""

    async def test_each_told_event_has_one_effect_however_often_the_copies_are_killed(self, settings: Settings) -> None:
        seed = secrets.randbits(32)
        print(f"seed {seed}")  # noqa: T201  shown where the test fails
        chance = random.Random(seed)
        broker, oracle, begun = broker_of(settings), oracle_of(settings), time.monotonic()
        all_told = list(issues(ISSUES))
        async with Copies(settings) as copies, Witness(settings), settled_on(settings, [GROUP]) as settled:
            await opened(settings)
            told_so_far, kills = 0, 0

            running = [await copies.start()]
            for fault in ("in-transaction:1", "before-publish:1", "mid-publish:1", "before-commit:1"):
                doomed = await copies.start(fault)
                await doomed.started()
                told_so_far = await _tell_more(broker, all_told, told_so_far, 400)
                assert await doomed.ends() == -9
                kills += 1

            running.append(await copies.start())
            each = -(-(len(all_told) - told_so_far) // KILLS)
            for number in range(KILLS):
                told_so_far = await _tell_more(broker, all_told, told_so_far, each)
                victim, moment = chance.randrange(2), chance.uniform(0.1, 2.0)
                if number % 4 == 0:  # in the midst of work; the others whatever the copies do
                    await _works(settled)
                    moment /= 10
                assert await running[victim].outlives(moment), running[victim].said
                await running[victim].kill()
                running[victim] = await copies.start()
                kills += 1
            await settled.wait(120)

            assert told_so_far == len(all_told) == ISSUES * TOLD_PER_ISSUE
            assert await oracle.findings(oracle.reader(Witness.database)) == []
            assert struck_off(oracle) == ISSUES
            assert await oracle.topic(dead_letters(INTAKE)) == []
            assert [await copy.stop() for copy in running] == [0, 0]
        records = len(await oracle.topic(LEDGER))
        once = sum(len(document["events"]) for document in oracle.recorded())
        print(f"{kills} kills, {once} recorded, {records - once} repeats, {time.monotonic() - begun:.0f} s")  # noqa: T201

    async def test_sigterm_under_load_ends_with_0_and_loses_nothing(self, settings: Settings) -> None:
        oracle = oracle_of(settings)
        async with Copies(settings) as copies, settled_on(settings) as settled:
            await opened(settings)
            await tell(broker_of(settings), issues(500))
            first = await copies.start()
            await under_way(settled, 0, 1900)
            assert await first.stop() == 0
            await copies.start()
            await settled.wait()
        assert await oracle.findings() == []
        assert struck_off(oracle) == 500

    async def test_a_copy_that_joins_and_leaves_under_load_changes_nothing(self, settings: Settings) -> None:
        oracle = oracle_of(settings)
        async with Copies(settings) as copies, Witness(settings), settled_on(settings, [GROUP]) as settled:
            await opened(settings)
            first = await copies.start()
            await tell(broker_of(settings), issues(300))
            second = await copies.start()
            await second.started()
            await tell(broker_of(settings), issues(300, 300))
            assert await second.stop() == 0
            await tell(broker_of(settings), issues(100, 600))
            await settled.wait()
            assert first.running
            assert await oracle.findings(oracle.reader(Witness.database)) == []
        assert struck_off(oracle) == 700


class TestTheBroker:
    """What Kafka does to the ledger."""

    async def test_a_publish_that_the_broker_refuses_is_made_good_without_a_restart(self, settings: Settings) -> None:
        broker, oracle = broker_of(settings), oracle_of(settings)
        async with settled_on(settings, [GROUP]) as settled, Witness(settings), ledger(settings) as service:
            await tell(broker, opening())
            await settled.wait()
            await limit(broker, LEDGER, 900)
            await tell(broker, issues(50))
            await until(lambda: any("MessageSizeTooLarge" in reason for reason in service.bus.ready()))
            await limit(broker, LEDGER, None)
            await settled.wait()
            assert service.bus.ready() == []
            assert await oracle.findings(oracle.reader(Witness.database)) == []
        assert struck_off(oracle) == 50

    async def test_a_check_of_partitions_may_take_longer_than_a_session(self, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(shared.kafka.subscription, "SESSION", 1.5)
        checks: list[Sequence[int]] = []

        def slow(service: Service) -> None:
            subscription = service.bus._subscriptions[0]
            check = subscription.assigned

            async def slowly(partitions: Iterable[int]) -> None:
                checks.append(list(partitions))
                await asyncio.to_thread(threading.Event().wait, 4)
                assert check
                await check(partitions)

            subscription.assigned = slowly

        async with settled_on(settings) as settled:
            await tell(broker_of(settings), opening())
            async with ledger(settings, slow):
                await settled.wait()
        assert len(checks) == 1
        assert await oracle_of(settings).findings() == []

    async def test_readers_pass_over_a_gap_and_then_have_all(self, settings: Settings) -> None:
        oracle = oracle_of(settings)
        async with settled_on(settings, [GROUP]) as settled, Witness(settings) as witness:
            await _publish_with_a_gap(settings, settled, witness)
            assert witness.figure("xiaohao_passed_over_total") > 0
            assert witness.figure("xiaohao_marks_behind") == 0
            assert await oracle.findings(oracle.reader(Witness.database)) == []

    async def test_a_broker_killed_under_load_and_started_again_is_found_again(self, fragile: Embedded, on_fragile: Settings) -> None:
        oracle = oracle_of(on_fragile)
        async with Copies(on_fragile) as copies:
            async with settled_on(on_fragile) as settled:
                await opened(on_fragile)
                await tell(broker_of(on_fragile), issues(500))
                copy = await copies.start()
                await under_way(settled, 0, 1900)
            await asyncio.to_thread(fragile.kill_kafka)
            await until(lambda: not copy.running or "retry" in copy.said or "watch" in copy.said)
            await asyncio.to_thread(fragile.start_kafka)
            async with settled_on(on_fragile) as settled:
                await settled.wait()
            assert copy.running
            assert await oracle.findings() == []
            assert struck_off(oracle) == 500
            assert await copy.stop() == 0

    async def test_no_copy_starts_without_a_broker(self, fragile: Embedded, on_fragile: Settings) -> None:
        await asyncio.to_thread(fragile.kill_kafka)
        try:
            async with Copies(on_fragile) as copies:
                copy = await copies.start()
                assert await copy.ends(30) == 1
                assert "cannot start" in copy.said
        finally:
            await asyncio.to_thread(fragile.start_kafka)

    async def test_a_copy_that_waits_for_the_broker_stops_in_bounded_time(self, fragile: Embedded, on_fragile: Settings) -> None:
        async with Copies(on_fragile) as copies:
            async with settled_on(on_fragile):
                await opened(on_fragile)
                copy = await copies.start()
                await copy.started()
            await asyncio.to_thread(fragile.kill_kafka)
            try:
                assert await copy.stop() in (0, 1)
            finally:
                await asyncio.to_thread(fragile.start_kafka)


class TestTheDatabase:
    """What MongoDB does to the ledger."""

    async def test_a_database_killed_under_load_and_started_again_is_found_again(self, fragile: Embedded, on_fragile: Settings) -> None:
        oracle = oracle_of(on_fragile)
        async with Copies(on_fragile) as copies, settled_on(on_fragile) as settled:
            await opened(on_fragile)
            await tell(broker_of(on_fragile), issues(500))
            copy = await copies.start("watchful", clock="wall")
            await under_way(settled, 0, 1900)
            await asyncio.to_thread(fragile.kill_mongod)
            await until(lambda: not copy.running or "unavailable" in copy.said)
            await asyncio.to_thread(fragile.start_mongod)
            await settled.wait()
            assert copy.running
            assert await copy.stop() == 0
            await copies.start()
            await settled.wait()
            assert await oracle.findings() == []
        assert struck_off(oracle) == 500

    async def test_no_copy_starts_without_a_database(self, settings: Settings) -> None:
        async with Copies(settings) as copies:
            copy = await copies.start(mongodb_uri="mongodb://127.0.0.1:9/?replicaSet=rs0")
            assert await copy.ends(30) == 1
            assert "MongoDB does not answer" in copy.said

    async def test_the_transaction_of_a_killed_copy_holds_up_nobody_for_good(self, settings: Settings, embedded: Embedded) -> None:
        oracle = oracle_of(settings)
        # Long enough for another copy to start meanwhile, also where the machine has much to do.
        with _transactions_end_after(embedded, 20):
            async with Copies(settings) as copies, settled_on(settings) as settled:
                await opened(settings)
                await tell(broker_of(settings), issues(25))
                assert await (await copies.start("in-transaction:1")).ends() == -9
                other = await copies.start()
                await until(lambda: "WriteConflict" in other.said)
                await settled.wait()
        assert await oracle.findings() == []
        assert struck_off(oracle) == 25
        assert await oracle.topic(dead_letters(INTAKE)) == []

    async def test_a_database_put_back_to_an_older_copy_is_noticed_at_start(self, settings: Settings) -> None:
        oracle, broker, name = oracle_of(settings), broker_of(settings), f"{settings.namespace}xiaohao-ledger"
        async with Copies(settings) as copies, settled_on(settings) as settled:
            await opened(settings)
            with MongoClient[dict[str, Any]](settings.mongodb_uri.get_secret_value()) as client:
                older = {each: list(client[name][each].find()) for each in client[name].list_collection_names()}
                await tell(broker, issues(20))
                copy = await copies.start()
                await settled.wait()
                assert await copy.stop() == 0
                for each, documents in older.items():
                    client[name][each].delete_many({})
                    if documents:
                        client[name][each].insert_many(documents)
            published = len(await oracle.topic(LEDGER))

            await tell(broker, issues(20, 20))
            refusing = await copies.start()
            assert await refusing.ends(30) == 1
            assert "the database was put back to an older copy" in refusing.said
            assert len(await oracle.topic(LEDGER)) == published


class TestIds:
    """A told event is known by book, source and id."""

    async def test_the_same_told_again_has_no_effect_and_another_content_is_refused(self, settings: Settings) -> None:
        broker, oracle = broker_of(settings), oracle_of(settings)
        one, other = books_of_partitions(settings.partitions, 2)
        first, elsewhere = told("same", one, issue(one, "a"), REPORT), told("same", other, issue(other, "a"), REPORT)
        changed = told("same", one, issue(one, "a"), IssueReported(text="别的内容", category="flow", channel="survey"))
        async with settled_on(settings, [GROUP]) as settled, Witness(settings), ledger(settings):
            await tell(broker, opening())
            await settled.wait()
            await tell(broker, [first, first, elsewhere, changed, first, changed])
            await settled.wait()
            await tell(broker, [changed, first, elsewhere])
            await settled.wait()
            assert await oracle.findings(oracle.reader(Witness.database)) == []
        groups = [document for document in oracle.recorded() if document["id"] == "same"]
        types = sorted((document["book"], [event[0] for event in document["events"]]) for document in groups)
        entered = ["IssueReported", "IssueEntered", "IssueAssigned"]
        assert types == sorted([(one, entered), (one, ["Refused"]), (other, entered)])
        refusal = next(document for document in groups if document["events"][0][0] == "Refused")
        assert b'"rule":"id-used"' in refusal["events"][0][3]


class TestTheTest:
    """Each safeguard taken out in turn: the oracle must find something."""

    async def test_without_the_look_up_of_told_ids(self, settings: Settings) -> None:
        assert await _after_a_crash(settings, "forgetful", "before-commit:1", then=["forgetful"])

    async def test_with_offsets_committed_before_publishing(self, settings: Settings) -> None:
        assert await _after_a_crash(settings, "hasty", "before-publish:1", then=["hasty"])

    async def test_with_a_crash_and_nothing_taken_out(self, settings: Settings) -> None:
        assert await _after_a_crash(settings, "before-publish:1", then=[]) == []

    async def test_with_a_reader_that_moves_its_mark_over_a_gap(self, settings: Settings) -> None:
        oracle = oracle_of(settings)
        async with settled_on(settings, [GROUP]) as settled, Witness(settings, Leaping) as witness:
            await _publish_with_a_gap(settings, settled, witness)
            found = await oracle.findings(oracle.reader(Witness.database))
        assert any("events were never folded" in finding for finding in found)
        assert all(finding.startswith("reader: ") for finding in found)


class Leaping(Reader):
    """Takes the highest position it has seen for its mark."""

    async def _apply(self, session: Session, events: Sequence[Recorded]) -> None:
        marks = {mark["_id"]: mark async for mark in self._mongo[MARKS].find({}, session=session)}
        loaded_at = {of: mark["position"] for of, mark in marks.items()}
        fresh = []
        for event in events:
            if event.position > marks.get(event.book, {"position": 0})["position"]:
                fresh.append(event)
                marks[event.book] = {"_id": event.book, "position": event.position, "chain": event.chain}
        self._passed_over.inc()
        if fresh:
            await self._fold(session, fresh)
            await replace_all(self._mongo[MARKS], session, [marks[of] for of in {event.book for event in fresh}], loaded_at)


async def _works(settled: Settled) -> None:
    """Wait until the ledger gets on."""
    at_first, now = None, 0
    async with asyncio.timeout(30):
        while at_first is None or 0 < now >= at_first:
            with contextlib.suppress(KafkaError):
                now = (await settled.behind())["ledger campaign.intake"]
                at_first = now if at_first is None else at_first


async def _tell_more(broker: Broker, all_told: Sequence[Any], so_far: int, count: int) -> int:
    await tell(broker, all_told[so_far : so_far + count])
    return min(len(all_told), so_far + count)


async def _after_a_crash(settings: Settings, *faults: str, then: Sequence[str]) -> list[str]:
    """What the oracle finds after a copy with these faults crashed in its first batch, and another went on."""
    async with Copies(settings) as copies, settled_on(settings) as settled:
        await opened(settings)
        await tell(broker_of(settings), issues(25))
        assert await (await copies.start(*faults)).ends() == -9
        await copies.start(*then)
        await settled.wait()
    return await oracle_of(settings).findings()


async def _publish_with_a_gap(settings: Settings, settled: Settled, witness: Witness) -> None:
    """A hundred reports of one book; on the topic come 1 to 33 and 61 to 100 of what was recorded, then all again."""
    left_out: list[int] = []

    async def act(publish: Callable[..., Awaitable[None]], records: Sequence[Any]) -> None:
        if len(records) < 100 or left_out:
            await publish(records)
            return
        left_out.append(1)
        await publish([*records[:33], *records[60:]])
        await until(lambda: witness.figure("xiaohao_passed_over_total") > 0)
        raise Unavailable("as if the accumulator had been full")

    of = book(1)
    broker = broker_of(settings)
    await tell(broker, opening())
    async with ledger(settings):
        await settled.wait()
    await tell(broker, [told(str(i), of, issue(of, str(i)), REPORT) for i in range(100)])
    async with ledger(settings, lambda service: before_publish(service, act)):
        await settled.wait()
    assert left_out
