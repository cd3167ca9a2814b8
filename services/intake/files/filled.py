"""Which rows of a sheet are filled in, and what their cells say: neither totals, signatures and repeated headings, nor rows that are numbered alone. Pure."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from services.intake.files.cells import Cells, is_blank, says_none
from services.intake.files.columns import heading
from services.intake.files.heading import Head
from services.intake.files.labels import is_beside, is_day, is_for_all, is_total
from services.intake.files.mistakes import CellMistake, NotRead
from services.intake.files.sheet import Cell, Merged, Sheet, SheetRow, letter
from services.intake.files.vocabulary import Vocabulary
from services.intake.mistakes import shown

NUMBERED = re.compile(r"[(（]?(\d+|[一二三四五六七八九十]+)[)）.、]?")
LINES = 100
"""Lines of signatures and notes at most."""
Said = list[tuple[int, Cell]]
"""Cells that say something, by their place."""


class Filled(NamedTuple):
    """A row that is filled in."""

    number: int
    values: dict[str, Any]
    """What its cells say, by field."""
    mistakes: list[CellMistake]
    cells: dict[str, Cell]
    """What stands there, by field."""


class Rows:
    """The rows of a sheet that are filled in."""

    def __init__(self, sheet: Sheet, head: Head, vocabulary: Vocabulary, cells: Cells) -> None:
        self._sheet, self._head, self._vocabulary, self._cells = sheet, head, vocabulary, cells
        self._columns = sorted(head.columns.items())
        self._required = [column for _, column in self._columns if column.required]
        self._signed = False
        """The row before was a signature."""
        below = (each for each in sheet.merged if each.bottom > each.top and each.bottom > head.number)
        self._merged = sorted(below, reverse=True)
        """Cells that are merged over several rows and still to come, the next one last."""
        self._open: list[Merged] = []
        self._asked = {code: {each.code: each for each in fields} for code, fields in vocabulary.forms.items()}

    def __iter__(self) -> Iterator[Filled]:
        held, moved = list[SheetRow](), 0
        for row in self._sheet.rows():
            if row.number <= self._head.number or self._is_beside(row, said := self._said(row)):
                continue
            if self._is_heading(said):
                held.clear()
                moved = 0 if self._is_same_heading(said) else row.number
                if not moved:
                    continue
            held.append(row)
            # What looks like a signature is one where no row follows; until then, nobody knows.
            if not self._is_signed(row, said) or len(held) > LINES:
                for each in held:
                    yield self._below(each, moved) if moved else self._filled(each)
                held.clear()

    def mistake(self, field: str, cell: Cell, error: NotRead) -> CellMistake:
        """A mistake in the column that fills a field."""
        return CellMistake(self._head.column_of(field), field, _shown(cell), error.rule, error.detail)

    def _said(self, row: SheetRow) -> Said:
        """What stands in columns that are read, or that have no heading."""
        return [
            (place, cell)
            for place, cell in enumerate(row.cells)
            if not is_blank(cell) and (place in self._head.columns or not self._head.is_headed(place))
        ]

    def _is_numbered(self, row: SheetRow) -> bool:
        cells = [row.cells[place] for place in self._head.serials if place < len(row.cells)]
        return any(NUMBERED.fullmatch(cell[:20].strip()) if isinstance(cell, str) else isinstance(cell, int | float) for cell in cells)

    def _is_beside(self, row: SheetRow, said: Said) -> bool:
        """Whether a row is none of those that are filled in: numbered alone, a remark alone, or a total."""
        filled = [(place, cell) for place, cell in enumerate(row.cells) if not is_blank(cell)]
        if not said:
            return not (self._is_numbered(row) and any(self._head.is_remark(place) and not says_none(cell) for place, cell in filled))
        total = is_total(filled[0][1]) or is_total(said[0][1])
        return total and is_beside([cell for _, cell in said], total)

    def _is_heading(self, said: Said) -> bool:
        """Whether a row is a heading once more, as the first one or another."""
        known = sum(isinstance(cell, str) and heading(cell[:60]) in self._head.names for _, cell in said)
        return self._is_same_heading(said) or (known > 1 and 2 * known >= len(said) and not is_beside([cell for _, cell in said]))

    def _is_same_heading(self, said: Said) -> bool:
        """Whether each of its cells is a heading of its column, or stands in it: of one on two lines in one of them."""
        for place, cell in said:
            text, own = heading(cell[:60]) if isinstance(cell, str) else "", self._head.texts.get(place, "")
            column = self._head.columns.get(place) if text in self._head.names else None
            if len(text) < 2 or not (own.startswith(text) or own.endswith(text) or (column and text in column.headings)):
                return False
        return len(said) > 1

    def _is_signed(self, row: SheetRow, said: Said) -> bool:
        """Whether a row looks like a signature or a note; rows are asked about in order."""
        cells = [cell for _, cell in said]
        signed = is_beside(cells) or (self._signed and is_day(cells))
        self._signed = bool(cells) and signed and (not self._is_numbered(row) or is_for_all(cells[0]))
        return self._signed

    def _below(self, row: SheetRow, moved: int) -> Filled:
        """A row below a heading that is not that of the sheet."""
        return Filled(row.number, {}, [self.mistake("", None, NotRead("head-moved", row=moved, first=self._head.number))], {})

    def _filled(self, row: SheetRow) -> Filled:
        values, mistakes, cells = dict[str, Any](), list[CellMistake](), dict[str, Cell]()
        merged = self._merged_at(row.number) if self._merged or self._open else ()
        for place, column in self._columns:
            cell = row.cells[place] if place < len(row.cells) else None
            if over := next((each for each in merged if each.left <= place <= each.right), None):
                at = f"{letter(over.left)}{over.top}:{letter(over.right)}{over.bottom}"
                mistakes.append(self.mistake(column.field, cell, NotRead("cell-merged", cells=at)))
                continue
            if is_blank(cell) or says_none(cell):
                continue
            cells[column.field] = cell
            try:
                values[column.field] = self._cells.read(column, cell)
            except NotRead as error:
                mistakes.append(self.mistake(column.field, cell, error))
        if beside := next(
            ((place, cell) for place, cell in enumerate(row.cells) if not self._head.is_headed(place) and not is_blank(cell)), None
        ):
            outside = NotRead("cell-outside", column=letter(beside[0]))
            mistakes.append(CellMistake(letter(beside[0]), "", _shown(beside[1]), outside.rule, outside.detail))
        wrong = {each.field for each in mistakes}
        for column in self._required:
            if column.field not in values and column.field not in wrong:
                mistakes.append(self.mistake(column.field, None, NotRead("cell-missing", name=column.name)))
        self._fill_form(values, mistakes, cells)
        return Filled(row.number, values, mistakes, cells)

    def _fill_form(self, values: dict[str, Any], mistakes: list[CellMistake], cells: dict[str, Cell]) -> None:
        """Fill in the form of a return, as the plan asks for it."""
        obligation = values.get("data.obligation")
        if obligation is None or not self._asked:
            return
        asked = self._asked.get(obligation, {})
        for name in [each for each in values if each.startswith("data.form.")]:
            given = asked.get(name.removeprefix("data.form."))
            try:
                if given is None:
                    raise NotRead("field-not-asked", obligation=obligation)
                values[name] = self._cells.filled(given, cells[name])
            except NotRead as error:
                del values[name]
                mistakes.append(self.mistake(name, cells[name], error))

    def _merged_at(self, row: int) -> Sequence[Merged]:
        """Cells of a row that are merged with those of others; rows are asked about in order."""
        while self._merged and self._merged[-1].top <= row:
            self._open.append(self._merged.pop())
        self._open = [each for each in self._open if each.bottom >= row]
        return self._open


def _shown(cell: Cell) -> Any:
    """As much of a cell as an answer repeats."""
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, tuple):
        return shown(cell[0]) if cell else None
    return shown(cell)
