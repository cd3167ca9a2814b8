"""The calendar of a plan, for people: `xiaohao plan show`."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import chain
from typing import NamedTuple, cast

from rich.box import SIMPLE_HEAD
from rich.table import Table

from shared.plan import Plan
from shared.plan.award import Award
from shared.plan.indicator import Measure, Survey
from shared.plan.obligation import Obligation
from shared.plan.periods import award_periods, due_after, periods_of
from shared.plan.phase import Phase
from shared.values import Named
from shared.wording.cadence import CADENCES
from shared.workdays import is_working_day

WEEKDAYS = "一二三四五六日"
Repeated = Obligation | Award | Survey | Measure


class Entry(NamedTuple):
    """What falls on a day."""

    on: date
    rank: int
    """Among what falls on one day: starts first, ends last."""
    what: str
    name: str
    phase: str
    whose: str


def entries(plan: Plan) -> list[Entry]:
    """All that a plan puts on a day, in order."""
    return sorted(chain(_phases(plan), _returns(plan), _awards(plan)))


def calendar_tables(plan: Plan) -> Iterator[Table]:
    """The calendar as a table, then what falls due again and again."""
    table = _table(plan.name.zh, ("Date 日期", 10), ("", 7), ("Phase", 5), ("What 事项", 0), ("", 0), ("Whose 单位", 0))
    for each in entries(plan):
        rest = "周" + WEEKDAYS[each.on.weekday()] + ("" if is_working_day(each.on) else " 休")
        style = "bold" if each.what.startswith(("Begins", "Ends")) else ""
        table.add_row(each.on.isoformat(), rest, each.phase, each.what, each.name, each.whose, style=style)
    yield table
    again = [
        each
        for part in (plan.obligations, plan.awards, plan.surveys, plan.measures)
        for each in cast("Sequence[Repeated]", part)
        if each.cadence != "once"
    ]
    if again:
        table = _table("Again and again 周期事项", ("Cadence 周期", 0), ("Due 到期", 0), ("What 事项", 0), ("Whose 单位", 0))
        for entry in again:
            zh, en = CADENCES[entry.cadence]
            table.add_row(f"{zh} {en}", _dues(plan, entry), _name(entry), _classes(plan, entry.classes))
        yield table


def _dues(plan: Plan, entry: Repeated) -> str:
    """The days on which a return falls due or nominations close, the first and the last of many; surveys and figures have none of their own."""
    if entry.cadence == "rolling" or not isinstance(entry, Obligation | Award):
        return ""
    if isinstance(entry, Award):
        dues = [period.last for period in award_periods(plan, entry)]
    else:
        dues = [due_after(entry, period) for period in periods_of(plan, entry)]
    return ", ".join(map(str, dues)) if len(dues) < 3 else f"{dues[0]} … {dues[-1]} ({len(dues)})"


def _table(title: str, *columns: tuple[str, int]) -> Table:
    """A table as wide as the terminal: columns with a width keep to one line, all others fold, for what does not fit would be cut off."""
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    for heading, width in columns:
        table.add_column(heading, min_width=width or None, no_wrap=width > 0, overflow="fold")
    return table


def _name(entry: Named | Phase) -> str:
    return entry.name.zh


def _classes(plan: Plan, codes: tuple[str, ...]) -> str:
    """Which classes are meant, by name: all, all but few, or those."""
    names = {entry.code: entry.name.zh for entry in plan.classes}
    others = [name for code, name in names.items() if code not in codes]
    if not codes or not others:
        return "全部 all"
    if len(others) < min(3, len(codes)):
        return f"除下列外 all but {'、'.join(others)}"
    return "、".join(names[code] for code in codes)


def _phases(plan: Plan) -> Iterator[Entry]:
    yield Entry(plan.issued, 0, "Issued 印发", plan.name.zh, "", "")
    for phase in plan.phases:
        yield Entry(plan.begins(phase), 1, "Begins 启动", _name(phase), phase.code, "")
        yield Entry(phase.end, 8, "Ends 截止", _name(phase), phase.code, "")
        if phase.grace:
            yield Entry(plan.grace_ends(phase, 0), 9, "Grace 宽限期满", _name(phase), phase.code, "最下级 lowest")


def _returns(plan: Plan) -> Iterator[Entry]:
    for each in plan.obligations:
        if each.cadence == "once":
            yield Entry(plan.due_of(each), 5, "Due 报送", _name(each), each.phase, _classes(plan, each.classes))


def _awards(plan: Plan) -> Iterator[Entry]:
    for each in plan.awards:
        if each.closes:
            yield Entry(plan.date_of(each.closes), 6, "Nominations close 申报截止", _name(each), each.phase, _classes(plan, each.classes))
