"""Phases close, complete or over a gap, told in sentences."""

from datetime import date, timedelta

import pytest

from services.ledger.book.rules import wakes
from shared.events.figures import Counts
from shared.events.phase import Gap, GapAccepted, PhaseClosed, PhaseDue, PhaseHeld, SupplementDue
from shared.events.returns import ObligationMet
from tests.ledger.book.days import (
    BUREAUS_GRACE,
    CLINICS,
    CLINICS_GRACE,
    DUE,
    DUE_P2,
    TOWNSHIPS_GRACE,
    all_filed,
    begun,
    closing,
    statement,
    total,
)
from tests.ledger.given import Morning, Said, Story, unit
from tests.ledger.like import Like
from tests.ledger.sample import FILED, PLAN, PLANNED, REPORTED, UNITS

ACCEPTED = GapAccepted(phase="P2", reason="两院已停业整合", by="bureau-head")


def test_a_clinic_that_filed_closes_when_the_phase_ends() -> None:
    story = all_filed("e1").when(Morning("2022-04-30")).then().when(Morning(DUE))
    counts = Counts(units=1, filed=1)
    assert closing(story) == Like(PhaseClosed, own=counts, total=counts, gap=None, revision=1)


def test_a_clinic_that_did_not_file_is_held_and_closes_once_its_return_arrives() -> None:
    story = begun().when(Morning(DUE))
    assert Like(PhaseHeld, phase="P1", gap=Gap(returns=("own-plan",))) in story.recorded()
    story.on("2022-05-05").when(FILED).then(
        ObligationMet(obligation="own-plan", phase="P1", late=True, was_missing=True, counted_on=date(2022, 4, 25)),
        Like(PhaseClosed, own=Counts(units=1, late=1), gap=None),
    )


def test_a_clinic_that_never_files_closes_at_the_plans_grace_with_the_missing_named() -> None:
    story = begun().given(Morning(DUE)).when(Morning("2022-05-06")).then()
    story.when(Morning(CLINICS_GRACE)).then(
        Like(PhaseClosed, gap=Gap(returns=("own-plan",)), own=Counts(units=1, gaps=1, missing=1), total=Counts(units=1, gaps=1, missing=1))
    )


def test_the_levels_above_close_with_the_clinics_whose_grace_ended_first() -> None:
    root = begun("bureau").given(Morning(DUE))
    assert {root.at(each.id).book.phase("P1").status for each in UNITS} == {"held"}
    root.given(Morning(CLINICS_GRACE))
    # All clinics have closed over their gaps, so the levels above are complete before their own grace.
    assert {root.at(each.id).book.phase("P1").status for each in UNITS} == {"closed"}
    assert total(root, "P1").gaps == len(CLINICS)


@pytest.mark.parametrize(("of", "morning"), [("e1", CLINICS_GRACE), ("east", TOWNSHIPS_GRACE), ("bureau", BUREAUS_GRACE)])
def test_the_grace_of_each_level_ends_on_its_own_day(of: str, morning: str) -> None:
    story = begun(of).given(PhaseDue(phase="P1", edge="end"))
    day_before = (date.fromisoformat(morning) - timedelta(1)).isoformat()
    assert "grace-P1" not in due_on(story, day_before)
    assert "grace-P1" in due_on(story, morning)


def due_on(story: Story, morning: str) -> list[str]:
    """What the clock would tell a book on a morning."""
    return [wake.name for wake in wakes(story.book, PLAN) if wake.on <= date.fromisoformat(morning)]


def test_a_township_is_held_for_its_clinics_and_names_those_that_are_missing_at_its_grace() -> None:
    story = begun("east").given(PhaseDue(phase="P1", edge="end"), statement(entered=2)).when(PhaseDue(phase="P1", edge="grace"))
    story.then(Like(PhaseClosed, gap=Gap(units=("e2",)), own=Counts(units=1, gaps=1), total=Counts(units=1, gaps=1, entered=2)))


def test_a_phase_without_grace_is_held_until_its_owner_accepts_the_gap() -> None:
    story = all_filed("east").given(Morning(DUE), Morning(DUE_P2), Morning("2022-08-30"))
    assert story.book.phase("P2").status == "held"
    story.on("2022-08-30").when(ACCEPTED).then(Like(PhaseClosed, phase="P2", gap=Gap(returns=("summary",))))


def test_only_a_phase_that_is_held_has_a_gap_to_accept() -> None:
    unit("east").when(ACCEPTED).refuses("phase-not-held")


def test_what_falls_due_a_second_time_is_recorded_without_consequence() -> None:
    story = all_filed("e1").given(Morning(DUE))
    for edge in ("start", "end", "grace"):
        story.when(Said(PhaseDue(phase="P1", edge=edge), id=f"again-{edge}")).then()
    story.when(SupplementDue(phase="P1", revision=1)).then()
    story.when(SupplementDue(phase="P1", revision=7)).then()


def test_the_end_before_the_beginning_is_recorded_without_consequence() -> None:
    unit().when(PhaseDue(phase="P1", edge="end"), PhaseDue(phase="P1", edge="grace")).then()


def test_issues_fall_overdue_before_their_book_closes_on_the_same_morning() -> None:
    story = all_filed("e1").on("2022-06-17").given(Morning(DUE), REPORTED, PLANNED).when(Morning(DUE_P2))
    closed = closing(story, "P2")
    assert closed
    assert closed.own == Counts(units=1, entered=1, overdue=1)
