"""A campaign plan (活动方案) as data: phases, targets, categories, channels, clocks, obligations, carry-over."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, Self

import orjson
import yaml
from pydantic import Field, ValidationError, model_validator

from shared.units import Code, Value
from shared.workdays import YearMissing, add_days, is_working_day

SELF_CHECK = "self-check"
"""The channel of issues that a self-check enters (B10); a plan with a checklist must name it."""
PhaseCode = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]{0,19}$")]


class Wording(Value):
    """One text in Chinese and in English."""

    zh: Annotated[str, Field(min_length=1, max_length=1000)]
    en: Annotated[str, Field(min_length=1, max_length=2000)]


class Named(Value):
    """One entry of a list of the plan: its code in events, and its name for readers."""

    code: Code
    name: Wording


class Phase(Value):
    """A phase (阶段) of the campaign. A1 to A5."""

    code: PhaseCode
    name: Wording
    start: date | None = Field(
        default=None, description="first day; when missing, the day after the phase before, or the day of issue (A2)"
    )
    end: date = Field(le=date(2999, 12, 31), description="last day, included (D5)")
    grace: Annotated[int, Field(ge=1, le=250)] | None = Field(
        default=None,
        description="working days after the end at which a unit's phase closes over what is missing, once for itself and once more "
        "for each level of units below it; none: it is held until complete, or until its owner accepts the gap",
    )


class Target(Value):
    """One item (任务目标) of the checklist. G6, G7."""

    number: Annotated[int, Field(ge=1, le=999)]
    aspect: Code
    text: Wording
    needs: tuple[Code, ...] = Field(default=(), description="tags that a unit must all have for the item to apply; none: applies to all")
    optional: bool = Field(default=False, description="encouraged where conditions allow (鼓励有条件的), never a finding by itself")


class Clock(Value):
    """How long something may take, counted from the day after its cause (L1, D7)."""

    days: Annotated[int, Field(ge=1, le=1000)]
    working: bool = Field(default=True, description="working days, else calendar days")
    cap: PhaseCode | None = Field(default=None, description="never later than the end of this phase, for causes up to its end (D3)")


class Clocks(Value):
    """The clocks of an issue. D2."""

    plan: Clock = Field(description="from entry to measures planned (拿出措施时限)")
    fix: Clock = Field(description="from entry to rectification done (整改时限)")
    follow_up: Clock = Field(description="from the campaign's end, for what is carried over (挂账)")


class Obligation(Value):
    """A return (报送材料) that units of some classes owe their superior. H1 to H17."""

    code: Code
    name: Wording
    phase: PhaseCode = Field(description="the phase whose closing needs it; the due date may fall elsewhere (A4)")
    due: date
    classes: Annotated[tuple[Code, ...], Field(min_length=1)] = Field(description="classes of units that owe it")


class Plan(Value):
    """A campaign plan, immutable once announced; an amendment is a further version."""

    campaign: Code
    version: Annotated[int, Field(ge=1, le=10_000)] = 1
    name: Wording
    issued: date
    classes: Annotated[tuple[Named, ...], Field(min_length=1, max_length=50)]
    aspects: Annotated[tuple[Named, ...], Field(max_length=50)] = ()
    categories: Annotated[tuple[Named, ...], Field(min_length=1, max_length=50)]
    channels: Annotated[tuple[Named, ...], Field(min_length=1, max_length=50)]
    targets: Annotated[tuple[Target, ...], Field(max_length=500)] = ()
    checklist_of: tuple[Code, ...] = Field(default=(), description="classes of units that check themselves against the targets")
    clocks: Clocks
    carry_over_owner: Literal["owner", "responsible"] = Field(
        default="responsible", description="who follows up what is carried over until somebody tells others (C8)"
    )
    phases: Annotated[tuple[Phase, ...], Field(min_length=1, max_length=20)]
    obligations: Annotated[tuple[Obligation, ...], Field(max_length=100)] = ()

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if found := list(self.mistakes()):
            raise ValueError("; ".join(found))
        return self

    def mistakes(self) -> Iterator[str]:
        """Every mistake between the parts of the plan, in words."""
        for name, codes in {
            "phases": [phase.code for phase in self.phases],
            "classes": [entry.code for entry in self.classes],
            "aspects": [entry.code for entry in self.aspects],
            "categories": [entry.code for entry in self.categories],
            "channels": [entry.code for entry in self.channels],
            "targets": [str(target.number) for target in self.targets],
            "obligations": [obligation.code for obligation in self.obligations],
        }.items():
            yield from (f"{name}: {code!r} stands twice" for code in sorted({code for code in codes if codes.count(code) > 1}))
        classes, phases = {entry.code for entry in self.classes}, {phase.code for phase in self.phases}
        aspects, categories = {entry.code for entry in self.aspects}, {entry.code for entry in self.categories}
        for phase in self.phases:
            if phase.end < self.begins(phase):
                yield f"phases.{phase.code}: ends on {phase.end}, before it begins on {self.begins(phase)}"
        for before, phase in zip(self.phases, self.phases[1:], strict=False):
            if self.begins(phase) < self.begins(before):
                yield f"phases.{phase.code}: begins on {self.begins(phase)}, before {before.code} does; list phases in the order in which they begin"
        for target in self.targets:
            if target.aspect not in aspects:
                yield f"targets.{target.number}: aspect {target.aspect!r} is none of {sorted(aspects)}"
            if target.aspect not in categories:
                yield f"targets.{target.number}: aspect {target.aspect!r} must also be a category, for what a self-check finds"
        if self.checklist_of and SELF_CHECK not in {entry.code for entry in self.channels}:
            yield f"channels: {SELF_CHECK!r} is missing; checklist_of needs it for what a self-check finds"
        yield from (f"checklist_of: {code!r} is none of {sorted(classes)}" for code in self.checklist_of if code not in classes)
        for obligation in self.obligations:
            yield from (
                f"obligations.{obligation.code}: class {code!r} is none of {sorted(classes)}"
                for code in obligation.classes
                if code not in classes
            )
            if obligation.phase not in phases:
                yield f"obligations.{obligation.code}: phase {obligation.phase!r} is none of {sorted(phases)}"
            elif obligation.due < (begins := self.begins(next(phase for phase in self.phases if phase.code == obligation.phase))):
                yield f"obligations.{obligation.code}: due on {obligation.due}, before its phase begins on {begins} and opens it"
        for name, clock in {"plan": self.clocks.plan, "fix": self.clocks.fix, "follow_up": self.clocks.follow_up}.items():
            if clock.cap and clock.cap not in phases:
                yield f"clocks.{name}: cap {clock.cap!r} is none of {sorted(phases)}"
        longest = max(self.clocks.plan.days, self.clocks.fix.days, self.clocks.follow_up.days)
        first = min(self.issued, *(self.begins(phase) for phase in self.phases))
        for year in range(first.year, (self.ends + timedelta(longest * 2)).year + 1):
            try:
                is_working_day(date(year, 1, 1))
            except YearMissing as missing:
                yield f"phases: {missing}, which clocks of this plan may reach"
                break

    def grace_ends(self, phase: Phase, levels_below: int) -> date:
        """The day at whose end a unit's phase closes over what is missing. Raises YearMissing."""
        return add_days(phase.end, (phase.grace or 0) * (levels_below + 1))

    def begins(self, phase: Phase) -> date:
        """The first day of a phase, also where the plan gives none (A2)."""
        if phase.start:
            return phase.start
        before = self.phases.index(phase) - 1
        return self.phases[before].end + timedelta(1) if before >= 0 else self.issued

    @cached_property
    def ends(self) -> date:
        """The last day of the campaign."""
        return max(phase.end for phase in self.phases)

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

    def due(self, clock: Clock, cause: date) -> date:
        """The last day that a clock allows, started by something on the day `cause`."""
        due = add_days(cause, clock.days, clock.working)
        cap = self.phase(clock.cap).end if clock.cap else None
        return min(due, cap) if cap and cause <= cap else due


