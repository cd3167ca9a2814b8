"""What must fit between the parts of a plan. Every mistake is found at once; none means that the plan can be announced."""

from collections import Counter as Tally
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from difflib import get_close_matches
from typing import get_args

from shared.events.fact import Teller
from shared.events.issue import ClockName
from shared.events.subjects import FACTS
from shared.plan.clock import Clock, Relative
from shared.plan.indicator import INCIDENTS, Kpi
from shared.plan.issue import Verification
from shared.plan.mistakes import Mistake
from shared.plan.parts import PlanParts
from shared.plan.target import SELF_CHECK, Threshold
from shared.wording import worded
from shared.wording.files import FILES
from shared.wording.plan import PLAN, SECTIONS
from shared.workdays import YearMissing, is_working_day

LISTS = (
    "carries_in lines classes aspects categories channels target_sources watches lanes grades phases obligations activities forms "
    "awards surveys measures kpis lights"
).split()
"""Lists whose entries have a code of their own."""
WITHOUT_PERIODS = {"once": ("until", "days"), "rolling": ("days", "quota", "missing_after")}
"""What a return has for its periods alone, and would be silently without effect where it has none."""
OF_A_PLAN = (
    *("CampaignAnnounced", "CampaignPassedDown", "BookOpened", "CampaignAmended", "AmendmentPassedDown", "BookAmended"),
    *("RemovalPassedDown", "BookRemoved", "UnitRemoved"),
)
"""The facts of `shared.events.campaign`, which are made of plans, so that a plan knows them by name alone."""
Where = tuple[str | int, ...]


def mistakes(plan: PlanParts) -> Iterator[Mistake]:
    """Every mistake of a plan."""
    yield from _codes(plan)
    yield from _phases(plan)
    yield from _checklist(plan)
    yield from _clocks(plan)
    yield from _obligations(plan)
    yield from _awards(plan)
    yield from _forms(plan)
    yield from _others(plan)
    yield from _types(plan)
    yield from _calendar(plan)


def _said(where: Where, rule: str, code: str | None = None, rests_on: tuple[str, ...] = (), **values: object) -> Mistake:
    return Mistake(where, worded(PLAN[rule], code=code, **values), code, rests_on)


def _known(plan: PlanParts, section: str) -> set[str]:
    return {entry.code for entry in getattr(plan, section)}


def _in(plan: PlanParts, section: str, where: Where, codes: Iterable[str | None]) -> Iterator[Mistake]:
    """What is named at a place must be an entry of a section; where nothing is named, nothing is wrong."""
    known = _known(plan, section)
    zh, en = SECTIONS[section]
    for code in codes:
        if code is not None and code not in known:
            listed = ", ".join(sorted(known)) or "–"
            yield _said(where, "unknown", code, (section,), what=worded((zh, en)), known=listed)


def _codes(plan: PlanParts) -> Iterator[Mistake]:
    codes: dict[Where, list[str]] = {(name,): [entry.code for entry in getattr(plan, name)] for name in LISTS}
    codes["targets",] = [str(target.number) for target in plan.targets]
    codes["rights", "roles"] = [role.code for role in plan.rights.roles]
    codes["scoring", "rules"] = [rule.code for rule in plan.scoring.rules] if plan.scoring else []
    for form in plan.forms:
        codes["forms", form.code, "fields"] = [field.code for field in form.fields]
        codes |= {("forms", form.code, "fields", field.code, "choices"): [each.code for each in field.choices] for field in form.fields}
    for award in plan.awards:
        codes["awards", award.code, "criteria"] = [each.code for each in award.criteria]
        codes["awards", award.code, "rounds"] = [each.code for each in award.rounds]
        codes["awards", award.code, "rewards"] = [each.code for each in award.rewards]
    for where, found in codes.items():
        yield from (_said((*where, code), "twice", code) for code, count in sorted(Tally(found).items()) if count > 1)


def _phases(plan: PlanParts) -> Iterator[Mistake]:
    for phase in plan.phases:
        where = ("phases", phase.code)
        if phase.end < (begins := plan.begins(phase)):
            yield _said((*where, "end"), "phase-backwards", None, () if phase.start else ("phases", "issued"), end=phase.end, begins=begins)
        yield from _in(plan, "activities", (*where, "needs", "activities"), phase.needs.activities)
        if phase.needs.checklist and not (plan.targets and plan.checklist_of):
            yield _said((*where, "needs", "checklist"), "needs-nothing", None, ("targets", "checklist_of"), section="targets, checklist_of")
        if phase.needs.watches and phase.code not in {watch.phase for watch in plan.watches}:
            yield _said((*where, "needs", "watches"), "needs-nothing", None, ("watches",), section="watches")
    if plan.last_day and plan.last_day < plan.ends:
        yield _said(("last_day",), "last-day", day=plan.last_day, ends=plan.ends)
    for before, phase in zip(plan.phases, plan.phases[1:], strict=False):
        if (begins := plan.begins(phase)) < plan.begins(before):
            yield _said(("phases", phase.code), "phase-order", None, ("phases", "issued"), begins=begins, before=before.code)


