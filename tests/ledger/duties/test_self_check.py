"""The self-check and the returns of a unit, told in sentences."""

from datetime import date

import pytest

from services.ledger.book.state import Answer
from shared.events.figures import Counts
from shared.events.issue import IssueEntered
from shared.events.phase import PhaseClosed, PhaseSupplemented
from shared.events.returns import ObligationDue, ObligationMet, ReturnMissing
from shared.events.self_check import TargetChecked
from shared.events.strike_off import IssueReopened
from tests.ledger.given import Morning, Said, Story, announced, unit
from tests.ledger.like import Like
from tests.ledger.sample import (
    ASSIGNED,
    CONFORMS,
    DONE,
    FALLS_SHORT,
    FILED,
    FOUND,
    PLAN,
    PLANNED,
    UNOWNED,
    VERIFIED,
    plan_with,
)

OF_GRADE_2 = CONFORMS.model_copy(update={"target": 2})
FOUND_BY_IT = "yz2022/e1/issue/self-check~1"
BEGUN, LAST_DAY, DAY_AFTER, PHASE_OVER = "2022-04-06", "2022-04-25", "2022-04-26", "2022-05-01"
LATER = "2022-05-20"
"""In P2."""


def clinic(of: str = "e1") -> Story:
    """A clinic in P1."""
    return unit(of).given(Morning(BEGUN)).on(FOUND)


# ── self-check ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_answer_that_conforms_counts_and_enters_nothing() -> None:
    story = clinic().when(CONFORMS).then(TargetChecked(target=1, phase="P1", conforms=True))
    assert story.book.phase("P1").own == {"answered": 1}


@pytest.mark.covers("B10")
def test_an_answer_that_does_not_conform_enters_an_issue_by_itself() -> None:
    story = clinic().when(FALLS_SHORT)
    story.then(
        TargetChecked(target=1, phase="P1", conforms=False),
        IssueEntered(
            number=1,
            phase="P1",
            category="environment",
            channel="self-check",
            nature="problem",
            target=1,
            text="标识不清",
            plan_due=date(2022, 4, 28),
            fix_due=date(2022, 5, 9),
            label="1",
        ),
    )
    assert story.book.phase("P1").own == {"answered": 1, "findings": 1, "entered": 1}


def test_what_a_self_check_entered_takes_the_next_number_and_lives_like_any_issue() -> None:
    story = clinic().given(UNOWNED).when(FALLS_SHORT).then(TargetChecked, Like(IssueEntered, number=2))
    story.when(Said(PLANNED, subject=FOUND_BY_IT)).refuses("no-owner")


def test_an_answer_again_replaces_the_one_before_and_enters_no_second_issue() -> None:
    story = (
        clinic()
        .given(FALLS_SHORT)
        .when(FALLS_SHORT)
        .then(TargetChecked(target=1, phase="P1", conforms=False, replaces=False, counted_on=date(2022, 4, 22)))
    )
    story.when(CONFORMS).then(TargetChecked(target=1, phase="P1", conforms=True, replaces=False, counted_on=date(2022, 4, 22)))
    assert story.book.phase("P1").own == {"answered": 1, "findings": 0, "entered": 1}
    story.when(FALLS_SHORT).then(TargetChecked(target=1, phase="P1", conforms=False, replaces=True, counted_on=date(2022, 4, 22)))
    assert story.book.phase("P1").own == {"answered": 1, "findings": 1, "entered": 1}


def test_a_target_found_conforming_first_may_enter_its_issue_later() -> None:
    story = clinic().given(CONFORMS).when(FALLS_SHORT)
    story.then(Like(TargetChecked, replaces=True), Like(IssueEntered, number=1))


def test_a_target_counts_in_the_phase_of_its_first_answer_also_when_it_is_answered_again_later() -> None:
    story = clinic().given(FALLS_SHORT, FILED, Morning(PHASE_OVER)).on(LATER)
    story.when(CONFORMS).then(TargetChecked(target=1, phase="P1", conforms=True, replaces=False, counted_on=date(2022, 4, 22)))
    story.when(Morning("2022-05-21"))
    assert Like(PhaseSupplemented, phase="P1", own=Counts(units=1, filed=1, answered=1, entered=1)) in story.recorded()


def test_an_issue_that_stands_under_the_targets_own_name_is_not_entered_over() -> None:
    story = clinic().given(Said(UNOWNED, subject=FOUND_BY_IT)).when(FALLS_SHORT).then(TargetChecked)
    assert story.book.entered == 1


@pytest.mark.covers("B10", "L5")
def test_what_falls_short_again_after_its_strike_off_is_opened_again() -> None:
    story = clinic().given(FALLS_SHORT, *(Said(fact, subject=FOUND_BY_IT) for fact in (ASSIGNED, PLANNED, DONE, VERIFIED)))
    story.when(FALLS_SHORT).then(Like(TargetChecked, replaces=False), Like(IssueReopened, number=1, phase="P1", cycle=2, reason="标识不清"))
    story.when(FALLS_SHORT).then(Like(TargetChecked, replaces=False))
    assert story.book.phase("P1").own == {"answered": 1, "findings": 1, "entered": 1, "struck_off": 1, "on_time": 1, "reopened": 1}


