"""More time for one unit, told in sentences."""

from datetime import date

import pytest

from shared.events.issue import IssueCarriedOver, IssueEntered, IssueOverdue, IssueStruckOff
from shared.events.lateness import DeadlinePutOff
from shared.events.phase import Gap, PhaseClosed, PhaseOpened
from shared.events.strike_off import IssueReopened
from shared.plan.phase import Needs
from tests.ledger.book.phases import AGAIN, P1, P2, P3, closings, with_phases
from tests.ledger.given import Morning, Said, announced, unit
from tests.ledger.like import Like
from tests.ledger.sample import DONE, EXTENDED, FILED, PLANNED, REPORTED, RETURNED, UNOWNED, VERIFIED


@pytest.mark.covers("L7")
def test_a_unit_above_extends_a_phase_for_one_unit_and_moves_no_other() -> None:
    root = unit("bureau").given(Morning("2022-04-06")).on("2022-04-20")
    root.at("e1").given(EXTENDED)
    for each in ("e1", "e2", "w1", "w2"):
        root.at(each).given(FILED)
    root.given(Morning("2022-05-01"))
    assert {each: root.at(each).book.phase("P1").status for each in ("e1", "e2", "east")} == {"e1": "open", "e2": "closed", "east": "held"}
    root.given(Morning("2022-05-20"))
    assert root.at("e1").book.phase("P1").status == "open"
    root.given(Morning("2022-05-21"))
    assert root.at("e1").book.phase("P1").status == "closed"


@pytest.mark.covers("L7")
def test_the_unit_above_waits_for_an_extended_unit_within_its_own_grace() -> None:
    root = unit("bureau").given(Morning("2022-04-06")).on("2022-04-20")
    root.at("e1").given(EXTENDED)
    root.at("e2").given(FILED)
    root.given(Morning("2022-05-01"), Morning("2022-05-10"))
    assert Like(PhaseClosed, phase="P1", gap=Gap(units=("e1",))) in root.at("east").history()


@pytest.mark.covers("L7")
def test_a_held_phase_that_is_extended_is_open_again_and_ends_on_its_new_day_with_its_own_grace() -> None:
    story = unit().given(Morning("2022-04-06"), Morning("2022-05-01")).on("2022-05-04").given(EXTENDED)
    assert story.book.phase("P1").status == "open"
    story.given(Morning("2022-05-07"), Morning("2022-05-20"))
    assert story.book.phase("P1").status == "open"
    story.given(Morning("2022-05-21"))
    assert story.book.phase("P1").status == "held"
    story.given(Morning("2022-05-24"))
    assert story.book.phase("P1").status == "held"
    story.given(Morning("2022-05-25"))  # two working days after 20 May, a Friday
    assert [each.gap for each in closings(story)] == [Gap(returns=("own-plan",))]


@pytest.mark.covers("L7", "D3")
def test_the_cap_of_a_clock_moves_with_the_phase_of_the_unit_that_was_given_more_time() -> None:
    story = unit().given(EXTENDED.model_copy(update={"phase": "P2", "until": date(2022, 7, 15)})).on("2022-06-29")
    story.when(UNOWNED).then(Like(IssueEntered, fix_due=date(2022, 7, 13)))
    story.at("e2").when(UNOWNED).then(Like(IssueEntered, fix_due=date(2022, 6, 30)))


LONGER = EXTENDED.model_copy(update={"phase": "P2", "until": date(2022, 7, 15)})
PUT_OFF = DeadlinePutOff(number=1, clock="fix", due=date(2022, 6, 30), until=date(2022, 7, 13))


@pytest.mark.covers("L7", "D3")
def test_what_was_on_the_book_before_its_phase_was_extended_gets_the_later_day_too_and_is_not_overdue_on_the_old_one() -> None:
    story = unit().on("2022-06-29").given(REPORTED, PLANNED, LONGER)
    story.when(Morning("2022-07-01"))
    assert (PUT_OFF in story.history(), "overdue" in story.book.phase("P2").own) == (True, False)
    story.when(Morning("2022-07-14"))
    assert Like(IssueOverdue, clock="fix", due=PUT_OFF.until) in story.recorded()


