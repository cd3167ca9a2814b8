"""What Kafka does to the ledger, each told event has one effect."""

import asyncio
import threading
from collections.abc import Iterable, Sequence

import pytest

import shared.kafka.subscription
from deploy.embedded.servers import Embedded
from shared.http.service import Service
from shared.settings import Settings
from shared.topics import LEDGER
from tests.faults.campaign import issues, opening, tell
from tests.faults.copies import Copies, until
from tests.faults.crash.installation import opened, publish_with_a_gap, settled_on, struck_off, under_way
from tests.faults.parts import GROUP, Witness, broker_of, ledger, limit, oracle_of


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
            await publish_with_a_gap(settings, settled, witness)
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
            await until(lambda: not copy.running or "retry" in copy.said or "unmeasured" in copy.said)
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
