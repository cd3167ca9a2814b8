"""How an issue goes on the book, is worked on and leaves it, where a plan sets more than the least. Told in sentences."""

from datetime import date

import pytest

from shared.events.campaign import CampaignAnnounced
from shared.events.issue import (
    CarriedIn,
    CarryOverDue,
    Fixed,
    IssueAssigned,
    IssueEntered,
    IssueOverdue,
    IssueStruckOff,
    MeasuresPlanned,
    MilestoneReached,
    RectificationDone,
    RectificationVerified,
)
from shared.events.leaving import IssueAbsorbed, IssueWithdrawn
from shared.events.strike_off import IssueReopened, ReopeningOrdered
from shared.events.supervision import NextReviewSet, ReviewDone, SupervisionLifted
from shared.plan.issue import IssueRules
from tests.ledger.given import Morning, Said, Story, issue
from tests.ledger.in_memory import Ledger
from tests.ledger.issue.ruled import ANALYSED, AT_HOME, FROM_ABOVE, FUNDED, GRAVE, STANDING, SUPERVISED, TWO, WITH_MILESTONES, into, ruled
from tests.ledger.like import Like
from tests.ledger.sample import ANNOUNCED, DONE, FOUND, LISTED, PLANNED, REPORTED, RETURNED, UNOWNED, VERIFIED, VOIDED, plan_with

LIFTED = SupervisionLifted(reason="已整改", by="chief-lin", by_unit="bureau")
AT_ONCE = REPORTED.model_copy(update={"fixed": Fixed(measures="当场更换", result="已换", evidence=("photo-1",), by="fixer-sun")})
BROKE_AGAIN = ReopeningOrdered(reason="座椅又坏", by="chief-lin", by_unit="bureau")
LOOP = (MeasuresPlanned, RectificationDone, RectificationVerified, IssueStruckOff, IssueReopened)
"""Plan, do, check, act (PDCA)."""


# ── entered ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.covers("C1", "C2", "C5", "L14")
def test_an_issue_enters_with_the_plans_first_grade_and_the_number_that_people_read() -> None:
    ruled().when(UNOWNED).then(Like(IssueEntered, grade="ordinary", label="e1〔2022〕1号", listing_due=None, standing=False))


@pytest.mark.covers("B12")
def test_what_comes_by_a_channel_of_complaints_counts_as_one() -> None:
    story = ruled().when(UNOWNED).then(Like(IssueEntered, complaint=True))
    story.when(Said(UNOWNED.model_copy(update={"channel": "self-check"}), issue="2")).then(Like(IssueEntered, complaint=False))
    assert story.book.phase("P1").own == {"entered": 2, "complaints": 1}


@pytest.mark.covers("A8")
def test_what_an_earlier_campaign_left_unfinished_is_carried_in_and_counted() -> None:
    told = UNOWNED.model_copy(update={"carried_in": CarriedIn(campaign="yz2021", reference="东一院 17 号"), "channel": "self-check"})
    story = ruled().when(told).then(Like(IssueEntered, carried_in=told.carried_in))
    assert story.book.phase("P1").own == {"entered": 1, "carried_in": 1}


@pytest.mark.covers("C13")
def test_the_mark_of_a_subjective_cause_stands_on_the_book() -> None:
    ruled().when(UNOWNED.model_copy(update={"subjective": True})).then(Like(IssueEntered, subjective=True))


@pytest.mark.covers("C17")
def test_an_issue_and_its_fix_are_told_in_one_breath_and_verified_by_another_all_the_same() -> None:
    story = issue().when(AT_ONCE)
    story.then(
        IssueEntered,
        IssueAssigned(owner="owner-li"),
        MeasuresPlanned(measures="当场更换", by="fixer-sun"),
        RectificationDone(result="已换", evidence=("photo-1",), by="fixer-sun"),
    )
    story.when(VERIFIED.model_copy(update={"by": "fixer-sun"})).refuses("verifier-is-fixer")
    story.when(VERIFIED).then(Like(IssueStruckOff, on_time=True))


@pytest.mark.covers("C17")
def test_one_breath_must_say_what_the_plan_requires_of_measures() -> None:
    ruled().when(AT_ONCE).refuses("detail-missing")


@pytest.mark.covers("C17")
def test_one_breath_need_not_say_what_is_to_come_until_it_is_rectified() -> None:
    asking = IssueRules(requires=("milestones", "guard", "emergency-plan"))
    announced = CampaignAnnounced(plan=plan_with(issues=asking), tree=ANNOUNCED.tree)
    told = Story(Ledger(), "bureau").given(LISTED, announced).at("e1").on(FOUND)
    told.when(AT_ONCE).then(IssueEntered, IssueAssigned, MeasuresPlanned, RectificationDone)
    told.given(Said(REPORTED, issue="2")).when(Said(PLANNED, issue="2")).refuses("detail-missing")


