"""All the turns that an issue may take: details and milestones, more time, void, handed over, checked by many, published, looked back at, opened again."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from random import Random

from deploy.simulator import texts
from deploy.simulator.behaviours.course import Act, Course
from deploy.simulator.simulation import Simulation, later, working_days
from shared.events.extension import ExtensionDenied, ExtensionGranted, ExtensionRequested
from shared.events.fact import Fact
from shared.events.issue import (
    IssueAssigned,
    IssueReported,
    MeasuresPlanned,
    Milestone,
    MilestoneReached,
    RectificationDone,
    RectificationReturned,
    RectificationVerified,
)
from shared.events.leaving import IssueVoided
from shared.events.strike_off import IssueSpotChecked, LookBackDone, ObjectionDecided, ObjectionRaised, ReopeningOrdered
from shared.events.supervision import ReviewDone, SupervisionLifted, SupervisionOrdered
from shared.plan import Plan
from shared.plan.clock import Clock
from shared.plan.issue import Verification
from shared.units import Unit
from shared.workdays import add_days

LIKELY = {
    "void": 0.015,
    "extension": 0.15,
    "objection": 0.1,
    "spot check": 0.04,
    "reopening": 0.01,
    "relapse": 0.08,
}
"""How often issues take a turn that is open to them."""


class FullCourse(Course):
    """How one issue goes, with every turn that the plan has for it."""

    def __init__(self, sim: Simulation, unit: Unit, rng: Random, entered: datetime, report: IssueReported, taken: bool = False) -> None:
        super().__init__(sim, unit, rng, entered, report)
        self.taken, self.above = taken, sim.above(unit)
        plan = sim.plan
        code = report.grade or (plan.grades[0].code if plan.grades else None)
        self.grade = next((grade for grade in plan.grades if grade.code == code), None)
        self.asked: Verification = (self.grade and self.grade.verification) or plan.issues.verification
        self.requires = plan.issues.requires if self.grade is None or self.grade.requires is None else self.grade.requires
        self.clocks = clocks_of(plan, report, code)
        self.start_clocks()
        self.milestones: Sequence[Milestone] = ()
        self.verifiers: set[str] = set()
        self.cycle, self.listed, self.struck = 1, False, False

    def _campaign(self, owner: str | None) -> Iterator[Act]:
        if fixed := self.report.fixed:
            self.stage, self.fixer = RectificationDone, fixed.by
            self.involved |= {fixed.by, *([owner] if owner else [])}
            self.fixers.add(fixed.by)
            self.later(1, 5)
            yield from self._checked(owner)
            yield from self._afterwards(owner)
            return
        if self.grade and self.grade.listed and self.above:
            yield from self._listed()
        if self.report.standing:
            yield from self._reviewed(owner)
            return
        yield from super()._campaign(owner)

    def _outlasts(self) -> bool:
        return self.stage is RectificationVerified

    def _reached(self, fact: Fact) -> type[Fact] | None:
        match fact:
            case LookBackDone(holds=False) | ReopeningOrdered():
                return IssueAssigned
            case ObjectionDecided(upheld=True):
                return RectificationReturned
        return super()._reached(fact)

    def _superior(self) -> dict[str, str]:
        """Somebody of the unit above, who acts for it."""
        return {"by": self.rng.choice(self.sim.staff[self.above[0].id]), "by_unit": self.above[0].id}

    def _listed(self) -> Iterator[Act]:
        """A superior lists it for supervision."""
        when = later(self.now, self.rng, 1, 3)
        self.listed = when.date() <= self.plan.ends
        if self.listed:
            self.now = when
            yield Act(SupervisionOrdered(**self._superior(), reason=self.say(texts.LISTED)), by=self.above[0])

    def _reviewed(self, owner: str | None) -> Iterator[Act]:
        """What has no end is planned for, and reviewed from time to time."""
        self.left = True
        owner = owner or self._other()
        self.later(1, 3)
        yield Act(IssueAssigned(owner=owner, by=self.persons[0]))
        self.later(1, 3)
        yield Act(self._planned(owner))
        while self.plan.clocks.review and self.now.date() < self.plan.ends:
            self._within(self.plan.due(self.plan.clocks.review, self.now.date()), self.rng.random() < 0.1, 5)
            yield Act(ReviewDone(by=self._other(), text=self.say(texts.REVIEWS)))

    def _planned(self, by: str) -> MeasuresPlanned:
        """Measures with the details that the plan requires."""
        plain, asked = super()._planned(by), self.requires
        self.milestones = self._steps() if "milestones" in asked else ()
        return plain.model_copy(
            update={
                "analysis": self.say(texts.ANALYSES) if "analysis" in asked else None,
                "standard": self.say(texts.STANDARDS) if "standard" in asked else None,
                "funds": self.rng.randint(5, 500) * 10_000 if "funds" in asked else None,
                "emergency_plan": self.say(texts.EMERGENCIES) if "emergency-plan" in asked else None,
                "guard": self.say(texts.GUARDS) if "guard" in asked else None,
                "milestones": self.milestones,
            }
        )

    def _steps(self) -> tuple[Milestone, ...]:
        """Two milestones on the way to the last day."""
        days = working_days(self.now.date(), self.fix_due)[:-1] or [add_days(self.now.date(), 1)]
        names = self.rng.sample(texts.MILESTONES, 2)
        return tuple(Milestone(name=name, due=day) for name, day in zip(names, (days[len(days) // 3], days[-1]), strict=True))

    def _measures(self, owner: str) -> Iterator[Act]:
        if self.requires and self.slips(4):
            yield Act(super()._planned(owner), "detail-missing")
        yield Act(self._planned(owner))

    def _meanwhile(self, owner: str) -> Iterator[Act]:
        """Between measures and rectification it may be void, given more time, and reaches its milestones."""
        if self.rng.random() < LIKELY["void"]:
            self.later(1, 5)
            self.left = True
            yield Act(IssueVoided(by=self._other(owner), reason=self.say(texts.VOIDS)))
            return
        if self.plan.clocks.extension and not self.taken and self.rng.random() < LIKELY["extension"]:
            yield from self._more_time(owner)
        for milestone in self.milestones:
            self._within(milestone.due, self.rng.random() < 0.15, 3)
            yield Act(MilestoneReached(by=owner, name=milestone.name))

    def _more_time(self, owner: str) -> Iterator[Act]:
        """More time is asked for, and granted or denied by a superior before the last day."""
        asked = later(self.now, self.rng, 1, 2)
        decided = later(asked, self.rng, 1, 2)
        if decided.date() > min(self.fix_due, self.plan.ends):
            return
        until = add_days(self.fix_due, self.rng.randint(3, 15))
        self.now = asked
        yield Act(ExtensionRequested(by=owner, until=until, reason=self.say(texts.EXTENSIONS)))
        self.now, judge = decided, self._superior() if self.above else {"by": self._other(owner)}
        by = self.above[0] if self.above else None
        if self.rng.random() < 0.7:
            self.fix_due = until
            yield Act(ExtensionGranted.model_validate(judge), by=by)
        else:
            yield Act(ExtensionDenied(**judge, reason=self.say(texts.DENIALS)), by=by)

    def _fixer(self, owner: str) -> str:
        """Whoever rectified it first does it again, so that somebody is left to check it."""
        return self.fixer or super()._fixer(owner)

    def _enough(self) -> list[Unit]:
        """The units whose persons check it: as many, and as high, as the plan asks for."""
        asked, units = self.asked, [self.unit, *self.above]
        checking = [units[min(asked.levels, len(units) - 1)]]
        checking += [unit for unit in units if unit not in checking][: asked.units - 1]
        checking += [units[min(1, len(units) - 1)]] * (asked.persons - len(checking))
        return sorted(checking, key=units.index)

    def _checked(self, owner: str | None) -> Iterator[Act]:
        """As many check it as the plan asks for, one after another; then its strike-off is published, or stands."""
        units = self._enough()
        now: set[str] = set()
        for number, unit in enumerate(units):
            if number:
                self.later(1, 3)
            barred = {owner, *self.involved, *now}
            persons = [person for person in self.sim.staff[unit.id][unit is self.unit :] if person not in barred]
            if not persons:
                return
            by = self.rng.choice(persons)
            now.add(by)
            good = self._good(by).model_copy(update={"by_unit": unit.id})
            yield Act(good if unit is not self.unit else self._good(by), by=unit)
        self.verifiers |= now
        # Without enough units above it is never struck off: nobody is left to ask.
        self.struck = len(set(map(id, units))) >= self.asked.units
        if self.struck and self.asked.published:
            yield from self._published(owner)

    def _published(self, owner: str | None) -> Iterator[Act]:
        """The strike-off is published; some object, and then a superior decides."""
        assert self.plan.clocks.publication
        until = self.plan.due(self.plan.clocks.publication, self.now.date())
        objected = later(self.now, self.rng, 1, 2)
        if self.above and self.cycle == 1 and objected.date() <= until and self.rng.random() < LIKELY["objection"]:
            self.now = objected
            yield Act(ObjectionRaised(by=self._other(owner, *self.involved), reason=self.say(texts.OBJECTIONS)))
            self.later(1, 3)
            upheld, self.cycle = bool(owner) and self.report.nature != "hazard" and self.rng.random() < 0.5, 2
            reason = self.say(texts.UPHELD if upheld else texts.DISMISSED)
            yield Act(ObjectionDecided(**self._superior(), upheld=upheld, reason=reason), by=self.above[0])
            if upheld and owner:
                self.later(1, 8)
                yield from self._fixed(owner)
                self.later(1, 4)
                yield from self._checked(owner)
                return
            until = self.plan.due(self.plan.clocks.publication, self.now.date())
        self.now = datetime.combine(max(until, self.now.date()), self.now.timetz())

    def _afterwards(self, owner: str | None) -> Iterator[Act]:
        """Struck off, it may be lifted from supervision, checked on the spot, looked back at, and opened again."""
        if not self.struck:
            return
        struck = self.now.date()
        if self.listed and self.above:
            self.later(1, 4)
            self.listed = False
            yield Act(SupervisionLifted(**self._superior(), reason=self.say(texts.LIFTED)), by=self.above[0])
        yield from super()._afterwards(owner)
        if not self.above:
            return
        seen, above = self.involved | self.verifiers, self.above[0]
        by = next((person for person in self.sim.staff[above.id] if person not in seen), None)
        if by is None:
            return
        again = self.cycle == 1 and owner is not None and self.now.date() < add_days(self.plan.ends, -30)
        if self.rng.random() < LIKELY["spot check"]:
            self.later(2, 10)
            yield Act(IssueSpotChecked(holds=True, finding=self.say(texts.HOLDS), by=by, by_unit=above.id), by=above)
        if again and self.rng.random() < LIKELY["reopening"]:
            self.later(2, 10)
            yield Act(ReopeningOrdered(reason=self.say(texts.FAILS), by=by, by_unit=above.id), by=above)
            yield from self._again(owner)
        elif self.asked.looked_back and self.plan.clocks.look_back and self.rng.random() < 0.9:
            self._within(self.plan.due(self.plan.clocks.look_back, struck), self.rng.random() < 0.1, 10)
            holds = not (again and self.now.date() < add_days(self.plan.ends, -20) and self.rng.random() < LIKELY["relapse"])
            finding = self.say(texts.HOLDS if holds else texts.FAILS)
            yield Act(LookBackDone(holds=holds, finding=finding, by=by, by_unit=above.id), by=above)
            if not holds:
                yield from self._again(owner)

    def _again(self, owner: str | None) -> Iterator[Act]:
        """Opened again, it goes through a second cycle."""
        assert owner
        self.cycle = 2
        self.start_clocks()
        self.later(1, 3)
        yield from self._measures(owner)
        self.later(2, 8)
        yield from self._fixed(owner)
        self.later(1, 4)
        yield from self._checked(owner)
        yield from self._afterwards(owner)


def clocks_of(plan: Plan, report: IssueReported, grade: str | None) -> tuple[Clock, Clock]:
    """The plan clock and the fix clock that an issue will have: those of the first lane that fits, or the plan's."""
    for lane in plan.lanes:
        asked = (
            (lane.natures, report.nature),
            (lane.categories, report.category),
            (lane.channels, report.channel),
            (lane.grades, grade),
        )
        if all(not allowed or value in allowed for allowed, value in asked):
            return lane.plan or plan.clocks.plan, lane.fix or plan.clocks.fix
    return plan.clocks.plan, plan.clocks.fix