def _checklist(plan: PlanParts) -> Iterator[Mistake]:
    aspects, categories = _known(plan, "aspects"), _known(plan, "categories")
    for target in plan.targets:
        where = ("targets", str(target.number))
        yield from _in(plan, "aspects", (*where, "aspect"), [target.aspect])
        if target.aspect in aspects and target.aspect not in categories:
            yield _said((*where, "aspect"), "aspect-category", target.aspect, ("categories",))
        yield from _in(plan, "classes", (*where, "classes"), target.classes)
        yield from _in(plan, "target_sources", (*where, "source"), [target.source])
        yield from _limit((*where, "threshold"), target.threshold)
        for number, level in enumerate(target.levels):
            yield from _limit((*where, "levels", number, "threshold"), level.threshold)
    if plan.targets and not plan.checklist_of:
        yield _said(("targets",), "nobody", None, ("checklist_of",), field="checklist_of")
    if plan.checklist_of and SELF_CHECK not in _known(plan, "channels"):
        yield _said(("channels",), "self-check", SELF_CHECK, ("channels",))
    yield from _in(plan, "classes", ("checklist_of",), plan.checklist_of)
    for watch in plan.watches:
        yield from _in(plan, "phases", ("watches", watch.code, "phase"), [watch.phase])
        yield from _in(plan, "classes", ("watches", watch.code, "classes"), watch.classes)
        if not watch.classes and not plan.checklist_of:
            yield _said(("watches", watch.code), "nobody", None, ("checklist_of",), field="classes")


def _limit(where: Where, limit: Threshold | None) -> Iterator[Mistake]:
    """A threshold that names no figure, or none that anything reaches."""
    if limit:
        if limit.at_least is None and limit.at_most is None:
            yield _said(where, "limit-missing")
        yield from _crossed(where, limit.at_least, limit.at_most)


def _crossed(where: Where, at_least: float | None, at_most: float | None) -> Iterator[Mistake]:
    """A figure that must be at least so much and at most less can never be reached."""
    if at_least is not None and at_most is not None and at_least > at_most:
        yield _said((*where, "at_most"), "limits-crossed", at_least=at_least, at_most=at_most)


def clocks(plan: PlanParts) -> Iterator[tuple[Where, Clock]]:
    """Every clock of a plan, with where it stands."""
    for name, value in plan.clocks:
        if isinstance(value, Clock):
            yield ("clocks", name), value
    for lane in plan.lanes:
        yield from ((("lanes", lane.code, name), clock) for name, clock in (("plan", lane.plan), ("fix", lane.fix)) if clock)
    yield from ((("obligations", each.code, "missing_after"), each.missing_after) for each in plan.obligations if each.missing_after)


def _clocks(plan: PlanParts) -> Iterator[Mistake]:
    for where, clock in clocks(plan):
        yield from _in(plan, "phases", (*where, "cap"), [clock.cap])
    for lane in plan.lanes:
        for section in ("categories", "channels", "grades"):
            yield from _in(plan, section, ("lanes", lane.code, section), getattr(lane, section))
    for grade in plan.grades:
        if grade.listed and plan.clocks.listing is None:
            yield _said(("grades", grade.code, "listed"), "needs-clock", None, ("clocks",), clock="listing")
        if grade.verification:
            yield from _checked(plan, ("grades", grade.code, "verification"), grade.verification)
    yield from _checked(plan, ("issues", "verification"), plan.issues.verification)


def _checked(plan: PlanParts, where: Where, asked: Verification) -> Iterator[Mistake]:
    if asked.published and plan.clocks.publication is None:
        yield _said((*where, "published"), "needs-clock", None, ("clocks",), clock="publication")
    if asked.looked_back and plan.clocks.look_back is None:
        yield _said((*where, "looked_back"), "needs-clock", None, ("clocks",), clock="look_back")
    if asked.units > asked.persons:
        yield _said((*where, "units"), "units-persons", units=asked.units, persons=asked.persons)


def _phase_of(when: date | Relative | None) -> str | None:
    """The phase by which a date of the plan is told, if it is."""
    return when.phase if isinstance(when, Relative) else None


