"""How a rectification is verified, its strike-off published, and whether it holds. Told in sentences."""

from datetime import date

import pytest

from shared.events.campaign import CampaignAmended
from shared.events.issue import CarryOverDue, DeadlinePassed, FollowUpSet, IssueCarriedOver, IssueOverdue, IssueStruckOff
from shared.events.strike_off import IssueReopened, IssueReturned, IssueSpotChecked, ObjectionDecided, ReopeningOrdered, StrikeOffPublished
from shared.units import seal
from tests.ledger.given import Morning, Said, Story, issue
from tests.ledger.issue.hand_overs import OFFERED, OVER, TAKEN, offered
from tests.ledger.issue.ruled import (
    ANALYSED,
    AT_HOME,
    CHECKED,
    FROM_ABOVE,
    FUNDED,
    GRAVE,
    LOOKED,
    OBJECTED,
    SUPERVISED,
    TWO,
    gone,
    into,
    ruled,
)
from tests.ledger.like import Like
from tests.ledger.sample import ASSIGNED, DONE, FOUND, LIFE, PLANNED, REPORTED, RETURNED, UNITS, UNOWNED, VERIFIED, VOIDED, plan_with

UNTIL, AFTER = "2022-04-26", "2022-04-27"
"""Three working days after 22 April: the 24th is a make-up day."""
OVERRULED = ObjectionDecided(upheld=False, reason="系他处座椅", by="chief-lin", by_unit="bureau")
UPHELD = OVERRULED.model_copy(update={"upheld": True})
FELL_SHORT = LOOKED.model_copy(update={"holds": False, "finding": "座椅又坏"})
CHECKED_THERE = IssueSpotChecked(holds=False, finding="座椅又坏", by="inspector-wu", by_unit="bureau")
ORDERED = ReopeningOrdered(reason="群众再次反映", by="chief-lin", by_unit="bureau")


def published() -> Story:
    """The strike-off of a grave issue is published."""
    return ruled().given(*CHECKED, FROM_ABOVE)


def struck_off() -> Story:
    """The strike-off of a grave issue stands."""
    return published().given(Morning(AFTER))


# ── verified by enough ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.covers("L3", "L2", "C10")
def test_a_grave_issue_needs_two_persons_of_two_units_one_of_them_above() -> None:
    ruled().given(*CHECKED).when(FROM_ABOVE).then(StrikeOffPublished(number=1, until=date(2022, 4, 26), look_back_due=date(2022, 5, 26)))
    at_home = AT_HOME.model_copy(update={"by": "checker-zheng"})
    ruled().given(*CHECKED).when(at_home).refuses("check-adds-nothing").when(FROM_ABOVE).then(StrikeOffPublished)
    both_above = FROM_ABOVE.model_copy(update={"by": "inspector-yu", "by_unit": "bureau"})
    ruled().given(*CHECKED[:4], FROM_ABOVE).when(both_above).then(StrikeOffPublished)


@pytest.mark.covers("C10", "I4")
def test_a_verification_by_whoever_came_to_own_the_issue_since_is_none_by_another() -> None:
    story = ruled().given(*CHECKED, ASSIGNED.model_copy(update={"owner": AT_HOME.by})).when(FROM_ABOVE).then()
    story.when(AT_HOME.model_copy(update={"by": "checker-zheng"})).then(StrikeOffPublished)


@pytest.mark.covers("L2")
def test_an_ordinary_issue_of_the_same_plan_needs_one() -> None:
    ruled().given(REPORTED, ANALYSED, DONE).when(VERIFIED).then(Like(IssueStruckOff, look_back_due=None))


@pytest.mark.covers("L3")
def test_nobody_verifies_twice_and_none_for_a_unit_that_is_not_above() -> None:
    story = ruled().given(*CHECKED).when(AT_HOME.model_copy(update={"by_unit": "bureau"})).refuses("verified-already")
    story.when(FROM_ABOVE.model_copy(update={"by_unit": "west"})).refuses("by-unit-not-above")


@pytest.mark.covers("L3", "C10", "I4")
def test_neither_fixer_nor_owner_is_among_those_who_verify() -> None:
    story = ruled().given(*CHECKED)
    story.when(FROM_ABOVE.model_copy(update={"by": "fixer-sun"})).refuses("verifier-is-fixer")
    story.when(FROM_ABOVE.model_copy(update={"by": "owner-li"})).refuses("verifier-is-owner")


