"""Every event that crosses a boundary: a fact in the past tense, named as the bureaus name it.

A *told* fact is what somebody says happened; a *recorded* one is what stands in a book. `CATALOGUE` lists them all; `docs/events.md` is made from it.
A new optional field needs no new version; any other change gets a class of its own, `…V2`, and an upcast.
"""

from types import ModuleType

from shared.events import (
    activity,
    award,
    campaign,
    clock,
    common_problem,
    extension,
    hand_over,
    hazard,
    holding,
    idea,
    indicator,
    issue,
    lateness,
    leaving,
    light,
    nomination,
    notice,
    people,
    phase,
    proposal,
    refusal,
    reporter,
    returns,
    roles,
    sample,
    self_check,
    statement,
    strike_off,
    supervision,
    tree,
    unit_plan,
    visit,
    watch_topic,
)
from shared.events.fact import Fact

MODULES: tuple[ModuleType, ...] = (
    tree,
    people,
    campaign,
    phase,
    statement,
    issue,
    strike_off,
    leaving,
    supervision,
    hand_over,
    reporter,
    common_problem,
    hazard,
    lateness,
    extension,
    holding,
    self_check,
    unit_plan,
    returns,
    roles,
    watch_topic,
    activity,
    indicator,
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
