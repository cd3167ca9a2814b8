"""The course of one made-up issue from its entry to its strike-off: who does what when, in time or late, and which slips happen on the way."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from deploy.simulator import texts
from shared.events.fact import Fact
from shared.events.issue import FollowUpSet, IssueAssigned, MeasuresPlanned, RectificationDone, RectificationReturned, RectificationVerified
from shared.plan import Plan
from shared.units import Unit
from shared.workdays import BEIJING, add_days, is_working_day

WRONG = 0.004
"""How often each slip that the ledger must refuse happens to an issue."""
OPENS, CLOSES = 8 * 3600 + 1800, 17 * 3600 + 1800
"""Working hours, in seconds of the day."""


@dataclass(frozen=True, slots=True)
class Act:
    """One thing told about an issue; `breaks` names the rule that it breaks."""

    when: datetime
    fact: Fact
    breaks: str | None = None
    by: Unit | None = None
    """The unit above that does it; none: the issue's own."""


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
    days = (after + timedelta(number) for number in range(1, (last - after).days + 1))
    return [day for day in days if is_working_day(day)]


STAGES = (IssueAssigned, MeasuresPlanned, RectificationDone, RectificationReturned, RectificationVerified)
"""The acts that say how far an issue is."""


class Course:
    """How one issue goes, in one unit with these persons: the first is responsible for the unit, the others own, fix and check.

    This is the plain course, of a plan that asks for nothing more; `deploy.simulator.behaviours.full_course` has all the turns that an issue may take.
    """

    def __init__(self, plan: Plan, persons: Sequence[str], rng: Random, entered: datetime, slow: bool) -> None:
        self.plan, self.persons, self.rng, self.slow = plan, persons, rng, slow
        self.entered = self.now = entered
        self.plan_due, self.fix_due = (plan.due(clock, entered.date()) for clock in (plan.clocks.plan, plan.clocks.fix))
        self.stage: type[Fact] | None = None
        """The last act that says how far it is."""
        self.left = False
        """It is not for this unit to go on with it, nor to follow it up."""
        self.fixer: str | None = None
        self.fixers: set[str] = set()
        """Who rectified it at some time."""
        self.involved: set[str] = set()
        """Who rectified it at some time, or owned it then: none of them may check it."""

    def acts(self, owner: str | None) -> Iterator[Act]:
        """Every act in order: what happens until the campaign's end, then what follows up an issue that was carried over."""
        for act in self._campaign(owner):
            if act.when.date() > self.plan.ends and not self._outlasts():
                break
            if not act.breaks:
                self.stage = self._reached(act.fact)
            yield act
        if self.stage is not RectificationVerified and not self.left:
            yield from self._carried_over(self.stage)

    def _outlasts(self) -> bool:
        """Whether it simply goes on after the campaign's end."""
        return False

    def _reached(self, fact: Fact) -> type[Fact] | None:
        """How far it is after an act."""
        return type(fact) if isinstance(fact, STAGES) else self.stage

    def _other(self, *persons: str | None) -> str:
        """A person of the unit, none of these. Never the one responsible, who owns what is carried over."""
        return self.rng.choice([person for person in self.persons[1:] if person not in persons])

    def _slip(self, often: int = 1) -> bool:
        return self.rng.random() < WRONG * often

    def _done(self, by: str) -> RectificationDone:
        return RectificationDone(
            result=texts.fill(self.rng, self.rng.choice(texts.RESULTS)),
            evidence=("整改后照片.jpg",) if self.rng.random() < 0.5 else (),
            by=by,
        )

    def _good(self, by: str) -> RectificationVerified:
        return RectificationVerified(effect=texts.fill(self.rng, self.rng.choice(texts.EFFECTS)), by=by)

    def _planned(self, by: str) -> MeasuresPlanned:
        return MeasuresPlanned(measures=texts.fill(self.rng, self.rng.choice(texts.MEASURES)), by=by)

    def _within(self, due: date, late: bool, most_late: int) -> None:
        """Move on to a moment before a clock runs out, or late."""
        days = working_days(self.now.date(), due)
        if days and not late:
            self.now = at(self.rng.choice(days), self.rng)
        elif late:
            self.now = later(max(self.now, datetime.combine(due, time(12), BEIJING)), self.rng, 1, most_late)
        else:
            self.now = later(self.now, self.rng, 0, 1)

    def _campaign(self, owner: str | None) -> Iterator[Act]:
        rng = self.rng
        if owner is None:
            owner = self._other()
            if self._slip(2) and self._strict():
                self.now = later(self.now, rng, 0, 1)
                yield Act(self.now, self._planned(owner), "no-owner")
            self.now = later(self.now, rng, 0, 3)
            yield Act(self.now, IssueAssigned(owner=owner, by=self.persons[0]))
        if self._slip() and self._strict():
            self.now = later(self.now, rng, 0, 1)
            yield Act(self.now, self._done(owner), "no-measures")
        fate, late = rng.random(), 0.4 if self.slow else 0.12
        if fate < 0.012:
            return
        self._within(self.plan_due, rng.random() < late, 6)
        yield from self._measures(owner)
        if fate < (0.12 if self.slow else 0.04):
            return
        yield from self._meanwhile(owner)
        if self.left:
            return
        self._within(self.fix_due, rng.random() < late, 20)
        yield from self._fixed(owner)
        if rng.random() < 0.12:
            self.now = later(self.now, rng, 1, 4)
            yield Act(self.now, RectificationReturned(reason=rng.choice(texts.RETURNS), by=self._other(owner, *self.involved)))
            self.now = later(self.now, rng, 1, 8)
            yield from self._fixed(owner)
        self.now = later(self.now, rng, 1, 5)
        yield from self._checked(owner)
        yield from self._afterwards(owner)

    def _strict(self) -> bool:
        """Whether what comes too early is refused, and not held until it fits."""
        return self.plan.clocks.hold is None

    def _measures(self, owner: str) -> Iterator[Act]:
        """Measures are planned."""
        yield Act(self.now, self._planned(owner))

    def _meanwhile(self, owner: str) -> Iterator[Act]:
        """What happens between measures and rectification: nothing, on the plain course."""
        yield from ()

    def _checked(self, owner: str | None) -> Iterator[Act]:
        """It is checked, and found good."""
        yield Act(self.now, self._good(self._other(owner, *self.involved)))

    def _afterwards(self, owner: str | None) -> Iterator[Act]:
        """What happens once it is struck off."""
        rng = self.rng
        if self._slip():
            self.now = later(self.now, rng, 1, 10)
            yield Act(self.now, self._done(owner or self.persons[1]), "struck-off")

    def _fixed(self, owner: str) -> Iterator[Act]:
        """Rectified by the owner, or by somebody else for the owner; now and then one of the two checks it as well."""
        self.fixer = self._fixer(owner)
        self.involved |= {owner, self.fixer}
        self.fixers.add(self.fixer)
        yield Act(self.now, self._done(self.fixer))
        if self.fixer != owner and self._slip(5):
            self.now = later(self.now, self.rng, 0, 1)
            by = self.rng.choice((self.fixer, owner))
            yield Act(self.now, self._good(by), "verifier-is-fixer" if by in self.fixers else "verifier-is-owner")

    def _fixer(self, owner: str) -> str:
        return owner if self.rng.random() < 0.7 else self._other(owner)

    def _carried_over(self, stage: type[Fact] | None) -> Iterator[Act]:
        """Some of what was carried over is given another date and owner, and most of that is struck off in the weeks after."""
        rng = self.rng
        if rng.random() < 0.4:
            return
        # Not before the last phase has closed over whatever is missing.
        patience = 2 + (self.plan.phase(self.plan.last_phase).grace or 0)
        self.now = at(add_days(self.plan.ends, patience + rng.randint(0, 5)), rng)
        owner = self._other(self.fixer)
        yield Act(self.now, FollowUpSet(due=add_days(self.now.date(), rng.randint(8, 25)), owner=owner, by=self.persons[0]))
        if rng.random() < 0.25:
            return
        if stage in (None, IssueAssigned):
            self.now = later(self.now, rng, 0, 3)
            yield from self._measures(owner)
        if stage is not RectificationDone:
            self.now = later(self.now, rng, 1, 6)
            self.fixer = owner
            self.involved.add(owner)
            yield Act(self.now, self._done(owner))
        self.now = later(self.now, rng, 1, 4)
        yield from self._checked(owner)
