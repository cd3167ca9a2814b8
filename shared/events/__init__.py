"""Every event that crosses a boundary: a fact in the past tense, named as the bureaus name it.

A *told* fact is what somebody says happened; a *recorded* one is what stands in a book. `CATALOGUE` lists them all; `docs/events.md` is made from it.
A new optional field needs no new version; any other change gets a class of its own, `…V2`, and an upcast.
"""

from types import ModuleType

from shared.events import (
    activity,
    award,
    campaign,
    check,
    checking,
    clock,
    common,
    extension,
    hand_over,
    hazard,
    holding,
    idea,
    issue,
    lateness,
    leaving,
    light,
    measure,
    nomination,
    notice,
    obligation,
    people,
    phase,
    proposal,
    refusal,
    reporter,
    roles,
    sample,
    statement,
    supervision,
    tree,
    unit_plan,
    visit,
    watch,
)
from shared.events.fact import Fact

MODULES: tuple[ModuleType, ...] = (
    tree,
    people,
    campaign,
    phase,
    statement,
    issue,
    checking,
    leaving,
    supervision,
    hand_over,
    reporter,
    common,
    hazard,
    lateness,
    extension,
    holding,
    check,
    unit_plan,
    obligation,
    roles,
    watch,
    activity,
    measure,
    visit,
    sample,
    light,
    idea,
    proposal,
    nomination,
    award,
    notice,
    clock,
    refusal,
)


def _facts(module: ModuleType) -> list[type[Fact]]:
    """The facts that a module defines, in its order."""
    found = [each for each in vars(module).values() if isinstance(each, type) and issubclass(each, Fact)]
    return [each for each in found if each.__module__ == module.__name__ and not each.__name__.startswith("_")]


CATALOGUE: dict[str, type[Fact]] = {fact.__name__: fact for module in MODULES for fact in _facts(module)}
"""Every event by its type on the wire, which is the class's name."""
