"""A campaign's life as units would tell it, day by day: self-checks, issues, rectifications, returns; with the slips that units make.

Everything that acts is a *life*: a generator that yields the moment it next wakes, what it then tells, and lives that begin with it. One heap holds the
lives asleep, so memory goes with the open issues and not with the campaign. Each draws from a random source of its own, so the same seed tells the same.
"""

from bisect import bisect
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from heapq import heappop, heappush
from itertools import accumulate, count
from random import Random
from typing import Any
from zlib import crc32

from deploy.local import phrases
from deploy.local.course import WRONG, Course, at, working_days
from deploy.local.made_up import staff
from shared.events.campaign import CampaignAnnounced
from shared.events.check import SelfCheckAnswered
from shared.events.fact import Fact
from shared.events.issue import IssueReported, RectificationVerified
from shared.events.obligation import ReturnFiled
from shared.events.tree import UnitsListed
from shared.plan import Plan
from shared.plan.obligation import Obligation
from shared.plan.target import Target
from shared.topics import book_id, subject_id
from shared.units import Unit, parts, seal
from shared.workdays import BEIJING, add_days, is_working_day

CloudEvent = dict[str, Any]
"""A CloudEvents 1.0 event in JSON form. `source` names the client that tells it."""
Life = Iterator["datetime | CloudEvent | Life"]

AFTER = 25
"""Working days that are simulated after the campaign's end."""
SHARE = 0.4
"""Part of the issues that the self-checks find, as far as there are answers enough."""
PUBLIC = {"complaint", "calls-and-visits", "hotline", "conduct-hotline", "conduct-review", "satisfaction", "patient-follow-up"}
"""Channels that are open on any day, and not in working hours alone."""


def clients(units: Sequence[Unit]) -> dict[str, str]:
    """Which client tells for each unit: that of its township, or the bureau's own for what stands directly under it. One book, one client, one order."""
    root, inner = units[0].id, {unit.parent for unit in units}
    found: dict[str, str] = {root: root}
    for unit in units[1:]:
        above = found[unit.parent or root]
        found[unit.id] = unit.id if above == root and unit.parent == root and unit.id in inner else above
    return found


def told_twice(id: str) -> bool:
    """Whether the simulator tells the event of this id again, unchanged, a while later."""
    return crc32(id.encode()) % 400 == 7


def broken_rule(id: str) -> str | None:
    """The rule by which the ledger must refuse the event of this id; none: it is right."""
    return dict(enumerate(id.split("."))).get(2)


def applies(target: Target, unit: Unit) -> bool:
    """Whether a target is asked of a unit (G7)."""
    return set(target.needs) <= set(unit.tags)


def announcement(plan: Plan, units: Sequence[Unit]) -> list[CloudEvent]:
    """The tree in its parts, then the campaign with plan and seal, told by the root at eight in the morning of the day of issue."""
    root, told = units[0].id, datetime.combine(plan.issued, time(8), BEIJING)
    book = book_id(plan.campaign, root)
    mark = seal(units)
    listed = [UnitsListed(version=mark.version, part=number, units=tuple(part)) for number, part in enumerate(parts(units), 1)]
    events = [_event(f"tree-part-{fact.part}", root, subject_id(book, "tree", str(mark.version)), told, fact) for fact in listed]
    return [*events, _event("campaign", root, book, told, CampaignAnnounced(plan=plan, tree=mark))]


def stream(plan: Plan, units: Sequence[Unit], issues: int, seed: int) -> Iterator[tuple[date, list[CloudEvent]]]:
    """What is told on each day from the plan's issue until 25 working days after its end, in order, with about `issues` issues entered in all.

    The day of issue itself is empty: it belongs to the announcement.
    """
    return _Simulation(plan, units, issues, seed).days()


def _event(id: str, source: str, subject: str, when: datetime, fact: Fact) -> CloudEvent:
    return {
        "specversion": "1.0",
        "id": id,
        "source": source,
        "type": type(fact).__name__,
        "subject": subject,
        "time": when.isoformat(),
        "data": fact.model_dump(mode="json", exclude_none=True),
    }


