"""What was set aside by a bug is replayed once that is mended: the books are those of a run that nothing disturbed, whatever is told or killed meanwhile."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from deploy.client.dead_letters import dead_letters, outcomes
from deploy.client.mistake import UserMistake
from deploy.client.offsets import read_again
from deploy.client.replay import Chosen, DeadLetters
from services.ledger.issue.rules import Facts
from services.ledger.issue.state import Issue
from services.ledger.rules import table
from services.ledger.rules.case import Case
from services.ledger.rules.decision import Event
from services.ledger.rules.kind import Kind
from services.ledger.store.mongo import MongoStore
from shared.events.issue import IssueAssigned, MeasuresPlanned
from shared.kafka.broker import Broker
from shared.kafka.dead_letters import original
from shared.kafka.records import Record, Recorded
from shared.kafka.settled import Settled
from shared.mongo import Mongo, Session
from shared.settings import Settings
from shared.topics import INTAKE, LEDGER
from shared.topics import dead_letters as parked
from tests.faults.campaign import REPORT, books_of_partitions, issue, opening, put, tell, told
from tests.faults.parts import GROUP, Witness, broker_of, ledger, oracle_of
from tests.ledger.in_memory import Ledger
from tests.stream import KEYS, STREAM_KEY

CHECKOUT = Path(__file__).parents[2]
FACTS = (REPORT, MeasuresPlanned(measures="措施", by="p1"), IssueAssigned(owner="p2"), MeasuresPlanned(measures="又一措施", by="p2"))
LATE = MeasuresPlanned(measures="最后的措施", by="p2")
Bug = dict[str, bool]


@pytest.fixture
def bug(monkeypatch: pytest.MonkeyPatch) -> Bug:
    """A rule that divides by zero when an issue is reported, until it is mended."""
    there = {"there": True}
    row = table.KINDS["issue"]
    assert isinstance(row, Kind)

    def divides(case: Case[Issue, Facts]) -> list[Event]:
        return [case.event(case.fact)] * (1 // 0) if there["there"] and case.fact == REPORT else row.decide(case)

    monkeypatch.setitem(table.KINDS, "issue", replace(row, decide=divides))
    return there


@pytest.fixture
async def letters(settings: Settings, broker: Broker) -> AsyncIterator[DeadLetters]:
    """The dead letters of the installation."""
    mongo = Mongo(settings.mongodb_uri.get_secret_value(), f"{settings.namespace}xiaohao-ledger")
    yield DeadLetters(broker, KEYS, MongoStore(mongo), "an operator")
    mongo.close()


def stream(settings: Settings) -> tuple[list[str], list[Record], list[Record]]:
    """One issue in a book of each of three partitions: its id, what is told of it first, and what is told of it later."""
    books = books_of_partitions(settings.partitions, 4)[1:]
    first = [told(f"first-{n}", of, issue(of, "1"), fact) for n, fact in enumerate(FACTS) for of in books]
    return [issue(of, "1") for of in books], first, [told("late", of, issue(of, "1"), LATE) for of in books]


def undisturbed(*records: Record) -> dict[str, list[tuple[str, str, str]]]:
    """What the books of a ledger in memory have when no rule fails: type, subject and chain of every event."""
    memory = Ledger()
    memory.tell(*opening())
    memory.tell(*records)
    return _books((group.book, group.first, group.events) for group in memory.store.recorded.values())


def kept(settings: Settings) -> dict[str, list[tuple[str, str, str]]]:
    """What the books in the database have."""
    return _books((each["book"], each["first"], each["events"]) for each in oracle_of(settings).recorded())


def _books(groups: Any) -> dict[str, list[tuple[str, str, str]]]:
    found: dict[str, list[tuple[str, str, str]]] = {}
    for book, _, events in sorted(groups, key=lambda group: group[:2]):
        found.setdefault(book, []).extend((type, subject, chain) for type, subject, chain, _ in events)
    return found


async def parked_by(bug: Bug, settings: Settings, settled: Settled, records: Sequence[Record]) -> None:
    """Tell records to a ledger with the bug, which is mended afterwards."""
    for batch in (opening(), records):
        await tell(broker_of(settings), batch)
        async with ledger(settings):
            await settled.wait()
    bug["there"] = False


async def test_the_books_are_those_of_an_undisturbed_run_whatever_is_told_meanwhile_and_a_second_replay_has_no_effect(
    settings: Settings, broker: Broker, ledger_settled: Settled, bug: Bug, letters: DeadLetters, monkeypatch: pytest.MonkeyPatch
) -> None:
    subjects, first, late = stream(settings)
    await parked_by(bug, settings, ledger_settled, first)
    records = letters._records

    async def told_meanwhile(places: Collection[str]) -> AsyncIterator[Record]:
        async for number, each in _numbered(records(places)):
            yield each
            if number == 1:
                await tell(broker, late)

    monkeypatch.setattr(letters, "_records", told_meanwhile)
    planned = await letters.replay(Chosen(reason="ZeroDivisionError"), dry_run=True)
    assert len(planned.letters) == len(first)
    async with ledger(settings):
        done = await letters.replay(Chosen(reason="ZeroDivisionError"))
        assert (done.handled, done.waiting, done.forged) == (True, {}, [])
        assert len(done.letters) == len(first) + len(late)
        assert kept(settings) == undisturbed(*first, *late)
        before = len(await oracle_of(settings).topic(LEDGER))
        for again in (Chosen(subject=subjects[0]), Chosen(reason="ZeroDivisionError"), Chosen(reason="set aside")):
            assert (await letters.replay(again)).letters == []
        await ledger_settled.wait()
        assert len(await oracle_of(settings).topic(LEDGER)) == before
        assert await oracle_of(settings).findings() == []
    assert {each.what for each in (await outcomes(broker)).values()} == {"replayed"}


@pytest.mark.parametrize("sent", [0, 1, 3, 4, 6])
async def test_a_replay_that_is_killed_is_run_again(
    settings: Settings, broker: Broker, ledger_settled: Settled, bug: Bug, letters: DeadLetters, sent: int
) -> None:
    (subject, *_), first, late = stream(settings)
    of = [each for each in first if each.key == first[0].key]
    await parked_by(bug, settings, ledger_settled, of)
    environment = os.environ | {
        "XIAOHAO_KAFKA_BOOTSTRAP": settings.kafka_bootstrap,
        "XIAOHAO_MONGODB_URI": settings.mongodb_uri.get_secret_value(),
        "XIAOHAO_NAMESPACE": settings.namespace,
        "XIAOHAO_STREAM_KEY": STREAM_KEY.get_secret_value(),
    }
    async with ledger(settings):
        killed = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.faults.replaying", str(sent), subject, env=environment, cwd=CHECKOUT
        )
        assert await killed.wait() == -signal.SIGKILL
        await tell(broker, [each for each in late if each.key == of[0].key])
        assert (await letters.replay(Chosen(subject=subject))).waiting == {}
        assert kept(settings) == undisturbed(*of, *[each for each in late if each.key == of[0].key])


async def test_what_fails_again_waits_with_all_behind_it_and_one_behind_it_is_not_put_before_it(
    settings: Settings, broker: Broker, ledger_settled: Settled, bug: Bug, letters: DeadLetters
) -> None:
    (subject, *_), first, _ = stream(settings)
    of = [each for each in first if each.key == first[0].key]
    await parked_by(bug, settings, ledger_settled, of)
    bug["there"] = True
    async with ledger(settings):
        failed = await letters.replay(Chosen(subject=subject))
        assert {id: len(waiting) for id, waiting in failed.waiting.items()} == {subject: len(of)}
        places = [place async for place, _ in dead_letters(broker, parked(INTAKE)) if place not in await outcomes(broker)]
        assert len(places) == len(of)
        with pytest.raises(UserMistake, match=f"--subject {subject}"):
            await letters.replay(Chosen(place=places[1]))
        dropped = await letters.drop(Chosen(place=places[0]), "it can never be taken")
        assert {id: len(waiting) for id, waiting in dropped.waiting.items()} == {subject: len(of) - 1}
        assert (await letters.replay(Chosen(subject=subject))).waiting == {}
        assert kept(settings) == undisturbed(*of[1:])
    assert (await outcomes(broker))[places[0]].why == "it can never be taken"


async def test_all_that_waits_for_a_subject_is_dropped_and_the_subject_is_free(
    settings: Settings, broker: Broker, ledger_settled: Settled, bug: Bug, letters: DeadLetters
) -> None:
    (subject, *_), first, _ = stream(settings)
    of = [each for each in first if each.key == first[0].key]
    await parked_by(bug, settings, ledger_settled, of)
    assert (await letters.drop(Chosen(subject=subject), "told by mistake", dry_run=True)).waiting == {}
    assert (await letters.drop(Chosen(subject=subject), "told by mistake")).waiting == {}
    anew = told("anew", (of[0].key or b"").decode(), subject, REPORT)
    await tell(broker, [anew])
    async with ledger(settings):
        await ledger_settled.wait()
        with pytest.raises(UserMistake, match="dropped by an operator"):
            await letters.replay(Chosen(place=next(iter(await outcomes(broker)))))
        assert (await letters.replay(Chosen(subject=subject))).letters == []
    assert kept(settings) == undisturbed(anew)


async def test_a_forgery_is_never_replayed(settings: Settings, broker: Broker, ledger_settled: Settled, letters: DeadLetters) -> None:
    (subject, *_), first, _ = stream(settings)
    await tell(broker, opening())
    await put(broker, first[:1])
    async with ledger(settings):
        await ledger_settled.wait()
        before = len(await oracle_of(settings).topic(INTAKE))
        replayed = await letters.replay(Chosen(subject=subject))
        assert (len(replayed.letters), len(replayed.forged)) == (0, 1)
        with pytest.raises(UserMistake, match="never replayed"):
            await letters.replay(Chosen(place=replayed.forged[0].place))
    assert len(await oracle_of(settings).topic(INTAKE)) == before


class Clumsy(Witness):
    """A reader that cannot fold what an issue is entered by, until it is mended."""

    mended = False

    async def _fold(self, session: Session, events: Sequence[Recorded]) -> None:
        if not self.mended and any(event.type == "IssueEntered" for event in events):
            raise ZeroDivisionError
        await super()._fold(session, events)


async def test_a_reader_that_is_mended_goes_back_to_what_it_could_not_fold(
    settings: Settings, broker: Broker, ledger_settled: Settled
) -> None:
    (subject, *_), first, _ = stream(settings)
    of = (first[0].key or b"").decode()
    await tell(broker, opening())
    async with ledger(settings), Settled(broker, [GROUP]) as settled:
        await ledger_settled.wait()
        await tell(broker, [each for each in first if each.key == first[0].key])
        reader = Clumsy(settings)
        async with reader:
            await settled.wait()
            stands = await reader.mark(of)
            [letter] = [letter async for _, letter in dead_letters(broker, parked(LEDGER))]
            record, _ = original(letter, KEYS)
            assert (record.partition >= 0, dict(record.headers)["ce_type"]) == (True, b"IssueEntered")
            with pytest.raises(UserMistake, match="Stop every copy of intake"):
                await read_again(broker, GROUP, LEDGER, (record.partition, record.offset))
        await read_again(broker, GROUP, LEDGER, (record.partition, record.offset))
        reader = Clumsy(settings)
        reader.mended = True
        async with reader:
            await settled.wait()
            assert await oracle_of(settings).findings(oracle_of(settings).reader(Witness.database)) == []
            assert await reader.mark(of) > stands
    assert subject.startswith(of)


async def _numbered(records: AsyncIterator[Record]) -> AsyncIterator[tuple[int, Record]]:
    number = 0
    async for each in records:
        number += 1
        yield number, each
