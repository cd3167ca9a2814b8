"""What the behaviours of units share, and the heap of those asleep, so that memory goes with what is open and not with the campaign."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from heapq import heappop, heappush
from itertools import accumulate, count
from random import Random
from typing import NamedTuple
from zlib import crc32

from deploy.client.cloudevent import CloudEvent, cloud_event
from deploy.simulator import texts
from deploy.simulator.people import staff
from shared.events.fact import Fact
from shared.events.issue import IssueReported, RectificationVerified
from shared.events.self_check import SelfCheckAnswered
from shared.plan import Plan
from shared.plan.phase import Phase
from shared.topics import book_id, book_of, subject_id
from shared.units import Unit
from shared.workdays import BEIJING, add_days, is_working_day

Behaviour = Iterator["datetime | CloudEvent | Behaviour"]
OPENS, CLOSES = 8 * 3600 + 1800, 17 * 3600 + 1800
"""Working hours, in seconds of the day."""
WRONG = 0.004
"""How often each slip happens that the ledger must refuse."""
SHARE = 0.4
"""Part of the issues that the self-checks find, as far as there are answers enough."""


class Nominated(NamedTuple):
    """A nomination where it is judged: its id there, the unit and the person that it is for."""

    id: str
    unit: str
    person: str | None


def clients(units: Sequence[Unit]) -> dict[str, str]:
    """Which client tells for each unit: that of its township, or the bureau's own for what stands directly under it. One book, one client, one order."""
    root, inner = units[0].id, {unit.parent for unit in units}
    client_of: dict[str, str] = {root: root}
    for unit in units[1:]:
        above = client_of[unit.parent or root]
        client_of[unit.id] = unit.id if above == root and unit.parent == root and unit.id in inner else above
    return client_of


def told_twice(id: str) -> bool:
    """Whether the simulator tells the event of this id again, unchanged, a while later."""
    return crc32(id.encode()) % 400 == 7


def at(day: date, rng: Random) -> datetime:
    """A moment in the working hours of a day."""
    return datetime.combine(day, time(), BEIJING) + timedelta(seconds=rng.randrange(OPENS, CLOSES))


def later(now: datetime, rng: Random, least: int, most: int) -> datetime:
    """A moment in working hours, so many working days later; on the same day where there is time left."""
    days = rng.randint(least, most)
    if days == 0:
        soon = now + timedelta(seconds=rng.randint(900, 9000))
        if is_working_day(soon.date()) and OPENS <= soon.hour * 3600 + soon.minute * 60 <= CLOSES:
            return soon
    return at(add_days(now.date(), max(days, 1)), rng)


def working_days(after: date, last: date) -> list[date]:
    """The working days after one day, up to another."""
    return [day for number in range((last - after).days) if is_working_day(day := after + timedelta(number + 1))]


