"""One batch of told events in one transaction: looked up, decided, recorded; what it returns is published before the offsets move."""

from collections import Counter as Tally
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date

import structlog
from prometheus_client import CollectorRegistry, Counter

from services.ledger import courier
from services.ledger.batch import Batch
from services.ledger.book import tree
from services.ledger.book.state import Book
from services.ledger.clock import Clock
from services.ledger.issue.holding import Kept
from services.ledger.rules import table
from services.ledger.rules.decision import Event, Refused
from services.ledger.rules.table import World
from services.ledger.store.documents import Announced, Changes, Group
from services.ledger.store.mongo import Store, Transaction, units_of_class
from shared.events.campaign import AmendmentPassedDown, CampaignAmended, CampaignAnnounced, CampaignPassedDown
from shared.events.clock import TimeTold
from shared.events.fact import Teller
from shared.events.holding import FactHeld, first_told
from shared.events.refusal import Refused as RefusedFact
from shared.events.sample import SampleDrawn
from shared.events.tree import UnitsListed
from shared.faults import Unavailable
from shared.kafka.cloudevents import (
    Received,
    Record,
    Told,
    Unreadable,
    read_recorded,
    read_told,
    recorded_headers,
    recorded_record,
    told_record,
)
from shared.kafka.work import dead_letter
from shared.topics import INTAKE
from shared.workdays import YearMissing, local_date

log = structlog.get_logger()


@dataclass(frozen=True)
class Limits:
    """Sizes in bytes past which something is refused, so that publishing can always succeed: topics take 1 MiB."""

    told: int = 256 << 10
    recorded: int = 512 << 10


