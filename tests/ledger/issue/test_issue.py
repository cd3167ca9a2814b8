"""The life of an issue, told in sentences."""

from datetime import date

import pytest

from shared.events.issue import (
    CarryOverDue,
    DeadlinePassed,
    FollowUpSet,
    IssueAssigned,
    IssueCarriedOver,
    IssueEntered,
    IssueOverdue,
    IssueStruckOff,
)
from shared.events.strike_off import IssueReturned
from shared.plan.clock import Clock
from shared.units import seal as seal_of
from tests.ledger.given import Morning, Said, Story, issue
from tests.ledger.in_memory import Ledger
from tests.ledger.like import Like
from tests.ledger.sample import (
    ANNOUNCED,
    ASSIGNED,
    DONE,
    FOUND,
    LIFE,
    LISTED,
    PLAN,
    PLANNED,
    REPORTED,
    RETURNED,
    UNOWNED,
    VERIFIED,
    plan_with,
)

PLAN_DUE, FIX_DUE = "2022-04-28", "2022-05-09"
AFTER_PLAN, AFTER_FIX, END, AFTER_END = "2022-04-29", "2022-05-10", "2022-08-31", "2022-09-01"
FOLLOW_UP = date(2022, 9, 15)
"""Ten working days after the campaign's end, over the Mid-Autumn days."""
FOLLOWED_UP = FollowUpSet(due=date(2022, 9, 20), owner="owner-feng", by="head-zhao")


def carried_over() -> Story:
    """An issue with measures, which the end of the campaign found unfinished."""
    return issue("2022-08-01").given(REPORTED, PLANNED, Morning(AFTER_END)).on("2022-09-05")


# ── entered ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.covers("C1", "C4", "C5")
def test_a_reported_issue_enters_under_the_first_number_with_both_clocks_and_its_owner() -> None:
    entered = IssueEntered(
        number=1,
        phase="P1",
        category="environment",
        channel="complaint",
        nature="problem",
        text="候诊区座椅破损",
        plan_due=date(2022, 4, 28),
        fix_due=date(2022, 5, 9),
        label="1",
    )
    issue(FOUND).when(REPORTED).then(entered, IssueAssigned(owner="owner-li"))


def test_an_issue_without_an_owner_enters_all_the_same() -> None:
    issue().when(UNOWNED).then(Like(IssueEntered, number=1))


def test_numbers_have_no_gap_also_after_refusals_and_repeats() -> None:
    story = issue().given(UNOWNED).when(UNOWNED).refuses("already-entered")
    story.when(Said(UNOWNED.model_copy(update={"category": "weather"}), issue="2")).refuses("category-unknown")
    story.when(Said(UNOWNED, issue="3", id="same"), Said(UNOWNED, issue="3", id="same")).then(Like(IssueEntered, number=2))
    story.when(Said(UNOWNED, issue="4")).then(Like(IssueEntered, number=3))
    assert story.book.entered == 3


def test_every_book_numbers_its_own_issues() -> None:
    story = issue().given(UNOWNED)
    story.at("w1").when(UNOWNED).then(Like(IssueEntered, number=1))


@pytest.mark.parametrize("reference", ["2022/17 号", "候诊%区", "a~b", "..", "-", "候" * 30])
def test_a_reference_may_hold_any_character(reference: str) -> None:
    story = issue().when(Said(UNOWNED, issue=reference)).then(IssueEntered)
    story.when(Said(ASSIGNED, issue=reference), Said(PLANNED, issue=reference)).then()


# ── the clocks ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("found", "days", "due"),
    [
        (date(2022, 4, 22), 5, date(2022, 4, 28)),
        (date(2022, 4, 22), 10, date(2022, 5, 9)),
        (date(2018, 2, 23), 5, date(2018, 3, 1)),
    ],
)
def test_working_days_count_from_the_day_after_over_holidays_and_make_up_days(found: date, days: int, due: date) -> None:
    clocks = PLAN.clocks.model_copy(update={"plan": Clock(days=days)})
    moved = {"issued": found, "clocks": clocks, "obligations": ()}
    phases = [phase.model_copy(update={"start": found, "end": date(found.year, 12, 20), "grace": None}) for phase in PLAN.phases]
    plan = plan_with(**moved, phases=tuple(phases))
    story = Story(Ledger(), "bureau", found.isoformat()).given(LISTED, ANNOUNCED.model_copy(update={"plan": plan}))
    story.at("e1").when(UNOWNED).then(Like(IssueEntered, plan_due=due))


