"""Any sheet that is written from known events, laid out as offices lay theirs out, is read back as the same events."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from opencc import OpenCC

from services.intake.files.apart.out import letters
from services.intake.files.forms import FORMS
from services.intake.files.heading import head_of
from services.intake.files.rows import rows
from services.intake.files.vocabulary import UnitNames
from tests.intake.files.made import UPLOADED, WORDS, events, here, parts, rules, sheet_xml, zipped

TRADITIONAL = OpenCC("s2t").convert
FULL = str.maketrans({chr(sign): chr(sign + 0xFEE0) for sign in range(0x21, 0x7F)})
SAID = st.text("候诊区没有饮水机请改进，。；“”（）ABCabc0129 ,;\"'=+-@<>&\t", max_size=60).map(lambda text: f"问{text}".strip())
DAYS = (
    "{0:%Y-%m-%d}",
    "{0:%Y/%m/%d}",
    "{0:%Y.%m.%d}",
    "{0:%Y%m%d}",
    "{0.year}年{0.month}月{0.day}日",
    "{0.year}-{0.month}-{0.day}",
    "{0:%Y年%m月%d日} 0:00",
    "{0:%d} {0:%b} {0:%Y}",
)


@dataclass(frozen=True)
class Issue:
    """What somebody filled in."""

    unit: UnitNames
    text: str
    category: int
    channel: int
    day: date
    anonymous: bool
    fixed: bool

    def event(self, number: int) -> dict[str, Any]:
        """As it is told."""
        data: dict[str, Any] = {
            "text": self.text,
            "category": WORDS.entries("categories")[self.category].code,
            "channel": WORDS.entries("channels")[self.channel].code,
        }
        if self.fixed:
            data["fixed"] = {"measures": "立即清理", "result": "已清理", "by": "d01-01"}
        if self.anonymous:
            data["anonymous"] = True
        subject = f"tz2026/{self.unit.id}/issue/desk~2026-{number}"
        return {"type": "IssueReported", "subject": subject, "time": f"{self.day}T00:00:00+08:00", "data": data}


ISSUES = st.lists(
    st.builds(
        Issue,
        st.sampled_from(WORDS.units),
        SAID,
        st.integers(0, 1),
        st.integers(0, 2),
        st.dates(date(2000, 1, 1), date(2999, 12, 31)),
        st.booleans(),
        st.booleans(),
    ),
    min_size=1,
    max_size=8,
)


@dataclass(frozen=True)
class Layout:
    """How somebody laid a sheet out."""

    titles: int
    order: tuple[int, ...]
    two_lines: bool
    traditional: bool
    full_width: bool
    day: str
    serial: bool
    totals: bool
    signed: bool
    gaps: bool
    codes: bool
    short: bool
    encoding: str
    delimiter: str

    def number(self, number: int) -> Any:
        """The number of a row."""
        return self.written(f"2026-{number}") if self.full_width else f"2026-{number}"

    def written(self, text: str) -> str:
        """A text in this sheet's glyphs."""
        text = TRADITIONAL(text) if self.traditional else text
        return text.translate(FULL) if self.full_width else text

    def row(self, number: int, issue: Issue) -> list[Any]:
        """A row, before its columns are put in order."""
        categories, channels = WORDS.entries("categories"), WORDS.entries("channels")
        name = issue.unit.name.removeprefix("滕州市") if self.short else issue.unit.name
        cells = [
            self.number(number),
            issue.unit.id if self.codes else self.written(name),
            issue.text,
            categories[issue.category].code if self.codes else self.written(categories[issue.category].zh),
            channels[issue.channel].code if self.codes else self.written(channels[issue.channel].zh),
            self.written(self.day.format(issue.day)),
            self.written("是" if issue.anonymous else "否"),
        ]
        return [*[cells[place] for place in self.order], *(["立即清理", "已清理", "d01-01"] if issue.fixed else [None, "/", None])]

    def table(self, issues: list[Issue]) -> tuple[list[list[Any]], str]:
        """The whole sheet, and which of its cells are merged."""
        names = [self.written(each) for each in ("编号", "单位名称", "问题描述", "类别", "来源渠道", "发现日期", "是否匿名")]
        ordered = [names[place] for place in self.order]
        table: list[list[Any]] = [["滕州市医院问题清单"], [], ["填报单位：滕州市中心医院"]][: self.titles]
        at, merged = len(table) + 1, list[str]()
        if self.two_lines:
            table += [[*ordered, "边查边改", None, None], [*[None] * 7, "措施", "结果", "经办人"]]
            left = 1 if self.serial else 0
            merged += [f"{letters(left + place)}{at}:{letters(left + place)}{at + 1}" for place in range(7)]
            merged.append(f"{letters(left + 7)}{at}:{letters(left + 9)}{at}")
        else:
            table.append([*ordered, "边查边改措施", "边查边改结果", "边查边改经办人"])
        begins = len(table)
        for number, issue in enumerate(issues, 1):
            table += [[], self.row(number, issue)] if self.gaps else [self.row(number, issue)]
        if self.totals:
            table.append(["合计", None, len(issues)])
        if self.signed:
            table.append(["填表人：张三", None, None, "审核人：李四", None, "日期：2026年11月30日"])
        if self.serial:
            heads = range(at - 1, begins)
            table = [
                [("序号" if place == at - 1 else None) if place in heads else place - begins + 1 if row and begins <= place else None, *row]
                for place, row in enumerate(table)
            ]
        return table, "".join(f'<mergeCell ref="{each}"/>' for each in merged)


