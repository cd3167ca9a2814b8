"""Rows that were not taken, with their reasons: as an answer lists them, and on disk for the workbook, however many there are."""

from collections.abc import Iterator, Sequence
from tempfile import TemporaryFile
from types import TracebackType
from typing import Any, Self

import orjson

from services.intake.files.heading import Head
from services.intake.files.mistakes import CellMistake
from services.intake.files.reasons import CELLS
from services.intake.files.report import RefusedRow
from services.intake.files.rows import FileRow
from services.intake.mistakes import EventMistake
from shared.wording import worded

OF_A_ROW = 4_000
"""Characters of the reasons of one row; those past them are counted."""
OF_ALL = 64 << 20
"""Bytes of the reasons of a whole sheet, after which a row has a short one alone."""
Mistake = dict[str, Any]
"""As an answer says it: row, column, field, value, rule, and the detail in both languages."""


def mistakes_of(row: FileRow, answered: Sequence[EventMistake], head: Head) -> list[Mistake]:
    """What is wrong with a row: as it was read, or as intake answers of its event."""
    said = [_said(row.number, each.column, each) for each in row.mistakes]
    return said + [_said(row.number, head.column_of(each.field), each) for each in answered]


def _said(number: int, column: str, mistake: CellMistake | EventMistake) -> Mistake:
    said = {"row": number, "column": column, "field": mistake.field, "value": mistake.value, "rule": mistake.rule}
    return said | {"detail": mistake.detail.en, "detail_zh": mistake.detail.zh}


class Refusals:
    """Rows that were not taken, in the order of the sheet, in a file that has no name."""

    def __init__(self) -> None:
        self._file = TemporaryFile()  # noqa: SIM115  # closed at the end
        self._size = 0

    def add(self, number: int, mistakes: Sequence[Mistake]) -> None:
        """A row that was not taken."""
        columns = sorted({_index(each["column"]) for each in mistakes if each["column"]})
        reasons = _reasons(mistakes) if self._size < OF_ALL else [_both("report-full", len(mistakes))]
        self._size += self._file.write(orjson.dumps([number, columns, reasons], option=orjson.OPT_APPEND_NEWLINE))

    def rows(self) -> Iterator[RefusedRow]:
        """All of them."""
        self._file.seek(0)
        for line in self._file:
            number, columns, reasons = orjson.loads(line)
            yield RefusedRow(number, tuple(columns), tuple(reasons))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()


def _reasons(mistakes: Sequence[Mistake]) -> list[str]:
    """The reasons of a row, the first at least, and how many more there are."""
    reasons, size = list[str](), 0
    for each in mistakes:
        reason = f"{each['detail_zh']} {each['detail']}"
        size += len(reason)
        if reasons and size > OF_A_ROW:
            return [*reasons, _both("report-more", len(mistakes) - len(reasons))]
        reasons.append(reason)
    return reasons


def _both(reason: str, count: int) -> str:
    said = worded(CELLS[reason], count=count)
    return f"{said.zh} {said.en}"


def _index(letters: str) -> int:
    """The column of some letters, from 0."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1
