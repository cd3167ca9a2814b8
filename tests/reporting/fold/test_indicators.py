"""What events make of the rows behind KPIs and lights."""

from datetime import UTC, date, datetime

import pytest

from shared.events.indicator import MeasureTold, SurveyHeld
from shared.topics import subject_id
from tests.reporting.given import BOOK, ENTERED, ISSUE, LATE, STRUCK, rows

APRIL, MAY = datetime(2019, 4, 30, 16, 30, tzinfo=UTC), datetime(2019, 5, 31, 15, 30, tzinfo=UTC)
"""The first is May already in China, the second is May still."""


def test_figures_are_counted_in_the_month_in_china() -> None:
    found = rows((ISSUE, ENTERED, APRIL), (ISSUE, LATE, MAY), (ISSUE, STRUCK, datetime(2019, 6, 3, tzinfo=UTC)))
    may, june = found["months", f"{BOOK}#2019-05"]["figures"], found["months", f"{BOOK}#2019-06"]["figures"]
    assert (may["entered"], may["overdue"], may["struck_off"], june["struck_off"]) == (1, 1, 0, 1)


@pytest.mark.covers("G1", "G3")
def test_a_survey_or_a_figure_told_again_takes_the_place_of_the_one_before() -> None:
    survey, measure = subject_id(BOOK, "survey", "public", "1"), subject_id(BOOK, "measure", "complaints", "2019-04")
    held = SurveyHeld(survey="public", on=date(2019, 4, 20), asked=10, answered=9, satisfied=8, by="p1")
    figure = MeasureTold(measure="complaints", period="2019-04", value=12.0, by="p1")
    found = rows(
        (survey, held),
        (survey, held.model_copy(update={"satisfied": 9})),
        (measure, figure),
        (measure, figure.model_copy(update={"value": 3.0})),
    )
    assert (found["surveys", survey]["answered"], found["surveys", survey]["satisfied"]) == (9, 9)
    assert found["measures", measure]["value"] == 3
