"""What MongoDB does to the ledger, each told event has one effect."""

import asyncio
from typing import Any

from pymongo import MongoClient

from deploy.embedded.servers import Embedded
from shared.settings import Settings
from shared.topics import INTAKE, LEDGER, dead_letters
from tests.faults.campaign import issues, tell
from tests.faults.copies import Copies, until
from tests.faults.crash.installation import opened, settled_on, struck_off, transactions_end_after, under_way
from tests.faults.parts import broker_of, oracle_of


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
        with transactions_end_after(embedded, 20):
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