NODES = 100_000
"""Values that a plan file may hold, an anchor's counted wherever it is used: a small file can stand for a huge one."""


def _nodes(content: object) -> int:
    """How many values a file holds; stops counting past NODES."""
    waiting, count = [content], 0
    while waiting and count <= NODES:
        each = waiting.pop()
        count += 1
        if isinstance(each, dict):
            waiting += each.values()
        elif isinstance(each, list):
            waiting += each
    return count


class PlanMistake(ValueError):
    """A plan that cannot be used; its text names the file, and every mistake with its field and value."""


def read_plan(path: Path) -> Plan:
    """Read a plan from YAML. Raises PlanMistake, with all its mistakes at once."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        if _nodes(content) > NODES:
            raise PlanMistake(f"{path}: more than {NODES:,} values, counting what anchors stand for")
        return Plan.model_validate_json(orjson.dumps(content), extra="forbid")
    except ValidationError as error:
        raise PlanMistake("\n".join(f"{path}: {line}" for line in _lines(error))) from None
    except (yaml.YAMLError, OSError, UnicodeDecodeError, orjson.JSONEncodeError) as error:
        raise PlanMistake(f"{path}: {error}") from None


def _lines(error: ValidationError) -> Iterator[str]:
    for each in error.errors(include_url=False):
        if each["type"] == "value_error" and not each["loc"]:
            # Mistakes between the parts name their field and value themselves.
            yield from each["msg"].removeprefix("Value error, ").split("; ")
        elif each["type"] != "too_short" or not each["input"]:
            # A list whose only entries are wrong is not told to be short as well.
            yield f"{'.'.join(map(str, each['loc'])) or 'plan'}: {each['msg']} (given: {str(each['input'])[:80]!r})"
