"""How much one file may ask for, and how its reading stops."""

MEMORY = 288 << 20
"""Bytes of address space of the reading process, its program included."""
SECONDS = 20
"""Seconds of the processor, and a little more by the clock, after which it is given up. What would take that long is mostly refused by what it holds before."""
PARTS = 2000
"""Parts of a workbook: a very large one has some hundreds."""
INFLATED = 256 << 20
"""Bytes that the parts of a workbook that are read may have, unpacked, all together."""
DECLARED = 1 << 30
"""Bytes that all parts may have as the archive says it."""
TAGS = 6_000_000
"""Beginnings and ends of elements in them: a cell has four, so that 100,000 rows of 14 columns have less, and"""
ATTRIBUTES = 8_000_000
"""what stands within those: a cell has two or three."""
SMALL = 32 << 20
"""Bytes that a part may have which says how a workbook is put together, and"""
SMALL_TAGS = 1_000_000
"""the beginnings and ends of elements in it."""
FORMATS = 5_000
"""Formats of numbers."""
TOKEN = 1 << 20
"""Bytes of one element's beginning, or one comment."""
TEXTS = 2_000_000
"""Shared texts, and"""
TEXT_BYTES = 96 << 20
"""the bytes that they have in all."""
ROWS = 200_000
"""Rows of a sheet; of a workbook blank ones too, where they hold formats."""
COLUMNS = 200
CELL = 32_767
"""Characters of a cell, as in Excel."""
ROW = 256 << 10
"""Bytes of a row, as it is handed on: some 90,000 Chinese characters."""
MERGED = 20_000
"""Cells that are merged."""
SHEETS = 255
OUTPUT = 256 << 20
"""Bytes of what was read, as it is handed on."""
LINE = 1 << 20
"""Characters of a line of CSV."""
LINES = 5 * ROWS
"""Lines of CSV, those within cells included."""
LAST_ROW = 1 << 20
"""The last row that a spreadsheet program has."""


class Stop(Exception):
    """The file is not read any further, by a rule of `services.intake.files.reasons.REFUSED`."""

    def __init__(self, rule: str, **values: object) -> None:
        super().__init__(rule)
        self.rule, self.values = rule, values


def broken(why: str) -> Stop:
    """A file that is damaged."""
    return Stop("file-broken", why=why)