@pytest.mark.covers("C10", "L3")
def test_what_one_returns_nobody_has_verified() -> None:
    story = ruled().given(*CHECKED).when(RETURNED.model_copy(update={"by": "inspector-wu", "by_unit": "east"}))
    story.then(IssueReturned(number=1, phase="P1")).given(DONE).when(FROM_ABOVE).then()
    story.when(AT_HOME).then(StrikeOffPublished)
    assert story.book.phase("P1").own == {"entered": 1, "complaints": 1, "returned": 1}


@pytest.mark.covers("C9", "C11")
def test_result_evidence_and_effect_stand_in_the_history() -> None:
    done = DONE.model_copy(update={"evidence": ("photo-17",)})
    history = issue().given(REPORTED, PLANNED, done, VERIFIED).history()
    assert done in history
    assert VERIFIED in history


# ── published ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.covers("L4", "C7")
def test_a_published_strike_off_stands_after_its_last_day_on_time_by_the_day_of_the_rectification() -> None:
    story = published().when(Morning(UNTIL)).then().when(Morning(AFTER))
    story.then(IssueStruckOff(number=1, phase="P1", on_time=True, carried_over=False, look_back_due=date(2022, 5, 26)))
    late = ruled().given(*CHECKED[:3]).on("2022-05-10").given(DONE, AT_HOME, FROM_ABOVE)
    late.when(Morning("2022-05-14")).then(Like(IssueStruckOff, on_time=False))


@pytest.mark.covers("L4")
def test_an_objection_stops_the_publication_until_it_is_decided() -> None:
    story = published().given(OBJECTED).when(Morning("2022-05-05")).then()
    story.on("2022-05-05").when(OVERRULED).then(Like(StrikeOffPublished, until=date(2022, 5, 9)))
    story.when(Morning("2022-05-10")).then(IssueStruckOff)


@pytest.mark.covers("L4")
def test_an_objection_that_is_upheld_sends_the_issue_back_with_its_fix_clock() -> None:
    story = published().given(OBJECTED).on("2022-05-10").when(UPHELD)
    story.then(IssueReturned(number=1, phase="P2"), Like(IssueOverdue, clock="fix"))
    story.given(DONE, AT_HOME).when(FROM_ABOVE).then(StrikeOffPublished)


@pytest.mark.covers("L4", "A7")
def test_what_is_not_upheld_leaves_where_an_amendment_took_publication_away() -> None:
    story = published().given(OBJECTED)
    story.at("bureau").given(CampaignAmended(plan=plan_with(version=2), tree=seal(UNITS), by="bureau-head"))
    story.when(OVERRULED).then(Like(IssueStruckOff, on_time=True))


@pytest.mark.covers("L4")
def test_an_objection_is_decided_by_nobody_who_has_a_part_in_it() -> None:
    story = published().given(OBJECTED, OBJECTED.model_copy(update={"by": "nurse-gu"}))
    for by, rule in ((OBJECTED.by, "objection-own"), ("nurse-gu", "objection-own"), ("fixer-sun", "verifier-is-fixer")):
        story.when(OVERRULED.model_copy(update={"by": by})).refuses(rule)
    story.when(OVERRULED.model_copy(update={"by": "owner-li"})).refuses("verifier-is-owner")


@pytest.mark.covers("L4")
def test_what_is_told_before_the_clock_looked_comes_too_late_by_its_own_day() -> None:
    published().on(UNTIL).when(OBJECTED).then()
    published().on(AFTER).when(OBJECTED).refuses("struck-off")


def test_an_end_of_publication_that_an_objection_overtook_is_recorded_without_consequence() -> None:
    published().given(OBJECTED).when(DeadlinePassed(clock="publication", due=date(2022, 4, 26))).then()


def test_what_is_published_takes_no_more_work() -> None:
    story = published()
    for fact, rule in ((PLANNED, "rectified"), (DONE, "rectified"), (AT_HOME, "not-rectified"), (RETURNED, "not-rectified")):
        story.when(fact).refuses(rule)


