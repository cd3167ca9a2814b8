"""Notify reads the values of those events alone that it does something with: each case of its rules names one of them."""

import ast
from collections.abc import Iterable
from inspect import getsource
from types import FunctionType, ModuleType

import pytest

from services.notify import policy
from services.notify.handler import READS
from services.notify.memory import REMEMBERED, remembered
from services.notify.policy import CALLS
from services.notify.standing import STANDS, stands
from shared.events.fact import Fact


def named(rules: FunctionType | ModuleType) -> set[str]:
    """The classes that the cases of a function or a module name."""
    cases = (node.cls for node in ast.walk(ast.parse(getsource(rules))) if isinstance(node, ast.MatchClass))
    return {each.id for each in cases if isinstance(each, ast.Name)}


@pytest.mark.parametrize(("rules", "facts"), [(remembered, REMEMBERED), (stands, STANDS), (policy, CALLS)])
def test_every_case_is_of_a_fact_that_is_read_and_every_such_fact_has_its_case(
    rules: FunctionType | ModuleType, facts: Iterable[type[Fact]]
) -> None:
    assert named(rules) == {fact.__name__ for fact in facts}
    assert set(facts) <= READS
