"""One copy of the ledger as a process of its own, which ends itself by SIGKILL where it is told to.

    python -m tests.faults.copy [in-transaction:N | before-publish:N | mid-publish:N | before-commit:N] [forgetful] [hasty] [watchful]

N counts batches. The last three are no crashes but mistakes, for the tests of the test: `forgetful` looks no told id up, `hasty` commits before it
publishes. `watchful` lets the wall clock look often. Nothing of this stands in production code: the parts are wrapped here.
"""

import os
import signal
import sys
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, NoReturn, TypeVar

import shared.kafka.subscription
from services.ledger import app
from services.ledger.store import Transaction
from services.ledger.store.documents import Group
from services.ledger.store.mongo import MongoStore, MongoTransaction
from shared.http.service import Service, run
from shared.kafka.records import Received, Record
from shared.kafka.subscription import Subscription
from shared.mongo import Mongo
from shared.settings import Settings

T = TypeVar("T")
SESSION = 2.0
"""Seconds until the group notices that a copy was killed."""


def die() -> NoReturn:
    """SIGKILL to oneself: nothing is flushed, closed or told."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("unreachable")


class Forgetful(MongoStore):
    """Looks no told id up, and has no unique index to save it."""

    async def prepare(self, partitions: int) -> None:
        """As the store does it, without the index on told ids."""
        await super().prepare(partitions)
        await self._mongo["recorded"].drop_index("told_1")

    async def transaction(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        """As the store does it, with nothing found."""
        return await self._mongo.transaction(lambda session: work(Blank(self._mongo, session)))


class Blank(MongoTransaction):
    """A transaction that never finds what was recorded before."""

    async def groups(self, told: Iterable[str]) -> dict[str, Group]:
        """Nothing."""
        return {}


def broken(service: Service, faults: Sequence[str]) -> Service:
    """Put the faults in."""
    subscription = service.bus._subscriptions[0]
    publish, commit = service.bus.producer.publish, subscription._commit
    at = {name: int(number) for name, _, number in (fault.partition(":") for fault in faults) if number}
    count = dict.fromkeys(("publish", "commit"), 0)

    async def dying_publish(records: Sequence[Record]) -> None:
        count["publish"] += bool(records)
        if count["publish"] == at.get("before-publish"):
            die()
        if count["publish"] == at.get("mid-publish"):
            third = len(records) // 3
            await publish([*records[:third], *records[2 * third :]])  # a gap, as a refused batch in the middle leaves it
            die()
        await publish(records)

    async def dying_commit(records: Sequence[Received]) -> None:
        count["commit"] += 1
        if count["commit"] == at.get("before-commit"):
            die()
        await commit(records)

    service.bus.producer.publish = dying_publish  # type: ignore[method-assign]
    subscription._commit = dying_commit  # type: ignore[method-assign]
    if "hasty" in faults:
        subscription.work = Hasty(subscription.work, subscription)
    return service


class Dying(MongoStore):
    """Dies when all of a batch is written and nothing is committed."""

    def __init__(self, mongo: Mongo, at: int) -> None:
        super().__init__(mongo)
        self._left = at

    async def transaction(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        """As the store does it, up to the end of one."""

        async def then_die(transaction: Transaction) -> T:
            result = await work(transaction)
            self._left -= 1
            if not self._left:
                die()
            return result

        return await super().transaction(then_die)


class Hasty:
    """Commits the offsets before what they caused is published."""

    def __init__(self, work: Any, subscription: Subscription) -> None:
        self._work, self._subscription = work, subscription
        self.set_aside, self.after = work.set_aside, work.after

    async def apply(self, records: Sequence[Received]) -> Sequence[Record]:
        """As the handler does it, and a commit too soon."""
        out: Sequence[Record] = await self._work.apply(records)
        await self._subscription._commit(records)
        return out


def main() -> None:
    """Run one copy until it is told to stop, or stops itself."""
    faults = sys.argv[1:]
    shared.kafka.subscription.SESSION = SESSION
    if "watchful" in faults:
        app.LOOK = 0.2

    def build(settings: Settings) -> Service:
        mongo = Mongo(settings.mongodb_uri.get_secret_value(), f"{settings.namespace}xiaohao-ledger")
        store: MongoStore | None = Forgetful(mongo) if "forgetful" in faults else None
        for fault in faults:
            if fault.startswith("in-transaction:"):
                store = Dying(mongo, int(fault.partition(":")[2]))
        return broken(app.build(settings, store=store), faults)

    run("ledger", build)


if __name__ == "__main__":
    main()
