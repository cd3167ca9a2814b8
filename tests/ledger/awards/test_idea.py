"""Golden ideas and the norms that grow out of them, told in sentences."""

from datetime import date

import pytest

from shared.events.idea import (
    AdoptionEntered,
    FollowThroughOpened,
    FollowThroughOverdue,
    IdeaEntered,
    IdeaOffered,
    NormDeclined,
    NormJudged,
    NormReceived,
    OutcomeRecorded,
)
from shared.events.phase import PhaseExtended
from tests.ledger.awards.ideas import ADOPTED, APPLIED, DECLINED, HOLDS, NORM, OFFERED, PROMOTED, applied, looked_at, proposed
from tests.ledger.given import Morning, Said, unit
from tests.ledger.like import Like
from tests.ledger.sample import FOUND

NOT_PROMOTED = Said(NormDeclined(reason="先试行一季", by="east-head"), subject="yz2022/east/norm/e1~desk~1")
NEXT_DAY, AFTER_LOOK = "2022-04-25", "2022-05-10"
"""Ten working days after 22 April are over on 9 May."""

# ── ideas ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.covers("F1", "B1", "B2", "B3", "B15")
def test_an_idea_out_of_a_box_is_entered_under_a_number_of_its_own_and_counts() -> None:
    story = unit().on(FOUND).when(OFFERED, Said(OFFERED, issue="2"))
    entered = IdeaEntered(number=1, phase="P1", category="environment", channel="complaint")
    story.then(entered, entered.model_copy(update={"number": 2}))
    assert story.book.phase("P1").own == {"ideas": 2}
    assert story.book.entered == 0


@pytest.mark.covers("F1")
def test_an_adopted_idea_has_a_measure_and_an_owner_and_counts_once() -> None:
    story = unit().on(FOUND).given(OFFERED).when(ADOPTED).then(AdoptionEntered(number=1, phase="P1", category="environment"))
    assert story.book.phase("P1").own == {"ideas": 1, "adopted": 1}
    story.when(DECLINED).refuses("idea-judged")


def test_a_declined_idea_is_not_adopted_any_more() -> None:
    story = unit().on(FOUND).given(OFFERED, DECLINED)
    story.when(ADOPTED).refuses("idea-judged")
    assert story.book.phase("P1").own == {"ideas": 1}


@pytest.mark.covers("F13")
def test_an_idea_in_use_is_to_be_looked_at_by_the_day_that_the_plan_gives() -> None:
    story = looked_at().given(OFFERED, ADOPTED).when(APPLIED)
    story.then(FollowThroughOpened(number=1, due=date(2022, 5, 9), owner="owner-li"))


@pytest.mark.covers("F13")
def test_nobody_looks_in_time_and_it_is_overdue_once() -> None:
    story = applied().when(Morning(AFTER_LOOK))
    story.then(FollowThroughOverdue(number=1, due=date(2022, 5, 9), owner="owner-li"))
    story.when(Morning("2022-05-11")).then()
    story.on("2022-05-11").when(HOLDS).then()


@pytest.mark.covers("F13")
def test_somebody_looks_in_time_and_the_clock_is_silent() -> None:
    applied().on(NEXT_DAY).given(HOLDS).when(Morning(AFTER_LOOK)).then()


def test_a_look_told_before_the_clock_looks_goes_by_its_own_date() -> None:
    applied().on(AFTER_LOOK).when(HOLDS).then(FollowThroughOverdue)


@pytest.mark.covers("F13")
def test_a_measure_that_does_not_hold_is_applied_again_and_not_looked_at_by_any_of_those_who_applied_it() -> None:
    story = applied().given(HOLDS.model_copy(update={"holds": False}))
    story.when(APPLIED.model_copy(update={"by": "fixer-wu"})).then(FollowThroughOpened)
    story.when(HOLDS.model_copy(update={"by": "fixer-sun"})).refuses("follow-through-own")


def test_without_the_clock_in_the_plan_nothing_is_to_be_looked_at() -> None:
    unit().on(FOUND).given(OFFERED, ADOPTED).when(APPLIED, Morning(AFTER_LOOK))
    story = unit().on(FOUND).given(OFFERED, ADOPTED, APPLIED)
    assert not [fact for fact in story.history() if isinstance(fact, FollowThroughOpened)]


@pytest.mark.covers("F14")
def test_a_norm_is_promoted_by_the_unit_above_and_the_department_hears_of_it() -> None:
    story = proposed()
    above = story.at("east")
    received = NormReceived(unit="e1", text="候诊区每百座设一组充电柜", by="head-zhao")
    assert received in above.history()
    story.at("east").when(PROMOTED).then()
    assert story.history()[-1] == NormJudged(unit="east", promoted=True, by="east-head")
    story.when(NORM).refuses("norm-proposed")


@pytest.mark.covers("F14")
def test_a_norm_that_was_declined_may_be_proposed_again() -> None:
    story = proposed()
    story.at("east").given(NOT_PROMOTED)
    assert story.history()[-1] == NormJudged(unit="east", promoted=False, reason="先试行一季", by="east-head")
    story.on(NEXT_DAY).given(NORM).at("east").given(PROMOTED)
    assert story.history()[-1] == Like(NormJudged, promoted=True)


@pytest.mark.covers("F15")
def test_a_patent_is_recorded_in_the_book() -> None:
    patent = OutcomeRecorded(nature="patent", title="一种输液架", by="clerk-zhou")
    assert unit().on(FOUND).when(patent).then().history()[-1] == patent


# ── proposals ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.covers("F1", "L7")
def test_an_idea_is_offered_as_long_as_the_campaign_lasts_for_the_unit() -> None:
    longer = PhaseExtended(phase="P3", until=date(2022, 9, 20), reason="封控", by="bureau-head", by_unit="bureau")
    idea = IdeaOffered(text="分时段预约", category="environment", channel="complaint", offered_by="nurse-he")
    unit().given(longer).on("2022-09-16").when(idea).then(IdeaEntered)
    unit().on("2022-09-16").when(idea).refuses("after-campaign")