def _obligations(plan: PlanParts) -> Iterator[Mistake]:
    phases = _known(plan, "phases")
    for each in plan.obligations:
        where = ("obligations", each.code)
        yield from _in(plan, "classes", (*where, "classes"), each.classes)
        yield from _in(plan, "phases", (*where, "phase"), [each.phase])
        yield from _in(plan, "phases", (*where, "until"), [each.until])
        yield from _in(plan, "phases", (*where, "due", "phase"), [_phase_of(each.due)])
        if each.cadence == "once" and each.due is None:
            yield _said(where, "due-missing")
        if each.cadence != "once" and each.due:
            yield _said((*where, "due"), "due-needless", cadence=each.cadence)
        yield from _on_or_after_the_first_day(plan, (*where, "due"), each.due)
        for field in WITHOUT_PERIODS.get(each.cadence, ()):
            if getattr(each, field):
                yield _said((*where, field), "periods-needed", cadence=each.cadence)
        if (
            each.until
            and {each.until, each.phase} <= phases
            and plan.phase(each.until).end < (first := plan.begins(plan.phase(each.phase)))
        ):
            yield _said((*where, "until"), "until-backwards", None, ("phases",), until=each.until, begins=first)
        if each.kinds and each.kinds > (each.quota or 1):
            yield _said((*where, "kinds"), "kinds-quota", kinds=each.kinds)


def _on_or_after_the_first_day(plan: PlanParts, where: Where, day: date | Relative | None) -> Iterator[Mistake]:
    """A date before the campaign's first day would be over before anybody heard of it."""
    if day is None or _phase_of(day) not in {None} | _known(plan, "phases"):
        return
    try:
        day = plan.date_of(day)
    except YearMissing:
        return  # said of the years that it needs
    if day < (first := plan.first_day):
        yield _said(where, "before-first-day", None, ("phases", "issued"), day=day, first=first)


def _awards(plan: PlanParts) -> Iterator[Mistake]:
    for award in plan.awards:
        where = ("awards", award.code)
        yield from _in(plan, "classes", (*where, "classes"), award.classes)
        yield from _in(plan, "classes", (*where, "given_by"), award.given_by)
        yield from _in(plan, "phases", (*where, "phase"), [award.phase])
        yield from _in(plan, "phases", (*where, "closes", "phase"), [_phase_of(award.closes)])
        if award.cadence == "once" and award.closes is None:
            yield _said(where, "closes-missing")
        if award.cadence != "once" and award.closes:
            yield _said((*where, "closes"), "closes-needless", cadence=award.cadence)
        yield from _on_or_after_the_first_day(plan, (*where, "closes"), award.closes)


def _forms(plan: PlanParts) -> Iterator[Mistake]:
    asked: list[tuple[Where, str]] = [(("asked", act), form) for act, form in plan.asked if form]
    asked += [(("obligations", each.code, "form"), each.form) for each in plan.obligations if each.form]
    asked += [(("awards", each.code, "form"), each.form) for each in plan.awards if each.form]
    for where, code in asked:
        yield from _in(plan, "forms", where, [code])
    for form in plan.forms:
        if form.code not in {code for _, code in asked}:
            yield _said(("forms", form.code), "form-unasked", None, ("asked", "obligations", "awards"))
        for field in form.fields:
            where = ("forms", form.code, "fields", field.code, "choices")
            if field.kind == "choice" and not field.choices and not field.other:
                yield _said(where[:-1], "choices-missing")
            if field.kind != "choice" and field.choices:
                yield _said(where, "choices-needless", kind=field.kind)


def _others(plan: PlanParts) -> Iterator[Mistake]:
    yield from _in(plan, "channels", ("complaint_channels",), plan.complaint_channels)
    yield from _in(plan, "lines", ("hazard_line",), [plan.hazard_line])
    for section in ("activities", "surveys", "measures"):
        for each in getattr(plan, section):
            yield from _in(plan, "classes", (section, each.code, "classes"), each.classes)
    for activity in plan.activities:
        if activity.tested and activity.kind != "training":
            yield _said(("activities", activity.code, "tested"), "tested-needless", kind=activity.kind)
    for light in plan.lights:
        low, high = (light.red, light.yellow) if light.of.endswith("-share") else (light.yellow, light.red)
        if low > high:
            yield _said(("lights", light.code, "red"), "light-crossed", yellow=light.yellow, red=light.red)
        if light.of == "incidents":
            yield from _in(plan, "measures", ("lights", light.code, "of"), [INCIDENTS])
            cadence = next((each.cadence for each in plan.measures if each.code == INCIDENTS), "monthly")
            if cadence not in ("daily", "weekly", "monthly"):
                yield _said(("lights", light.code, "of"), "light-cadence", None, ("measures",), measure=INCIDENTS, cadence=cadence)
    for kpi in plan.kpis:
        yield from _kpi(plan, kpi)
    for rule in plan.scoring.rules if plan.scoring else ():
        yield from _in(plan, "obligations", ("scoring", "rules", rule.code, "obligation"), [rule.obligation])


