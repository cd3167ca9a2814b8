"""What comes before what it stands on: held, told again, and at last refused; in any order the books end the same."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from bson import decode, encode
from hypothesis import given, settings
from hypothesis import strategies as st

from services.ledger.issue.holding import MOST
from shared.events.fact import Fact
from shared.events.holding import SOURCE, FactHeld, HeldReleased
from shared.events.issue import ClockName, IssueAssigned, IssueEntered, IssueOverdue, IssueStruckOff, MeasuresPlanned, RectificationDone
from shared.events.lateness import LateTellingAccepted, LateTellingDismissed, OverdueWithdrawn
from shared.events.refusal import Refused
from shared.events.self_check import TargetChecked
from shared.plan.clock import Clock
from shared.plan.issue import IssueRules, Verification
from tests.ledger.given import Morning, Said, Story, issue
from tests.ledger.in_memory import Ledger, drive
from tests.ledger.issue.clocks import AFTER_FIX, FIX_DUE, under
from tests.ledger.like import Like
from tests.ledger.sample import ASSIGNED, DONE, FALLS_SHORT, FOUND, LIFE, PLANNED, REPORTED, RETURNED, UNOWNED, VERIFIED

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
    assert held_now(story.ledger) == story.ledger.registry.get_sample_value("xiaohao_held_total") == 2
    story.given(Said(PLANNED, issue="2"))
    assert held_now(story.ledger) == 3
    taken_over = Ledger(story.ledger.store)
    drive(taken_over.handler.assigned([0]))
    assert held_now(taken_over) == 3
    drive(taken_over.handler.assigned([]))
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
    story = (
        under(clocks={"hold": Clock(days=5)}, issues=IssueRules(told_late=3)).given(REPORTED).on(FIX_DUE).given(DONE, Morning(AFTER_FIX))
    )
    story.on("2022-05-11").when(Said(PLANNED, happened=FIX_DUE))
    assert Like(OverdueWithdrawn, clock="fix", reason="in-time") in story.recorded()
    story.when(VERIFIED)
    assert Like(IssueStruckOff, on_time=True) in story.recorded()


EARLY: dict[str, tuple[dict[str, Any], tuple[Fact, ...], tuple[Fact, str], tuple[Fact, str], ClockName]] = {
    "a check before the fix": ({"fix_stops": "verified"}, (REPORTED, PLANNED), (VERIFIED, "2022-05-08"), (DONE, "2022-05-12"), "fix"),
    "a fix before its measures": ({}, (REPORTED,), (DONE, "2022-05-08"), (PLANNED, "2022-05-12"), "fix"),
    "measures before there was an owner": ({}, (UNOWNED,), (PLANNED, "2022-04-25"), (ASSIGNED, "2022-05-03"), "plan"),
}
"""What is held, after what, with what it acts on and the clock that it would stop: each with the clocks of its plan."""


@pytest.mark.covers("L15")
@pytest.mark.parametrize("told_late", [None, 3])
@pytest.mark.parametrize("what", EARLY)
def test_what_was_held_counts_no_earlier_than_what_it_acts_on(what: str, told_late: int | None) -> None:
    clocks, before, (early, taken), (then, came), clock = EARLY[what]
    story = under(clocks=clocks | {"hold": Clock(days=10)}, issues=IssueRules(told_late=told_late)).given(*before)
    story.on(taken).given(early).given(Morning(came)).on(came).when(then)
    assert early in story.recorded()
    story.given(*(fact for fact in LIFE[1:] if fact not in story.history()))
    assert not [fact for fact in story.history() if isinstance(fact, OverdueWithdrawn | LateTellingAccepted)]
    assert [fact.clock for fact in story.history() if isinstance(fact, IssueOverdue)].count(clock) == 1
    [struck] = [fact for fact in story.history() if isinstance(fact, IssueStruckOff)]
    assert struck.on_time == (clock != "fix")
    assert (Like(LateTellingDismissed) in story.history()) == (clock == "fix")


@pytest.mark.covers("L15")
@pytest.mark.parametrize("judged", [VERIFIED, RETURNED])
def test_who_judges_what_was_sent_back_judges_no_later_fix(judged: Fact) -> None:
    story = under(clocks={"hold": Clock(days=10)}).given(REPORTED, PLANNED, DONE, RETURNED)
    story.on("2022-04-24").when(judged).refuses("not-rectified")
    story.on("2022-05-06").when(DONE).then()


@pytest.mark.covers("L15")
def test_a_check_of_what_is_published_is_not_kept_for_a_later_fix() -> None:
    rules = IssueRules(verification=Verification(published=True))
    story = under(clocks={"hold": Clock(days=10), "publication": Clock(days=3)}, issues=rules).given(*LIFE)
    story.when(VERIFIED.model_copy(update={"by": "checker-lu"})).refuses("not-rectified")


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


def test_what_an_older_version_held_with_a_control_character_is_told_again_without() -> None:
    story = holding().given(PLANNED)
    subjects = story.ledger.store.subjects
    id = next(each for each in subjects if "/held/" in each)
    kept = decode(subjects[id])
    subjects[id] = encode(kept | {"state": kept["state"].replace("更换座椅", "更换\x85座\x7f椅")})
    story.given(REPORTED)
    assert Like(MeasuresPlanned, measures="更换 座椅") in story.recorded()
