"""What must fit between the parts of a plan. Every mistake is found at once; none means that the plan can be announced."""

from collections import Counter as Tally
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from difflib import get_close_matches

from shared.plan import SELF_CHECK, Plan
from shared.plan.clock import Clock, Relative
from shared.plan.issue import Verification
from shared.plan.measure import Kpi
from shared.plan.values import Mistake
from shared.workdays import YearMissing, is_working_day

LISTS = (
    "carries_in lines classes aspects categories channels target_sources watches lanes grades phases obligations activities forms "
    "awards surveys measures kpis lights"
).split()
"""Lists whose entries have a code of their own."""


def mistakes(plan: Plan) -> Iterator[Mistake]:
    """Every mistake of a plan."""
    yield from _codes(plan)
    yield from _phases(plan)
    yield from _checklist(plan)
    yield from _clocks(plan)
    yield from _obligations(plan)
    yield from _forms(plan)
    yield from _others(plan)
    yield from _types(plan)
    yield from _calendar(plan)


def _known(plan: Plan, name: str) -> set[str]:
    return {entry.code for entry in getattr(plan, name)}


def _none_of(where: tuple[str, ...], what: str, codes: Iterable[str], known: set[str]) -> Iterator[Mistake]:
    for code in codes:
        if code not in known:
            yield Mistake(where, f"{what} {code!r} is none of {sorted(known)}")


def _codes(plan: Plan) -> Iterator[Mistake]:
    codes = {name: [entry.code for entry in getattr(plan, name)] for name in LISTS}
    codes["targets"] = [str(target.number) for target in plan.targets]
    codes["rights.roles"] = [role.code for role in plan.rights.roles]
    for name, found in codes.items():
        twice = sorted(code for code, count in Tally(found).items() if count > 1)
        yield from (Mistake((name,), f"{code!r} stands twice") for code in twice)


def _phases(plan: Plan) -> Iterator[Mistake]:
    for phase in plan.phases:
        if phase.end < plan.begins(phase):
            yield Mistake(("phases", phase.code), f"ends on {phase.end}, before it begins on {plan.begins(phase)}")
        yield from _none_of(("phases", phase.code, "needs"), "activity", phase.needs.activities, _known(plan, "activities"))
    if plan.last_day and plan.last_day < plan.ends:
        yield Mistake(("last_day",), f"{plan.last_day} lies before {plan.ends}, when the last phase ends; leave it out")
    for before, phase in zip(plan.phases, plan.phases[1:], strict=False):
        if plan.begins(phase) < plan.begins(before):
            yield Mistake(
                ("phases", phase.code),
                f"begins on {plan.begins(phase)}, before {before.code} does; list phases in the order in which they begin",
            )


def _checklist(plan: Plan) -> Iterator[Mistake]:
    aspects, categories, classes = _known(plan, "aspects"), _known(plan, "categories"), _known(plan, "classes")
    for target in plan.targets:
        where = ("targets", str(target.number))
        yield from _none_of(where, "aspect", [target.aspect], aspects)
        if target.aspect not in categories:
            yield Mistake(where, f"aspect {target.aspect!r} must also be a category, for what a self-check finds")
        yield from _none_of(where, "class", target.classes, classes)
        if target.source:
            yield from _none_of(where, "source", [target.source], _known(plan, "target_sources"))
    if plan.checklist_of and SELF_CHECK not in _known(plan, "channels"):
        yield Mistake(("channels",), f"{SELF_CHECK!r} is missing; checklist_of needs it for what a self-check finds")
    yield from _none_of(("checklist_of",), "class", plan.checklist_of, classes)
    for watch in plan.watches:
        yield from _none_of(("watches", watch.code), "phase", [watch.phase], _known(plan, "phases"))
        yield from _none_of(("watches", watch.code), "class", watch.classes, classes)


def clocks(plan: Plan) -> Iterator[tuple[tuple[str, ...], Clock]]:
    """Every clock of a plan, with where it stands."""
    for name, value in plan.clocks:
        if isinstance(value, Clock):
            yield ("clocks", name), value
    for lane in plan.lanes:
        yield from ((("lanes", lane.code, name), clock) for name, clock in (("plan", lane.plan), ("fix", lane.fix)) if clock)
    yield from ((("obligations", each.code, "missing_after"), each.missing_after) for each in plan.obligations if each.missing_after)


def _clocks(plan: Plan) -> Iterator[Mistake]:
    for where, clock in clocks(plan):
        if clock.cap:
            yield from _none_of(where, "cap", [clock.cap], _known(plan, "phases"))
    for lane in plan.lanes:
        for what in ("categories", "channels", "grades"):
            yield from _none_of(("lanes", lane.code), what, getattr(lane, what), _known(plan, what))
    for grade in plan.grades:
        if grade.listed and plan.clocks.listing is None:
            yield Mistake(("grades", grade.code, "listed"), "needs clocks.listing, the time within which it is listed")
        if grade.verification:
            yield from _checked(plan, ("grades", grade.code, "verification"), grade.verification)
    yield from _checked(plan, ("issues", "verification"), plan.issues.verification)


def _checked(plan: Plan, where: tuple[str, ...], asked: Verification) -> Iterator[Mistake]:
    if asked.published and plan.clocks.publication is None:
        yield Mistake(where, "published needs clocks.publication")
    if asked.looked_back and plan.clocks.look_back is None:
        yield Mistake(where, "looked_back needs clocks.look_back")
    if asked.units > asked.persons:
        yield Mistake(where, "more units than persons; each person checks for one unit")


