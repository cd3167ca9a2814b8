"""The oracle on files: the tables of the Word report and the rows of the Excel ledger, against what was counted from the topic."""

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from docx import Document
from openpyxl import load_workbook

from deploy.demo.recount import Recount

Same = Callable[[str, object, object], None]
"""Compares what is printed with what was counted."""
LISTED = 30
"""Issues that a list of the report shows, at most."""

PHASES = ("阶段", "起止日期", "状态", "上账", "销号", "按期率", "超期", "挂账")
UNITS = ("单位", "上账", "销号", "按期率", "超期", "挂账", "按时报送", "逾期报送", "缺报")
CHANNELS = ("来源渠道", "上账", "销号", "销号率")
RETURNS = ("材料", "时限", "应报", "按时报送", "逾期报送", "缺报", "待审、退回", "未到期")
LATE = ("单位", "编号", "问题", "责任人", "时限")
CARRIED = ("单位", "编号", "问题", "责任人", "跟踪时限")
SHEETS = ["汇总", "台账"]
SUMMARY = {
    "上账": "entered",
    "销号": "struck_off",
    "按期销号": "on_time",
    "超期": "overdue",
    "挂账": "carried_over",
    "按时报送": "filed",
    "逾期报送": "late",
    "缺报": "missing",
    "自查条目": "answered",
    "自查发现": "findings",
    "闭合单位": "units",
}