LAYOUTS = st.builds(
    Layout,
    titles=st.integers(0, 3),
    order=st.permutations(range(7)).map(tuple),
    two_lines=st.booleans(),
    traditional=st.booleans(),
    full_width=st.booleans(),
    day=st.sampled_from(DAYS),
    serial=st.booleans(),
    totals=st.booleans(),
    signed=st.booleans(),
    gaps=st.booleans(),
    codes=st.booleans(),
    short=st.booleans(),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030"]),
    delimiter=st.sampled_from([",", ";", "\t"]),
)


def expected(issues: list[Issue]) -> list[dict[str, Any]]:
    """The events."""
    return [issue.event(number) for number, issue in enumerate(issues, 1)]


@settings(max_examples=120, deadline=timedelta(seconds=20))
@given(ISSUES, LAYOUTS)
def test_a_workbook_says_the_events_that_it_was_written_from(issues: list[Issue], layout: Layout) -> None:
    table, merged = layout.table(issues)
    content = zipped(parts({"台账": sheet_xml(table, after=f"<mergeCells>{merged}</mergeCells>")}))
    with here(content, "xlsx") as sheet:
        assert events(list(rows(sheet, head_of(sheet, FORMS["issues"], WORDS), FORMS["issues"], WORDS, "desk", UPLOADED))) == expected(
            issues
        )


@settings(max_examples=120, deadline=timedelta(seconds=20))
@given(ISSUES, LAYOUTS)
def test_csv_says_the_events_that_it_was_written_from(issues: list[Issue], layout: Layout) -> None:
    table, _ = layout.table(issues)
    width = max(map(len, table))
    lines = [
        layout.delimiter.join(
            f'"{str(cell).replace(chr(34), chr(34) * 2)}"' if cell is not None else "" for cell in [*row, *[None] * (width - len(row))]
        )
        for row in table
    ]
    content = "\r\n".join(lines).encode(layout.encoding)
    with here(content, "csv") as sheet:
        assert events(list(rows(sheet, head_of(sheet, FORMS["issues"], WORDS), FORMS["issues"], WORDS, "desk", UPLOADED))) == expected(
            issues
        )


CELL = st.one_of(
    st.none(),
    st.text(max_size=20),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["合计", "同上", "无", "是", "中心医院"]),
)


@settings(max_examples=150, deadline=timedelta(seconds=20))
@given(st.lists(st.lists(CELL, min_size=6, max_size=8), max_size=6))
def test_whatever_stands_in_a_row_is_told_or_asked_about(table: list[list[Any]]) -> None:
    heading = ["编号", "单位", "问题", "类别", "渠道", "日期"]
    written = [
        [each if not isinstance(each, str) else "".join(sign for sign in each if sign.isprintable()) for each in row] for row in table
    ]
    with here(zipped(parts({"台账": sheet_xml([heading, *written])})), "xlsx") as sheet:
        found = list(rows(sheet, head_of(sheet, FORMS["issues"], WORDS), FORMS["issues"], WORDS, "desk", UPLOADED))
    assert all((each.event is None) == bool(each.mistakes) for each in found)
    assert all(rule for _, _, rule in rules(found))