def _date(plan: Plan, where: tuple[str, ...], due: date | Relative | None) -> Iterator[Mistake]:
    if isinstance(due, Relative):
        yield from _none_of(where, "phase", [due.phase], _known(plan, "phases"))


def _obligations(plan: Plan) -> Iterator[Mistake]:
    phases, classes = _known(plan, "phases"), _known(plan, "classes")
    for each in plan.obligations:
        where = ("obligations", each.code)
        yield from _none_of(where, "class", each.classes, classes)
        yield from _none_of(where, "phase", [each.phase, *([each.until] if each.until else [])], phases)
        yield from _date(plan, where, each.due)
        if (each.cadence == "once") != (each.due is not None):
            yield Mistake(
                where, "needs a due date" if each.due is None else f"a {each.cadence} return has no due date of its own; leave it out"
            )
        if each.kinds and each.kinds > (each.quota or 1):
            yield Mistake(where, f"{each.kinds} kinds need a quota of as many")


def _forms(plan: Plan) -> Iterator[Mistake]:
    asked = [(("asked", act), form) for act, form in plan.asked if form]
    asked += [(("obligations", each.code), each.form) for each in plan.obligations if each.form]
    asked += [(("awards", each.code), each.form) for each in plan.awards if each.form]
    for where, code in asked:
        yield from _none_of(where, "form", [code], _known(plan, "forms"))
    for form in plan.forms:
        if form.code not in {code for _, code in asked}:
            what = "nobody is asked for this form; name it in `asked`, in an obligation or in an award, or leave it out"
            yield Mistake(("forms", form.code), what)


def _others(plan: Plan) -> Iterator[Mistake]:
    classes = _known(plan, "classes")
    yield from _none_of(("complaint_channels",), "channel", plan.complaint_channels, _known(plan, "channels"))
    if plan.hazard_line:
        yield from _none_of(("hazard_line",), "line", [plan.hazard_line], _known(plan, "lines"))
    for activity in plan.activities:
        yield from _none_of(("activities", activity.code), "class", activity.classes, classes)
    for award in plan.awards:
        where = ("awards", award.code)
        yield from _none_of(where, "class", (*award.classes, *award.given_by), classes)
        yield from _none_of(where, "phase", [award.phase], _known(plan, "phases"))
        yield from _date(plan, where, award.closes)
        if (award.cadence == "once") != (award.closes is not None):
            yield Mistake(where, "an award given once closes on a day; one with a cadence on the last day of each period")
    for name in ("surveys", "measures"):
        for each in getattr(plan, name):
            yield from _none_of((name, each.code), "class", each.classes, classes)
    yield from (mistake for kpi in plan.kpis for mistake in _kpi(plan, kpi))
    for rule in plan.scoring.rules if plan.scoring else ():
        if rule.obligation:
            yield from _none_of(("scoring", rule.code), "obligation", [rule.obligation], _known(plan, "obligations"))


def _types(plan: Plan) -> Iterator[Mistake]:
    """Types of facts that the plan names: one that does not exist, or says nothing of what is asked of it, would be silently without effect."""
    from shared.events import CATALOGUE  # noqa: PLC0415 - events carry plans
    from shared.events.fact import Teller  # noqa: PLC0415 - see above

    named: list[tuple[tuple[str, ...], str, str]] = [
        (("rights", "roles", role.code), act, "by") for role in plan.rights.roles for act in role.acts
    ]
    named += [(("rights", "above"), act, "by_unit") for act in plan.rights.above]
    named += [(("scoring", "rules", rule.code), rule.fact, "") for rule in (plan.scoring.rules if plan.scoring else ())]
    for where, type, field in named:
        if type not in CATALOGUE:
            near = get_close_matches(type, CATALOGUE, 1)
            yield Mistake(where, f"{type!r} is no type of fact; " + (f"did you mean {near[0]!r}?" if near else "docs/events.md lists them"))
        elif field and (field not in CATALOGUE[type].model_fields or CATALOGUE[type].teller is not Teller.BUREAU):
            yield Mistake(
                where, f"{type!r} is not told by somebody who is named in {field!r}, so nothing can be asked of them; leave it out"
            )


def _kpi(plan: Plan, kpi: Kpi) -> Iterator[Mistake]:
    needs = {"satisfied": "surveys", "measure": "measures"}.get(kpi.of)
    if needs:
        yield from _none_of(("kpis", kpi.code), "code_of", [kpi.code_of or ""], _known(plan, needs))
    if kpi.at_least is None and kpi.at_most is None and kpi.falls is None:
        yield Mistake(("kpis", kpi.code), "needs an aim: at_least, at_most or falls")


def _calendar(plan: Plan) -> Iterator[Mistake]:
    # A return falls due so long after its period, is missing after a clock of its own, and is chased so long after that.
    chased = max((step.after or 0 for step in plan.steps), default=0) + max((each.days for each in plan.obligations), default=0)
    longest = max(clock.days for _, clock in clocks(plan)) + chased
    first = min(plan.issued, *(plan.begins(phase) for phase in plan.phases))
    try:
        last = max(plan.ends, *_days(plan)) + timedelta(longest * 2)
        for year in range(first.year, last.year + 1):
            is_working_day(date(year, 1, 1))
    except YearMissing as missing:
        yield Mistake(("phases",), f"{missing}, which clocks of this plan may reach")


def _days(plan: Plan) -> Iterator[date]:
    """The days that the plan gives or tells by its phases, which may lie after the last of them. Raises YearMissing."""
    phases = _known(plan, "phases")
    yield plan.ends
    for when in (*(each.due for each in plan.obligations), *(each.closes for each in plan.awards)):
        if when and not (isinstance(when, Relative) and when.phase not in phases):
            yield plan.date_of(when)
