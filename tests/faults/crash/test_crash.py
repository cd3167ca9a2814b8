"""The crash proof: whatever is killed, each told event has one effect, and every reader has all of it, in order."""

import asyncio
import contextlib
import random
import secrets
import time
from collections.abc import Sequence
from typing import Any

from aiokafka.errors import KafkaError

from shared.events.issue import IssueReported
from shared.kafka.broker import Broker
from shared.kafka.settled import Settled
from shared.settings import Settings
from shared.topics import INTAKE, LEDGER, dead_letters
from tests.faults.campaign import REPORT, TOLD_PER_ISSUE, books_of_partitions, issue, issues, opening, tell, told
from tests.faults.copies import Copies
from tests.faults.crash.installation import opened, settled_on, struck_off, under_way
from tests.faults.parts import GROUP, Witness, broker_of, ledger, oracle_of

ISSUES, KILLS = 1250, 20
"""5,000 told events."""


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
