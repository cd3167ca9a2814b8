"""What corrects a figure is counted where that was counted, in the month as in the phase: no figure is ever below nothing."""

from datetime import UTC, date, datetime

import pytest

from services.reporting.fold.projections import fold
from services.reporting.fold.rows import Rows
from shared.events.activity import ActivityCounted
from shared.events.catalogue import CATALOGUE
from shared.events.fact import Correction, Fact
from shared.events.figures import Counts
from shared.events.indicator import SurveyCounted
from shared.events.issue import IssueOverdue
from shared.events.lateness import OverdueWithdrawn
from shared.events.leaving import IssueAbsorbed, IssueReleased
from shared.events.phase import Gap, PhaseClosed, PhaseHeld, PhaseProlonged
from shared.events.returns import ApprovalAwaited, ObligationMet, ReturnMissing
from shared.events.self_check import TargetChecked, TargetLifted
from shared.kafka.cloudevents import read_recorded
from shared.kafka.records import Recorded
from shared.topics import LEDGER, subject_id
from shared.workdays import local_date
from tests.reporting.given import BOOK, ENTERED, ISSUE, LATE, rows
from tests.simulated import PLANS, booked, days

MAY, JUNE = datetime(2019, 5, 3, tzinfo=UTC), datetime(2019, 6, 3, tzinfo=UTC)
IN_MAY = date(2019, 5, 3)
HEAD = {"position": 1, "chain": "00"}
CLOSED = PhaseClosed.model_validate({"phase": "P1", "own": Counts(), "total": Counts(), "gap": Gap(), "head": HEAD})
CORRECTIONS: dict[str, tuple[Fact, Fact, dict[str, int], dict[str, int]]] = {
    "return/own-plan": (
        ReturnMissing(obligation="own-plan", phase="P1", due=IN_MAY),
        ObligationMet(obligation="own-plan", phase="P1", late=True, was_missing=True, counted_on=IN_MAY),
        {},
        {"late": 1},
    ),
    "return/list": (
        ReturnMissing(obligation="list", phase="P1", due=IN_MAY),
        ApprovalAwaited(obligation="list", phase="P1", was_missing=True, counted_on=IN_MAY),
        {},
        {},
    ),
    "issue/b~2": (
        IssueAbsorbed(merged="c/t1/issue/b~3", number=3, phase="P1"),
        IssueReleased(merged="c/t1/issue/b~3", phase="P1", counted_on=IN_MAY),
        {},
        {},
    ),
    "issue/b~1": (LATE, OverdueWithdrawn(number=1, phase="P2", clock="fix", due=IN_MAY, reason="told-late", counted_on=IN_MAY), {}, {}),
    "check/1": (
        TargetChecked(target=1, phase="P1", conforms=False),
        TargetChecked(target=1, phase="P1", conforms=True, replaces=False, counted_on=IN_MAY),
        {"answered": 1},
        {},
    ),
    "check/2": (
        TargetChecked(target=2, phase="P1", conforms=False),
        TargetLifted(target=2, phase="P1", conforms=False, counted_on=IN_MAY),
        {},
        {},
    ),
    "survey/public~1": (
        SurveyCounted(survey="public", phase="P1", answered=9, satisfied=8),
        SurveyCounted(survey="public", phase="P1", answered=7, satisfied=7, answered_before=9, satisfied_before=8, counted_on=IN_MAY),
        {"surveyed": 7, "satisfied": 7},
        {},
    ),
    "activity/1": (
        ActivityCounted(activity="talk", phase="P1", trained=20, passed=9, first=True),
        ActivityCounted(
            activity="talk", phase="P1", trained=12, passed=9, first=False, trained_before=20, passed_before=9, counted_on=IN_MAY
        ),
        {"activities": 1, "trained": 12, "passed": 9},
        {},
    ),
    "book": (CLOSED, PhaseHeld(phase="P1", gap=Gap(), takes_back="gap", counted_on=IN_MAY), {}, {}),
    "book, prolonged": (CLOSED, PhaseProlonged(phase="P1", end=date(2019, 7, 1), takes_back="gap", counted_on=IN_MAY), {}, {}),
}
"""A fact counted in May, what corrects it in June, and what either month has in the end."""


def test_every_kind_of_correction_has_its_case() -> None:
    corrections = {fact for fact in CATALOGUE.values() if issubclass(fact, Correction)}
    assert corrections == {type(correction) for _, correction, *_ in CORRECTIONS.values()}


@pytest.mark.parametrize("subject", CORRECTIONS)
def test_a_correction_goes_to_the_month_of_what_it_corrects(subject: str) -> None:
    counted, correction, may, june = CORRECTIONS[subject]
    about = BOOK if subject.startswith("book") else f"{BOOK}/{subject}"
    before = [(ISSUE, ENTERED, datetime(2019, 4, 3, tzinfo=UTC))]
    found = rows(*before, (about, counted, MAY), (about, correction, JUNE))
    assert [_shown(found, month) for month in ("2019-05", "2019-06")] == [may, june]


def test_a_correction_of_an_earlier_version_which_kept_no_day_counts_on_its_own() -> None:
    survey = subject_id(BOOK, "survey", "public", "1")
    counted = SurveyCounted(survey="public", phase="P1", answered=9, satisfied=8)
    corrected = SurveyCounted(survey="public", phase="P1", answered=9, satisfied=9, answered_before=9, satisfied_before=8)
    found = rows((survey, counted, MAY), (survey, corrected, JUNE))
    assert [_shown(found, month)["satisfied"] for month in ("2019-05", "2019-06")] == [8, 1]


@pytest.mark.parametrize("name", PLANS)
def test_at_no_moment_of_a_campaign_is_a_figure_below_nothing_and_each_month_has_the_marks_that_stand(name: str) -> None:
    found: Rows = {}
    stands: dict[tuple[str, str], tuple[str, str]] = {}
    """The book and the month of each mark that stands, by its kind and subject."""
    for event in (read_recorded(each) for each in booked(days(name)).ledger.published if each.topic == LEDGER):
        fold(found, event)
        _mark(stands, event)
        for collection in ("months", "phases"):
            below = {id: row["figures"] for (of, id), row in found.items() if of == collection and min(row["figures"].values()) < 0}
            assert not below, (event.type, event.subject)
    for figure in ("overdue", "missing"):
        counted = {id: row["figures"][figure] for (of, id), row in found.items() if of == "months" and row["figures"][figure]}
        marks = [f"{book}#{month}" for (kind, _), (book, month) in stands.items() if kind.startswith(figure)]
        assert counted == {id: marks.count(id) for id in marks}


def _mark(stands: dict[tuple[str, str], tuple[str, str]], event: Recorded) -> None:
    where = event.book, local_date(event.accepted).isoformat()[:7]
    match event.fact:
        case IssueOverdue(clock="fix", due=due):
            stands[f"overdue {due}", event.subject] = where
        case OverdueWithdrawn(clock="fix", due=due):
            del stands[f"overdue {due}", event.subject]
        case ReturnMissing():
            stands["missing", event.subject] = where
        case ObligationMet(was_missing=True) | ApprovalAwaited(was_missing=True):
            del stands["missing", event.subject]


def _shown(found: Rows, month: str) -> dict[str, int]:
    row = found.get(("months", f"{BOOK}#{month}"))
    return {name: n for name, n in row["figures"].items() if n} if row else {}
