"""A sheet as it was read: its rows on disk, in a file that has no name, so that memory holds a few of them however many there are."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from types import TracebackType
from typing import IO, Any, NamedTuple, Self

import orjson

CHUNK = 1 << 20
"""Bytes that are read at a time."""


class Month(NamedTuple):
    """A date cell that shows no day."""

    text: str
    """As YYYY-MM."""


class CellError(NamedTuple):
    """A cell that holds an error of the spreadsheet program."""

    text: str
    """Such as #REF!."""


class NoValue(NamedTuple):
    """A formula whose value is not in the file."""


class Share(NamedTuple):
    """A number that is shown in percent."""

    value: float


class Scaled(NamedTuple):
    """A number that is shown with a sign behind it which would make it another one."""

    value: float
    sign: str
    """Such as 万元."""


Cell = str | int | float | bool | date | datetime | Month | CellError | NoValue | Share | Scaled | None
"""What a cell holds; None: nothing. A date is one that shows no time."""


class SheetRow(NamedTuple):
    """A row that is not blank."""

    number: int
    """As the spreadsheet program shows it, from 1; of CSV, the record, blank ones counted."""
    cells: tuple[Cell, ...]
    """From column A on."""


class Merged(NamedTuple):
    """Cells that are merged: the first and last row (from 1) and column (from 0), all included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass
class Sheet:
    """The one sheet of a file that is filled in. To be closed, which takes it from the disk."""

    name: str
    """Of the sheet; empty for CSV."""
    count: int
    """Rows that are not blank."""
    merged: tuple[Merged, ...]
    loose: bool
    """It comes of CSV: no cell has a type, and which days numbers stand for is not said."""
    date1904: bool
    """Its days are numbered from 1904 on."""
    file: IO[bytes] = field(repr=False)

    def rows(self) -> Iterator[SheetRow]:
        """All rows that are not blank, in order. One iteration at a time."""
        self.file.seek(0)
        for line in self.file:
            number, cells = orjson.loads(line)
            yield SheetRow(number, tuple(_cell(each) if type(each) is dict else each for each in cells))

    def close(self) -> None:
        """Nothing of it is left."""
        self.file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def _cell(said: dict[str, Any]) -> Cell:
    """A cell that JSON has no type for, as the reading process wrote it."""
    ((kind, value),) = said.items()
    match kind:
        case "day":
            return date.fromisoformat(value)
        case "moment":
            return datetime.fromisoformat(value)
        case "month":
            return Month(value)
        case "error":
            return CellError(value)
        case "share":
            return Share(value)
        case "scaled":
            return Scaled(*value)
    return NoValue()


def letter(column: int) -> str:
    """A column's letters, from A; `column` counts from 0."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
