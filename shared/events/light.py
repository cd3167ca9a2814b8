"""Lights (亮灯) that people set, and the acts that follow from lights. The lights by rule stand in no book: they are figures."""

from typing import Annotated, Literal

from pydantic import StringConstraints

from shared.events.fact import Act
from shared.values import Code, Text

Month = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]
Colour = Literal["green", "yellow", "red"]


class LightSet(Act):
    """A unit above set another light of this unit for a month than the rule gives, with a reason. Told again, it takes its place. L8."""

    kind = "light"
    zh = "亮灯"
    light: Code
    month: Month
    colour: Colour
    reason: Text


class LightActTaken(Act):
    """What follows from lights in a row (约谈, 通报 …) was done. L8."""

    kind = "light"
    zh = "亮灯处置"
    light: Code
    month: Month
    act: Code
    text: Text