@pytest.mark.parametrize(
    ("found", "due"),
    [
        ("2022-06-15", date(2022, 6, 29)),
        ("2022-06-17", date(2022, 6, 30)),
        ("2022-06-30", date(2022, 6, 30)),
        ("2022-07-01", date(2022, 7, 15)),
    ],
)
def test_what_is_found_by_the_end_of_the_rectification_phase_is_due_by_it_and_what_is_found_later_has_all_its_days(
    found: str, due: date
) -> None:
    issue(found).when(UNOWNED).then(Like(IssueEntered, fix_due=due))


def test_measures_stop_the_plan_clock() -> None:
    issue().given(REPORTED).on(PLAN_DUE).given(PLANNED).when(Morning(AFTER_PLAN)).then()


def test_the_plan_clock_runs_out_after_its_last_day_and_not_on_it() -> None:
    story = issue().given(REPORTED).when(Morning(PLAN_DUE)).then()
    overdue = IssueOverdue(number=1, phase="P1", clock="plan", due=date(2022, 4, 28), owner="owner-li")
    story.when(Morning(AFTER_PLAN)).then(overdue)
    story.when(Morning("2022-04-30")).then()


def test_the_fix_clock_runs_out_whatever_was_planned_and_counts_in_the_phase_of_its_last_day() -> None:
    story = issue().given(REPORTED, PLANNED, Morning(AFTER_PLAN)).when(Morning(AFTER_FIX))
    story.then(Like(IssueOverdue, clock="fix", phase="P2", number=1))
    assert story.book.phase("P2").own == {"overdue": 1}


def test_one_that_was_rectified_is_not_overdue_while_it_waits_to_be_verified() -> None:
    story = issue().given(REPORTED, PLANNED).on(FIX_DUE).given(DONE, Morning(AFTER_FIX))
    story.on("2022-05-20").when(VERIFIED).then(Like(IssueStruckOff, on_time=True))


def test_what_is_told_before_the_clock_looked_finds_its_clock_run_out_by_its_own_date() -> None:
    issue().given(REPORTED).on(AFTER_PLAN).when(PLANNED).then(Like(IssueOverdue, clock="plan"))
    issue().given(REPORTED, PLANNED).on(AFTER_FIX).when(DONE).then(Like(IssueOverdue, clock="fix"))
    issue().given(REPORTED).on(AFTER_FIX).when(ASSIGNED).then(Like(IssueOverdue, clock="plan"), Like(IssueOverdue, clock="fix"))


def test_a_clock_runs_out_once_however_it_came_out() -> None:
    story = issue().given(REPORTED).on(AFTER_PLAN).when(PLANNED).then(Like(IssueOverdue, clock="plan"))
    story.when(Morning("2022-04-30")).then()


def test_a_deadline_that_something_overtook_is_recorded_without_consequence() -> None:
    passed = DeadlinePassed(clock="plan", due=date(2022, 4, 28))
    issue().given(REPORTED, PLANNED).on(PLAN_DUE).when(passed).then()
    other = DeadlinePassed(clock="fix", due=date(2022, 5, 5))
    issue().given(REPORTED).on("2022-05-05").when(other).then()
    issue().given(*LIFE).on(AFTER_FIX).when(DeadlinePassed(clock="fix", due=date(2022, 5, 9)), CarryOverDue(phase="P3")).then()


# ── rectified and checked ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_was_verified_by_another_is_struck_off_on_time() -> None:
    story = issue().given(REPORTED, PLANNED, DONE).when(VERIFIED)
    story.then(IssueStruckOff(number=1, phase="P1", on_time=True, carried_over=False))
    assert story.book.phase("P1").own == {"entered": 1, "struck_off": 1, "on_time": 1}