@pytest.mark.parametrize("checker", ["checker-qian", "inspector-wu"])
def test_nobody_comes_to_own_what_is_published_on_their_check_and_others_may(checker: str) -> None:
    published().when(ASSIGNED.model_copy(update={"owner": checker})).refuses("owner-is-verifier")
    published().given(ASSIGNED).when(Morning(AFTER)).then(Like(IssueStruckOff))
    again = published().given(OBJECTED, UPHELD)
    assert again.when(ASSIGNED.model_copy(update={"owner": checker})).recorded(), "their check counts no more"


@pytest.mark.parametrize("checker", ["checker-qian", "inspector-wu"])
def test_nor_does_whoever_follows_up_what_was_carried_over(checker: str) -> None:
    story = ruled().given(GRAVE, SUPERVISED, FUNDED, Morning("2022-09-01"), DONE, AT_HOME, FROM_ABOVE)
    assert [fact for fact in story.history() if isinstance(fact, IssueCarriedOver)]
    story.when(FollowUpSet(due=date(2022, 10, 31), owner=checker, by="chief-lin")).refuses("owner-is-verifier")


def test_a_strike_off_without_publication_cannot_be_objected_to() -> None:
    issue().given(REPORTED, PLANNED, DONE).when(OBJECTED).refuses("not-published")
    issue().given(*LIFE).when(OBJECTED).refuses("struck-off")


def test_what_is_published_when_the_campaign_ends_is_carried_over_too() -> None:
    story = ruled("2022-08-30").given(*CHECKED, FROM_ABOVE).when(Morning("2022-09-01")).then(IssueCarriedOver)
    story.when(Morning("2022-09-03")).then(Like(IssueStruckOff, carried_over=True, on_time=True))


# ── looked back at ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.covers("L5", "L3")
def test_a_look_back_that_finds_all_well_ends_its_clock() -> None:
    struck_off().on("2022-05-26").given(LOOKED).when(Morning("2022-05-27")).then()


@pytest.mark.covers("L5")
def test_a_look_back_that_nobody_does_is_overdue_and_does_not_count() -> None:
    story = struck_off().when(Morning("2022-05-27")).then(Like(IssueOverdue, clock="look-back", due=date(2022, 5, 26)))
    assert "overdue" not in story.book.phase("P2").own
    struck_off().on("2022-05-27").when(LOOKED).then(Like(IssueOverdue, clock="look-back"))


@pytest.mark.covers("L3", "L5")
def test_nobody_looks_back_who_verified_it_in_any_cycle_or_had_a_part_in_it() -> None:
    story = struck_off()
    for by in ("checker-qian", "inspector-wu"):
        story.when(LOOKED.model_copy(update={"by": by})).refuses("looked-back-by-verifier")
    story.when(LOOKED.model_copy(update={"by": "fixer-sun"})).refuses("verifier-is-fixer")
    story.when(LOOKED.model_copy(update={"by": "owner-li"})).refuses("verifier-is-owner")
    again = gone().given(FELL_SHORT, ANALYSED, DONE, VERIFIED.model_copy(update={"by": "checker-zheng"}))
    again.when(LOOKED.model_copy(update={"by": VERIFIED.by})).refuses("looked-back-by-verifier")


@pytest.mark.covers("L5", "A10")
def test_what_does_not_hold_is_opened_again_in_the_phase_of_that_day_and_its_strike_off_stays_where_it_stood() -> None:
    story = gone().on("2022-05-20").when(FELL_SHORT)
    story.then(IssueReopened(number=1, phase="P2", cycle=2, reason="座椅又坏", plan_due=date(2022, 5, 27), fix_due=date(2022, 6, 6)))
    first = story.book.phase("P1").own
    assert [first[name] for name in ("entered", "complaints", "struck_off", "on_time")] == [1, 1, 1, 1]
    assert story.book.phase("P2").own == {"reopened": 1}
    story.when(DONE).refuses("no-measures")
    story.given(ANALYSED, DONE).when(VERIFIED).then(Like(IssueStruckOff, number=1, phase="P2", on_time=True))
    story.when(FELL_SHORT).then(Like(IssueReopened, cycle=3))


