"""CSV: which encoding and which delimiter it has, where that is certain, and its records."""

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator
from io import TextIOWrapper
from itertools import islice
from typing import IO, Any

from services.intake.files.apart.limits import CELL, LINE, LINES, ROWS, Stop
from services.intake.files.apart.out import Out

CHUNK = 1 << 20
"""Bytes that are looked at at a time."""
DELIMITERS = (",", ";", "\t")
LOOKED_AT = 100
"""Records by which the delimiter is known."""
CJK = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")


def read_separated(file: IO[bytes], out: Out) -> dict[str, Any]:
    """Read the records of a CSV file. Raises Stop."""
    encoding = _encoding(file)
    delimiter = _delimiter(file, encoding)
    ends = set[bool]()
    for number, (record, lines) in enumerate(_records(file, encoding, delimiter), 1):
        ends.add(lines.last.endswith("\r"))
        if len(ends) > 1:
            raise Stop("csv-return", line=lines.number)
        if number == 1 and record == [f"sep={delimiter}"]:
            continue
        if any(each.strip() for each in record):
            while not record[-1].strip():
                record.pop()
            out.row(number, [_plain(each) for each in record])
    out.flush()
    if not out.count:
        raise Stop("file-empty")
    return {"name": "", "count": out.count, "merged": [], "loose": True, "date1904": False}


def _plain(cell: str) -> str | None:
    """A cell, of one that is written so that Excel keeps its zeros (="007") the text in it."""
    if cell.startswith('="') and cell.endswith('"') and len(cell) > 2:
        return cell[2:-1] or None
    return cell or None


def _encoding(file: IO[bytes]) -> str:
    """`utf-8-sig` or `gb18030`. Raises Stop where neither fits, or both do."""
    file.seek(0)
    start = file.read(4)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Stop("csv-utf16")
    file.seek(0)
    marked, sample = start.startswith(codecs.BOM_UTF8), file.read(CHUNK)
    if b"\0" in sample:
        even, odd = sample[0::2].count(0), sample[1::2].count(0)
        if max(even, odd) * 3 > len(sample):  # of letters and signs of most Western texts one byte is nothing
            raise Stop("csv-utf16")
    _refuse_nul(file)
    line, wide = _decoded(file, "utf-8-sig")
    if line == 0:
        if marked or wide is None or wide[1]:
            return "utf-8-sig"
        other, found = _decoded(file, "gb18030")
        if other == 0 and found is not None and found[1]:
            raise Stop("csv-unsure", line=wide[0], one=wide[2], other=found[2])
        return "utf-8-sig"
    other, _ = _decoded(file, "gb18030")
    if marked or other:
        raise Stop("csv-encoding", line=line if marked else other)
    return "gb18030"


def _refuse_nul(file: IO[bytes]) -> None:
    file.seek(0)
    lines = 1
    while chunk := file.read(CHUNK):
        if (at := chunk.find(b"\0")) >= 0:
            raise Stop("csv-nul", line=lines + chunk.count(b"\n", 0, at))
        lines += chunk.count(b"\n")


def _decoded(file: IO[bytes], encoding: str) -> tuple[int, tuple[int, bool, str] | None]:
    """The line in which a file is not in this encoding, 0 where it is; and of the first line with more than ASCII its number, whether that or a later such line
    has Chinese in it, and its beginning.
    """
    file.seek(0)
    decoder, lines, wide = codecs.getincrementaldecoder(encoding)(), 1, None
    while True:
        chunk = file.read(CHUNK)
        try:
            text = decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            return lines + error.object.count(b"\n", 0, error.start), None
        if not text.isascii():
            chinese = CJK.search(text) is not None
            if wide is None:
                number, shown = next((index, each) for index, each in enumerate(text.split("\n")) if not each.isascii())
                wide = (lines + number, chinese, shown.strip()[:30])
            elif chinese and not wide[1]:
                wide = (wide[0], True, wide[2])
        lines += text.count("\n")
        if not chunk:
            return 0, wide


class _Lines:
    """The lines of a file, with their ends."""

    def __init__(self, text: TextIOWrapper) -> None:
        self._text, self.number, self.last = text, 0, ""

    def __iter__(self) -> Iterator[str]:
        while line := self._text.readline(LINE):
            self.number += 1
            if self.number > LINES:
                raise Stop("rows-many", limit=ROWS)
            if len(line) >= LINE and not line.endswith(("\n", "\r")):
                raise Stop("csv-long", line=self.number, limit=LINE)
            self.last = line if line.endswith(("\n", "\r")) else self.last  # the last line of a file may have no end
            yield line


def _records(file: IO[bytes], encoding: str, delimiter: str) -> Iterator[tuple[list[str], _Lines]]:
    """The records of a file. Raises Stop."""
    file.seek(0)
    text = TextIOWrapper(file, encoding, newline="")
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        while True:
            first = lines.number + 1
            record = next(reader)
            if lines.number > first and any(_swallows(each, delimiter, len(record)) for each in record):
                raise Stop("csv-quote", line=first)
            yield record, lines
    except StopIteration:
        return
    except csv.Error as error:
        if "field larger" in str(error):
            raise Stop("cell-long", cell=f"#{lines.number}", limit=CELL) from None
        raise Stop("csv-quote", line=lines.number) from None
    finally:
        text.detach()


def _swallows(cell: str, delimiter: str, width: int) -> bool:
    """Whether a cell with line ends in it looks as if a quote that is not closed had swallowed other records."""
    lines = re.split("\r\n|\r|\n", cell)
    return len(lines) > 1 and sum(line.count(delimiter) >= max(2, width - 2) for line in lines) > 0


def _delimiter(file: IO[bytes], encoding: str) -> str:
    """What parts the columns. Raises Stop where that is not certain."""
    fits = dict[str, tuple[int, int]]()
    why = Stop("csv-delimiter")
    for each in DELIMITERS:
        try:
            records = [record for record, _ in islice(_records(file, encoding, each), LOOKED_AT)]
        except Stop as stop:
            if stop.rule == "rows-many":
                raise
            why = stop if stop.rule in ("csv-quote", "csv-long", "cell-long") else why
            continue
        if records and records[0] == [f"sep={each}"]:
            return each
        widths = Counter(len(record) for record in records if any(record) and len(record) > 1)
        if widths:
            fits[each] = (sum(widths.values()), widths.most_common(1)[0][1])
    if not fits:
        raise why
    best = max(fits, key=lambda each: fits[each])
    if any(fits[each][1] >= fits[best][1] for each in fits if each != best):
        raise Stop("csv-delimiter")
    return best