def test_what_was_rectified_after_the_fix_clock_is_struck_off_late() -> None:
    issue().given(REPORTED, PLANNED).on(AFTER_FIX).given(DONE).when(VERIFIED).then(Like(IssueStruckOff, on_time=False, phase="P2"))


@pytest.mark.parametrize(("by", "rule"), [("fixer-sun", "verifier-is-fixer"), ("owner-li", "verifier-is-owner")])
def test_neither_fixer_nor_owner_may_verify_or_return(by: str, rule: str) -> None:
    story = issue().given(REPORTED, PLANNED, DONE)
    story.when(VERIFIED.model_copy(update={"by": by})).refuses(rule)
    story.when(RETURNED.model_copy(update={"by": by})).refuses(rule)
    story.when(VERIFIED).then(IssueStruckOff)


def test_the_owner_counts_who_owns_it_now() -> None:
    story = issue().given(REPORTED, PLANNED, DONE, ASSIGNED)
    story.when(VERIFIED.model_copy(update={"by": "owner-wang"})).refuses("verifier-is-owner")


def test_what_was_returned_is_rectified_and_verified_again() -> None:
    story = issue().given(REPORTED, PLANNED, DONE).when(RETURNED).then(IssueReturned(number=1, phase="P1"))
    story.when(VERIFIED).refuses("not-rectified")
    again = DONE.model_copy(update={"by": "fixer-he"})
    story.given(again).when(VERIFIED.model_copy(update={"by": "fixer-he"})).refuses("verifier-is-fixer")
    story.when(VERIFIED.model_copy(update={"by": "fixer-sun"})).refuses("verifier-is-fixer")
    story.when(VERIFIED).then(Like(IssueStruckOff, on_time=True))


def test_who_owned_it_when_it_was_rectified_cannot_verify_it_by_giving_it_away() -> None:
    story = issue().given(REPORTED, PLANNED, DONE, ASSIGNED)
    story.when(VERIFIED.model_copy(update={"by": REPORTED.owner})).refuses("verifier-is-owner")


def test_a_return_finds_the_fix_clock_run_out_since_it_never_stopped() -> None:
    story = issue().given(REPORTED, PLANNED).on(FIX_DUE).given(DONE, Morning(AFTER_FIX)).on("2022-05-12")
    story.when(RETURNED).then(IssueReturned, IssueOverdue(number=1, phase="P2", clock="fix", due=date(2022, 5, 9), owner="owner-li"))
    story.when(Morning("2022-05-13")).then()
    story.on("2022-05-16").given(DONE).when(VERIFIED).then(Like(IssueStruckOff, on_time=False))


def test_a_return_in_time_lets_the_fix_clock_run_on() -> None:
    story = issue().given(REPORTED, PLANNED, DONE, Morning(FIX_DUE)).on(FIX_DUE).when(RETURNED).then(IssueReturned)
    story.when(Morning(AFTER_FIX)).then(Like(IssueOverdue, clock="fix"))


def test_what_was_struck_off_takes_no_more() -> None:
    for fact in (ASSIGNED, PLANNED, DONE, VERIFIED, RETURNED, FOLLOWED_UP):
        issue().given(*LIFE).when(fact).refuses("struck-off")


# ── carried over ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_the_end_finds_unfinished_is_carried_over_with_the_date_and_owner_of_the_plans_default() -> None:
    story = issue("2022-08-01").given(REPORTED, PLANNED, Morning(END)).when(Morning(AFTER_END))
    story.then(IssueCarriedOver(number=1, phase="P3", due=FOLLOW_UP, owner="e1-head"))


def test_a_plan_may_leave_what_is_carried_over_with_its_owner() -> None:
    plan = plan_with(carry_over_owner="owner")
    root = Story(Ledger(), "bureau").given(LISTED, ANNOUNCED.model_copy(update={"plan": plan}))
    root.at("e1").on("2022-08-01").given(REPORTED).on("2022-08-31").when(CarryOverDue(phase="P3")).then(
        Like(IssueCarriedOver, owner="owner-li")
    )