@pytest.mark.parametrize(("of", "rule"), [("e2", "target-not-applicable"), ("east", "no-checklist"), ("bureau", "no-checklist")])
def test_a_target_applies_to_units_of_the_checklist_that_have_every_tag_it_needs(of: str, rule: str) -> None:
    clinic("e1").when(OF_GRADE_2).then(TargetChecked)
    clinic(of).when(OF_GRADE_2).refuses(rule)


@pytest.mark.covers("G7")
def test_a_target_of_some_classes_is_asked_of_no_other() -> None:
    first = PLAN.targets[0].model_copy(update={"classes": ("township",)})
    plan = plan_with(targets=(first, *PLAN.targets[1:]), checklist_of=("clinic", "township"))
    story = announced(plan, "bureau", FOUND)
    story.at("e1").when(CONFORMS).refuses("target-not-applicable")
    story.at("east").when(CONFORMS).then(TargetChecked)


def test_an_answer_that_does_not_conform_needs_its_finding() -> None:
    clinic().when(FALLS_SHORT.model_copy(update={"finding": None})).refuses("finding-missing")


def test_the_answer_of_one_target_is_not_told_under_another() -> None:
    clinic().when(Said(CONFORMS, subject="yz2022/e1/check/2")).refuses("wrong-subject")


def test_what_falls_short_after_the_campaign_is_refused_whole() -> None:
    story = clinic().on("2022-09-01").when(FALLS_SHORT).refuses("after-campaign")
    assert "answered" not in story.book.phase("P3").own


def test_what_decisions_need_of_an_answer_is_whether_it_conforms_and_where_it_counts() -> None:
    story = clinic().given(CONFORMS)
    assert story.book.answers == {1: Answer(conforms=True, phase="P1", since=date(2022, 4, 22))}


# ── returns ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_return_on_the_last_day_is_on_time_and_a_day_later_is_late() -> None:
    in_time = ObligationMet(obligation="own-plan", phase="P1", late=False, was_missing=False)
    clinic().on(LAST_DAY).when(FILED).then(in_time)
    clinic().on("2022-04-25T23:59:59+08:00").when(FILED).then(in_time)
    clinic().on("2022-04-26T00:00:00+08:00").when(FILED).then(ReturnMissing, Like(ObligationMet, late=True, was_missing=True))


def test_a_nil_return_meets_an_obligation_too() -> None:
    clinic().when(FILED.model_copy(update={"nil": True})).then(ObligationMet)


def test_a_return_that_fell_due_is_missing_until_it_is_filed_late() -> None:
    story = clinic().when(Morning(LAST_DAY)).then()
    story.when(Morning(DAY_AFTER)).then(ReturnMissing(obligation="own-plan", phase="P1", due=date(2022, 4, 25)))
    assert story.book.phase("P1").own == {"missing": 1}
    story.on(DAY_AFTER).when(FILED).then(Like(ObligationMet, late=True, was_missing=True))
    assert story.book.phase("P1").own == {"missing": 0, "late": 1}


def test_a_return_taken_in_time_and_handled_after_the_clock_is_filed_on_time() -> None:
    story = clinic().given(Morning(DAY_AFTER)).on(LAST_DAY).when(FILED).then(Like(ObligationMet, late=False, was_missing=True))
    assert story.book.phase("P1").own == {"missing": 0, "filed": 1}


def test_a_further_return_stands_beside_the_first_and_changes_no_figure() -> None:
    story = clinic().given(FILED).on(LATER).when(FILED).then()
    assert story.book.phase("P1").own == {"filed": 1, "units": 1}


def test_a_due_date_that_a_return_overtook_is_recorded_without_consequence() -> None:
    clinic().given(FILED).when(ObligationDue(obligation="own-plan", due=date(2022, 4, 25))).then()
    clinic().when(ObligationDue(obligation="own-plan", due=date(2022, 4, 24))).then()
    clinic("east").when(ObligationDue(obligation="own-plan", due=date(2022, 4, 25))).then()


def test_a_return_that_the_unit_does_not_owe_is_refused() -> None:
    clinic("east").when(FILED).refuses("obligation-unknown")


def test_a_return_is_told_under_its_own_obligation() -> None:
    clinic().when(Said(FILED, subject="yz2022/e1/return/summary")).refuses("obligation-mismatch")


def test_findings_never_fall_below_nothing_when_a_phase_closes() -> None:
    story = clinic().given(FALLS_SHORT, FILED, Morning(PHASE_OVER)).on(LATER).given(CONFORMS)
    story.when(Morning("2022-07-01"))
    closed = [fact for fact in story.recorded() if isinstance(fact, PhaseClosed)]
    assert [(fact.phase, fact.own.findings) for fact in closed] == [("P2", 0)]
