"""The shared texts of a workbook, in little memory however many there are."""

import re
from array import array

from services.intake.files.apart.limits import CELL, TEXT_BYTES, TEXTS, Stop, broken
from services.intake.files.apart.xml import MAIN, Parts

ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
NAMES = {f"{space}}}{name}": name for space in MAIN for name in ("si", "t", "rPh")}
"""The elements that matter here: there may be millions of them."""


class Texts:
    """Texts by number."""

    def __init__(self) -> None:
        self._bytes, self._ends = bytearray(), array("L", [0])

    def add(self, text: str) -> None:
        """One more. Raises Stop."""
        self._bytes += unescaped(text).encode("utf-8", "replace")
        self._ends.append(len(self._bytes))
        if len(self._ends) > TEXTS or len(self._bytes) > TEXT_BYTES:
            raise Stop("file-memory")

    def at(self, number: str) -> str:
        """The text of a number as a cell says it. Raises Stop."""
        index = int(number) if number.isdecimal() and len(number) < 10 else -1
        if not 0 <= index < len(self._ends) - 1:
            raise broken("a cell names a text that is not there")
        return self._bytes[self._ends[index] : self._ends[index + 1]].decode()


def read_texts(parts: Parts, name: str) -> Texts:
    """The shared texts of a workbook. Raises Stop."""
    texts, said, aside, size = Texts(), list[str](), 0, 0
    inside = False

    def start(full: str, _: dict[str, str]) -> None:
        nonlocal inside, aside, size
        match NAMES.get(full):
            case "si":
                said.clear()
                size = 0
            case "t":
                inside = True
            case "rPh":  # how it is pronounced
                aside += 1

    def end(full: str) -> None:
        nonlocal inside, aside
        match NAMES.get(full):
            case "si":
                texts.add("".join(said))
            case "t":
                inside = False
            case "rPh":
                aside -= 1

    def characters(text: str) -> None:
        nonlocal size
        if inside and not aside:
            size += len(text)
            if size > 2 * CELL:
                raise Stop("cell-long", cell="sharedStrings", limit=CELL)
            said.append(text)

    parts.parse(name, start, end, characters, small=False)
    return texts


def unescaped(text: str) -> str:
    """A text with the characters that a workbook writes as _x000A_."""
    if "_x" not in text:
        return text
    found = ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return found.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
