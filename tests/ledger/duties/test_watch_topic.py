"""Watch topics, told in sentences."""

import pytest

from shared.events.watch_topic import WatchCounted
from tests.ledger.duties.activities import FOUND_SOMETHING, NOTHING_FOUND, clinic
from tests.ledger.like import Like
from tests.ledger.sample import REPORTED


@pytest.mark.covers("C12", "L12")
def test_who_finds_nothing_says_how_it_is_prevented_and_counts_in_the_phase_that_asks() -> None:
    story = clinic().when(NOTHING_FOUND).then(WatchCounted(watch="kickbacks", phase="P2", found=False, first=True))
    assert (story.book.phase("P1").own, story.book.phase("P2").own) == ({}, {"watched": 1})


@pytest.mark.covers("C12", "L12")
def test_none_found_without_its_prevention_is_no_answer() -> None:
    clinic().when(NOTHING_FOUND.model_copy(update={"prevention": None})).refuses("prevention-missing")


@pytest.mark.covers("C12")
def test_what_was_found_is_named_by_the_issue_that_was_entered_for_it() -> None:
    clinic().given(REPORTED).when(FOUND_SOMETHING).then(Like(WatchCounted, found=True))


@pytest.mark.parametrize("issue", [None, "yz2022/e1/issue/desk~9", "yz2022/e2/issue/desk~1", "yz2022/e1/return/own-plan", "1"])
def test_an_issue_that_this_book_does_not_have_is_no_answer(issue: str | None) -> None:
    clinic().given(REPORTED).when(FOUND_SOMETHING.model_copy(update={"issue": issue})).refuses("watch-issue")


@pytest.mark.covers("C12")
def test_a_later_answer_takes_the_place_of_the_first_and_counts_no_second_time() -> None:
    story = clinic().given(NOTHING_FOUND, REPORTED).when(FOUND_SOMETHING).then(Like(WatchCounted, found=True, first=False))
    assert story.book.phase("P2").own == {"watched": 1}
