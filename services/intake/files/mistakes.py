"""What is wrong with a file or a cell of it, in the words of the catalogue. Pure."""

from dataclasses import dataclass
from typing import Any

from services.intake.files.reasons import CELLS, REFUSED
from shared.values import Wording
from shared.wording import worded


class FileRefused(Exception):
    """A file that is not looked at any further; nothing of it is told."""

    def __init__(self, rule: str, **values: object) -> None:
        super().__init__(rule)
        self.rule, self.values = rule, values
        self.detail: Wording = worded(REFUSED[rule], **values)
        """What is wrong, and what to do."""


class NotRead(Exception):
    """A cell of which nobody can tell for certain what it means."""

    def __init__(self, rule: str, **values: object) -> None:
        super().__init__(rule)
        self.rule, self.values = rule, values

    @property
    def detail(self) -> Wording:
        """What is wrong, and what would be right."""
        return worded(CELLS[self.rule], **self.values)


@dataclass(frozen=True, slots=True)
class CellMistake:
    """One cell that cannot be told, and what would be right."""

    column: str
    """Its letter; empty where the whole row is meant, or the sheet has no such column."""
    field: str
    """As the mistakes of an event name it: `data.category`, `time`; or `unit`, `number`, `issue`."""
    value: Any
    """As much of what it holds as an answer repeats."""
    rule: str
    detail: Wording
