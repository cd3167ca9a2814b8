"""Workbooks made by hand, part by part, so that they may hold what no program writes; and what a campaign lets a sheet name."""

import io
import struct
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from services.intake.files.apart import __main__ as apart
from services.intake.files.apart.out import Out, letters
from services.intake.files.forms import FORMS
from services.intake.files.heading import head_of
from services.intake.files.reading import read
from services.intake.files.rows import FileRow, rows
from services.intake.files.scale import refuse_scales
from services.intake.files.sheet import Merged, Sheet
from services.intake.files.vocabulary import UnitNames, Vocabulary

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
UPLOADED = datetime(2026, 11, 30, 13, 0, tzinfo=UTC)
HEADING = ("编号", "单位", "问题描述", "类别", "来源渠道", "发现日期")
ROW = ("2026-01", "中心医院", "候诊区没有饮水机", "环境卫生", "投诉", "2026-11-03")
EVENT = {
    "type": "IssueReported",
    "subject": "tz2026/d01/issue/desk~2026-01",
    "time": "2026-11-03T00:00:00+08:00",
    "data": {"text": "候诊区没有饮水机", "category": "environment", "channel": "complaint"},
}
"""What ROW says, but for its id."""
WORDS = Vocabulary.of(
    "tz2026",
    [
        UnitNames("bureau", "滕州市卫生健康局", ("市卫健局",)),
        UnitNames("d01", "滕州市中心医院", ("中心院",)),
        UnitNames("d02", "滕州市中医医院"),
        UnitNames("t01", "滕州市南沙河镇卫生院"),
        UnitNames("t02", "滕州市北辛街道卫生院"),
    ],
    {
        "lists": {
            "categories": [["environment", "环境卫生", "Environment"], ["service", "服务态度", "Service"]],
            "channels": [["complaint", "投诉", "Complaint"], ["self-check", "自查", "Self-check"], ["visit", "走访", "Visit"]],
            "targets": [["1", "优化门诊流程，缩短候诊时间", "Shorter waits"], ["2", "改善就医环境", "Better surroundings"]],
            "lanes": [["at-once", "立行立改", "At once"]],
            "grades": [["plain", "一般", "Plain"], ["grave", "重大", "Grave"]],
            "carries_in": [],
            "obligations": [["monthly", "月报", "Monthly report"], ["summary", "总结", "Summary"]],
            "surveys": [["patients", "患者满意度", "Patients"]],
            "classes": [["bureau", "卫生局", "Bureau"], ["hospital", "医院", "Hospital"]],
            "lines": [["union", "工会", "Union"]],
        },
        "forms": {
            "monthly": [
                ["visits", "走访次数", "Visits", "number", []],
                ["mood", "总体评价", "Mood", "choice", [["good", "好", "Good"], ["bad", "差", "Bad"]]],
            ]
        },
    },
)


def sheet_xml(table: Sequence[Sequence[Any]], before: str = "", after: str = "") -> str:
    """A sheet with a table of texts and numbers; a cell that begins with `<` stands as it is."""
    lines = []
    for number, row in enumerate(table, 1):
        cells = "".join(_cell(f"{letters(place)}{number}", value) for place, value in enumerate(row) if value is not None)
        lines.append(f'<row r="{number}">{cells}</row>')
    return f'<worksheet xmlns="{MAIN}">{before}<sheetData>{"".join(lines)}</sheetData>{after}</worksheet>'


def _cell(place: str, value: Any) -> str:
    if isinstance(value, str):
        return (
            value.replace("@", place, 1) if value.startswith("<c ") else f'<c r="{place}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
        )
    return f'<c r="{place}"><v>{value}</v></c>'


