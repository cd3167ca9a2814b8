"""What was read of a sheet, as it is handed on: a line of JSON for each row that is not blank."""

from typing import IO, Any

import orjson

from services.intake.files.apart.limits import COLUMNS, OUTPUT, ROW, ROWS, Stop

AT_ONCE = 256 << 10
"""Bytes that are written at once."""


class Out:
    """Writes rows."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._size, self._held, self._waiting = file, 0, 0, list[bytes]()
        self.count = 0

    def row(self, number: int, cells: list[Any]) -> None:
        """One that is not blank. Raises Stop."""
        if self.count == ROWS:
            raise Stop("rows-many", limit=ROWS)
        if len(cells) > COLUMNS:
            raise Stop("columns-many", row=number, column=letters(len(cells) - 1), limit=COLUMNS)
        self.count += 1
        line = orjson.dumps((number, cells))
        if len(line) > ROW:
            raise Stop("row-long", row=number, limit=ROW)
        self._size += len(line) + 1
        if self._size > OUTPUT:
            raise Stop("file-bomb", limit=OUTPUT)
        self._waiting.append(line)
        self._held += len(line)
        if self._held > AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        if self._waiting:
            self._file.write(b"\n".join(self._waiting) + b"\n")
            self._waiting.clear()
            self._held = 0
        self._file.flush()


def letters(column: int) -> str:
    """A column's letters, from A; `column` counts from 0."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(ord("A") + rest) + text
    return text