class Handler:
    """The ledger's work on `campaign.intake`. See `shared.kafka.work.Work`."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        partitions: int,
        told_clock: bool,
        group: str,
        registry: CollectorRegistry,
        limits: Limits | None = None,
    ) -> None:
        self._store, self._clock, self._partitions, self._told_clock, self._group = store, clock, partitions, told_clock, group
        self._limits = limits or Limits()
        self._announced: dict[tuple[str, int], Announced] = {}
        self._now: dict[int, date] = {}
        """The time told in the batch under way, by partition."""
        self._recorded = Counter("xiaohao_recorded", "Events recorded, by type.", ["type"], registry=registry)
        self._refused = Counter("xiaohao_refused", "Told events refused, by rule.", ["rule"], registry=registry)
        self._held = Counter("xiaohao_held", "Told events held until what they stand on is there.", registry=registry)
        self._repeated = Counter("xiaohao_repeated", "Told events that had been recorded before.", registry=registry)

    async def apply(self, records: Sequence[Received]) -> Sequence[Record]:
        """Record a batch; see `shared.kafka.work.Work.apply`."""
        told: list[tuple[Received, Told]] = []
        out: list[Record] = []
        self._now = {}
        for record in records:
            try:
                each = read_told(record)
            except Unreadable as error:
                out.append(dead_letter(INTAKE, record, str(error), self._group))
                continue
            if isinstance(each.fact, TimeTold):
                if self._told_clock:
                    self._now[record.partition] = local_date(each.fact.now)
                else:
                    out.append(dead_letter(INTAKE, record, "time is told only where XIAOHAO_CLOCK=told", self._group))
                continue
            told.append((record, each))
        if told:
            batch, published = await self._store.transaction(lambda transaction: self._record(transaction, told))
            self._announced |= {(each.plan.campaign, each.plan.version): each for each in batch.changes.announced}
            self._measure(batch, len(told))
            out += published
        return out

    async def after(self, records: Sequence[Received]) -> AsyncIterator[Sequence[Record]]:
        """Under a told clock, look what falls due now that the batch stands."""
        for partition, today in self._now.items():
            async for part in self._clock.look(today, [partition], again=True):
                yield part

    async def set_aside(self, record: Received, bug: Exception, trace: str) -> Sequence[Record]:
        """Park the told event that a rule fails on by a bug, and its subject with it: what follows for the subject goes behind it."""
        try:
            told = read_told(record)
        except Exception as error:
            log.warning("cannot be read at all", offset=record.offset, error=repr(error))
        else:
            await self._store.transaction(lambda transaction: transaction.set_aside(told.subject, told.key, repr(bug)))
        return [dead_letter(INTAKE, record, trace, self._group)]

    async def _record(self, transaction: Transaction, told: Sequence[tuple[Received, Told]]) -> tuple[Batch, list[Record]]:
        events = [each for _, each in told]
        groups = await transaction.groups({each.key for each in events})
        others = [_reused(each, digest) for each in events if (known := groups.get(each.key)) and known.digest != (digest := each.digest())]
        if others:
            groups |= await transaction.groups(others)
        touched = {id(each): {each.subject, *table.touches(each)} for each in events}
        wanted = {each.book for each in events}.union(*touched.values())
        aside = await transaction.aside(wanted)
        batch = Batch(await transaction.load(wanted), groups, dict(self._announced))
        out: list[Record] = []
        for record, each in told:
            key, digest = each.key, each.digest()
            known = batch.groups.get(key)
            if known is None and (waits := aside & touched[id(each)]):
                out.append(dead_letter(INTAKE, record, f"behind {min(waits)}, which is set aside", self._group))
                continue
            reused = known is not None and known.digest != digest
            if reused:
                key = _reused(each, digest)
                known = batch.groups.get(key)
            if known is None:
                known = await self._decide(transaction, batch, each, key, digest, record, reused)
            out += self._publish(known)
        await transaction.save(batch.to_save(self._partitions))
        return batch, out

    async def _decide(
        self, transaction: Transaction, batch: Batch, told: Told, key: str, digest: bytes, record: Received, reused: bool
    ) -> Group:
        book = batch.book(told.book)
        day = local_date(told.accepted)
        version = (book.campaign, book.profile.plan_version)
        # For a refusal too: what is recorded names the phase in force, and the book wakes by its plan.
        if book.profile.plan_version and await self._plan(transaction, batch, version) is None:
            raise Unavailable(f"{book.id}: plan {book.profile.plan_version} cannot be read yet")
        try:
            if reused:
                raise Refused("id-used", id=told.id)
            size = len(record.value or b"")
            # A letter between books says what was taken in one of them and a little more: refused for that, it would be lost between the two.
            if size > self._limits.told and not told.source.startswith(table.INTERNAL):
                raise Refused("too-large", size=size, limit=self._limits.told)
            world = await self._world(transaction, batch, told, book)
            try:
                try:
                    events = [Event(told.subject, told.fact), *table.decide(told, book, batch.states, world)]
                except Kept as kept:
                    events = [kept.event]
                return batch.enter(told, key, digest, book, events, day, self._limits.recorded)
            except YearMissing as missing:
                # What the clock or a book tells cannot be told otherwise, so it is set aside like a bug; a person can name another date.
                if told.fact.teller is not Teller.BUREAU:
                    raise
                raise Refused("calendar-missing", year=missing.year) from None
        except Refused as refusal:
            batch.refused.append(refusal.rule)
            source, id, times = first_told(told.source, told.id)
            first = {"told_source": source, "told_id": id} if times else {}
            fact = RefusedFact(type=told.type[:100], rule=refusal.rule, reason=refusal.reason, **first)
            return batch.enter(told, key, digest, book, [Event(told.subject, fact)], day, self._limits.recorded)

    async def _world(self, transaction: Transaction, batch: Batch, told: Told, book: Book) -> World:
        """What stands outside the book, as far as this decision needs it. Raises Unavailable where it cannot be read yet."""
        match told.fact:
            case UnitsListed(version=version) as fact if told.invalid is None:
                listed = {unit.id: unit for campaign, of, unit in batch.changes.units if (campaign, of) == (book.campaign, version)}
                wanted = tree.looks_up(fact)
                found = await transaction.units(book.campaign, version, wanted)
                here = (unit.id for campaign, _, unit in batch.changes.units if campaign == book.campaign and not unit.parent)
                root = next(here, None) or await transaction.root(book.campaign)
                return World(units=found | {id: unit for id, unit in listed.items() if id in wanted}, root=root)
            case CampaignAnnounced(tree=seal):
                # Parts of the tree may stand in this very batch, unsaved: write what there is first.
                await self._flush_units(transaction, batch)
                units = await transaction.units(book.campaign, seal.version, [book.unit])
                below = await transaction.units_below(book.campaign, seal.version, book.unit)
                root = await transaction.root(book.campaign)
                return World(None, units=units, units_below=tuple(below), levels=seal.levels, root=root)
            case CampaignAmended(tree=seal) if told.invalid is None and (now := batch.plan(book)):
                await self._flush_units(transaction, batch)
                units = await transaction.units(book.campaign, seal.version, [book.unit])
                below = await transaction.units_below(book.campaign, seal.version, book.unit)
                root = await transaction.root(book.campaign)
                return World(now.plan, now.seal, units=units, units_below=tuple(below), levels=seal.levels, root=root)
            case (
                CampaignPassedDown(plan_version=plan_version, tree_version=tree_version)
                | AmendmentPassedDown(plan_version=plan_version, tree_version=tree_version)
            ) if plan_version > book.profile.plan_version:
                announced = await self._plan(transaction, batch, (book.campaign, plan_version))
                units = await transaction.units(book.campaign, tree_version, [book.unit])
                if announced is None or book.unit not in units:
                    raise Unavailable(f"{book.id}: plan {plan_version} or tree {tree_version} cannot be read yet")
                below = await transaction.units_below(book.campaign, tree_version, book.unit)
                before = batch.plan(book)
                return World(
                    plan=before.plan if before else None,
                    coming=announced.plan,
                    units=units,
                    units_below=tuple(below),
                    levels=announced.seal.levels,
                )
        announced = batch.plan(book)
        plan = announced.plan if announced else None
        if isinstance(told.fact, SampleDrawn) and told.invalid is None:
            asked = (book.campaign, book.profile.tree_version, book.unit, told.fact.unit_class)
            return World(plan, frame=await units_of_class(transaction, *asked))
        return World(plan)

    async def _plan(self, transaction: Transaction, batch: Batch, version: tuple[str, int]) -> Announced | None:
        if version not in batch.announced and (found := await transaction.announced(*version)):
            batch.announced[version] = self._announced[version] = found
        return batch.announced.get(version)

    @staticmethod
    async def _flush_units(transaction: Transaction, batch: Batch) -> None:
        await transaction.save(Changes(units=batch.changes.units))
        batch.changes.units = []

    def _publish(self, group: Group) -> list[Record]:
        """The records of a group, from its stored bytes, and what its book tells others because of it."""
        out: list[Record] = []
        common = recorded_headers(group.source, group.id, group.time, group.accepted, group.traceparent)
        for position, (type, subject, chain, value) in enumerate(group.events, group.first):
            record = recorded_record(group.book, type, subject, position, chain, value, common)
            out.append(record)
            if courier.looks_at(type, subject):
                event = read_recorded(record)
                assert event.fact is not None
                out += map(told_record, courier.tells(event, event.fact, group.traceparent))
        return out

    def _measure(self, batch: Batch, told: int) -> None:
        for type, count in Tally(event[0] for group in batch.new for event in group.events).items():
            self._recorded.labels(type).inc(count)
        for rule, count in Tally(batch.refused).items():
            self._refused.labels(rule).inc(count)
        self._held.inc(sum(event[0] == FactHeld.__name__ for group in batch.new for event in group.events))
        self._repeated.inc(told - len(batch.new))


def _reused(told: Told, digest: bytes) -> str:
    """The key under which the refusal of a reused id is recorded, so that the same again gets the same answer."""
    return f"{told.key}#{digest.hex()[:16]}"
