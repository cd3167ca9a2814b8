"""Sheets laid out as offices lay theirs out, and the events that they say."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from hypothesis import strategies as st
from opencc import OpenCC

from services.intake.files.apart.out import letters
from services.intake.files.vocabulary import UnitNames
from tests.intake.files.made import WORDS

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

LABELS = (
    "合计",
    "小 计：",
    "本月合计",
    "合计（元）",
    "填表人",
    "填表人签字",
    "单位负责人（签字）",
    "分管领导：",
    "院长签名",
    "单位（公章）",
    "日期",
    "2026年 月 日",
    "注：",
    "以下空白",
    "（以下无正文）",
    "第 1 页，共 2 页",
    "续表",
)
"""What stands in a row that is not filled in."""


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
    label: tuple[int, str] | None
    """What stands by itself below the rows, and in which column."""
    remarks: bool
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
            table += [[*ordered, "边查边改", None, None], [*[None] * 7, "措施", "结果", "经办人", *(["备注"] if self.remarks else [])]]
            left = 1 if self.serial else 0
            merged += [f"{letters(left + place)}{at}:{letters(left + place)}{at + 1}" for place in range(7)]
            merged.append(f"{letters(left + 7)}{at}:{letters(left + 9)}{at}")
        else:
            table.append([*ordered, "边查边改措施", "边查边改结果", "边查边改经办人", *(["备注"] if self.remarks else [])])
        begins = len(table)
        for number, issue in enumerate(issues, 1):
            table += [[], self.row(number, issue)] if self.gaps else [self.row(number, issue)]
        if self.totals:
            table.append(["合计", None, len(issues)])
        if self.signed:
            table.append(["填表人：张三", None, None, "审核人：李四", None, "日期：2026年11月30日"])
        if self.label:
            table.append([*[None] * self.label[0], self.written(self.label[1])])
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
    label=st.none() | st.tuples(st.integers(0, 9), st.sampled_from(LABELS)),
    remarks=st.booleans(),
    gaps=st.booleans(),
    codes=st.booleans(),
    short=st.booleans(),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030"]),
    delimiter=st.sampled_from([",", ";", "\t"]),
)


def expected(issues: list[Issue]) -> list[dict[str, Any]]:
    """The events."""
    return [issue.event(number) for number, issue in enumerate(issues, 1)]


def text_file(table: list[list[Any]], delimiter: str, encoding: str) -> bytes:
    """A table as a text file, each line as long as the longest."""
    width = max(map(len, table))
    lines = [
        delimiter.join(
            f'"{str(cell).replace(chr(34), chr(34) * 2)}"' if cell is not None else "" for cell in [*row, *[None] * (width - len(row))]
        )
        for row in table
    ]
    return "\r\n".join(lines).encode(encoding)