class Simulation:
    """A campaign under way: its plan and units, who is asleep, and what was told so far."""

    def __init__(self, plan: Plan, units: Sequence[Unit], issues: int, seed: int, source: str | None = None, plain: bool = False) -> None:
        self.plan, self.units, self.seed, self.plain = plan, units, seed, plain
        self.by_id = {unit.id: unit for unit in units}
        self.clients = dict.fromkeys((unit.id for unit in units), source) if source else clients(units)
        self.staff = staff(units)
        self.asleep: list[tuple[datetime, int, Behaviour]] = []
        self.turn, self.reports = count(), count()
        """Who sleeps first of those that wake at the same moment; and the issues that come in through a channel. Nothing draws by the former."""
        self.told, self.reported, self.open, self.named = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
        self.latest: dict[str, str] = {}
        """The last issue that was reported, by unit."""
        self.nominated: dict[tuple[str, str, str], list[Nominated]] = {}
        """What is to be judged of an award and period, by the unit that gives it; forgotten once that is over."""
        parents = {unit.parent for unit in units}
        self.institutions = [unit for unit in units if unit.id not in parents]
        self.checked = [unit for unit in self.institutions if unit.unit_class in plan.checklist_of]
        answers = sum(
            target.applies_to(unit.unit_class, unit.tags) and not target.optional for unit in self.checked for target in plan.targets
        )
        self.falls_short = min(0.5, SHARE * issues / answers) if answers else 0.0
        self.to_report = max(0, issues - round(self.falls_short * answers))
        # What tags show to be a bigger institution hears of more.
        self.weights = list(accumulate(1 + 3 * len(unit.tags) for unit in self.institutions))
        self.first = max(plan.begins(plan.phases[0]), plan.issued + timedelta(1))
        # Where a target stands in its aspect tells which wording fits.
        aspects = [target.aspect for target in plan.targets]
        self.turn_in_aspect = {target.number: aspects[:turn].count(target.aspect) for turn, target in enumerate(plan.targets)}

    def run(self, behaviour: Behaviour, events: list[CloudEvent]) -> None:
        """Let a behaviour go on until it sleeps again or ends."""
        for step in behaviour:
            if isinstance(step, datetime):
                heappush(self.asleep, (step, next(self.turn), behaviour))
                return
            if isinstance(step, dict):
                events.append(step)
            else:
                self.run(step, events)

    def wake_before(self, moment: datetime, events: list[CloudEvent]) -> None:
        """Let those go on who sleep until some time before a moment."""
        while self.asleep and self.asleep[0][0] < moment:
            self.run(heappop(self.asleep)[2], events)

    def shares(self) -> dict[date, float]:
        """The share of the reported issues that is in by each day: fewer from phase to phase, and on days of rest."""
        weights: dict[date, float] = {}
        day = self.first
        codes = [phase.code for phase in self.plan.phases]
        while day <= self.plan.ends:
            phase = self.plan.phase_on(day)
            weights[day] = (1.0 if is_working_day(day) else 0.35) / (1 + (codes.index(phase) if phase else 0))
            day += timedelta(1)
        total = sum(weights.values())
        return {day: so_far / total for day, so_far in zip(weights, accumulate(weights.values()), strict=True)}

    def above(self, unit: Unit) -> list[Unit]:
        """The units that command a unit, the nearest first."""
        units = list[Unit]()
        while unit.parent:
            unit = self.by_id[unit.parent]
            units.append(unit)
        return units

    def book(self, unit: Unit) -> str:
        """The book of a unit."""
        return book_id(self.plan.campaign, unit.id)

    def working_days_of(self, phase: Phase, last: date | None = None) -> list[date]:
        """The working days of a phase, or up to another day than its last, on which books are surely open."""
        return working_days(max(self.plan.begins(phase), self.plan.issued), last or phase.end)

    def reference(self, unit: Unit, kind: str, client: Unit | None = None) -> tuple[str, str]:
        """What the id of a new subject of a unit ends in: the client that tells it, that of the unit or of one above, and a reference of its own."""
        name = f"{unit.id}-{kind}"
        self.named[name] += 1
        return self.clients[(client or unit).id], f"{name}-{self.named[name]:03}"

    def tell(self, when: datetime, subject: str, fact: Fact, breaks: str | None = None, by: Unit | None = None) -> Behaviour:
        """Tell one fact, and some facts again later: a client that heard no answer sends the same once more. A unit above tells what it does itself.

        Each type of fact has a count of its own, so that a behaviour that tells others changes no id.
        """
        unit = book_of(subject).partition("/")[2]
        counted = f"{unit}.{type(fact).__name__}"
        self.told[counted] += 1
        name = f"{counted}-{self.told[counted]:04}" + (f".{breaks}" if breaks else "")
        if breaks is None:
            entered = isinstance(fact, IssueReported) or (isinstance(fact, SelfCheckAnswered) and not fact.conforms)
            self.open[unit] += entered - isinstance(fact, RectificationVerified)
            if isinstance(fact, IssueReported):
                self.latest[unit] = subject
        told = cloud_event(name, self.clients[by.id if by else unit], subject, when, fact)
        yield told
        if told_twice(name):
            yield self._again(told, when + timedelta(minutes=5 + crc32(name.encode()) % 1500))

    def _again(self, event: CloudEvent, when: datetime) -> Behaviour:
        yield when
        yield event

    def slow(self, unit: Unit) -> bool:
        """One unit in eight is late in most things."""
        return crc32(f"slow/{self.seed}/{unit.id}".encode()) % 8 == 0


class Actor:
    """A unit at one of the things it does: how far in time it is, what it draws from, and what it tells."""

    def __init__(self, sim: Simulation, unit: Unit, rng: Random, now: datetime) -> None:
        self.sim, self.unit, self.rng, self.now = sim, unit, rng, now
        self.persons = sim.staff[unit.id]
        """First the one responsible."""

    def later(self, least: int, most: int) -> datetime:
        """Move on by so many working days. Returns the moment, to sleep until."""
        self.now = later(self.now, self.rng, least, most)
        return self.now

    def say(self, templates: Sequence[str]) -> str:
        """One of some wordings, with place and figures."""
        return texts.fill(self.rng, self.rng.choice(templates))

    def subject(self, kind: str, *parts: str) -> str:
        """The id of a subject in the unit's own book."""
        return subject_id(self.sim.book(self.unit), kind, *parts)

    def tell(self, subject: str, fact: Fact, breaks: str | None = None, by: Unit | None = None) -> Behaviour:
        """Tell one fact now."""
        return self.sim.tell(self.now, subject, fact, breaks, by)

    def slips(self, often: int = 1) -> bool:
        """Whether a slip happens that the ledger must refuse."""
        return self.rng.random() < often * WRONG

    def tell_wrong(self, often: int, subject: str, fact: Fact, breaks: str, by: Unit | None = None) -> Behaviour:
        """Now and then tell a fact that breaks a rule, before it is told as it should be."""
        if self.slips(often):
            yield from self.tell(subject, fact, breaks, by)
