"""Activities, trainings, boxes and shared practice, told in sentences."""

from datetime import date

import pytest

from shared.events.activity import ActivityCounted, PracticeShared
from shared.plan import Plan
from shared.plan.form import Asked
from tests.ledger.duties.activities import BOX, COURSE, LATER, LECTURE, PLANNED, REPORT, clinic
from tests.ledger.given import Morning, Said
from tests.ledger.like import Like
from tests.ledger.sample import changed

WITH_FORM = Plan(**(dict(PLANNED) | {"forms": (REPORT,), "asked": Asked(activity="activity-report")}))

# ── activities and trainings ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.covers("A11", "K5")
def test_an_activity_counts_in_the_phase_of_the_day_on_which_it_was_held() -> None:
    story = clinic().given(Morning("2022-05-01")).on(LATER)
    story.when(LECTURE).then(ActivityCounted(activity="lecture", phase="P1", trained=0, passed=0, first=True))
    story.when(Said(changed(LECTURE, activity="news", on=date(2022, 5, 3)), issue="2")).then(
        Like(ActivityCounted, activity="news", phase="P2")
    )
    assert (story.book.phase("P1").own["activities"], story.book.phase("P2").own) == (1, {"activities": 1})


@pytest.mark.covers("A12")
def test_a_training_counts_who_was_there_and_who_passed_its_test() -> None:
    story = clinic().given(COURSE)
    assert story.book.phase("P1").own == {"activities": 1, "trained": 12, "passed": 11}


@pytest.mark.covers("A12")
def test_a_correction_supersedes_openly_and_counts_the_difference_in_the_same_phase() -> None:
    story = clinic().given(COURSE, Morning("2022-05-01")).on(LATER).when(changed(COURSE, attendance=14, passed=9))
    counted = ActivityCounted(
        activity="new-staff",
        phase="P1",
        trained=14,
        passed=9,
        first=False,
        trained_before=12,
        passed_before=11,
        counted_on=date(2022, 4, 20),
    )
    story.then(counted)
    assert story.book.phase("P1").own | {"units": 0} == {"activities": 1, "trained": 14, "passed": 9, "units": 0, "missing": 1}


@pytest.mark.covers("B3")
def test_a_box_is_opened_by_two_persons_who_count_its_slips() -> None:
    clinic().when(BOX).then(Like(ActivityCounted, activity="idea-box", first=True))
    clinic().when(changed(BOX, witness="clerk-zhou")).refuses("box-two-persons")
    clinic().when(changed(BOX, slips=None)).refuses("box-two-persons")


@pytest.mark.covers("J4")
def test_an_activity_is_told_on_the_form_that_the_plan_asks_for() -> None:
    story = clinic(WITH_FORM).when(LECTURE).refuses("form-wrong")
    story.when(changed(LECTURE, form={"course": "长" * 30, "weather": "晴"})).refuses("form-wrong")
    story.when(changed(LECTURE, form={"course": "两场", "contact": "clerk-zhou"})).then(ActivityCounted)


@pytest.mark.covers("K1", "K3", "K4")
def test_good_practice_and_promises_are_recorded_as_told_and_count_nothing() -> None:
    shared = PracticeShared(title="门诊一站式服务", text="六个窗口并为一处", evidence=("一站式.jpg",), visibility="public", by="clerk-zhou")
    promise = PracticeShared(sort="promise", title="承诺", text="当日回复每一条意见", by="head-zhao")
    story = clinic().when(shared).then()
    story.when(shared.model_copy(update={"text": "八个窗口并为一处"})).then().when(Said(promise, issue="2")).then()
    assert story.book.phase("P1").own == {}
