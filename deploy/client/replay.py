"""Puts dead letters of told events back on `campaign.intake`, or has them dropped; the ledger sees to their order (`services.ledger.aside`).

Whatever is cut short is simply run again: what was recorded is known by its id.
"""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from deploy.client.dead_letters import Outcome, dead_letters, note, opened, outcomes, put
from deploy.client.mistake import UserMistake
from services.ledger.aside import Aside, drop
from services.ledger.batch import telling_of
from services.ledger.clock import day_told
from services.ledger.store import Store, Transaction
from shared.kafka.broker import Broker
from shared.kafka.cloudevents import read_told
from shared.kafka.records import Record
from shared.kafka.seal import StreamKeys
from shared.topics import INTAKE
from shared.topics import dead_letters as parked

PATIENCE = 60.0
"""Seconds within which a ledger that runs has handled what was put back."""


@dataclass(frozen=True)
class Chosen:
    """Which letters are meant: that at a place, those of a subject, or all whose reason has a text in it. One of the three."""

    place: str | None = None
    subject: str | None = None
    reason: str | None = None

    def __post_init__(self) -> None:
        """Raises UserMistake where it says none of the three, or several."""
        if [self.place, self.subject, self.reason].count(None) != 2:
            raise UserMistake("Say which: one by its place, all of a --subject, or all of a --reason.")


@dataclass(frozen=True)
class Letter:
    """A dead letter of `campaign.intake`, without its content."""

    place: str
    told: str
    """What it is known by, as `Telling.content`; its place where it is no told event."""
    key: str
    subject: str | None
    subjects: frozenset[str]
    """All that its decision looks at."""
    reason: str
    mistake: str | None
    """Why it is not believed: such a one is never put back."""
    outcome: Outcome | None


@dataclass(frozen=True)
class Replayed:
    """What a replay did, or would do."""

    letters: Sequence[Letter]
    """In the order in which they were put back, each told event once."""
    forged: Sequence[Letter]
    """Chosen, and not put back: no service of ours made them."""
    waiting: Mapping[str, Sequence[str]]
    """Subjects that are set aside still, with what waits for them."""
    handled: bool = True
    """Whether the ledger handled all of it."""


