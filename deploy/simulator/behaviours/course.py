"""The course of one made-up issue from its entry to its strike-off: who does what when, in time or late, and which slips happen on the way."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from random import Random

from deploy.simulator import texts
from deploy.simulator.simulation import Actor, Simulation, at, working_days
from shared.events.fact import Fact
from shared.events.issue import (
    FollowUpSet,
    IssueAssigned,
    IssueReported,
    MeasuresPlanned,
    RectificationDone,
    RectificationReturned,
    RectificationVerified,
)
from shared.units import Unit
from shared.workdays import BEIJING, add_days


@dataclass(frozen=True, slots=True)
class Act:
    """One thing told about an issue; `breaks` names the rule that it breaks."""

    fact: Fact
    breaks: str | None = None
    by: Unit | None = None
    """The unit above that does it; none: the issue's own."""


STAGES = (IssueAssigned, MeasuresPlanned, RectificationDone, RectificationReturned, RectificationVerified)
"""The acts that say how far an issue is."""


class Course(Actor):
    """How one issue goes, in one unit: the first of its persons is responsible for the unit, the others own, fix and check.

    This is the plain course, of a plan that asks for nothing more; `deploy.simulator.behaviours.full_course` has all the turns that an issue may take.
    """

    def __init__(self, sim: Simulation, unit: Unit, rng: Random, entered: datetime, report: IssueReported) -> None:
        super().__init__(sim, unit, rng, entered)
        self.plan, self.slow, self.report = sim.plan, sim.slow(unit), report
        self.clocks = (self.plan.clocks.plan, self.plan.clocks.fix)
        self.start_clocks()
        self.stage: type[Fact] | None = None
        """The last act that says how far it is."""
        self.left = False
        """It is not for this unit to go on with it, nor to follow it up."""
        self.fixer: str | None = None
        self.fixers: set[str] = set()
        """Who rectified it at some time."""
        self.involved: set[str] = set()
        """Who rectified or owned it at some time: none of them may check it."""

    def start_clocks(self) -> None:
        """Have its clocks run from today."""
        self.plan_due, self.fix_due = (self.plan.due(clock, self.now.date()) for clock in self.clocks)

    def acts(self, owner: str | None) -> Iterator[Act]:
        """Every act in order: what happens until the campaign's end, then what follows up an issue that was carried over."""
        for act in self._campaign(owner):
            if self.now.date() > self.plan.ends and not self._outlasts():
                break
            if not act.breaks:
                self.stage = self._reached(act.fact)
            yield act
        if self.stage is not RectificationVerified and not self.left:
            yield from self._carried_over()

    def _outlasts(self) -> bool:
        """Whether it simply goes on after the campaign's end."""
        return False

    def _reached(self, fact: Fact) -> type[Fact] | None:
        """How far it is after an act."""
        return type(fact) if isinstance(fact, STAGES) else self.stage

    def _other(self, *persons: str | None) -> str:
        """A person of the unit, none of these. Never the one responsible, who owns what is carried over."""
        return self.rng.choice([person for person in self.persons[1:] if person not in persons])

    def _done(self, by: str) -> RectificationDone:
        return RectificationDone(result=self.say(texts.RESULTS), evidence=("整改后照片.jpg",) if self.rng.random() < 0.5 else (), by=by)

    def _good(self, by: str) -> RectificationVerified:
        return RectificationVerified(effect=self.say(texts.EFFECTS), by=by)

    def _planned(self, by: str) -> MeasuresPlanned:
        return MeasuresPlanned(measures=self.say(texts.MEASURES), by=by)

    def _within(self, due: date, late: bool, most_late: int) -> None:
        """Move on to a moment before a clock runs out, or late."""
        days = working_days(self.now.date(), due)
        if days and not late:
            self.now = at(self.rng.choice(days), self.rng)
        elif late:
            self.now = max(self.now, datetime.combine(due, time(12), BEIJING))
            self.later(1, most_late)
        else:
            self.later(0, 1)

    def _campaign(self, owner: str | None) -> Iterator[Act]:
        rng = self.rng
        # Else what comes too early is held until it fits, and not refused.
        strict = self.plan.clocks.hold is None
        if owner is None:
            owner = self._other()
            if self.slips(2) and strict:
                self.later(0, 1)
                yield Act(self._planned(owner), "no-owner")
            self.later(0, 3)
            yield Act(IssueAssigned(owner=owner, by=self.persons[0]))
        self.involved.add(owner)
        if self.slips() and strict:
            self.later(0, 1)
            yield Act(self._done(owner), "no-measures")
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
            self.later(1, 4)
            yield Act(RectificationReturned(reason=rng.choice(texts.RETURNS), by=self._other(owner, *self.involved)))
            self.later(1, 8)
            yield from self._fixed(owner)
        self.later(1, 5)
        yield from self._checked(owner)
        yield from self._afterwards(owner)

    def _measures(self, owner: str) -> Iterator[Act]:
        """Measures are planned."""
        yield Act(self._planned(owner))

    def _meanwhile(self, owner: str) -> Iterator[Act]:
        """What happens between measures and rectification: nothing, on the plain course."""
        yield from ()

    def _checked(self, owner: str | None) -> Iterator[Act]:
        """It is checked, and found good."""
        yield Act(self._good(self._other(owner, *self.involved)))

    def _afterwards(self, owner: str | None) -> Iterator[Act]:
        """What happens once it is struck off."""
        if self.slips():
            self.later(1, 10)
            yield Act(self._done(owner or self.persons[1]), "struck-off")

    def _fixed(self, owner: str) -> Iterator[Act]:
        """Rectified by the owner, or by somebody else for the owner; now and then one of the two checks it as well."""
        self.fixer = self._fixer(owner)
        self.involved |= {owner, self.fixer}
        self.fixers.add(self.fixer)
        yield Act(self._done(self.fixer))
        if self.fixer != owner and self.slips(5):
            self.later(0, 1)
            by = self.rng.choice((self.fixer, owner))
            yield Act(self._good(by), "verifier-is-fixer" if by in self.fixers else "verifier-is-owner")

    def _fixer(self, owner: str) -> str:
        return owner if self.rng.random() < 0.7 else self._other(owner)

    def _carried_over(self) -> Iterator[Act]:
        """Some of what was carried over is given another date and owner, and most of that is struck off in the weeks after."""
        rng = self.rng
        if rng.random() < 0.4:
            return
        # Not before the last phase has closed over whatever is missing.
        patience = 2 + (self.plan.phase(self.plan.last_phase).grace or 0)
        self.now = at(add_days(self.plan.ends, patience + rng.randint(0, 5)), rng)
        owner = self._other(self.fixer)
        yield Act(FollowUpSet(due=add_days(self.now.date(), rng.randint(8, 25)), owner=owner, by=self.persons[0]))
        if rng.random() < 0.25:
            return
        if self.stage in (None, IssueAssigned):
            self.later(0, 3)
            yield from self._measures(owner)
        if self.stage is not RectificationDone:
            self.later(1, 6)
            self.fixer = owner
            self.involved.add(owner)
            yield Act(self._done(owner))
        self.later(1, 4)
        yield from self._checked(owner)
