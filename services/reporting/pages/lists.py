"""The lists that stand behind the figures of a campaign: issues, returns and self-checks, and what may be asked of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import get_args

from services.reporting.figures.filters import DutyFilter, Filter
from services.reporting.figures.report import Place
from services.reporting.fold.rows import CheckRow, IssueRow, ReturnRow, ReturnState, Status, root_of
from services.reporting.pages.links import Asked, Links
from services.reporting.papers.names import Names
from services.reporting.wording.texts import short
from shared.events.issue import ClockName
from shared.plan import Plan

FIGURES = {
    "entered": "entered",
    "struck_off": "struck-off",
    "on_time": "on-time",
    "open": "open-issues",
    "overdue": "overdue",
    "carried_over": "carried-over",
    "defects": "defect",
    "hazards": "hazard",
}
"""The figures in which an issue may count, and what they are called."""
STATUSES = ("open", *get_args(Status))
STATES = ("owed", *get_args(ReturnState))


@dataclass(frozen=True)
class Cell:
    """One cell of a list; `style` names classes of the style sheet."""

    text: str
    href: str | None = None
    style: str = ""


@dataclass(frozen=True)
class Field:
    """Something that may be asked of a list."""

    name: str
    label: str
    value: Asked = None
    choices: Sequence[tuple[str, str]] | None = None
    """Values and their names; none: any text."""
    linked: bool = False
    """Asked by links alone: the form only carries it on."""

    @property
    def given(self) -> str:
        """The value as an address has it."""
        return str(self.value).lower() if isinstance(self.value, bool) else str(self.value or "")

    @property
    def said(self) -> str:
        """The value in words."""
        return dict(self.choices or ()).get(self.given, self.given)


@dataclass(frozen=True)
class Part:
    """A part of a list: what was found, and the cursors around it."""

    count: str
    fields: Sequence[Field]
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    after: str | None = None
    """The cursor of the next part; none: this is the last."""
    later: bool = False
    """Whether another part came before this one."""

    @property
    def asked(self) -> dict[str, Asked]:
        """What is asked, by parameter."""
        return {each.name: each.value for each in self.fields if each.value is not None}


def issue_fields(wanted: Filter, place: Place, names: Names) -> list[Field]:
    """What is asked of issues."""
    say = names.say
    yes_no = [("true", say("yes")), ("false", say("no"))]
    return [
        unit_field(place, names),
        Field("q", say("search"), wanted.text),
        Field("phase", say("phase"), wanted.phase, names.entries("phases")),
        Field(
            "figure",
            say("counted-as"),
            wanted.figure,
            [(code, say(name)) for code, name in FIGURES.items()],
        ),
        Field("status", say("state"), wanted.status, [(code, say(f"status-{code}")) for code in STATUSES]),
        Field("overdue", say("late-now-filter"), wanted.overdue, yes_no),
        Field("category", say("category"), wanted.category, names.entries("categories")),
        Field("channel", say("channel"), wanted.channel, names.entries("channels")),
        Field("clock", say("clocks-overdue"), wanted.clock, [(code, say(code)) for code in get_args(ClockName)]),
        Field("owner", say("owner"), wanted.owner),
        Field("month", say("month"), wanted.month, linked=True),
        Field("carried_over", say("carried-filter"), wanted.carried_over, yes_no, linked=True),
        Field("standing", say("standing-filter"), wanted.standing, yes_no, linked=True),
        Field("struck", say("struck-filter"), wanted.struck, yes_no, linked=True),
        _own(own=wanted.own, names=names),
    ]


def issue_cells(row: IssueRow, names: Names, links: Links, today: date) -> list[Cell]:
    """What is shown of an issue."""
    late, say = row["late_since"], names.say
    state = say(f"status-{row['status']}")
    return [
        Cell(names.unit(row["campaign"], row["unit"]), links.unit(row["unit"])),
        Cell(str(row["number"]), links.issue(row["_id"]), "number"),
        Cell(short(row["text"]), links.issue(row["_id"]), "text"),
        Cell(names.of("categories", row["category"])),
        Cell(names.person(root_of(row["path"]), row["owner"]) or say("none")),
        Cell(state),
        Cell(late or row["follow_up_due"] or row["fix_due"], style="number"),
        Cell(str((today - date.fromisoformat(late)).days) if late else "", style="number bad"),
    ]


ISSUE_HEAD = ("unit", "number", "issue", "category", "owner", "state", "due", "days-late")


def return_fields(wanted: DutyFilter, place: Place, names: Names) -> list[Field]:
    """What is asked of returns."""
    say = names.say
    return [
        unit_field(place, names),
        Field("obligation", say("obligation"), wanted.of, names.entries("obligations")),
        Field("phase", say("phase"), wanted.phase, names.entries("phases")),
        Field("state", say("state"), wanted.state, [(code, say(f"return-{code}")) for code in STATES]),
        Field("missing", say("missing-filter"), wanted.missing, [("true", say("yes")), ("false", say("no"))], linked=True),
        _own(own=wanted.own, names=names),
    ]


def return_cells(row: ReturnRow, names: Names, links: Links) -> list[Cell]:
    """What is shown of a return."""
    state, period = row["state"], row["period"]
    return [
        Cell(names.unit(row["campaign"], row["unit"]), links.unit(row["unit"])),
        Cell(names.of("obligations", row["obligation"]), style="text"),
        Cell("" if period in (None, "rolling") else period or ""),
        Cell("" if period == "rolling" else row["due"], style="number"),
        Cell(names.say(f"return-{state}"), style="bad" if state == "missing" else ""),
        Cell(row["filed"] or "", style="number"),
        Cell(short(row["title"] or ""), style="text"),
    ]


RETURN_HEAD = ("unit", "obligation", "of-period", "due", "state", "filed-on", "return-title")


def check_fields(wanted: DutyFilter, place: Place, names: Names) -> list[Field]:
    """What is asked of answers to targets."""
    say = names.say
    return [
        unit_field(place, names),
        Field("target", say("target"), wanted.of, [(str(each.number), f"{each.number}") for each in place.plan.targets]),
        Field("phase", say("phase"), wanted.phase, names.entries("phases")),
        Field("conforms", say("conforms"), wanted.conforms, [("true", say("yes")), ("false", say("no"))]),
        _own(own=wanted.own, names=names),
    ]


def check_cells(row: CheckRow, issue: str | None, plan: Plan, names: Names, links: Links) -> list[Cell]:
    """What is shown of an answer to a target; one that does not conform leads to its issue."""
    target = plan.target(row["target"])
    return [
        Cell(names.unit(row["campaign"], row["unit"]), links.unit(row["unit"])),
        Cell(str(row["target"]), style="number"),
        Cell(names.said(target.text) if target else "", links.issue(issue) if issue else None, "text"),
        Cell(row["day"], style="number"),
        Cell(names.say("yes" if row["conforms"] else "no"), style="" if row["conforms"] else "bad"),
    ]


CHECK_HEAD = ("unit", "number", "target", "answered-on", "conforms")


def unit_field(place: Place, names: Names) -> Field:
    """The unit that is asked of."""
    shown = [*place.above, (place.unit, place.unit_name), *place.below]
    return Field("unit", names.say("unit"), place.unit, [(code, names.say("with-below", unit=name)) for code, name in shown])


def _own(*, own: bool, names: Names) -> Field:
    return Field("own", names.say("own-filter"), own or None, [("true", names.say("yes"))], linked=True)
