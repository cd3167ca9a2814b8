"""What the work may cost: the figures that were accepted last, and what has become of them."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml

Figures = Mapping[str, Mapping[str, float]]
"""What is counted of a part of the work, by the names of both."""
FILE = Path(__file__).with_name("accepted.yaml")
HEAD = """\
# What the work costs, in operations that are counted, not in seconds. `make accept` writes this file; docs/house.md says what for.
# A part of the work; below it, what it takes each time, or for each event. Commands (find, insert, ...) are MongoDB's, with the collection that they go
# to; "examined" are documents and index entries that it looked at for them, "models" those of pydantic and msgspec, "calls of our own" those of our functions.
"""
NEAR = {"calls of our own": 0.03}
"""Figures that may differ by so large a part: a function more in the path is no news. All others are to be just what was accepted."""
CAMPAIGN = "campaign"
"""What the figures are counted with."""


def read() -> Figures:
    """The figures that were accepted last; none before any were."""
    found: Figures = yaml.safe_load(FILE.read_text("utf-8")) if FILE.exists() else {}
    return found


def write(figures: Figures) -> None:
    """Accept these figures."""
    FILE.write_text(HEAD + yaml.safe_dump(figures, allow_unicode=True, width=1000), "utf-8")


def taken_over(accepted: Figures, counted: Figures) -> dict[str, dict[str, float]]:
    """The counted figures, each as it was accepted before where it did not move: what may differ a little changes no line of the file."""
    moved = {name for name, _, _ in _moved(accepted, counted)}
    return {
        part: {figure: now if f"{part}: {figure}" in moved else accepted.get(part, {}).get(figure, now) for figure, now in costs.items()}
        for part, costs in counted.items()
    }


def grown(accepted: Figures, counted: Figures) -> list[str]:
    """What costs more than was accepted, or was not there, a line each."""
    return [f"{name}: {was or 'nothing'} was accepted, it is {now}" for name, was, now in _moved(accepted, counted) if now > was]


def fallen(accepted: Figures, counted: Figures) -> list[str]:
    """What costs less than was accepted, a line each."""
    return [f"{name}: {was} was accepted, it is {now or 'nothing'}" for name, was, now in _moved(accepted, counted) if now < was]


def _moved(accepted: Figures, counted: Figures) -> Iterator[tuple[str, float, float]]:
    """Each figure that is another than was accepted, then and now."""
    for part in sorted({*accepted, *counted}, key=lambda part: (part != CAMPAIGN, part)):
        before, after = accepted.get(part, {}), counted.get(part, {})
        for figure in sorted({*before, *after}):
            was, now = before.get(figure, 0), after.get(figure, 0)
            if abs(now - was) > was * NEAR.get(figure, 0):
                yield f"{part}: {figure}", was, now
