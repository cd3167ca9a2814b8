"""What comes before what it stands on: held, told again, and at last refused; in any order the books end the same."""

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.ledger.issue.holding import MOST
from shared.events.fact import Fact
from shared.events.holding import SOURCE, FactHeld, HeldReleased
from shared.events.issue import IssueAssigned, IssueEntered, IssueOverdue, IssueStruckOff, MeasuresPlanned, RectificationDone
from shared.events.lateness import OverdueWithdrawn
from shared.events.refusal import Refused
from shared.events.self_check import TargetChecked
from shared.plan.clock import Clock
from tests.ledger.given import Morning, Said, Story, issue
from tests.ledger.in_memory import Ledger, drive
from tests.ledger.issue.clocks import AFTER_FIX, FIX_DUE, under
from tests.ledger.like import Like
from tests.ledger.sample import ASSIGNED, DONE, FALLS_SHORT, FOUND, PLANNED, REPORTED, UNOWNED, VERIFIED

UNTIL = date(2022, 4, 25)
"""Two working days after a Friday: the Sunday is made up for."""
SHUFFLED: tuple[Fact, ...] = (UNOWNED, ASSIGNED, PLANNED, DONE, VERIFIED)


def holding() -> Story:
    """A plan under which what comes too early is held for two working days."""
    story = under(clocks={"hold": Clock(days=2)})
    return Story(story.ledger, "e1", FOUND)


def types(story: Story) -> list[str]:
    return [type(fact).__name__ for fact in story.recorded()]


def test_what_comes_before_its_issue_is_held_and_not_refused() -> None:
    story = holding().when(Said(PLANNED, id="early"))
    [held] = story.recorded()
    assert held == Like(FactHeld, type="MeasuresPlanned", rule="issue-unknown", until=UNTIL, told_source="desk", told_id="early", times=1)
    assert isinstance(held, FactHeld)
    assert MeasuresPlanned.model_validate_json(held.fact) == PLANNED


def test_once_its_issue_is_entered_it_is_told_again_and_counts_as_taken_when_it_was_taken_first() -> None:
    story = holding().given(Said(PLANNED, id="early")).on("2022-04-25").when(REPORTED)
    assert types(story) == ["IssueReported", "IssueEntered", "IssueAssigned", "HeldReleased", "MeasuresPlanned"]
    again = story.ledger.groups("yz2022/e1")[-1]
    assert (again.source, again.id) == (SOURCE, "desk~early#1")
    assert again.accepted == story.ledger.groups("yz2022/e1")[-3].accepted
    story.when(Morning("2022-04-27"))
    assert not [fact for fact in story.recorded() if isinstance(fact, Refused)]


@pytest.mark.parametrize(
    ("before", "early", "rule", "then"),
    [
        ((), ASSIGNED, "issue-unknown", REPORTED),
        ((UNOWNED,), PLANNED, "no-owner", ASSIGNED),
        ((REPORTED,), DONE, "no-measures", PLANNED),
        ((REPORTED, PLANNED), VERIFIED, "not-rectified", DONE),
    ],
)
def test_each_rule_of_order_holds_until_what_was_missing_comes(before: Sequence[Fact], early: Fact, rule: str, then: Fact) -> None:
    story = holding().given(*before).when(early)
    assert story.recorded() == [Like(FactHeld, rule=rule)]
    story.when(then)
    assert early in story.recorded()
    assert Like(HeldReleased, type=type(early).__name__) in story.recorded()


def held_now(ledger: Ledger) -> float | None:
    """How many facts are held now, as the gauge of a copy has it."""
    return ledger.registry.get_sample_value("xiaohao_held_now")


def test_what_is_held_now_is_known_all_the_way_and_by_a_copy_that_takes_the_partition_over() -> None:
    story = holding()
    story.given(PLANNED, DONE)
    assert held_now(story.ledger) == 2
    story.given(Said(PLANNED, issue="2"))
    assert held_now(story.ledger) == 3
    taken_over = Ledger(story.ledger.store)
    drive(taken_over.handler.count_held([0]))
    assert held_now(taken_over) == 3
    drive(taken_over.handler.count_held([]))
    assert held_now(taken_over) == 0
    story.given(REPORTED)
    assert held_now(story.ledger) == 1
    story.when(Morning("2022-04-27"))
    assert held_now(story.ledger) == 0


def test_what_is_still_too_early_is_held_again_until_the_same_day() -> None:
    story = holding().given(DONE).on("2022-04-25").when(UNOWNED)
    assert Like(FactHeld, rule="no-measures", until=UNTIL, times=2) in story.recorded()


