"""What is shown of an issue, column by column: in the ledger as an Excel file, and on the page of the issue."""

from collections.abc import Callable
from datetime import date

from services.reporting.fold.rows import GONE, IssueRow, root_of
from services.reporting.papers.names import Names
from services.reporting.papers.sheet import Cell

WRAPPED = 30


def _moved(row: IssueRow, names: Names) -> str | None:
    """The unit that it came from, or went to."""
    came = row["origin"].split("/")[1] if row["origin"] else None
    ways = [f"{arrow}{names.unit(row['campaign'], unit)}" for arrow, unit in (("←", came), ("→", row["handed_to"])) if unit]
    return " ".join(ways) or None


def _day(iso: str | None) -> date | None:
    return date.fromisoformat(iso) if iso else None


COLUMNS: tuple[tuple[str, int, Callable[[IssueRow, Names], Cell]], ...] = (
    ("number", 7, lambda row, _: row["number"]),
    ("unit", 30, lambda row, names: names.unit(row["campaign"], row["unit"])),
    ("issue", 44, lambda row, _: row["text"]),
    ("category", 12, lambda row, names: names.of("categories", row["category"])),
    ("owner", 18, lambda row, names: names.person(root_of(row["path"]), row["owner"])),
    ("entered-on", 12, lambda row, _: _day(row["entered"])),
    ("fix-due", 12, lambda row, _: _day(row["fix_due"])),
    ("rectified-on", 12, lambda row, _: _day(row["rectified"])),
    ("struck-off-on", 12, lambda row, _: _day(row["struck_off"])),
    ("mark", 10, lambda row, names: names.say(row["status"] if row["status"] in GONE else "not-struck-off")),
    ("on-time", 9, lambda row, names: None if row["on_time"] is None else names.say("yes" if row["on_time"] else "no")),
    ("label", 14, lambda row, _: row["label"]),
    ("class", 16, lambda row, names: names.of("classes", row["unit_class"])),
    ("phase", 12, lambda row, names: names.of("phases", row["phase"])),
    ("channel", 16, lambda row, names: names.of("channels", row["channel"])),
    ("nature", 7, lambda row, names: names.say(row["nature"])),
    ("grade", 9, lambda row, names: names.of("grades", row["grade"])),
    ("target", 9, lambda row, _: row["target"]),
    ("plan-due", 12, lambda row, _: _day(row["plan_due"])),
    ("first-fix-due", 12, lambda row, _: _day(row["first_fix_due"])),
    ("measures", 36, lambda row, _: row["measures"]),
    ("planned-on", 12, lambda row, _: _day(row["planned"])),
    ("rectified-by", 16, lambda row, names: names.person(root_of(row["path"]), row["rectified_by"])),
    ("result", 36, lambda row, _: row["result"]),
    ("evidence", 20, lambda row, names: "；".join(map(names.paper, row["evidence"]))),
    ("returned", 9, lambda row, _: row["returned"]),
    ("verified-by", 16, lambda row, names: names.person(root_of(row["path"]), row["verified_by"])),
    ("effect", 30, lambda row, _: row["effect"]),
    ("clocks-overdue", 12, lambda row, names: names.listed(names.say(clock) for clock in row["overdue"])),
    ("supervised-on", 12, lambda row, _: _day(row["supervised"])),
    ("escalated-to", 16, lambda row, names: names.unit(row["campaign"], row["escalated_to"]) if row["escalated_to"] else None),
    ("cycle", 7, lambda row, _: row["cycle"]),
    ("moved", 20, _moved),
    ("carried-over-on", 12, lambda row, _: _day(row["carried_over"])),
    ("follow-up-due", 12, lambda row, _: _day(row["follow_up_due"])),
)
"""Name in `wording/texts.py`, width in characters at most (from `WRAPPED` on, a text goes over several lines), and content, as `fold/rows.py` has it."""
PRINTED = 11
"""The columns that go on paper, from the first: more would be too small to read on A4."""