def _rate(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%" if whole else "—"


def _share(cell: Any) -> Any:
    """A share as it is compared: a file keeps 16 of the 17 digits that tell it from its neighbours."""
    return round(cell, 12) if isinstance(cell, float) else cell


def _issue_cells(counts: Counter[str]) -> list[str]:
    rate = _rate(counts["on_time"], counts["struck_off"])
    return [str(counts["entered"]), str(counts["struck_off"]), rate, str(counts["overdue"]), str(counts["carried_over"])]


def compare_word(path: Path, topic: Recount, same: Same) -> None:
    """Compare every table of the report on a whole campaign."""
    tables = {cells[0]: cells[1:] for table in Document(str(path)).tables if (cells := _cells(table))}

    def table(head: tuple[str, ...], wanted: bool = True) -> list[tuple[str, ...]]:
        rows = tables.get(head, [])
        same(f"{path.name}: a table of {' '.join(head)}", head in tables, wanted)
        return rows

    phases = topic.plan["phases"]
    rows = table(PHASES)
    same(f"{path.name}: phases", [row[0] for row in rows], [*(each["name"]["zh"] for each in phases), "合计"])
    for row, code in zip(rows, [*(each["code"] for each in phases), None], strict=False):
        same(f"{path.name}: phase {row[0]}", list(row[3:]), _issue_cells(topic.total(code)))
    below = {unit["name"]: id for id, unit in topic.units.items() if unit.get("parent") == topic.root}
    rows = table(UNITS, wanted=bool(below))
    same(f"{path.name}: units", sorted(row[0] for row in rows), sorted(below))
    for row in rows:
        counts = topic.total(top=below.get(row[0], "?"))
        returns = [str(counts[state]) for state in ("filed", "late", "missing")]
        same(f"{path.name}: unit {row[0]}", list(row[1:]), [*_issue_cells(counts), *returns])
    channels = {each["code"]: each["name"]["zh"] for each in topic.plan["channels"]}
    entered = Counter(channels[books[0].channel] for books in topic.once())
    struck = Counter(channels[books[0].channel] for books in topic.once() if any(each.struck for each in books))
    still = Counter(
        channels[books[0].channel] for books in topic.once() if any(not (each.struck or each.gone or each.standing) for each in books)
    )
    wanted = {name: [str(count), str(struck[name]), _rate(struck[name], struck[name] + still[name])] for name, count in entered.items()}
    same(f"{path.name}: channels", {row[0]: list(row[1:]) for row in table(CHANNELS)}, wanted)
    owed = {}
    for each in topic.plan.get("obligations", ()):
        if (counts := topic.owed(each["code"])).total() or each["code"] in topic.rolling:
            owed[each["name"]["zh"]] = [
                str(counts.total()),
                str(counts["filed"] or topic.rolling[each["code"]]),
                *(str(counts[state]) for state in ("late", "missing", "waiting", "open")),
            ]
    same(f"{path.name}: returns", {row[0]: list(row[2:]) for row in table(RETURNS, wanted=bool(owed))}, owed)
    for head, count in (
        (LATE, sum(issue.late for issue in topic.issues.values())),
        (CARRIED, sum(issue.carried and not issue.struck for issue in topic.issues.values())),
    ):
        same(f"{path.name}: issues listed under {head[-1]}", len(table(head, wanted=count > 0)), min(count, LISTED))


def _cells(table: Any) -> list[tuple[str, ...]]:
    width, cells = len(table.columns), table._cells  # noqa: SLF001 - asking for each row's cells anew takes quadratic time
    return [tuple(cell.text for cell in cells[start : start + width]) for start in range(0, len(cells), width)]


def compare_excel(path: Path, topic: Recount, same: Same) -> None:
    """Compare the summary sheet, and count the rows of the ledger sheet."""
    book = load_workbook(path, read_only=True)
    try:
        same(f"{path.name}: sheets", book.sheetnames, SHEETS)
        if book.sheetnames == SHEETS:
            _summary(path.name, [tuple(row) for row in book[SHEETS[0]].iter_rows(values_only=True)], topic, same)
            _ledger(path.name, [tuple(row) for row in book[SHEETS[1]].iter_rows(values_only=True)], topic, same)
    finally:
        book.close()


def _summary(name: str, rows: Sequence[tuple[Any, ...]], topic: Recount, same: Same) -> None:
    start = next((number for number, row in enumerate(rows) if row and row[0] == "阶段"), None)
    same(f"{name}: a head of the summary", start is not None, True)
    if start is None:
        return
    head = rows[start]
    for row, phase in zip(rows[start + 1 :], [*topic.plan["phases"], None], strict=False):
        counts = topic.total(phase["code"] if phase else None)
        same(f"{name}: summary line", row[0], phase["name"]["zh"] if phase else "合计")
        for column, cell in zip(head, row, strict=True):
            if column in SUMMARY:
                # A unit closes every phase: units are not added up over phases.
                added = phase or SUMMARY[column] != "units"
                same(f"{name}: {row[0]} {column}", cell, counts[SUMMARY[column]] if added else "—")
            elif column == "按期率":
                same(
                    f"{name}: {row[0]} {column}",
                    _share(cell),
                    _share(counts["on_time"] / counts["struck_off"] if counts["struck_off"] else "—"),
                )
    same(f"{name}: columns of the summary", sorted(SUMMARY.keys() - set(head)), [])


def _ledger(name: str, rows: Sequence[tuple[Any, ...]], topic: Recount, same: Same) -> None:
    head, *lines = rows or [()]
    column = {title: number for number, title in enumerate(head)}
    totals, phases = topic.total(), {each["code"]: each["name"]["zh"] for each in topic.plan["phases"]}
    same(f"{name}: rows", len(lines), topic.acts()["entered"])
    same(f"{name}: columns that are missing", {"单位", "阶段", "销号标记", "按期销号", "挂账日期", "超期时限"} - column.keys(), set())
    if not lines or "超期时限" not in column:
        return
    same(f"{name}: rows by phase", Counter(line[column["阶段"]] for line in lines), Counter(phases[e.phase] for e in topic.issues.values()))
    of_units = Counter(topic.units[issue.unit]["name"] for issue in topic.issues.values())
    same(f"{name}: rows by unit", Counter(line[column["单位"]] for line in lines), of_units)
    same(f"{name}: rows struck off", sum(line[column["销号标记"]] == "销号" for line in lines), totals["struck_off"])
    same(f"{name}: rows on time", sum(line[column["按期销号"]] == "是" for line in lines), totals["on_time"])
    carried = sum(issue.carried for issue in topic.issues.values())
    same(f"{name}: rows carried over", sum(line[column["挂账日期"]] is not None for line in lines), carried)
    overdue = sum("整改" in (line[column["超期时限"]] or "").split("、") for line in lines)
    same(f"{name}: rows overdue", overdue, sum("fix" in issue.over for issue in topic.issues.values()))