def test_at_the_end_of_its_time_it_is_refused_for_the_rule_that_it_was_held_for_under_its_first_id() -> None:
    story = holding().given(Said(PLANNED, id="early")).when(Morning("2022-04-25"))
    assert Like(Refused, told_id="early") not in story.recorded()
    story.when(Morning("2022-04-26"))
    refused = Like(Refused, type="MeasuresPlanned", rule="issue-unknown", told_source="desk", told_id="early")
    assert story.recorded().count(refused) == 1  # type: ignore[arg-type]
    story.when(Morning("2022-04-27"))
    assert refused not in story.recorded()
    story.on("2022-04-27").when(REPORTED)
    assert PLANNED not in story.recorded()


def test_what_expired_on_the_way_and_came_back_is_refused_all_the_same() -> None:
    story = holding().given(Said(DONE, id="early")).on("2022-04-25").given(UNOWNED).when(Morning("2022-04-27"))
    assert Like(Refused, rule="no-measures", told_id="early") in story.recorded()


def test_what_is_refused_for_another_rule_after_it_was_held_says_under_which_id_it_was_told() -> None:
    story = holding().given(Said(VERIFIED.model_copy(update={"by": "fixer-sun"}), id="early")).when(REPORTED, PLANNED, DONE)
    assert story.recorded()[-1] == Like(Refused, rule="verifier-is-fixer", told_source="desk", told_id="early")


def test_told_twice_under_one_id_it_is_held_once() -> None:
    story = holding().when(Said(PLANNED, id="early"), Said(PLANNED, id="early"))
    assert story.recorded() == [Like(FactHeld)]
    story.when(REPORTED)
    assert story.history().count(PLANNED) == 1


def test_no_more_than_so_many_are_held_for_one_issue() -> None:
    story = holding().given(*(Said(PLANNED, id=f"early-{number}") for number in range(MOST)))
    story.when(PLANNED).refuses("issue-unknown")
    story.when(Said(PLANNED, issue="2"))
    assert story.recorded() == [Like(FactHeld)]


def test_a_plan_that_holds_nothing_refuses_at_once() -> None:
    issue().when(PLANNED).refuses("issue-unknown")


def test_other_rules_are_refused_at_once() -> None:
    holding().given(REPORTED).when(REPORTED).refuses("already-entered")


def test_an_issue_that_a_self_check_enters_releases_what_waited_for_it_too() -> None:
    story = holding().given(Said(ASSIGNED, subject="yz2022/e1/issue/self-check~1")).when(FALLS_SHORT)
    assert [TargetChecked, IssueEntered, HeldReleased, IssueAssigned] == [
        each for each in map(type, story.recorded()) if each is not type(FALLS_SHORT)
    ]


@pytest.mark.covers("L15")
def test_what_was_held_past_the_last_day_is_on_time_by_when_it_was_taken() -> None:
    story = under(clocks={"hold": Clock(days=5)}).given(REPORTED).on(FIX_DUE).given(DONE, Morning(AFTER_FIX))
    story.on("2022-05-11").when(PLANNED)
    assert Like(OverdueWithdrawn, clock="fix", reason="in-time") in story.recorded()
    story.when(VERIFIED)
    assert Like(IssueStruckOff, on_time=True) in story.recorded()


@settings(max_examples=60, deadline=None)
@given(
    order=st.permutations([(number, fact) for number, fact in enumerate(SHUFFLED) for _ in range(2)]),
    mornings=st.sets(st.integers(0, 9), max_size=3),
)
def test_a_life_told_in_any_order_and_twice_ends_as_the_life_told_in_order(order: list[tuple[int, Fact]], mornings: set[int]) -> None:
    def ends(story: Story) -> tuple[object, ...]:
        story.when(Morning("2022-05-20"))
        recorded = [fact for fact in story.history() if isinstance(fact, IssueOverdue | IssueStruckOff | Refused)]
        acts = sorted(
            type(fact).__name__ for fact in story.history() if isinstance(fact, IssueAssigned | MeasuresPlanned | RectificationDone)
        )
        return story.book.phases, recorded, acts

    shuffled = holding()
    for place, (number, fact) in enumerate(order):
        if place in mornings:
            shuffled.when(Morning("2022-04-25"))
        shuffled.when(Said(fact, id=f"told-{number}"))
    assert ends(shuffled) == ends(holding().given(*SHUFFLED))