def parts(sheets: Mapping[str, str], *, states: Mapping[str, str] = {}, book: str = "", more: Mapping[str, bytes] = {}) -> dict[str, bytes]:
    """The parts of a workbook with these sheets by name."""
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{number}" state="{states.get(name, "visible")}" r:id="rId{number}"/>'
        for number, name in enumerate(sheets, 1)
    )
    links = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number in range(1, len(sheets) + 1)
    )
    links += f'<Relationship Id="rIdS" Type="{OFFICE}/styles" Target="styles.xml"/>'
    links += f'<Relationship Id="rIdT" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
    texts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Override PartName="/xl/workbook.xml" ContentType="{TYPES}.sheet.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{book}<sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><numFmts count="3"><numFmt numFmtId="170" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/>'
        '<numFmt numFmtId="171" formatCode="000"/><numFmt numFmtId="172" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/></numFmts>'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/><xf numFmtId="171"/><xf numFmtId="10"/><xf numFmtId="172"/></cellXfs></styleSheet>',
    }
    texts |= {f"xl/worksheets/sheet{number}.xml": xml for number, xml in enumerate(sheets.values(), 1)}
    return {name: text.encode() for name, text in texts.items()} | dict(more)


def zipped(content: Mapping[str, bytes]) -> bytes:
    """An archive."""
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return out.getvalue()


def workbook(table: Sequence[Sequence[Any]] = (HEADING, ROW), **more: Any) -> bytes:
    """A workbook with one sheet."""
    before, after = more.pop("before", ""), more.pop("after", "")
    return zipped(parts({"Sheet1": sheet_xml(table, before, after)}, **more))


def lying(content: Mapping[str, bytes], name: str, says: int) -> bytes:
    """An archive that says of one part, in both of its headers, that it has another size than it has."""
    data = bytearray(zipped(content))
    real = struct.pack("<I", len(content[name]))
    for signature, size_at, name_at in ((b"PK\x03\x04", 22, 30), (b"PK\x01\x02", 24, 46)):
        at = -1
        while (at := data.find(signature, at + 1)) >= 0:
            if data[at + name_at : at + name_at + len(name)] == name.encode() and data[at + size_at : at + size_at + 4] == real:
                data[at + size_at : at + size_at + 4] = struct.pack("<I", says)
    return bytes(data)


def bomb(name: str, pieces: Iterator[bytes], content: Mapping[str, bytes]) -> bytes:
    """An archive with one part that is packed a piece at a time, however large it is."""
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED, compresslevel=1) as archive:
        for other, data in content.items():
            archive.writestr(other, data)
        with archive.open(name, "w", force_zip64=True) as part:
            for piece in pieces:
                part.write(piece)
    return out.getvalue()


@contextmanager
def kept(tmp_path: Path, content: bytes, name: str) -> Iterator[Path]:
    """A file on disk, under a name that says nothing."""
    path = tmp_path / f"upload-{len(content)}-{abs(hash(name)) % 10**6}"
    path.write_bytes(content)
    try:
        yield path
    finally:
        path.unlink()


def here(content: bytes, ending: str) -> Sheet:
    """The sheet of a file, read by this process itself: without limits, and at once."""
    out = TemporaryFile()  # noqa: SIM115  # the sheet closes it
    with TemporaryFile() as file:
        file.write(content)
        file.flush()
        said = apart.read(file, ending, Out(out))
    return Sheet(**said | {"merged": tuple(Merged(*each) for each in said["merged"])}, file=out)


async def told(tmp_path: Path, content: bytes, name: str = "a.xlsx", form: str = "issues", words: Vocabulary = WORDS) -> list[FileRow]:
    """The rows of a file, as they are told. Raises FileRefused."""
    with kept(tmp_path, content, name) as path, await read(path, name) as sheet:
        head = head_of(sheet, FORMS[form], words)
        refuse_scales(sheet, head)
        return list(rows(sheet, head, FORMS[form], words, "desk", UPLOADED))


def events(found: Sequence[FileRow]) -> list[dict[str, Any]]:
    """The events of rows, without what is the same of all and without their ids. Raises AssertionError where a row was not told."""
    assert [(each.number, mistake.rule, mistake.detail.en) for each in found for mistake in each.mistakes] == []
    return [{name: value for name, value in (each.event or {}).items() if name not in ("id", "specversion")} for each in found]


def rules(found: Sequence[FileRow]) -> list[tuple[int, str, str]]:
    """What is wrong with which rows and columns."""
    return [(each.number, mistake.column, mistake.rule) for each in found for mistake in each.mistakes]


def separated(table: Sequence[Sequence[Any]] = (HEADING, ROW), encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """A table as CSV."""
    return "".join(delimiter.join(map(str, row)) + "\r\n" for row in table).encode(encoding)