def _kpi(plan: PlanParts, kpi: Kpi) -> Iterator[Mistake]:
    section = {"satisfied": "surveys", "measure": "measures"}.get(kpi.of)
    if section:
        yield from _in(plan, section, ("kpis", kpi.code, "code_of"), [kpi.code_of])
        if kpi.code_of is None:
            yield _said(("kpis", kpi.code), "code-of-missing", section=section)
    if kpi.at_least is None and kpi.at_most is None and kpi.falls is None:
        yield _said(("kpis", kpi.code), "aim-missing")
    yield from _crossed(("kpis", kpi.code), kpi.at_least, kpi.at_most)


def _types(plan: PlanParts) -> Iterator[Mistake]:
    """Types of facts that the plan names: one that does not exist, or says nothing of what is asked of it, would be silently without effect."""
    named: list[tuple[Where, str, str]] = [
        (("rights", "roles", role.code, "acts"), act, "by") for role in plan.rights.roles for act in role.acts
    ]
    named += [(("rights", "above"), act, "by_unit") for act in plan.rights.above]
    clocks = get_args(ClockName)
    for rule in plan.scoring.rules if plan.scoring else ():
        named.append((("scoring", "rules", rule.code, "fact"), rule.fact, ""))
        if rule.clock and rule.clock not in clocks:
            yield _said(("scoring", "rules", rule.code, "clock"), "clock-unknown", rule.clock, known=", ".join(clocks))
    for where, type, field in named:
        if type not in FACTS and type not in OF_A_PLAN:
            near = get_close_matches(type, (*FACTS, *OF_A_PLAN), 1)
            listed = ("docs/events.md 列有全部", "docs/events.md lists them")
            yield _said(where, "fact-unknown", type, hint=worded(FILES["near"], near=near[0]) if near else worded(listed))
        elif field and not _tells(type, field):
            yield _said(where, "fact-untold", type, field=field)


def _tells(type: str, field: str) -> bool:
    """Whether a fact of this type is told by bureaus, and says in this field by whom."""
    if type in OF_A_PLAN:
        return type == "CampaignAmended"
    return field in FACTS[type].model_fields and FACTS[type].teller is Teller.BUREAU


def _calendar(plan: PlanParts) -> Iterator[Mistake]:
    """Every year must have a calendar from the plan's first day to the last that something of it may fall on."""
    # A return falls due so long after its period, is missing after a clock of its own, and is chased so long after that.
    chased = max((step.after or 0 for step in plan.steps), default=0) + max((each.days for each in plan.obligations), default=0)
    longest = max(clock.days for _, clock in clocks(plan)) + chased
    days, missing = list[tuple[date, Where]](), set[int]()
    for where, when in _days(plan):
        try:
            days.append((plan.date_of(when), where))
        except YearMissing as reached:
            missing.add(reached.year)
            days.append((date(reached.year, 1, 1), where))
    (first, early), (last, late) = min(days), max(days)
    for year in range(first.year, (last + timedelta(longest * 2)).year + 1):
        try:
            is_working_day(date(year, 1, 1))
        except YearMissing:
            missing.add(year)
    if missing:
        where = late if max(missing) >= last.year else early
        yield _said(where, "years", None, ("issued",), years=_runs(sorted(missing)), first=min(missing))


def _runs(years: list[int]) -> str:
    """Years in order, those without gap between them by the first and the last: `2003, 2027–2031`."""
    firsts = [year for year in years if year - 1 not in years]
    lasts = [year for year in years if year + 1 not in years]
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in zip(firsts, lasts, strict=True))


def _days(plan: PlanParts) -> Iterator[tuple[Where, date | Relative]]:
    """The days that the plan gives or tells by its phases, some of which may lie after the last of them, with where they stand."""
    phases = _known(plan, "phases")
    yield ("issued",), plan.issued
    if plan.last_day:
        yield ("last_day",), plan.last_day
    for phase in plan.phases:
        yield ("phases", phase.code, "start"), plan.begins(phase)
        yield ("phases", phase.code, "end"), phase.end
    dated = [(("obligations", each.code, "due"), each.due) for each in plan.obligations]
    dated += [(("awards", each.code, "closes"), each.closes) for each in plan.awards]
    yield from ((where, when) for where, when in dated if when and (_phase_of(when) is None or _phase_of(when) in phases))