def test_the_default_owner_is_the_owner_where_the_unit_names_no_one_responsible() -> None:
    units = tuple(unit.model_copy(update={"responsible": None}) for unit in LISTED.units)
    listed = LISTED.model_copy(update={"units": units})
    from_these = ANNOUNCED.model_copy(update={"tree": seal_of(units)})
    root = Story(Ledger(), "bureau").given(listed, from_these)
    root.at("e1").on("2022-08-01").given(REPORTED).on("2022-08-31").when(CarryOverDue(phase="P3")).then(
        Like(IssueCarriedOver, owner="owner-li")
    )


def test_what_was_carried_over_follows_its_new_date_and_not_the_fix_clock() -> None:
    story = issue("2022-08-25").given(REPORTED, PLANNED, Morning(AFTER_END)).when(Morning("2022-09-15")).then()
    story.when(Morning("2022-09-16")).then(IssueOverdue(number=1, phase="P3", clock="follow-up", due=FOLLOW_UP, owner="e1-head"))


def test_until_somebody_tells_another_date_and_owner() -> None:
    story = carried_over().when(FOLLOWED_UP).then().when(Morning("2022-09-20")).then()
    story.when(Morning("2022-09-21")).then(Like(IssueOverdue, clock="follow-up", due=date(2022, 9, 20), owner="owner-feng"))


def test_another_date_starts_the_follow_up_again_after_the_first_ran_out() -> None:
    story = carried_over().given(Morning("2022-09-16")).on("2022-09-16").given(FOLLOWED_UP)
    story.when(Morning("2022-09-21")).then(Like(IssueOverdue, clock="follow-up", due=date(2022, 9, 20)))


@pytest.mark.parametrize("by", ["e1-head", "owner-feng"])
@pytest.mark.parametrize("day", ["2022-09-05", "2022-09-16"])
def test_who_owes_the_follow_up_or_takes_it_over_does_not_put_it_off(by: str, day: str) -> None:
    story = carried_over().given(Morning(day)).on(day)
    story.when(FollowUpSet(due=date(2022, 9, 20), owner=by, by=by)).refuses("follow-up-own")
    story.when(Morning("2022-09-17"))
    assert [fact for fact in story.history() if fact == Like(IssueOverdue, clock="follow-up")] == [Like(IssueOverdue, due=FOLLOW_UP)]


def test_who_owes_the_follow_up_may_take_an_earlier_day_and_give_it_to_another() -> None:
    carried_over().when(FollowUpSet(due=date(2022, 9, 9), owner="e1-head", by="e1-head")).then()
    carried_over().when(FollowUpSet(due=date(2022, 9, 20), owner="owner-feng", by="e1-head")).then()


def test_what_was_carried_over_is_struck_off_after_all_and_marked_so() -> None:
    story = carried_over().given(DONE).when(VERIFIED)
    story.then(IssueStruckOff(number=1, phase="P3", on_time=False, carried_over=True))
    assert story.book.phase("P3").own == {"entered": 1, "overdue": 1, "carried_over": 1, "struck_off": 1, "units": 1}


def test_the_new_owner_may_not_verify_what_was_carried_over() -> None:
    story = carried_over().given(DONE).when(VERIFIED.model_copy(update={"by": "e1-head"})).refuses("verifier-is-owner")
    story.when(VERIFIED).then(IssueStruckOff)


def test_one_that_waits_to_be_verified_when_the_campaign_ends_is_carried_over_too() -> None:
    story = issue("2022-08-25").given(REPORTED, PLANNED, DONE).when(Morning(AFTER_END)).then(IssueCarriedOver)
    story.on("2022-09-05").when(VERIFIED).then(Like(IssueStruckOff, on_time=True, carried_over=True))


def test_what_was_struck_off_is_not_carried_over() -> None:
    issue("2022-08-25").given(*LIFE).when(Morning(AFTER_END)).then()


def test_an_issue_is_carried_over_once() -> None:
    carried_over().when(CarryOverDue(phase="P3")).then()
