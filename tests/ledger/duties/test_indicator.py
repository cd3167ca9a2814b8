"""Surveys and indicators, told in sentences."""

from datetime import date

import pytest

from shared.events.indicator import MeasureTold, SurveyCounted
from shared.events.phase import PhaseSupplemented
from tests.ledger.duties.indicators import COMPLAINTS, SURVEY, VISIT, measured
from tests.ledger.given import Morning, Said, unit
from tests.ledger.sample import FOUND, changed

# ── surveys and measures ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.covers("G1", "G5", "B4", "B5")
def test_a_survey_counts_its_answers_in_the_phase_of_its_day() -> None:
    story = measured().when(SURVEY).then(SurveyCounted(survey="patients", phase="P1", answered=90, satisfied=81))
    assert story.book.phase("P1").own == {"surveyed": 90, "satisfied": 81}


@pytest.mark.covers("G1")
def test_a_survey_told_again_counts_the_difference_in_the_same_phase() -> None:
    story = measured().given(SURVEY).on("2022-05-20")
    story.when(changed(SURVEY, answered=80, satisfied=79, on=date(2022, 5, 10)))
    story.then(
        SurveyCounted(
            survey="patients", phase="P1", answered=80, satisfied=79, answered_before=90, satisfied_before=81, counted_on=date(2022, 4, 22)
        )
    )
    own = story.book.phase("P1").own
    assert (own["surveyed"], own["satisfied"]) == (80, 79)


def test_two_surveys_of_one_kind_count_beside_one_another() -> None:
    story = measured().given(SURVEY, Said(SURVEY, issue="2"))
    assert story.book.phase("P1").own == {"surveyed": 180, "satisfied": 162}


def test_a_survey_under_the_code_of_another_is_refused() -> None:
    measured().when(Said(SURVEY, subject="yz2022/e1/survey/staff~1")).refuses("wrong-subject")


def test_a_survey_before_the_campaign_is_refused() -> None:
    measured().when(changed(SURVEY, on=date(2022, 4, 5))).refuses("before-campaign")


@pytest.mark.covers("G3", "G4", "G10")
def test_a_figure_of_a_period_is_recorded_and_may_be_told_again() -> None:
    story = measured().when(COMPLAINTS).then()
    story.when(changed(COMPLAINTS, value=11.0)).then()
    assert [fact.value for fact in story.history() if isinstance(fact, MeasureTold)] == [12.0, 11.0]


def test_a_figure_under_another_period_is_refused() -> None:
    measured().when(Said(COMPLAINTS, subject="yz2022/e1/measure/complaints~2022-04")).refuses("wrong-subject")


# ── a plan that measures nothing ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_plan_that_measures_nothing_knows_none_of_it() -> None:
    unit().on(FOUND).when(SURVEY).refuses("survey-unknown")
    unit().on(FOUND).when(COMPLAINTS).refuses("measure-unknown")
    unit().on(FOUND).when(VISIT).refuses("visit-unknown")


def test_what_comes_after_its_phase_closed_climbs_as_a_supplement() -> None:
    story = measured("e2").given(Morning("2022-04-06"), Morning("2022-05-01"), Morning("2022-05-10")).on("2022-05-20")
    story.given(SURVEY, Morning("2022-05-21"))
    last = [fact for fact in story.history() if isinstance(fact, PhaseSupplemented)][-1]
    assert (last.own.surveyed, last.own.satisfied) == (90, 81)
