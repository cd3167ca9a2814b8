"""A problem that many units have in common, told in sentences."""

import pytest

from shared.events.common_problem import IssueLinked
from shared.events.refusal import Refused
from tests.ledger.duties.common_problems import CLOSED, SEATS, common
from tests.ledger.given import unit
from tests.ledger.like import Like
from tests.ledger.sample import FOUND, REPORTED

NAMED = SEATS.model_copy(update={"issues": ("yz2022/e1/issue/desk~1", "yz2022/w1/issue/desk~1", "yz2022/e1/issue/desk~1")})


@pytest.mark.covers("C16")
def test_issues_of_many_units_are_linked_to_the_problem_they_have_in_common() -> None:
    story = unit("bureau").on(FOUND)
    e1, w1 = story.at("e1").given(REPORTED), story.at("w1").given(REPORTED)
    story.when(common(NAMED)).then()
    for clinic in (e1, w1):
        assert clinic.history()[-1] == IssueLinked(common="yz2022/bureau/common/seats")
    assert e1.history()[-2] != e1.history()[-1]
    story.when(common(CLOSED)).then()


@pytest.mark.covers("C16")
def test_further_issues_are_linked_as_they_are_found() -> None:
    story = unit("bureau").on(FOUND).given(common(SEATS))
    e1 = story.at("e1").given(REPORTED)
    story.when(common(NAMED)).then()
    assert e1.history()[-1] == IssueLinked(common="yz2022/bureau/common/seats")


def test_an_issue_that_no_book_has_is_refused_there_and_the_others_are_linked() -> None:
    story = unit("bureau").on(FOUND)
    e1 = story.at("e1").given(REPORTED)
    story.when(common(NAMED)).then()
    assert story.at("w1").history()[-1] == Like(Refused, rule="issue-unknown")
    assert e1.history()[-1] == IssueLinked(common="yz2022/bureau/common/seats")


def test_a_common_problem_lies_under_its_own_code_and_in_a_category_of_the_plan() -> None:
    story = unit("bureau").on(FOUND)
    story.when(common(SEATS.model_copy(update={"category": "weather"}))).refuses("category-unknown")
    story.when(common(SEATS), common(SEATS.model_copy(update={"code": "other"}))).then()
    said = common(SEATS.model_copy(update={"code": "lifts"}))
    story.when(type(said)(said.fact, subject="yz2022/bureau/common/seats")).refuses("wrong-subject")
