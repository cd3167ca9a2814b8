"""One batch of told events in one transaction: looked up, decided, recorded; what it returns is published before the offsets move."""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial

import structlog
from msgspec import json
from msgspec.structs import replace
from prometheus_client import CollectorRegistry

from services.ledger import courier
from services.ledger.aside import BEHIND, Aside
from services.ledger.batch import Batch, Telling, telling_of
from services.ledger.book.state import Book
from services.ledger.clock import Clock, day_told, told_again
from services.ledger.due import Due
from services.ledger.metrics import Metrics
from services.ledger.rules import table
from services.ledger.rules.decision import Refused
from services.ledger.rules.letter import INTERNAL
from services.ledger.rules.world import Announced, Needs, World
from services.ledger.store import Store, Transaction, misplaced, units_of_class
from services.ledger.store.documents import Changes, Group
from shared.events.fact import Teller
from shared.events.phase import PhaseClosed
from shared.faults import Unavailable
from shared.kafka.cloudevents import read_told
from shared.kafka.dead_letters import dead_letter, failed_at
from shared.kafka.records import Received, Record, Told, Unreadable
from shared.logs.place import told_event
from shared.topics import INTAKE, book_id
from shared.workdays import YearMissing, local_date

log = structlog.get_logger()

ENOUGH = 1000
"""Told events after which a transaction ends: what fell due while nobody looked may be many times a batch."""


@dataclass(frozen=True)
class Limits:
    """Sizes in bytes past which something is refused, so that publishing can always succeed: topics take 1 MiB."""

    told: int = 256 << 10
    recorded: int = 512 << 10


@dataclass(frozen=True)
class Terms:
    """What a ledger goes by, the same for all its copies."""

    partitions: int
    group: str
    """Of its consumers: it stands on dead letters."""
    told_clock: bool = False
    """Time is told (`XIAOHAO_CLOCK=told`)."""
    limits: Limits = Limits()


@dataclass
class Part:
    """What became of the told events that were recorded in one transaction."""

    batch: Batch
    published: list[Record] = field(default_factory=list)
    handled: int = 0
    repeated: int = 0
    looked: dict[str, date] = field(default_factory=dict)
    """See `Due.looked`."""
    since: list[int] = field(default_factory=list)
    """When each of those that were not recorded before was put on the topic."""
    recorded: list[Group] = field(default_factory=list)
    """What they were recorded as."""