class _Simulation:
    def __init__(self, plan: Plan, units: Sequence[Unit], issues: int, seed: int) -> None:
        self.plan, self.units, self.seed = plan, units, seed
        self.clients, self.staff = clients(units), staff(units)
        self.asleep: list[tuple[datetime, int, Life]] = []
        self.turn, self.told, self.reported, self.open = count(), Counter[str](), Counter[str](), Counter[str]()
        parents = {unit.parent for unit in units}
        self.institutions = [unit for unit in units if unit.id not in parents]
        self.checked = [unit for unit in self.institutions if unit.unit_class in plan.checklist_of]
        answers = sum(applies(target, unit) and not target.optional for unit in self.checked for target in plan.targets)
        self.falls_short = min(0.5, SHARE * issues / answers) if answers else 0.0
        self.to_report = max(0, issues - round(self.falls_short * answers))
        # What tags show to be a bigger institution hears of more.
        self.weights = list(accumulate(1 + 3 * len(unit.tags) for unit in self.institutions))
        self.first = max(plan.begins(plan.phases[0]), plan.issued + timedelta(1))
        # Where a target stands in its aspect tells which wording fits.
        seen = Counter[str]()
        self.turn_in_aspect: dict[int, int] = {}
        for target in plan.targets:
            self.turn_in_aspect[target.number] = seen[target.aspect]
            seen[target.aspect] += 1

    def days(self) -> Iterator[tuple[date, list[CloudEvent]]]:
        for unit in self.checked:
            self._live(self._self_check(unit), [])
        for unit in self.units:
            for obligation in self.plan.obligations:
                if unit.unit_class in obligation.classes:
                    self._live(self._return(unit, obligation), [])
        shares = self._shares()
        day, last, before = self.plan.issued, add_days(self.plan.ends, AFTER), 0
        while day <= last:
            events: list[CloudEvent] = []
            so_far = round(self.to_report * shares.get(day, 1.0 if day > self.plan.ends else 0.0))
            for _ in range(so_far - before):
                self._live(self._reported(day, Random(f"issue/{self.seed}/{next(self.turn)}")), events)
            before = so_far
            midnight = datetime.combine(day + timedelta(1), time(), BEIJING)
            while self.asleep and self.asleep[0][0] < midnight:
                self._live(heappop(self.asleep)[2], events)
            yield day, events
            day += timedelta(1)

    def _live(self, life: Life, events: list[CloudEvent]) -> None:
        """Let a life go on until it sleeps again or ends."""
        for step in life:
            if isinstance(step, datetime):
                heappush(self.asleep, (step, next(self.turn), life))
                return
            if isinstance(step, dict):
                events.append(step)
            else:
                self._live(step, events)

    def _shares(self) -> dict[date, float]:
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

    def _tell(self, unit: Unit, when: datetime, subject: str, fact: Fact, breaks: str | None = None) -> Life:
        """Tell one fact, and some facts again later: a client that heard no answer sends the same once more."""
        self.told[unit.id] += 1
        name = f"{unit.id}.{self.told[unit.id]:05}" + (f".{breaks}" if breaks else "")
        if breaks is None:
            entered = isinstance(fact, IssueReported) or (isinstance(fact, SelfCheckAnswered) and not fact.conforms)
            self.open[unit.id] += entered - isinstance(fact, RectificationVerified)
        event = _event(name, self.clients[unit.id], subject, when, fact)
        yield event
        if told_twice(name):
            yield self._again(event, when + timedelta(minutes=5 + crc32(name.encode()) % 1500))

    def _again(self, event: CloudEvent, when: datetime) -> Life:
        yield when
        yield event

    def _self_check(self, unit: Unit) -> Life:
        """A unit answers every target that applies to it, in one to four sittings of the first phase."""
        rng = Random(f"check/{self.seed}/{unit.id}")
        book, persons = book_id(self.plan.campaign, unit.id), self.staff[unit.id]
        days = working_days(self.first - timedelta(1), self.plan.phases[0].end) or [add_days(self.first, 1)]
        sittings = sorted(rng.sample(days, min(len(days), rng.randint(1, 4))))
        asked = [target for target in self.plan.targets if applies(target, unit)]
        others = [target for target in self.plan.targets if not applies(target, unit)]
        slip = rng.choice(others) if others and rng.random() < 10 * WRONG else None
        by = rng.choice(persons[1:])
        for number, day in enumerate(sittings):
            now = datetime.combine(day, time(8, 30), BEIJING) + timedelta(seconds=rng.randrange(4 * 3600))
            for target in asked[number :: len(sittings)]:
                now += timedelta(seconds=rng.randint(30, 240))
                yield now
                short = rng.random() < self.falls_short and not target.optional
                finding = phrases.fault(rng, target.aspect, self.turn_in_aspect[target.number], target.text.zh) if short else None
                answer = SelfCheckAnswered(target=target.number, conforms=not short, finding=finding, by=by)
                yield from self._tell(unit, now, subject_id(book, "check", str(target.number)), answer)
                if short:
                    yield self._issue(unit, subject_id(book, "issue", "self-check", str(target.number)), rng.random(), now, None)
            if slip and number == 0:
                answer = SelfCheckAnswered(target=slip.number, conforms=True, by=by)
                yield from self._tell(unit, now, subject_id(book, "check", str(slip.number)), answer, "target-not-applicable")

    def _reported(self, day: date, rng: Random) -> Life:
        """An issue comes in through a channel: from the public on any day, from inspections and staff in working hours."""
        unit = self.institutions[bisect(self.weights, rng.randrange(self.weights[-1]))]
        codes = [channel.code for channel in self.plan.channels if channel.code != "self-check"] or [self.plan.channels[0].code]
        working = is_working_day(day)
        channel = rng.choice([code for code in codes if working or code in PUBLIC] or codes)
        any_hour = datetime.combine(day, time(7), BEIJING) + timedelta(seconds=rng.randrange(15 * 3600))
        when = any_hour if channel in PUBLIC or not working else at(day, rng)
        yield when
        target = rng.choice([target for target in self.plan.targets if applies(target, unit)] or [None])
        if target:
            category, text = target.aspect, phrases.fault(rng, target.aspect, self.turn_in_aspect[target.number], target.text.zh)
        else:
            entry = rng.choice(self.plan.categories)
            category, text = entry.code, phrases.fault(rng, entry.code, 0, entry.name.zh)
        self.reported[unit.id] += 1
        book, ref = book_id(self.plan.campaign, unit.id), f"{unit.id}-{self.reported[unit.id]:04}"
        subject = subject_id(book, "issue", self.clients[unit.id], ref)
        owner = rng.choice(self.staff[unit.id][1:]) if rng.random() < 0.6 else None
        fact = IssueReported(
            text=phrases.framed(rng, channel, text),
            category=category,
            channel=channel,
            nature=rng.choices(("problem", "defect", "hazard"), (8, 1, 1))[0],
            target=target.number if target and rng.random() < 0.7 else None,
            owner=owner,
        )
        yield from self._tell(unit, when, subject, fact)
        yield from self._issue(unit, subject, rng.random(), when, owner)

    def _issue(self, unit: Unit, subject: str, draw: float, entered: datetime, owner: str | None) -> Life:
        """What is done about an issue on the book."""
        for act in Course(self.plan, self.staff[unit.id], Random(f"course/{draw}"), entered, self._slow(unit)).acts(owner):
            yield act.when
            yield from self._tell(unit, act.when, subject, act.fact, act.breaks)

    def _return(self, unit: Unit, obligation: Obligation) -> Life:
        """A unit files a return in the last days before it is due; some late, some never."""
        rng = Random(f"return/{self.seed}/{unit.id}/{obligation.code}")
        fate, slow = rng.random(), self._slow(unit)
        # From the day after the phase began, so that the book has surely opened it.
        days = working_days(max(self.plan.begins(self.plan.phase(obligation.phase)), self.plan.issued), self.plan.due_of(obligation))
        if fate < (0.2 if slow else 0.02):
            return
        late = fate < (0.6 if slow else 0.1) or not days
        when = at(add_days(self.plan.due_of(obligation), rng.randint(1, 12)) if late else rng.choice(days[-8:]), rng)
        yield when
        fact = ReturnFiled(
            obligation=obligation.code,
            title=f"{unit.name}{obligation.name.zh}"[:200],
            # An institution whose issues are all struck off has nothing to list at the end.
            nil=obligation.phase == self.plan.last_phase and unit.unit_class in self.plan.checklist_of and not self.open[unit.id],
            files=(f"{obligation.code}-{unit.id}.docx",),
            by=rng.choice(self.staff[unit.id]),
        )
        yield from self._tell(unit, when, subject_id(book_id(self.plan.campaign, unit.id), "return", obligation.code), fact)

    def _slow(self, unit: Unit) -> bool:
        """One unit in eight is late in most things."""
        return crc32(f"slow/{self.seed}/{unit.id}".encode()) % 8 == 0