@pytest.mark.covers("L7", "D3")
def test_an_act_that_comes_before_the_clock_looks_goes_by_the_later_day_as_well() -> None:
    story = unit().on("2022-06-29").given(REPORTED, PLANNED, LONGER).on("2022-07-12").when(DONE).then(PUT_OFF)
    story.when(VERIFIED).then(Like(IssueStruckOff, on_time=True))
    story.when(Morning("2022-07-14"))
    assert not [fact for fact in story.history() if isinstance(fact, IssueOverdue)]


@pytest.mark.covers("L7")
def test_what_ran_out_before_its_phase_was_extended_stays_overdue() -> None:
    waits = P2.model_copy(update={"needs": Needs(verified=100.0), "grace": 5})
    story = (
        announced(with_phases(P1, waits, P3)).given(Morning("2022-05-01")).on("2022-06-29").given(REPORTED, PLANNED, Morning("2022-07-01"))
    )
    story.on("2022-07-01").given(LONGER).when(DONE).then()
    assert story.book.phase("P2").own["overdue"] == 1


@pytest.mark.covers("L7")
def test_a_phase_is_extended_before_it_opens_too() -> None:
    story = unit().given(EXTENDED).when(Morning("2022-04-06"))
    assert Like(PhaseOpened, end=date(2022, 5, 20)) in story.recorded()


@pytest.mark.covers("L7", "C8")
def test_what_is_unfinished_is_carried_over_when_the_last_phase_ends_for_this_unit() -> None:
    story = unit().on("2022-08-25").given(REPORTED)
    story.given(EXTENDED.model_copy(update={"phase": "P3", "until": date(2022, 9, 9)}), Morning("2022-09-01"))
    assert not [fact for fact in story.history() if isinstance(fact, IssueCarriedOver)]
    story.on("2022-09-05").given(Said(UNOWNED, issue="2"))
    story.at("e2").when(UNOWNED).refuses("after-campaign")
    story.given(Morning("2022-09-09"))
    assert not [fact for fact in story.history() if isinstance(fact, IssueCarriedOver)]
    story.given(Morning("2022-09-10"))
    carried = [fact for fact in story.history() if isinstance(fact, IssueCarriedOver)]
    # Ten working days after 9 September, a Friday, over Mid-Autumn.
    assert [(each.number, each.due) for each in carried] == [(1, date(2022, 9, 26)), (2, date(2022, 9, 26))]


@pytest.mark.covers("L7", "D4")
def test_a_fix_clock_that_ran_out_in_the_time_that_a_unit_had_more_is_told_where_what_stopped_it_is_sent_back() -> None:
    story = unit().on("2022-08-25").given(REPORTED, PLANNED)
    story.given(EXTENDED.model_copy(update={"phase": "P3", "until": date(2022, 9, 30)}), Morning("2022-09-01"))
    story.on("2022-09-05").given(DONE, Morning("2022-10-01"))
    assert Like(IssueCarriedOver, number=1) in story.history()
    story.on("2022-10-08").when(RETURNED)
    assert Like(IssueOverdue, clock="fix", due=date(2022, 9, 8)) in story.recorded()


@pytest.mark.covers("L7", "C8", "L5")
def test_what_is_opened_again_while_the_campaign_lasts_longer_for_this_unit_is_carried_over_with_the_rest() -> None:
    story = unit().on("2022-08-25").given(REPORTED, PLANNED, DONE, VERIFIED)
    story.given(EXTENDED.model_copy(update={"phase": "P3", "until": date(2022, 9, 9)}), Morning("2022-09-01"))
    story.on("2022-09-05").when(AGAIN).then(Like(IssueReopened, carries_over_after=date(2022, 9, 9)))
    story.given(Morning("2022-09-09"))
    assert not [fact for fact in story.history() if isinstance(fact, IssueCarriedOver)]
    story.given(Morning("2022-09-10"), Morning("2022-09-13"))
    assert [fact.number for fact in story.history() if isinstance(fact, IssueCarriedOver)] == [1]