class Handler:
    """The ledger's work on `campaign.intake`. See `shared.kafka.work.Work`."""

    def __init__(self, store: Store, clock: Clock, terms: Terms, registry: CollectorRegistry) -> None:
        self._store, self._clock, self._terms, self._metrics = store, clock, terms, Metrics(registry)
        self._announced: dict[tuple[str, int], Announced] = {}
        self._looked: dict[str, date] = {}
        """By book: the day up to which all that fell due is recorded."""
        self._now: dict[int, date] = {}
        """The day told in the batch under way, by partition: those of several partitions are under way at once."""
        self._letters: set[int] = set()
        """Partitions in whose batch under way some book told another something."""

    async def assigned(self, partitions: Iterable[int]) -> None:
        """What is held in the books of these partitions is counted once, and then as it changes; all of them are looked through anew. Raises Unavailable."""
        self._looked.clear()
        self._metrics.held_now.set(await self._store.held(list(partitions)))

    async def apply(self, records: Sequence[Received]) -> Sequence[Record]:
        """Record a batch; see `shared.kafka.work.Work.apply`."""
        told: list[tuple[Received, Told]] = []
        out: list[Record] = []
        for record in records:
            self._now.pop(record.partition, None)
            self._letters.discard(record.partition)
        for record in records:
            try:
                each = read_told(record)
            except Unreadable as error:
                out.append(dead_letter(INTAKE, record, str(error), self._terms.group))
                continue
            if (day := day_told(each.fact)) is None:
                told.append((record, each))
            elif self._terms.told_clock:
                self._now[record.partition] = max(day, self._now.get(record.partition, day))
            else:
                out.append(dead_letter(INTAKE, record, "time is told only where XIAOHAO_CLOCK=told", self._terms.group))
        while told:
            part = await self._store.transaction(partial(self._record, told=told))
            self._announced |= {(each.plan.campaign, each.plan.version): each for each in part.batch.changes.announced}
            self._looked |= part.looked
            self._metrics.count(part.batch, part.repeated)
            self._metrics.recorded(part.since, part.recorded)
            _log(part.batch, told)
            out += part.published
            told = told[part.handled :]
        if any(record.topic == INTAKE for record in out):
            self._letters |= {record.partition for record in records}
        return out

    async def after(self, records: Sequence[Received]) -> AsyncIterator[Sequence[Record]]:
        """Under a told clock, look what falls due now that the batch stands, and what books tell one another because of it."""
        days: dict[date, list[int]] = {}
        for partition in {record.partition: True for record in records if record.partition in self._now}:
            today = self._now[partition]
            if partition in self._letters:
                yield [told_again(today, partition)]
            else:
                days.setdefault(today, []).append(partition)
        for today, partitions in days.items():
            looked = False
            async for part in self._clock.look(today, partitions, again=True):
                looked = True
                yield part
            if looked:
                yield [told_again(today, partition) for partition in partitions]

    async def set_aside(self, record: Received, bug: Exception, trace: str) -> Sequence[Record]:
        """Park the told event that a rule fails on by a bug, and its subject with it: what follows for the subject goes behind it."""
        try:
            told = read_told(record)
        except Exception as error:
            log.warning("aside unread", topic=INTAKE, partition=record.partition, offset=record.offset, cause=failed_at(error))
        else:
            await self._store.transaction(lambda transaction: _set_aside(transaction, told))
        return [dead_letter(INTAKE, record, failed_at(bug), self._terms.group, trace)]

    async def _record(self, transaction: Transaction, told: Sequence[tuple[Received, Told]]) -> Part:
        """Record told events, and before each what fell due by its day; not all of them, where that was much."""
        tellings = [telling_of(each) for _, each in told]
        groups = await transaction.groups({each.key for each in tellings})
        reused = [each.reused().key for each in tellings if (known := groups.get(each.key)) and known.digest != each.digest]
        if reused:
            groups |= await transaction.groups(reused)
        wanted = {each.told.book for each in tellings}.union(*(each.subjects for each in tellings))
        aside = Aside(await transaction.aside(wanted))
        batch = Batch(await transaction.load(wanted), groups, dict(self._announced), self._terms.limits.recorded)

        async def decide(telling: Telling) -> Group:
            return await self._decide(transaction, batch, telling, None)

        due, part = Due(transaction, batch, aside, decide), Part(batch)
        await due.find(tellings, self._looked, self._terms.partitions)
        out = part.published
        for (record, _), telling in zip(told, tellings, strict=True):
            if len(batch.new) >= ENOUGH:
                break
            part.handled += 1
            under, wrong = telling, self._too_large(record, telling.told)
            if (first := batch.groups.get(telling.key)) and first.digest != telling.digest:
                under, wrong = telling.reused(), Refused("id-used", id=telling.told.id)
            group = batch.groups.get(under.key)
            if group is None and aside.waiting and aside.holds(telling.content, telling.subjects):
                aside.add(telling.content, telling.told.subject, telling.subjects)
                out.append(dead_letter(INTAKE, record, BEHIND, self._terms.group))
                continue
            if group is None:
                await self._require_plan(transaction, batch, under.told.book)
                if before := await due.before(under):
                    under = replace(under, due=sum(len(each.events) for each in before))
                group = await self._decide(transaction, batch, under, wrong)
                part.since.append(record.timestamp)
                part.recorded.append(group)
                if aside.waiting:
                    aside.take(telling.content, telling.subjects)
            else:
                part.repeated += 1
                before = await transaction.recorded_with(group) if group.due and group.told not in batch.causes else []
            for each in (*before, group):
                out += courier.records(each, batch.causes.get(each.told))
        await transaction.save(batch.to_save(self._terms.partitions))
        await transaction.put_aside(aside.to_save())
        part.looked = due.looked(self._looked)
        return part

    def _too_large(self, record: Received, told: Told) -> Refused | None:
        """A letter between books says what was taken in one of them and a little more: refused for that, it would be lost between the two."""
        size, limit = len(record.value or b""), self._terms.limits.told
        return Refused("too-large", size=size, limit=limit) if size > limit and not told.source.startswith(INTERNAL) else None

    async def _decide(self, transaction: Transaction, batch: Batch, telling: Telling, wrong: Refused | None) -> Group:
        """What is recorded for a told event; its refusal where it is `wrong` before any rule of its subject is asked."""
        told = telling.told
        book = batch.book(told.book)
        try:
            if wrong:
                raise wrong
            needs = table.needs(told, book)
            world = await self._world(transaction, batch, book, needs) if needs else World(batch.in_force(book))
            try:
                return batch.enter(telling, table.decide(told, batch.states_of(telling), book, world))
            except YearMissing as missing:
                # What the clock or a book tells cannot be told otherwise, so it is set aside like a bug; a person can name another date.
                if told.fact.teller is not Teller.BUREAU:
                    raise
                raise Refused("calendar-missing", year=missing.year) from None
        except Refused as refusal:
            batch.refused.append((refusal.rule, told))
            return batch.enter(telling, [table.refused(told, refusal)])

    async def _require_plan(self, transaction: Transaction, batch: Batch, id: str) -> None:
        """The plan of an open book can be read: for a refusal too, since what is recorded names the phase in force, and the book wakes by its plan."""
        book = batch.book(id)
        if (
            book.is_open
            and batch.in_force(book) is None
            and await self._plan(transaction, batch, (book.campaign, book.profile.plan_version)) is None
        ):
            raise Unavailable(f"{book.id}: plan {book.profile.plan_version} cannot be read yet")

    async def _world(self, transaction: Transaction, batch: Batch, book: Book, needs: Needs) -> World:
        """What stands outside the book, as far as this decision needs it. Raises Unavailable where it cannot be read yet."""
        if batch.changes.units:  # parts of the tree may stand in this very batch, unsaved
            await transaction.save(Changes(units=batch.changes.units))
            batch.changes.units = []
        campaign, root, version = book.campaign, book_id(book.campaign, needs.root), needs.tree
        units = await transaction.units(root, version, needs.units) if needs.units else {}
        coming = await self._plan(transaction, batch, (campaign, needs.coming)) if needs.coming else None
        if needs.coming and (coming is None or (book.unit in needs.units and book.unit not in units)):
            raise Unavailable(f"{book.id}: plan {needs.coming} or tree {version} cannot be read yet")
        return World(
            in_force=batch.in_force(book),
            coming=coming,
            units=units,
            units_below=tuple(await transaction.units_below(root, version, book.unit)) if needs.below else (),
            owner=batch.changes.owners.get(campaign) or await transaction.owner(campaign) if needs.owner else None,
            misplaced=await misplaced(transaction, root, version) if needs.whole else None,
            frame=await units_of_class(transaction, root, version, book.unit, needs.frame) if needs.frame else (),
            earlier=tuple(
                [each.plan for number in range(1, needs.earlier) if (each := await self._plan(transaction, batch, (campaign, number)))]
            ),
        )

    async def _plan(self, transaction: Transaction, batch: Batch, version: tuple[str, int]) -> Announced | None:
        if version not in batch.announced and (announced := await transaction.announced(*version)):
            batch.announced[version] = self._announced[version] = announced
        return batch.announced.get(version)


def _log(batch: Batch, told: Sequence[tuple[Received, Told]]) -> None:
    """Log what was refused and which phases closed; of the rest the metrics say enough."""
    if batch.refused:
        records = {each.key: record for record, each in told}
        for rule, refused in batch.refused:
            if record := records.get(refused.key):  # else what fell due, which nobody told
                log.info("told event refused", rule=rule, **told_event(refused, record))
    for group in batch.new:
        for type, _, _, value in group.events:
            if type == PhaseClosed.__name__:
                log.info("phase closed", book=group.book, phase=json.decode(value)["fact"]["phase"])


async def _set_aside(transaction: Transaction, told: Told) -> None:
    """Have an event that cannot be decided wait for its subject, and behind whatever waits for others that it looks at."""
    try:
        telling = telling_of(told)
    except Exception as bug:
        log.warning("aside unread", topic=INTAKE, cause=failed_at(bug))
        telling = Telling(told, told.key, told.digest(), local_date(told.accepted), frozenset())
    aside = Aside(await transaction.aside({told.subject, *telling.subjects}))
    aside.add(telling.content, told.subject, telling.subjects)
    await transaction.put_aside(aside.to_save())
