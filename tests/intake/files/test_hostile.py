"""Files that mean harm, or that are not what they are called: each is refused by name, with what to do, by a process that is held to its limits."""

import asyncio
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from structlog.testing import capture_logs

from services.intake.files.apart.limits import CELL, INFLATED, MEMORY, PARTS, ROWS
from services.intake.files.mistakes import FileRefused
from services.intake.files.reading import LARGEST, read
from shared.child import CODE
from shared.faults import Unavailable
from tests.intake.files.made import (
    HEADING,
    MAIN,
    OFFICE,
    ROW,
    bomb,
    kept,
    lying,
    parts,
    separated,
    sheet_xml,
    told,
    workbook,
    zipped,
)

OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
GOOD = parts({"Sheet1": sheet_xml([HEADING, ROW])})
SHEET = "xl/worksheets/sheet1.xml"
BEFORE, AFTER = f'<worksheet xmlns="{MAIN}"><sheetData>'.encode(), b"</sheetData></worksheet>"
MIB = 1 << 20


def sheet_of(data: bytes) -> bytes:
    """A workbook whose one sheet is this."""
    return zipped(GOOD | {SHEET: data})


def huge(piece: bytes, count: int, before: bytes = BEFORE, after: bytes = AFTER, part: str = SHEET) -> bytes:
    """A workbook of which a part repeats itself."""

    def pieces() -> Iterator[bytes]:
        yield before
        many = piece * (MIB // len(piece) + 1)
        for _ in range(count * len(piece) // len(many) + 1):
            yield many
        yield after

    return bomb(part, pieces(), {name: data for name, data in GOOD.items() if name != part})


def rows_of(count: int) -> bytes:
    """A workbook with so many rows of one cell."""

    def pieces() -> Iterator[bytes]:
        yield BEFORE
        for start in range(1, count + 1, 10_000):
            yield "".join(f'<row r="{row}"><c r="A{row}"><v>1</v></c></row>' for row in range(start, start + 10_000)).encode()
        yield AFTER

    return bomb(SHEET, pieces(), {name: data for name, data in GOOD.items() if name != SHEET})


def encrypted_part() -> bytes:
    """A workbook whose parts say that they are encrypted."""
    data = bytearray(workbook())
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        found = -1
        while (found := data.find(signature, found + 1)) >= 0:
            data[found + at] |= 1
    return bytes(data)


def with_dtd(subset: str, text: str = "x") -> bytes:
    """A sheet that declares something."""
    return sheet_of(f"<!DOCTYPE worksheet [{subset}]>{sheet_xml([[text]])}".encode())


def types(*more: str) -> bytes:
    """The types of the parts of a workbook."""
    return GOOD["[Content_Types].xml"].replace(
        b"</Types>", "".join(f'<Override PartName="/{each}" ContentType="{each}"/>' for each in more).encode() + b"</Types>"
    )


def long_rows() -> bytes:
    """A small workbook whose every cell has the longest text that there is, in a glyph that takes the most room."""
    text = "\U00020000" + "a" * (CELL - 1)
    cells = '<c t="s"><v>0</v></c>' * 200
    rows = "".join(f'<row r="{number}">{cells}</row>' for number in range(1, 41))
    return zipped(
        GOOD | {SHEET: BEFORE + rows.encode() + AFTER, "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}"><si><t>{text}</t></si></sst>'.encode()}
    )


LAUGHS = "".join(f'<!ENTITY l{each} "{f"&l{each - 1};" * 10 if each else "ha"}">' for each in range(10))
CASES: dict[str, tuple[str, str, Callable[[], bytes]]] = {
    # what it is called, by which rule it is refused, what is in it
    "nothing": ("a.xlsx", "file-empty", lambda: b""),
    "a name that says nothing": ("a", "file-kind", separated),
    "a text": ("a.txt", "file-kind", separated),
    "an old workbook": ("a.xls", "file-old", lambda: OLD),
    "an old workbook, renamed": ("a.xlsx", "file-old", lambda: OLD),
    "a password": ("a.xlsx", "file-encrypted", lambda: OLD + "EncryptedPackage".encode("utf-16-le")),
    "encrypted parts": ("a.xlsx", "file-encrypted", encrypted_part),
    "CSV, renamed": ("a.xlsx", "file-other", separated),
    "a workbook, renamed": ("a.csv", "file-other", workbook),
    "a web page": ("a.xlsx", "file-other", lambda: b"\xef\xbb\xbf <html><table><tr><td>1</td></tr></table></html>"),
    "a web page as CSV": ("a.csv", "file-other", lambda: b"<!DOCTYPE html><html></html>"),
    "a workbook of 2003 in XML": ("a.xlsx", "file-other", lambda: b'<?xml version="1.0"?><Workbook/>'),
    "a PDF": ("a.xlsx", "file-other", lambda: b"%PDF-1.7 ..."),
    "a picture": ("a.csv", "file-other", lambda: b"\x89PNG\r\n\x1a\n" + bytes(50)),
    "a program": ("a.csv", "file-other", lambda: b"MZ\x90\0" + bytes(100)),
    "another archive": ("a.xlsx", "file-other", lambda: zipped({"a.txt": b"1"})),
    "a Word document": ("a.xlsx", "file-other", lambda: zipped({"[Content_Types].xml": b"<T/>", "word/document.xml": b"<d/>"})),
    "OpenDocument": ("a.xlsx", "file-other", lambda: zipped({"mimetype": b"application/vnd.oasis", "content.xml": b"<d/>"})),
    "a binary workbook": (
        "a.xlsx",
        "file-binary",
        lambda: zipped(
            GOOD | {"[Content_Types].xml": types("application/vnd.ms-excel.sheet.binary.macroEnabled.main".replace("macroEnabled.", ""))}
        ),
    ),
    "macros by their type": (
        "a.xlsx",
        "file-macros",
        lambda: zipped(GOOD | {"[Content_Types].xml": types("application/vnd.ms-excel.sheet.macroEnabled.main+xml")}),
    ),
    "macros by their part": ("a.xlsx", "file-macros", lambda: zipped(GOOD | {"xl/vbaProject.bin": b"\0"})),
    "macros by their part, in capitals": ("a.xlsm", "file-macros", lambda: zipped(GOOD | {"xl/VBAPROJECT.BIN": b"\0"})),
    "macros of old": ("a.xlsx", "file-macros", lambda: zipped(GOOD | {"xl/macrosheets/sheet1.xml": b"<x/>"})),
    "cut short": ("a.xlsx", "file-broken", lambda: workbook()[:-40]),
    "cut short by half": ("a.xlsx", "file-broken", lambda: workbook()[: len(workbook()) // 2]),
    "its end alone": ("a.xlsx", "file-broken", lambda: b"PK\x05\x06" + bytes(10)),
    "an archive of nothing": ("a.xlsx", "file-other", lambda: b"PK\x05\x06" + bytes(18)),
    "a sheet that ends in the middle": ("a.xlsx", "file-broken", lambda: sheet_of(GOOD[SHEET][:-30])),
    "a sheet that is no XML": ("a.xlsx", "file-broken", lambda: sheet_of(b"\0\1\2")),
    "a sheet with two roots": ("a.xlsx", "file-broken", lambda: sheet_of(GOOD[SHEET] * 2)),
    "a sheet that is missing": ("a.xlsx", "file-broken", lambda: zipped({name: data for name, data in GOOD.items() if name != SHEET})),
    "two parts of one name": ("a.xlsx", "file-broken", lambda: zipped(GOOD | {SHEET.upper(): GOOD[SHEET]})),
    "a sheet that lies elsewhere": (
        "a.xlsx",
        "file-broken",
        lambda: zipped(
            GOOD
            | {
                "xl/_rels/workbook.xml.rels": GOOD["xl/_rels/workbook.xml.rels"].replace(
                    b'Target="worksheets/sheet1.xml"', b'TargetMode="External" Target="http://127.0.0.1:9/sheet1.xml"'
                )
            }
        ),
    ),
    "a sheet outside of the archive": (
        "a.xlsx",
        "file-broken",
        lambda: zipped(
            GOOD
            | {"xl/_rels/workbook.xml.rels": GOOD["xl/_rels/workbook.xml.rels"].replace(b"worksheets/sheet1.xml", b"../../../etc/passwd")}
        ),
    ),
    "a header that says less": ("a.xlsx", "file-broken", lambda: lying(GOOD, SHEET, 100)),
    "a header that says more": ("a.xlsx", "file-bomb", lambda: lying(GOOD, SHEET, 0xFFFFFFF0)),
    "a bomb whose header says little": (
        "a.xlsx",
        "file-broken",
        lambda: lying(GOOD | {SHEET: BEFORE + b" " * (20 * MIB) + AFTER}, SHEET, 1000),
    ),
    "entities that grow": ("a.xlsx", "file-dtd", lambda: with_dtd(LAUGHS, "¤").replace("¤".encode(), b"&l9;")),
    "an entity in a file": ("a.xlsx", "file-dtd", lambda: with_dtd('<!ENTITY e SYSTEM "file:///etc/passwd">')),
    "an entity on the net": ("a.xlsx", "file-dtd", lambda: with_dtd('<!ENTITY % e SYSTEM "http://127.0.0.1:9/x"> %e;')),
    "a DTD elsewhere": ("a.xlsx", "file-dtd", lambda: sheet_of(b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">' + GOOD[SHEET])),
    "a DTD in another part": (
        "a.xlsx",
        "file-dtd",
        lambda: zipped(GOOD | {"xl/sharedStrings.xml": f'<!DOCTYPE s []><sst xmlns="{MAIN}"/>'.encode()}),
    ),
    "a bomb by size": ("a.xlsx", "file-bomb", lambda: huge(b" ", INFLATED + MIB)),
    "a bomb by size in texts": (
        "a.xlsx",
        "file-memory",
        lambda: huge(b"<si><t>" + b"x" * 4000 + b"</t></si>", 30_000, f'<sst xmlns="{MAIN}">'.encode(), b"</sst>", "xl/sharedStrings.xml"),
    ),
    "a bomb by number of texts": (
        "a.xlsx",
        "file-memory",
        lambda: huge(b"<si/>", 3_000_000, f'<sst xmlns="{MAIN}">'.encode(), b"</sst>", "xl/sharedStrings.xml"),
    ),
    "texts with very many attributes": (
        "a.xlsx",
        "cells-many",
        lambda: huge(
            b'<si a="" b="" c="" d="" e=""><t f="" g="" h="" i="">ab</t></si>',
            1_400_000,
            f'<sst xmlns="{MAIN}">'.encode(),
            b"</sst>",
            "xl/sharedStrings.xml",
        ),
    ),
    "a bomb by parts": ("a.xlsx", "file-parts", lambda: zipped(GOOD | {f"x/{number}": b"" for number in range(PARTS)})),
    "a bomb by elements": ("a.xlsx", "cells-many", lambda: huge(b"<x/>", 9_000_000)),
    "a bomb by depth": ("a.xlsx", "file-broken", lambda: huge(b"<x>", 1_000_000)),
    "an element without an end": ("a.xlsx", "file-broken", lambda: huge(b"x" * 1000, 100_000, BEFORE + b'<row a="')),
    "a comment without an end": ("a.xlsx", "file-broken", lambda: huge(b"x> " * 300, 100_000, BEFORE + b"<!-- ")),
    "a name without an end": ("a.xlsx", "file-broken", lambda: huge(b"x" * 1000, 100_000, BEFORE + b"<")),
    "a cell without an end": ("a.xlsx", "cell-long", lambda: huge(b"x" * 1000, 100_000, BEFORE + b'<row r="1"><c r="A1" t="str"><v>')),
    "blank cells without an end": ("a.xlsx", "cells-many", lambda: huge(b'<c s="1"/>', 9_000_000)),
    "a million rows": ("a.xlsx", "rows-many", lambda: rows_of(1_000_000)),
    "16,384 columns": (
        "a.xlsx",
        "columns-many",
        lambda: workbook([["1"] * 16_384]),
    ),
    "one cell in the last corner": (
        "a.xlsx",
        "columns-many",
        lambda: sheet_of(BEFORE + b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>' + AFTER),
    ),
    "a row past the last": ("a.xlsx", "file-broken", lambda: sheet_of(BEFORE + b'<row r="1048577"><c><v>1</v></c></row>' + AFTER)),
    "rows out of order": ("a.xlsx", "file-broken", lambda: sheet_of(BEFORE + b'<row r="2"/><row r="1"/>' + AFTER)),
    "a cell twice": (
        "a.xlsx",
        "file-broken",
        lambda: sheet_of(BEFORE + b'<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>' + AFTER),
    ),
    "a cell of another row": ("a.xlsx", "file-broken", lambda: sheet_of(BEFORE + b'<row r="1"><c r="A2"><v>1</v></c></row>' + AFTER)),
    "a number that is none": ("a.xlsx", "file-broken", lambda: sheet_of(BEFORE + b'<row r="1"><c r="A1"><v>one</v></c></row>' + AFTER)),
    "a text that is not there": (
        "a.xlsx",
        "file-broken",
        lambda: sheet_of(BEFORE + b'<row r="1"><c r="A1" t="s"><v>7</v></c></row>' + AFTER),
    ),
    "a cell longer than any": ("a.xlsx", "cell-long", lambda: workbook([["x" * (CELL + 1)]])),
    "a row longer than any": ("a.xlsx", "row-long", long_rows),
    "hidden sheets alone": ("a.xlsx", "sheets-none", lambda: zipped(parts({"a": sheet_xml([HEADING, ROW])}, states={"a": "hidden"}))),
    "very hidden sheets alone": (
        "a.xlsx",
        "sheets-none",
        lambda: zipped(parts({"a": sheet_xml([HEADING, ROW])}, states={"a": "veryHidden"})),
    ),
    "a blank sheet": ("a.xlsx", "sheets-none", lambda: workbook([])),
    "two sheets": ("a.xlsx", "sheets-several", lambda: zipped(parts({"甲": sheet_xml([HEADING, ROW]), "乙": sheet_xml([["1"]])}))),
    "hidden rows": (
        "a.xlsx",
        "rows-hidden",
        lambda: sheet_of(GOOD[SHEET].replace(b'<row r="2"', b'<row r="2" hidden="1"')),
    ),
    "rows without height": ("a.xlsx", "rows-hidden", lambda: sheet_of(GOOD[SHEET].replace(b'<row r="2"', b'<row r="2" ht="0"'))),
    "hidden columns": ("a.xlsx", "columns-hidden", lambda: workbook(before='<cols><col min="2" max="3" hidden="1"/></cols>')),
    "very many merged cells": (
        "a.xlsx",
        "merged-many",
        lambda: workbook(after="<mergeCells>" + '<mergeCell ref="A1:B2"/>' * 20_001 + "</mergeCells>"),
    ),
    "formats without an end": (
        "a.xlsx",
        "file-broken",
        lambda: huge(
            b'<numFmt numFmtId="1" formatCode="[a[a[a[a"/>',
            10_000,
            f'<styleSheet xmlns="{MAIN}">'.encode(),
            b"</styleSheet>",
            "xl/styles.xml",
        ),
    ),
    "relations without an end": (
        "a.xlsx",
        "file-bomb",
        lambda: huge(b'<R Target="' + b"../" * 1000 + b'"/>', 12_000, b"<R>", b"</R>", "xl/_rels/workbook.xml.rels"),
    ),
    "types without an end": ("a.xlsx", "cells-many", lambda: huge(b"<T/>", 1_100_000, b"<T>", b"</T>", "[Content_Types].xml")),
    "merged cells over others": (
        "a.xlsx",
        "merged-many",
        lambda: workbook(after="<mergeCells>" + '<mergeCell ref="A1:B200000"/>' * 201 + "</mergeCells>"),
    ),
    "UTF-16": ("a.csv", "csv-utf16", lambda: separated(encoding="utf-16")),
    "UTF-16 without its mark": ("a.csv", "csv-utf16", lambda: b"id,name\r\n1,two\r\n".decode().encode("utf-16-le")),
    "no encoding": ("a.csv", "csv-encoding", lambda: separated() + b"\xff\xff,\r\n"),
    "broken UTF-8 with its mark": ("a.csv", "csv-encoding", lambda: b"\xef\xbb\xbf" + separated(encoding="gb18030")),
    "a NUL": ("a.csv", "csv-nul", lambda: separated().replace(b"2026-01", b"2026\0" + b"01")),
    "a quote that is not closed": ("a.csv", "csv-quote", lambda: separated([HEADING, ('"1', *ROW[1:]), ROW])),
    "a quote that swallows a row": ("a.csv", "csv-quote", lambda: separated([HEADING, ('"1', *ROW[1:]), ROW, ("x", *ROW[1:5], '2"')])),
    "text behind a quote": ("a.csv", "csv-quote", lambda: separated([HEADING, ('"1"2', *ROW[1:])])),
    "a return in the middle": ("a.csv", "csv-return", lambda: separated([HEADING, ROW]) + b"1,2,\r3,4,5,6\r\n"),
    "a line without an end": ("a.csv", "csv-long", lambda: separated() + b"x," * MIB),
    "one column": ("a.csv", "csv-delimiter", "问题\r\n没有饮水机\r\n".encode),
    "two delimiters": ("a.csv", "csv-delimiter", "编号,单位;问题\r\n1,2;3\r\n".encode),
    "a cell of very many lines, and many of them": ("a.csv", "rows-many", lambda: b"a,b\n" + (b'"' + b"x\n" * 16_000 + b'",1\n') * 100),
    "a million lines": ("a.csv", "rows-many", lambda: b"1,2\r\n" * (ROWS + 1)),
}


@pytest.mark.parametrize("case", CASES)
async def test_a_hostile_file_is_refused_by_name_with_what_to_do(case: str, tmp_path: Path) -> None:
    name, rule, content = CASES[case]
    before = open_files()
    with pytest.raises(FileRefused) as refused:
        await told(tmp_path, content(), name)
    assert refused.value.rule == rule, refused.value.detail
    assert refused.value.detail.zh
    assert refused.value.detail.en
    assert left_in(tmp_path) == []
    assert open_files() == before


def left_in(folder: Path) -> list[Path]:
    """What stands there."""
    return list(folder.iterdir())


def open_files() -> list[str]:
    """The files that this process has open, with or without a name; not its pipes and the like, which the loop opens and closes as it pleases."""
    found = []
    for each in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            found.append(str(each.readlink()))
    return sorted(each for each in found if each.startswith("/"))


async def test_a_file_that_is_larger_than_any_is_not_even_opened(tmp_path: Path) -> None:
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.truncate(LARGEST + 1)
    with pytest.raises(FileRefused) as refused:
        await read(path, "a.xlsx")
    assert refused.value.rule == "file-large"


async def test_a_sheet_may_hold_as_much_as_its_limit_says_though_it_is_looked_at_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = workbook([HEADING, *[ROW] * 50])
    with ZipFile(BytesIO(content)) as archive:
        tags = sum(archive.read(each).count(b"<") for each in archive.namelist())
    for limit, rules in ((tags, []), (tags // 2, ["cells-many"])):
        monkeypatch.setattr("services.intake.files.reading.READER", (sys.executable, "-c", f"{LIMITED}xml.TAGS = {limit}; main()"))
        found = list[str]()
        try:
            await told(tmp_path, content)
        except FileRefused as refused:
            found.append(refused.rule)
        assert found == rules


LIMITED = "import services.intake.files.apart.xml as xml; from services.intake.files.apart.__main__ import main; "


@pytest.mark.parametrize(
    "case", ["a bomb by size", "a bomb by size in texts", "a bomb by elements", "a million rows", "one cell in the last corner"]
)
def test_the_process_that_reads_a_bomb_holds_less_than_300_mib(case: str, tmp_path: Path) -> None:
    name, rule, content = CASES[case]
    path = tmp_path / "bomb"
    path.write_bytes(content())
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    with path.open("rb") as given, (tmp_path / "rows").open("wb") as out:
        done = subprocess.run(
            (sys.executable, "-m", "services.intake.files.apart", name.rpartition(".")[2], str(out.fileno())),
            stdin=given,
            capture_output=True,
            cwd=CODE,
            pass_fds=(out.fileno(),),
            check=True,
        )
    assert f'"{rule}"'.encode() in done.stdout
    assert MEMORY < 300 * MIB
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss <= max(before, 300 << 10)


async def test_what_takes_more_memory_than_there_is_is_refused_and_no_other_process_feels_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.intake.files.reading.READER", (sys.executable, "-c", HUNGRY))
    with pytest.raises(FileRefused) as refused:
        await told(tmp_path, workbook())
    assert refused.value.rule == "file-memory"


HUNGRY = """
import services.intake.files.apart.__main__ as apart
apart.read_workbook = lambda *_: bytearray(1 << 30)
apart.main()
"""


async def test_what_takes_too_long_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.intake.files.reading.READER", (sys.executable, "-c", "while True: pass"))
    monkeypatch.setattr("services.intake.files.reading.LONGEST", 0.2)
    with pytest.raises(FileRefused) as refused:
        await told(tmp_path, workbook())
    assert refused.value.rule == "file-slow"


async def test_where_the_disk_is_full_nobody_is_told_that_the_file_is_damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.intake.files.reading.READER", (sys.executable, "-c", FULL))
    with pytest.raises(Unavailable):
        await told(tmp_path, workbook())


FULL = """
import errno, services.intake.files.apart.__main__ as apart
def read(*_): raise OSError(errno.ENOSPC, "no space")
apart.read_workbook = read
apart.main()
"""


async def test_a_process_that_dies_is_a_file_that_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.intake.files.reading.READER", (sys.executable, "-c", "import os; os.abort()"))
    with pytest.raises(FileRefused) as refused:
        await told(tmp_path, workbook())
    assert refused.value.rule == "file-broken"


@pytest.mark.parametrize(
    ("said", "logged"),
    [
        ("Traceback\nValueError: 13800138000", "ValueError"),
        ("Traceback\nzipfile.BadZipFile: Li Wei", "zipfile.BadZipFile"),
        ("Traceback\nValueError: a cell\nLi Wei 13800138000", "?"),
        ("Traceback\nValueError: a cell\n张三", "?"),
        ("13800138000", "?"),
        ("", "?"),
    ],
)
async def test_of_a_failure_its_class_is_logged_and_nothing_that_the_file_says(
    said: str, logged: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.intake.files.reading.READER", (sys.executable, "-c", f"import sys; sys.exit({said!r} or 1)"))
    with capture_logs() as lines, pytest.raises(FileRefused):
        await told(tmp_path, workbook())
    assert [each["cause"] for each in lines if each["event"] == "file reader ended"] == [logged]


async def test_whoever_goes_away_leaves_no_process_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sign = tmp_path / "pid"
    monkeypatch.setattr(
        "services.intake.files.reading.READER",
        (sys.executable, "-c", f"import os, pathlib, signal; pathlib.Path({str(sign)!r}).write_text(str(os.getpid())); signal.pause()"),
    )
    with kept(tmp_path, workbook(), "a") as path:
        reading = asyncio.create_task(read(path, "a.xlsx"))
        while not (sign.exists() and sign.read_text()):
            await asyncio.sleep(0.01)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
    with pytest.raises(ProcessLookupError):
        os.kill(int(sign.read_text()), 0)


async def test_others_are_served_while_a_file_is_read(tmp_path: Path) -> None:
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    serving = asyncio.create_task(others())
    with pytest.raises(FileRefused):
        await told(tmp_path, CASES["a bomb by elements"][2]())
    serving.cancel()
    assert turns > 100


async def test_links_pictures_formulas_and_other_parts_are_left_alone(tmp_path: Path) -> None:
    table = [
        HEADING,
        (
            f'<c r="@" t="str"><f>HYPERLINK("http://127.0.0.1:9","{ROW[0]}")</f><v>{ROW[0]}</v></c>'.replace(
                '"http://127.0.0.1:9","2026-01"', "1"
            ),
            *ROW[1:],
        ),
    ]
    content = parts(
        {"Sheet1": sheet_xml(table, after=f'<hyperlinks xmlns:r="{OFFICE}"><hyperlink ref="A2" r:id="rIdX"/></hyperlinks>')},
        book='<externalReferences><externalReference r:id="rIdE"/></externalReferences>',
        more={
            "xl/externalLinks/externalLink1.xml": b"<!DOCTYPE x><x/>",
            "xl/embeddings/oleObject1.bin": b"\0" * 100,
            "xl/media/image1.png": b"no picture",
            "xl/worksheets/_rels/sheet1.xml.rels": b"no XML",
            "xl/connections.xml": b"<connections/>",
        },
    )
    (row,) = await told(tmp_path, zipped(content))
    assert row.mistakes == ()
