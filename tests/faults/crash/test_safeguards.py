"""Each safeguard is needed: without it, the oracle finds something."""

from collections.abc import Sequence

from shared.kafka.reader import MARKS, Reader
from shared.kafka.records import Placed, Recorded
from shared.mongo import Session, replace_all
from shared.settings import Settings
from tests.faults.campaign import issues, tell
from tests.faults.copies import Copies
from tests.faults.crash.installation import opened, publish_with_a_gap, settled_on
from tests.faults.parts import GROUP, Witness, broker_of, oracle_of


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
            await publish_with_a_gap(settings, settled, witness)
            found = await oracle.findings(oracle.reader(Witness.database))
        assert any("events were never folded" in finding for finding in found)
        assert all(finding.startswith("reader: ") for finding in found)


class Leaping(Reader):
    """Takes the highest position it has seen for its mark."""

    async def _apply(self, session: Session, events: Sequence[Recorded | Placed]) -> Sequence[Recorded | Placed]:
        marks = {mark["_id"]: mark async for mark in self._mongo[MARKS].find({}, session=session)}
        loaded_at = {of: mark["position"] for of, mark in marks.items()}
        fresh = []
        for event in events:
            if event.position > marks.get(event.book, {"position": 0})["position"]:
                fresh.append(event)
                marks[event.book] = {"_id": event.book, "position": event.position, "chain": event.chain}
        self._passed_over.inc()
        if fresh:
            await self._fold(session, [event for event in fresh if isinstance(event, Recorded)])
            await replace_all(self._mongo[MARKS], session, [marks[of] for of in {event.book for event in fresh}], loaded_at)
        return fresh


async def _after_a_crash(settings: Settings, *faults: str, then: Sequence[str]) -> list[str]:
    """What the oracle finds after a copy with these faults crashed in its first batch, and another went on."""
    async with Copies(settings) as copies, settled_on(settings) as settled:
        await opened(settings)
        await tell(broker_of(settings), issues(25))
        assert await (await copies.start(*faults)).ends() == -9
        await copies.start(*then)
        await settled.wait()
    return await oracle_of(settings).findings()
