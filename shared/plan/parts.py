"""The parts of a plan, and the days and entries that follow from them."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from shared.plan.activity import Activity
from shared.plan.award import Award
from shared.plan.clock import Clock, Clocks, Lane, Relative, Rest, Step
from shared.plan.form import Asked, Form
from shared.plan.indicator import Kpi, Light, Measure, Scoring, Survey
from shared.plan.issue import Grade, IssueRules
from shared.plan.obligation import Obligation
from shared.plan.people import Rights
from shared.plan.phase import Phase
from shared.plan.target import Target, Watch
from shared.values import Code, Day, Named, Value, Wording
from shared.workdays import add_days, rested


class PlanParts(Value):
    """All that a plan says, and what follows from it; whether the parts fit together is another question."""

    campaign: Code
    version: Annotated[int, Field(ge=1, le=10_000)] = 1
    name: Wording
    issued: Day
    last_day: Day | None = Field(default=None, description="the campaign's last day, where no phase lasts until then (A3)")
    public: bool = Field(default=False, description="anybody may read its phases, progress, promises and good practice, without a key (K2)")
    within: Code | None = Field(default=None, description="the campaign that it is a part of (L14)")
    carries_in: Annotated[tuple[Named, ...], Field(max_length=20)] = Field(
        default=(), description="earlier campaigns whose unfinished issues are carried in (上年转入, A8)"
    )
    lines: Annotated[tuple[Named, ...], Field(max_length=5)] = Field(
        default=(), description="further lines of command over the same units, such as the union's (I1)"
    )
    hazard_line: Code | None = Field(default=None, description="the line that hazard reports climb (E3); none: the line of the phases")
    classes: Annotated[tuple[Named, ...], Field(min_length=1, max_length=50)]
    aspects: Annotated[tuple[Named, ...], Field(max_length=50)] = ()
    categories: Annotated[tuple[Named, ...], Field(min_length=1, max_length=50)] = Field(description="J6")
    channels: Annotated[tuple[Named, ...], Field(min_length=1, max_length=50)] = Field(description="B1 to B15")
    complaint_channels: tuple[Code, ...] = Field(
        default=(), description="channels whose issues are complaints, answered by a named department (B12)"
    )
    target_sources: Annotated[tuple[Named, ...], Field(max_length=20)] = Field(default=(), description="A9")
    targets: Annotated[tuple[Target, ...], Field(max_length=500)] = ()
    watches: Annotated[tuple[Watch, ...], Field(max_length=50)] = ()
    checklist_of: tuple[Code, ...] = Field(default=(), description="classes of units that check themselves against the targets")
    clocks: Clocks
    lanes: Annotated[tuple[Lane, ...], Field(max_length=20)] = ()
    steps: Annotated[tuple[Step, ...], Field(max_length=20)] = ()
    grades: Annotated[tuple[Grade, ...], Field(max_length=10)] = Field(
        default=(), description="from the least grave to the gravest; the first is that of issues told without one"
    )
    issues: IssueRules = IssueRules()
    carry_over_owner: Literal["owner", "responsible"] = Field(
        default="responsible", description="who follows up what is carried over until somebody tells others (C8)"
    )
    phases: Annotated[tuple[Phase, ...], Field(min_length=1, max_length=20)]
    obligations: Annotated[tuple[Obligation, ...], Field(max_length=100)] = ()
    activities: Annotated[tuple[Activity, ...], Field(max_length=50)] = ()
    forms: Annotated[tuple[Form, ...], Field(max_length=30)] = ()
    asked: Asked = Asked()
    awards: Annotated[tuple[Award, ...], Field(max_length=30)] = ()
    surveys: Annotated[tuple[Survey, ...], Field(max_length=20)] = ()
    measures: Annotated[tuple[Measure, ...], Field(max_length=30)] = ()
    kpis: Annotated[tuple[Kpi, ...], Field(max_length=30)] = ()
    lights: Annotated[tuple[Light, ...], Field(max_length=20)] = ()
    scoring: Scoring | None = None
    rights: Rights = Rights()

    def grace_ends(self, phase: Phase, levels_below: int, end: date | None = None) -> date:
        """The day at whose end a unit's phase closes over what is missing; `end` is its last day, where extended. Raises YearMissing."""
        return add_days(end or phase.end, (phase.grace or 0) * (levels_below + 1))

    def last_day_of(self, phase: Phase, ends: Mapping[str, date] | None = None) -> date:
        """The last day of a phase for a unit, where `ends` are those of phases extended for it alone; an amendment may end it later still for all."""
        return max(phase.end, (ends or {}).get(phase.code, phase.end))

    def begins(self, phase: Phase) -> date:
        """The first day of a phase, also where the plan gives none (A2)."""
        if phase.start:
            return phase.start
        before = self.phases.index(phase) - 1
        return self.phases[before].end + timedelta(1) if before >= 0 else self.issued

    @cached_property
    def ends(self) -> date:
        """The last day of the campaign."""
        return max(self.last_day or date.min, *(phase.end for phase in self.phases))

    @cached_property
    def last_phase(self) -> str:
        """The phase at whose end open issues are carried over."""
        return max(self.phases, key=lambda phase: phase.end).code

    @cached_property
    def _by_code(self) -> dict[str, Phase]:
        return {phase.code: phase for phase in self.phases}

    def phase(self, code: str) -> Phase:
        """The phase of a code. Raises KeyError."""
        return self._by_code[code]

    @cached_property
    def _on(self) -> dict[date, str | None]:
        return {}

    def phase_on(self, day: date) -> str | None:
        """The phase that a fact of this day counts in: the last in order that has begun, also in a gap or after the end (A3); none before the first."""
        if day not in self._on:
            begun = [phase.code for phase in self.phases if self.begins(phase) <= day]
            self._on[day] = begun[-1] if begun else None
        return self._on[day]

    @cached_property
    def _targets(self) -> dict[int, Target]:
        return {target.number: target for target in self.targets}

    def target(self, number: int) -> Target | None:
        """The target of a number."""
        return self._targets.get(number)

    def targets_of(self, unit_class: str, tags: Collection[str]) -> list[Target]:
        """The targets against which a unit of this class with these tags checks itself; none where its class does not (G7)."""
        return [each for each in self.targets if each.applies_to(unit_class, tags)] if unit_class in self.checklist_of else []

    def date_of(self, when: date | Relative, ends: Mapping[str, date] | None = None) -> date:
        """The day that a date of the plan means; `ends` are the last days of phases that were extended for a unit (L1, L7). Raises YearMissing."""
        if isinstance(when, date):
            return when
        phase = self.phase(when.phase)
        anchor = self.begins(phase) if when.edge == "start" else self.last_day_of(phase, ends)
        return self._rested(add_days(anchor, when.days, when.working), when.rest, phase)

    @cached_property
    def first_day(self) -> date:
        """The first day of the campaign."""
        return min(self.issued, *map(self.begins, self.phases))

    def _rested(self, day: date, rest: Rest, phase: Phase) -> date:
        """A day of a phase, where people rest: not moved to before the phase, and one before the phase not to before the campaign. Raises YearMissing."""
        begins = self.begins(phase)
        return rested(day, rest, begins if begins <= day else min(self.first_day, day))

    def due_of(self, obligation: Obligation, ends: Mapping[str, date] | None = None) -> date:
        """The last day of a return that is filed once. Raises YearMissing."""
        assert obligation.due is not None
        return self._rested(self.date_of(obligation.due, ends), obligation.rest, self.phase(obligation.phase))

    @cached_property
    def _obligations(self) -> dict[str, Obligation]:
        return {each.code: each for each in self.obligations}

    def obligation(self, code: str) -> Obligation | None:
        """The obligation of a code; none where an amendment took it away."""
        return self._obligations.get(code)

    def due(self, clock: Clock, cause: date, ends: Mapping[str, date] | None = None) -> date:
        """The last day that a clock allows, started by something on the day `cause`, and never before that day (L1). Raises YearMissing."""
        start = cause - timedelta(1) if clock.start_day else cause
        due = add_days(start, clock.days, clock.working)
        cap = self.last_day_of(self.phase(clock.cap), ends) if clock.cap else None
        if cap is None or cause > cap:
            return rested(due, clock.rest, cause)
        return min(rested(min(due, cap), clock.rest, cause), cap)
