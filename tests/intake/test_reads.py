"""Intake reads the values of those events alone that its door goes by: each case of its fold names one of them."""

import ast
from inspect import getsource

from services.intake.state import READS, fold


def test_every_case_is_of_a_fact_that_is_read_and_every_such_fact_has_its_case() -> None:
    cases = [node.cls for node in ast.walk(ast.parse(getsource(fold))) if isinstance(node, ast.MatchClass)]
    assert {each.id for each in cases if isinstance(each, ast.Name)} == {fact.__name__ for fact in READS}