# ── measures ────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.covers("C3", "C15", "L10")
def test_measures_say_what_the_plan_requires_of_all_or_of_their_grade() -> None:
    ruled().given(REPORTED).when(PLANNED).refuses("detail-missing")
    ruled().given(REPORTED).when(ANALYSED).then()
    ruled().given(GRAVE).when(ANALYSED).refuses("detail-missing")
    ruled().given(GRAVE).when(FUNDED).then()


def test_a_plan_that_requires_nothing_takes_measures_as_they_are() -> None:
    issue().given(REPORTED).when(PLANNED).then()


@pytest.mark.covers("L10", "C6")
def test_a_milestone_that_is_not_reached_by_its_last_day_is_overdue_by_its_name_and_does_not_count() -> None:
    story = ruled().given(REPORTED, WITH_MILESTONES).when(Morning("2022-04-26")).then()
    missed = IssueOverdue(number=1, phase="P1", clock="milestone", due=date(2022, 4, 26), owner="owner-li", name="订货")
    story.when(Morning("2022-04-27")).then(missed)
    story.given(MilestoneReached(name="订货", by="owner-li")).when(Morning("2022-05-06")).then()
    story.when(Morning("2022-05-07")).then(Like(IssueOverdue, clock="milestone", name="安装"))
    assert "overdue" not in story.book.phase("P1").own


@pytest.mark.covers("L10")
def test_a_milestone_is_reached_once_and_in_time_or_told_before_the_clock_looked() -> None:
    reached = MilestoneReached(name="订货", by="owner-li")
    story = ruled().given(REPORTED, WITH_MILESTONES).on("2022-04-26").given(reached)
    story.when(Morning("2022-04-27")).then().when(reached).refuses("milestone-unknown")
    late = ruled().given(REPORTED, WITH_MILESTONES).on("2022-04-27").when(reached).then(Like(IssueOverdue, name="订货"))
    late.when(Morning("2022-04-28")).then()


@pytest.mark.covers("L10")
def test_milestones_end_with_the_rectification_and_begin_anew_with_other_measures_that_somebody_else_tells() -> None:
    ruled().given(REPORTED, WITH_MILESTONES, DONE).when(Morning("2022-05-09")).then()
    other = WITH_MILESTONES.model_copy(update={"milestones": WITH_MILESTONES.milestones[1:], "by": "planner-ma"})
    ruled().given(REPORTED, WITH_MILESTONES, other).when(Morning("2022-05-07")).then(Like(IssueOverdue, name="安装"))


# ── without an end ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.covers("L14")
def test_an_item_without_an_end_is_reviewed_and_its_fix_clock_does_not_run() -> None:
    story = ruled().when(STANDING).then(Like(IssueEntered, standing=True, review_due=date(2022, 6, 7)), IssueAssigned)
    story.given(ANALYSED).when(Morning("2022-06-07")).then()
    story.when(Morning("2022-06-08")).then(Like(IssueOverdue, clock="review", due=date(2022, 6, 7)))
    story.on("2022-06-10").when(ReviewDone(text="仍在坚持", by="head-zhao")).then(NextReviewSet(due=date(2022, 7, 22)))
    story.when(Morning("2022-07-23")).then(Like(IssueOverdue, clock="review"))
    assert "overdue" not in story.book.phase("P2").own


@pytest.mark.covers("L14")
def test_an_item_without_an_end_is_neither_struck_off_nor_carried_over() -> None:
    story = ruled().given(STANDING, ANALYSED)
    for fact in (DONE, VERIFIED):
        story.when(fact).refuses("standing")
    story.when(CarryOverDue(phase="P3")).then()


@pytest.mark.covers("L14", "L2")
def test_what_was_void_is_reviewed_and_listed_on_the_days_that_it_had() -> None:
    story = ruled().given(STANDING, ANALYSED, VOIDED, Morning("2022-06-01")).on("2022-06-02")
    story.when(BROKE_AGAIN).then(Like(IssueReopened, review_due=date(2022, 6, 7), listing_due=None))
    story.given(ANALYSED).when(Morning("2022-06-07")).then()
    story.when(Morning("2022-06-08")).then(Like(IssueOverdue, clock="review", due=date(2022, 6, 7)))
    grave = ruled().given(GRAVE, VOIDED).on("2022-06-10").when(BROKE_AGAIN)
    grave.then(Like(IssueReopened, review_due=None, listing_due=date(2022, 4, 25)))
    assert Like(IssueOverdue, clock="listing", due=date(2022, 4, 25)) in grave.when(Morning("2022-06-11")).recorded()


@pytest.mark.covers("A10", "L2")
def test_what_is_opened_again_after_a_strike_off_is_listed_on_a_day_counted_from_then() -> None:
    grave = ruled().given(GRAVE, FUNDED, DONE, AT_HOME, FROM_ABOVE, Morning("2022-05-12")).on("2022-06-10")
    grave.when(BROKE_AGAIN).then(IssueOverdue, Like(IssueReopened, review_due=None, listing_due=date(2022, 6, 14)))
    grave.given(FUNDED).when(Morning("2022-06-15")).then(Like(IssueOverdue, clock="listing", due=date(2022, 6, 14)))