class DeadLetters:
    """The dead letters of `campaign.intake` in one installation, and what waits in its ledger."""

    def __init__(self, broker: Broker, keys: StreamKeys, store: Store, by: str) -> None:
        """`by` is who does it: it is noted."""
        self._broker, self._keys, self._store, self._by = broker, keys, store, by

    async def replay(self, chosen: Chosen, dry_run: bool = False) -> Replayed:
        """Put letters back, with all that stands before and behind them; then what came meanwhile, until the subjects are free or one fails again.

        Raises UserMistake, Unavailable, KafkaError.
        """
        letters, waiting = await self._letters(), await self._store.set_aside()
        told = self._chosen(letters, chosen)
        if chosen.place is None:
            told |= _together(told | set(waiting.get(chosen.subject or "", ())), waiting)
        else:
            _require_turn(told, waiting)
            if forgery := next((each for each in letters if each.place == chosen.place and each.mistake), None):
                raise UserMistake(f"{forgery.place} is never replayed: {forgery.mistake}.")
        touched = {subject for subject, those in waiting.items() if told & set(those)}
        done: list[Letter] = []
        forged = [each for each in letters if each.told in told and each.mistake]
        while True:
            first = {each.told: each for each in reversed(letters) if each.told in told and not each.mistake}
            todo = [each for each in letters if first.get(each.told) is each]
            done += todo
            if dry_run or not todo:
                return Replayed(done, forged, {} if dry_run else _of(touched, waiting))
            last = await put(self._broker, self._records({each.place for each in todo}))
            # After that which it notes: cut short between the two, what is put back again is known.
            places = [each.place for each in letters if each.told in first and not each.mistake and not each.outcome]
            await note(self._broker, places, "replayed", self._by)
            if not await self._handled(last):
                return Replayed(done, forged, _of(touched, await self._store.set_aside()), handled=False)
            waiting = await self._store.set_aside()
            left, before = _of(touched, waiting), {each.told for each in done}
            if chosen.place is not None or not left or any(those[0] in before for those in left.values() if those):
                return Replayed(done, forged, left)
            letters, told = await self._letters(), _together({each for those in left.values() for each in those}, waiting) - before

    async def drop(self, chosen: Chosen, why: str, dry_run: bool = False) -> Replayed:
        """Have letters never be recorded: they wait for nothing any more, and what stood behind them has its turn. Raises as `replay`."""
        letters, waiting = await self._letters(), await self._store.set_aside()
        told = self._chosen(letters, chosen) | set(waiting.get(chosen.subject or "", ()))
        gone = [each for each in letters if each.told in told]
        if not dry_run:
            await drop(self._store, told)
            await note(self._broker, [each.place for each in gone if not each.outcome], "dropped", self._by, why)
        touched = {subject for subject, those in waiting.items() if told & set(those)}
        return Replayed(gone, (), {} if dry_run else _of(touched, await self._store.set_aside()))

    async def set_aside_again(self) -> dict[str, list[str]]:
        """Set aside what dead letters say was, in a store that was made again from the topic; gives what waits for each subject. Raises as `replay`."""

        async def again(transaction: Transaction) -> dict[str, list[str]]:
            aside, known = Aside({}), await transaction.groups({id for each in letters for id in (each.key, each.told)})
            recorded = set(known) | {f"{group.told}#{group.digest.hex()[:16]}" for group in known.values()}
            for each in letters:
                if each.told not in recorded:
                    aside.add(each.told, each.subject or "", each.subjects)
            await transaction.put_aside(aside.to_save())
            return aside.waiting

        letters = [each for each in await self._letters() if each.subject and not each.mistake and not each.outcome]
        return await self._store.transaction(again)

    async def _letters(self) -> list[Letter]:
        known = await outcomes(self._broker)
        return [self._letter(place, letter, known.get(place)) async for place, letter in dead_letters(self._broker, parked(INTAKE))]

    def _letter(self, place: str, letter: Record, outcome: Outcome | None) -> Letter:
        record, _ = opened(place, letter, self._keys)
        reason = (dict(letter.headers).get("dlt-reason") or b"").decode("utf-8", "replace")
        unread = Letter(place, place, place, None, frozenset(), reason, self._keys.mistake(INTAKE, record), outcome)
        try:
            told = read_told(record)
            if day_told(told.fact):
                return unread
            telling = telling_of(told)
        except Exception:  # whatever keeps it from being read may be mended by now where the ledger runs
            return unread
        return replace(unread, told=telling.content, key=telling.key, subject=told.subject, subjects=telling.subjects)

    def _chosen(self, letters: Iterable[Letter], chosen: Chosen) -> set[str]:
        """What is meant, of what nobody did anything about; raises UserMistake where one that is named is not among it."""
        if chosen.place is None:
            return {
                each.told
                for each in letters
                if not each.outcome and (chosen.subject == each.subject if chosen.subject else (chosen.reason or "") in each.reason)
            }
        for each in letters:
            if each.place == chosen.place:
                if each.outcome:
                    raise UserMistake(f"{each.place} was {each.outcome.what} by {each.outcome.by} on {each.outcome.at:%Y-%m-%d %H:%M} UTC.")
                return {each.told}
        raise UserMistake(f"No dead letter of told events at {chosen.place!r}; `xiaohao dead list` says what there is.")

    async def _records(self, places: Collection[str]) -> AsyncIterator[Record]:
        async for place, letter in dead_letters(self._broker, parked(INTAKE)):
            if place in places:
                yield opened(place, letter, self._keys)[0]

    async def _handled(self, last: Mapping[int, int]) -> bool:
        """Whether the ledger has handled its topic up to these offsets, within its time."""
        group, topic = self._broker.group("ledger", INTAKE), self._broker.name(INTAKE)
        wanted = {TopicPartition(topic, partition): offset for partition, offset in last.items()}
        admin = AIOKafkaAdminClient(**self._broker.connection)
        await admin.start()
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    committed = await admin.list_consumer_group_offsets(group, partitions=list(wanted))
                    if all(each in committed and committed[each].offset > offset for each, offset in wanted.items()):
                        return True
                    await asyncio.sleep(0.1)
        except TimeoutError:
            return False
        finally:
            await admin.close()


def _together(told: Iterable[str], waiting: Mapping[str, Sequence[str]]) -> set[str]:
    """All that waits for the subjects that these wait for, and for those that this waits for: none of it has its turn without the rest."""
    found, subjects = set(told), set[str]()
    while more := {subject for subject, those in waiting.items() if subject not in subjects and found & set(those)}:
        subjects |= more
        found |= {each for subject in more for each in waiting[subject]}
    return found


def _of(subjects: Iterable[str], waiting: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
    return {subject: waiting[subject] for subject in sorted(subjects) if subject in waiting}


def _require_turn(told: Collection[str], waiting: Mapping[str, Sequence[str]]) -> None:
    """One letter alone can be put back only where nothing stands before it. Raises UserMistake."""
    for subject, those in waiting.items():
        if any(each in told for each in those[1:]):
            raise UserMistake(f"Others stand before it: `xiaohao dead replay --subject {subject}` puts back all of them in order.")