@pytest.mark.covers("L5")
def test_the_clocks_of_an_issue_opened_again_run_from_that_day_whatever_ran_out_before() -> None:
    story = issue().given(REPORTED, Morning("2022-05-10"), PLANNED, DONE, VERIFIED).on("2022-05-20").given(FELL_SHORT)
    story.when(Morning("2022-05-28")).then(Like(IssueOverdue, clock="plan", due=date(2022, 5, 27)))
    story.when(Morning("2022-06-07")).then(Like(IssueOverdue, clock="fix", due=date(2022, 6, 6)))


@pytest.mark.covers("L5", "C8")
def test_what_is_opened_again_after_the_campaign_keeps_its_new_clocks_and_is_not_carried_over() -> None:
    story = issue("2022-08-25").given(*LIFE).on("2022-09-05").given(FELL_SHORT)
    story.when(Morning("2022-09-06"), CarryOverDue(phase="P3")).then()
    story.when(Morning("2022-09-30")).then(Like(IssueOverdue, clock="plan"), Like(IssueOverdue, clock="fix"))


@pytest.mark.covers("C8", "L5")
def test_what_was_carried_over_once_is_marked_so_also_in_its_next_cycle() -> None:
    story = issue("2022-08-01").given(REPORTED, PLANNED, Morning("2022-09-01")).on("2022-09-05").given(DONE, VERIFIED, FELL_SHORT)
    story.given(ASSIGNED, PLANNED, DONE).when(VERIFIED).then(Like(IssueStruckOff, carried_over=True))


# ── checked and opened from above ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.covers("E7")
def test_a_spot_check_from_above_that_finds_a_strike_off_wanting_opens_it_again() -> None:
    issue().given(*LIFE).when(CHECKED_THERE).then(Like(IssueReopened, cycle=2, reason="座椅又坏"))
    issue().given(*LIFE).when(CHECKED_THERE.model_copy(update={"holds": True})).then()


@pytest.mark.covers("E7")
def test_a_spot_check_of_what_is_rectified_sends_it_back_and_of_what_is_being_worked_on_is_kept_alone() -> None:
    issue().given(REPORTED, PLANNED, DONE).when(CHECKED_THERE).then(IssueReturned)
    published().when(CHECKED_THERE.model_copy(update={"by": "inspector-yu"})).then(IssueReturned)
    issue().given(REPORTED, PLANNED).when(CHECKED_THERE).then()


@pytest.mark.covers("E7")
def test_no_unit_spot_checks_itself() -> None:
    issue().given(*LIFE).when(CHECKED_THERE.model_copy(update={"by_unit": None})).refuses("needs-superior")
    issue().given(*LIFE).when(CHECKED_THERE.model_copy(update={"by": "fixer-sun"})).refuses("verifier-is-fixer")
    issue().given(REPORTED, VOIDED).when(CHECKED_THERE).refuses("void")


@pytest.mark.covers("L5")
def test_a_unit_above_has_an_issue_opened_again() -> None:
    issue().given(*LIFE).when(ORDERED).then(Like(IssueReopened, reason="群众再次反映"))
    issue().given(REPORTED, VOIDED).when(ORDERED).then(IssueReopened).when(PLANNED).then()
    issue().given(*LIFE).when(ORDERED.model_copy(update={"by_unit": "e1"})).refuses("needs-superior")
    issue().given(REPORTED).when(ORDERED).refuses("not-gone")
    issue().given(REPORTED, Said(UNOWNED, issue="2"), into(TWO)).when(ORDERED).refuses("merged")


@pytest.mark.covers("L5", "E2")
def test_what_went_to_another_book_is_opened_again_and_verified_there_alone() -> None:
    went = offered().given(Said(TAKEN, subject=OFFERED)).at("e1")
    went.when(ORDERED).refuses("handed-over")
    went.when(CHECKED_THERE).refuses("handed-over")
    issue().given(REPORTED, OVER).when(CHECKED_THERE).refuses("handing-over")


def test_a_look_back_needs_a_strike_off_and_a_plan_that_asks_for_none_takes_one_all_the_same() -> None:
    issue().given(REPORTED).when(LOOKED).refuses("not-struck-off")
    issue(FOUND).given(*LIFE).when(LOOKED).then().when(Morning("2022-06-30")).then()