# ── void and merged ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.covers("C18")
def test_a_void_issue_leaves_with_its_reason_and_keeps_number_and_history() -> None:
    story = issue().given(REPORTED).when(VOIDED).then(IssueWithdrawn(number=1, phase="P1"))
    assert story.book.phase("P1").own == {"entered": 1, "voided": 1}
    for fact in (PLANNED, DONE, VERIFIED, RETURNED, VOIDED):
        story.when(fact).refuses("void")
    story.when(Morning("2022-09-01")).then()
    story.when(Said(UNOWNED, issue="2"), Said(UNOWNED, issue="1")).refuses("already-entered")
    assert VOIDED in story.history()


@pytest.mark.covers("C18")
def test_nobody_voids_an_issue_that_they_own_or_rectified() -> None:
    story = issue().given(REPORTED, PLANNED, DONE)
    for by in ("owner-li", "fixer-sun"):
        story.when(VOIDED.model_copy(update={"by": by})).refuses("voided-by-owner")


@pytest.mark.covers("C18")
def test_an_issue_is_merged_into_another_and_both_histories_stay() -> None:
    story = issue().given(Said(UNOWNED, issue="2"), REPORTED).when(into(TWO))
    story.then(IssueAbsorbed(merged="yz2022/e1/issue/desk~1", number=2, phase="P1", barred=("owner-li",)))
    assert story.book.phase("P1").own == {"entered": 2, "merged": 1}
    story.when(PLANNED).refuses("merged")
    story.when(Said(PLANNED.model_copy(update={"by": "owner-wang"}), issue="2")).refuses("no-owner")
    story.when(Morning("2022-05-10")).then(Like(IssueOverdue, number=1, clock="plan"), Like(IssueOverdue, number=1, clock="fix"))


def test_no_issue_is_merged_into_one_of_another_book() -> None:
    story = issue().given(REPORTED)
    story.at("w1").on("2022-04-22").given(UNOWNED)
    story.when(into("yz2022/w1/issue/desk~1")).refuses("merged-into-unknown")
    story.when(into("yz2022/e1/check/1")).refuses("merged-into-unknown")


# ── supervised ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.covers("L2")
def test_a_grave_issue_is_listed_by_a_superior_within_its_clock() -> None:
    ruled().given(GRAVE, SUPERVISED).when(Morning("2022-04-26")).then()
    story = ruled().given(GRAVE).when(Morning("2022-04-25")).then().when(Morning("2022-04-26"))
    story.then(Like(IssueOverdue, clock="listing", due=date(2022, 4, 25)))
    ruled().given(REPORTED).when(Morning("2022-04-26")).then()


@pytest.mark.covers("L2")
def test_only_a_superior_lists_and_lifts() -> None:
    story = ruled().given(GRAVE)
    story.when(SUPERVISED.model_copy(update={"by_unit": None})).refuses("needs-superior")
    story.when(SUPERVISED.model_copy(update={"by_unit": "west"})).refuses("by-unit-not-above")
    story.given(SUPERVISED).when(LIFTED.model_copy(update={"by_unit": "e1"})).refuses("needs-superior")


@pytest.mark.covers("L2")
def test_the_listing_is_lifted_apart_from_the_strike_off() -> None:
    story = ruled().given(REPORTED, SUPERVISED, ANALYSED, DONE).when(AT_HOME).then(IssueStruckOff)
    story.when(LIFTED).then().when(LIFTED).refuses("not-supervised")
    story.when(SUPERVISED).refuses("struck-off")


# ── what a plan without these does ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_numbering_rule_fills_in_the_number_alone_where_the_plan_gives_none() -> None:
    issue().when(REPORTED).then(Like(IssueEntered, label="1", grade=None, complaint=False, review_due=None), IssueAssigned)


@pytest.mark.covers("A10")
def test_plan_do_check_and_act_are_kept_cycle_by_cycle() -> None:
    again = FUNDED.model_copy(update={"measures": "换铁椅"})
    plan = plan_with(issues=IssueRules())
    root = Story(Ledger(), "bureau", about="issue").given(LISTED, ANNOUNCED.model_copy(update={"plan": plan}))
    story = root.at("e1").on("2022-04-22").given(REPORTED, PLANNED, DONE, VERIFIED)
    story.on("2022-05-20").given(BROKE_AGAIN).given(again, DONE, VERIFIED)
    loop = [fact for fact in story.history() if isinstance(fact, LOOP)]
    first, opened, second = loop[:4], loop[4], loop[5:]
    assert [type(fact) for fact in first] == [type(fact) for fact in second] == [*LOOP[:3], IssueStruckOff]
    assert opened == Like(IssueReopened, cycle=2, number=1)
    assert second[0] == again
