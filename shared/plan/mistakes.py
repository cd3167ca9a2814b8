"""What is wrong between the parts of a plan or of a tree of units, and where."""

from typing import NamedTuple

from shared.values import Wording


class Mistake(NamedTuple):
    """A mistake between the parts of a plan or of a tree of units."""

    where: tuple[str | int, ...]
    """The way to it in the file: a section, then the code or number of an entry (in a tree its place), then a field, as far as it goes."""
    what: Wording
    """What is wrong, and what would be right."""
    code: str | None = None
    """What is named there, and does not exist."""
    rests_on: tuple[str, ...] = ()
    """Sections without which nobody could say so; what is said of an entry rests on that entry besides."""

    @property
    def place(self) -> str:
        """Where it is, as people write it: `phases.P3.1.end`."""
        return ".".join(map(str, self.where))

    def __str__(self) -> str:
        return f"{self.place}: {self.what.en}"


class PlanMistakes(ValueError):
    """Every mistake between the parts of a plan, at once."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        self.mistakes = mistakes
        super().__init__("; ".join(map(str, mistakes)))

    def said(self) -> Wording:
        """All of them in one text, in Chinese and English, as far as it may be long."""
        zh, en = ("；".join(f"{each.place}：{each.what.zh}" for each in self.mistakes), str(self))
        return Wording(zh=zh[:900], en=en[:1900])
