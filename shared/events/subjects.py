"""The events of all subjects but the campaign itself, whose events carry a plan: what a plan can name while it is made."""

from types import ModuleType

from shared.events import (
    activity,
    award,
    clock,
    common_problem,
    extension,
    hand_over,
    hazard,
    holding,
    idea,
    inbox,
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

BEFORE_A_CAMPAIGN: tuple[ModuleType, ...] = (tree, people)
IN_A_CAMPAIGN: tuple[ModuleType, ...] = (
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
    inbox,
    notice,
    clock,
    refusal,
)


def facts_of(*modules: ModuleType) -> dict[str, type[Fact]]:
    """The events that modules define, by name, in their order."""
    classes = [(module, each) for module in modules for each in vars(module).values() if isinstance(each, type) and issubclass(each, Fact)]
    return {each.__name__: each for module, each in classes if each.__module__ == module.__name__ and not each.__name__.startswith("_")}


FACTS = facts_of(*BEFORE_A_CAMPAIGN, *IN_A_CAMPAIGN)
