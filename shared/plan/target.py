"""What units check themselves against: targets of the checklist, and topics that are watched. G6 to G8, A9, C12."""

from collections.abc import Collection
from typing import Annotated

from pydantic import Field

from shared.values import Code, Named, PhaseCode, Value, Wording

SELF_CHECK = "self-check"
"""The channel of issues that a self-check enters (B10); a plan with a checklist must name it."""


class Threshold(Value):
    """A figure that an answer must reach. G8."""

    at_least: float | None = None
    at_most: float | None = None
    measured_in: Wording = Field(description="what the figure counts, such as ways, minutes, times a year")

    def holds(self, value: float) -> bool:
        """Whether a figure reaches it."""
        return (self.at_least is None or value >= self.at_least) and (self.at_most is None or value <= self.at_most)


class Level(Value):
    """What an item asks beyond the rest of units that are held to more, such as hospitals of grade two or above. G7."""

    needs: Annotated[tuple[Code, ...], Field(min_length=1)] = Field(description="tags that a unit must all have to be held to it")
    text: Wording
    threshold: Threshold | None = None


class Target(Value):
    """One item (任务目标) of the checklist. G6, G7."""

    number: Annotated[int, Field(ge=1, le=999)]
    aspect: Code
    text: Wording
    needs: tuple[Code, ...] = Field(default=(), description="tags that a unit must all have for the item to apply; none: applies to all")
    classes: tuple[Code, ...] = Field(default=(), description="classes of units that it applies to; none: all that check themselves")
    optional: bool = Field(default=False, description="encouraged where conditions allow (鼓励有条件的), never a finding by itself")
    threshold: Threshold | None = None
    levels: Annotated[tuple[Level, ...], Field(max_length=10)] = Field(
        default=(),
        description="what it asks beyond its own text of units with more tags; an item that asks nothing of the others has `needs`",
    )
    source: Code | None = Field(default=None, description="why it was chosen, one of target_sources (A9)")

    def applies_to(self, unit_class: str, tags: Collection[str]) -> bool:
        """Whether it applies to a unit of this class with these tags; whether units of the class check themselves at all is the plan's to say (G7)."""
        return set(self.needs) <= set(tags) and (not self.classes or unit_class in self.classes)

    def asks(self, tags: Collection[str]) -> tuple[Wording, ...]:
        """What it asks of a unit with these tags that it applies to: its own text, and that of every level that the unit is held to (G7)."""
        return (self.text, *(level.text for level in self.levels if set(level.needs) <= set(tags)))


class Watch(Named):
    """A topic where a unit that finds nothing must say how it prevents it (有则整改、无则防范). C12."""

    phase: PhaseCode = Field(description="the phase in which it is answered")
    classes: tuple[Code, ...] = Field(default=(), description="classes of units that answer it; none: all that check themselves")
