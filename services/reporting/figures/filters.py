"""What may be asked of the lists behind the figures. Shapes alone."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Filter:
    """Which issues."""

    campaign: str | None = None
    unit: str | None = None
    """With all below it."""
    own: bool = False
    """Of the unit's own book alone."""
    phase: str | None = None
    """In which it counts in the figure."""
    figure: str | None = None
    """None: whatever stands on the books, under every number that an issue has; else the issues behind a figure, once each."""
    month: str | None = None
    """In which it was entered; or of the figures `struck_off` and `on_time`, struck off."""
    category: str | None = None
    channel: str | None = None
    status: str | None = None
    overdue: bool | None = None
    carried_over: bool | None = None
    standing: bool | None = None
    struck: bool | None = None
    """Whether they were ever struck off, also where that was undone."""
    clock: str | None = None
    """That ran out."""
    owner: str | None = None
    """The id, or the name, of its owner."""
    text: str | None = None
    since: str | None = None
    """The first day on which it was entered."""
    until: str | None = None
    """The last."""
    called: Sequence[str] = ()
    """Who bears the owner's name, by root and id."""


@dataclass(frozen=True)
class DutyFilter:
    """Which returns, or which answers to targets; `of` is the obligation or the target."""

    campaign: str
    unit: str
    own: bool = False
    phase: str | None = None
    of: str | int | None = None
    state: str | None = None
    """Of a return; `owed`: any of one that falls due."""
    missing: bool | None = None
    """Whether a return counts as missing."""
    conforms: bool | None = None
