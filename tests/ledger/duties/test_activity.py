"""Watch topics, activities, trainings, boxes and shared practice, told in sentences."""

from datetime import date

import pytest

from shared.events.activity import ActivityCounted, ActivityHeld, PracticeShared
from shared.events.watch_topic import WatchAnswered, WatchCounted
from shared.plan import Plan
from shared.plan.activity import Activity
from shared.plan.form import Asked, Form, FormField
from shared.plan.target import Watch
from tests.ledger.given import Morning, Said, Story, nowhere
from tests.ledger.like import Like
from tests.ledger.sample import ANNOUNCED, LISTED, PLAN, REPORTED, called

REPORT = Form(
    code="activity-report",
    name=called("活动情况表"),
    fields=(
        FormField(code="course", name=called("开展情况"), longest=20),
        FormField(code="contact", name=called("联系人"), required=False),
    ),
)
PLANNED = Plan(
    **(
        dict(PLAN)
        | {
            "watches": (Watch(code="kickbacks", name=called("回扣"), phase="P2"),),
            "activities": (
                Activity(code="lecture", name=called("讲座"), classes=("clinic",)),
                Activity(code="new-staff", name=called("新职工培训"), kind="training", tested=True),
                Activity(code="idea-box", name=called("金点子箱"), kind="box"),
                Activity(code="news", name=called("宣传报道"), kind="publicity"),
            ),
        }
    )
)
WITH_FORM = Plan(**(dict(PLANNED) | {"forms": (REPORT,), "asked": Asked(activity="activity-report")}))
DAY, LATER = "2022-04-20", "2022-05-04"
LECTURE = ActivityHeld(activity="lecture", on=date(2022, 4, 19), text="医患沟通讲座", attendance=60, media=("讲座.jpg",), by="clerk-zhou")
COURSE = ActivityHeld(
    activity="new-staff", on=date(2022, 4, 19), text="岗前培训并考核", attendance=12, tested=12, passed=11, by="clerk-zhou"
)
BOX = ActivityHeld(activity="idea-box", on=date(2022, 4, 19), text="开箱登记", slips=7, witness="nurse-he", by="clerk-zhou")
NOTHING_FOUND = WatchAnswered(watch="kickbacks", found=False, prevention="每月核对采购与用药数据", by="clerk-zhou")
FOUND_SOMETHING = WatchAnswered(watch="kickbacks", found=True, issue="yz2022/e1/issue/desk~1", by="clerk-zhou")


def clinic(plan: Plan = PLANNED, of: str = "e1") -> Story:
    """A clinic in P1 under a plan with watch topics and activities."""
    announced = ANNOUNCED.model_copy(update={"plan": plan})
    return nowhere().given(LISTED, announced).at(of).given(Morning("2022-04-06")).on(DAY)


def but(fact: ActivityHeld, **fields: object) -> ActivityHeld:
    """A record with some fields changed."""
    return fact.model_copy(update=fields)


# ── watch topics ────────────────────────────────────────────────────────────────────────────────────────────────────────────


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


# ── activities and trainings ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.covers("A11", "K5")
def test_an_activity_counts_in_the_phase_of_the_day_on_which_it_was_held() -> None:
    story = clinic().given(Morning("2022-05-01")).on(LATER)
    story.when(LECTURE).then(ActivityCounted(activity="lecture", phase="P1", trained=0, passed=0, first=True))
    story.when(Said(but(LECTURE, activity="news", on=date(2022, 5, 3)), issue="2")).then(Like(ActivityCounted, activity="news", phase="P2"))
    assert (story.book.phase("P1").own["activities"], story.book.phase("P2").own) == (1, {"activities": 1})


@pytest.mark.covers("A12")
def test_a_training_counts_who_was_there_and_who_passed_its_test() -> None:
    story = clinic().given(COURSE)
    assert story.book.phase("P1").own == {"activities": 1, "trained": 12, "passed": 11}


@pytest.mark.covers("A12")
def test_a_correction_supersedes_openly_and_counts_the_difference_in_the_same_phase() -> None:
    story = clinic().given(COURSE, Morning("2022-05-01")).on(LATER).when(but(COURSE, attendance=14, passed=9))
    counted = ActivityCounted(activity="new-staff", phase="P1", trained=14, passed=9, first=False, trained_before=12, passed_before=11)
    story.then(counted)
    assert story.book.phase("P1").own | {"units": 0} == {"activities": 1, "trained": 14, "passed": 9, "units": 0, "missing": 1}


@pytest.mark.covers("B3")
def test_a_box_is_opened_by_two_persons_who_count_its_slips() -> None:
    clinic().when(BOX).then(Like(ActivityCounted, activity="idea-box", first=True))
    clinic().when(but(BOX, witness="clerk-zhou")).refuses("box-two-persons")
    clinic().when(but(BOX, slips=None)).refuses("box-two-persons")


@pytest.mark.covers("J4")
def test_an_activity_is_told_on_the_form_that_the_plan_asks_for() -> None:
    story = clinic(WITH_FORM).when(LECTURE).refuses("form-wrong")
    story.when(but(LECTURE, form={"course": "长" * 30, "weather": "晴"})).refuses("form-wrong")
    story.when(but(LECTURE, form={"course": "两场", "contact": "clerk-zhou"})).then(ActivityCounted)


@pytest.mark.covers("K1", "K3", "K4")
def test_good_practice_and_promises_are_recorded_as_told_and_count_nothing() -> None:
    shared = PracticeShared(title="门诊一站式服务", text="六个窗口并为一处", evidence=("一站式.jpg",), visibility="public", by="clerk-zhou")
    promise = PracticeShared(sort="promise", title="承诺", text="当日回复每一条意见", by="head-zhao")
    story = clinic().when(shared).then()
    story.when(shared.model_copy(update={"text": "八个窗口并为一处"})).then().when(Said(promise, issue="2")).then()
    assert story.book.phase("P1").own == {}
