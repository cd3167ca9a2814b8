"""What events make of the row of a return, and of the figures of its phase."""

from datetime import date

import pytest

from shared.events.returns import (
    ApprovalAwaited,
    ObligationLifted,
    ObligationMet,
    ObligationMoved,
    ObligationOpened,
    ObligationReopened,
    ReturnChased,
    ReturnFiled,
    ReturnMissing,
)
from shared.events.self_check import TargetChecked, TargetLifted
from shared.topics import subject_id
from tests.reporting.given import BOOK, after, figures

RETURN = subject_id(BOOK, "return", "own-plan")


def test_a_return_is_missing_until_it_comes_late() -> None:
    opened, due = ObligationOpened(obligation="own-plan", phase="P1", due=date(2019, 3, 31)), date(2019, 3, 31)
    missing = ReturnMissing(obligation="own-plan", phase="P1", due=due)
    filed = ReturnFiled(obligation="own-plan", title="方案", by="p1")
    met = ObligationMet(obligation="own-plan", phase="P1", late=True, was_missing=True)
    assert figures(opened, missing, subject=RETURN) == {"missing": 1}
    assert figures(opened, missing, filed, met, subject=RETURN) == {"late": 1}
    assert after(opened, missing, subject=RETURN)["returns", RETURN]["state"] == "missing"
    row = after(opened, missing, filed, met, subject=RETURN)["returns", RETURN]
    assert (row["state"], row["title"], row["filed"]) == ("late", "方案", "2019-03-05")


def test_a_return_that_something_else_was_as_good_as_has_the_day_of_that() -> None:
    opened = ObligationOpened(obligation="own-plan", phase="P1", due=date(2019, 3, 31))
    met = ObligationMet(obligation="own-plan", phase="P1", late=False, was_missing=False)
    row = after(opened, met, subject=RETURN)["returns", RETURN]
    assert (row["state"], row["filed"]) == ("filed", "2019-03-05")


def test_a_return_that_comes_before_the_clock_looked_is_opened_by_what_follows_from_it() -> None:
    opened = ObligationOpened(obligation="own-plan", phase="P1", due=date(2019, 3, 31))
    filed = ReturnFiled(obligation="own-plan", title="方案", by="p1")
    met = ObligationMet(obligation="own-plan", phase="P1", late=False, was_missing=False)
    row, usual = [after(*facts, subject=RETURN)["returns", RETURN] for facts in ((filed, opened, met), (opened, filed, met))]
    assert row == usual
    assert (row["state"], row["title"], row["filed"], row["times"], row["due"]) == ("filed", "方案", "2019-03-05", 1, "2019-03-31")


def test_a_return_sent_back_is_filed_again_on_another_day_and_a_last_day_can_move() -> None:
    opened, due = ObligationOpened(obligation="own-plan", phase="P1", due=date(2019, 3, 31)), date(2019, 4, 10)
    filed = ReturnFiled(obligation="own-plan", title="方案", by="p1")
    moved = ObligationMoved(obligation="own-plan", phase="P1", due=due, was=date(2019, 3, 31))
    again = ObligationReopened(obligation="own-plan", phase="P1", due=due)
    assert figures(opened, filed, again, subject=RETURN) == {"sent_back": 1}
    row = after(opened, moved, filed, again, subject=RETURN)["returns", RETURN]
    assert (row["state"], row["due"], row["filed"]) == ("sent-back", "2019-04-10", None)


@pytest.mark.covers("A7")
def test_a_return_that_is_lifted_is_open_no_longer_and_counts_nowhere() -> None:
    opened = ObligationOpened(obligation="own-plan", phase="P1", due=date(2019, 3, 31))
    lifted = ObligationLifted(obligation="own-plan", phase="P1")
    assert after(opened, lifted, subject=RETURN)["returns", RETURN]["state"] == "lifted"
    assert ("phases", f"{BOOK}#P1") not in after(opened, lifted, subject=RETURN)


@pytest.mark.covers("L13", "H17")
def test_a_return_that_needs_approval_waits_and_one_that_is_chased_says_how_often() -> None:
    opened = ObligationOpened(obligation="own-plan", phase="P1", due=date(2019, 3, 31), period="2019-03")
    filed = ReturnFiled(obligation="own-plan", title="方案", by="p1", contact="p7", period="2019-03")
    waits = ApprovalAwaited(obligation="own-plan", phase="P1", period="2019-03")
    chased = ReturnChased(obligation="own-plan", period="2019-03")
    row = after(opened, chased, filed, waits, subject=RETURN)["returns", RETURN]
    assert (row["state"], row["period"], row["contact"], row["chased"]) == ("waiting", "2019-03", "p7", 1)


@pytest.mark.covers("H5")
def test_a_rolling_return_is_never_open_and_says_how_often_it_was_filed() -> None:
    opened = ObligationOpened(obligation="own-plan", phase="P1", due=date(2019, 3, 31), period="rolling")
    filed = ReturnFiled(obligation="own-plan", title="信息", by="p1", period="rolling")
    row = after(opened, filed, filed, subject=RETURN)["returns", RETURN]
    assert (row["state"], row["times"]) == ("rolling", 2)


@pytest.mark.covers("L13", "H17")
@pytest.mark.parametrize("told_before", [False, True])
def test_the_row_of_a_return_is_missing_where_its_figure_is_through_waiting_and_sending_back(told_before: bool) -> None:
    opened, due = ObligationOpened(obligation="own-plan", phase="P1", due=date(2019, 3, 31)), date(2019, 3, 31)
    missing = ReturnMissing(obligation="own-plan", phase="P1", due=due)
    filed = ReturnFiled(obligation="own-plan", title="方案", by="p1")
    if told_before:  # it did not say yet that it ends the mark
        told = (opened, missing, filed, ApprovalAwaited(obligation="own-plan", phase="P1"))
        course = [*told, ObligationMet(obligation="own-plan", phase="P1", late=True, was_missing=True)]
        expected = [True, True, True, False]
    else:
        waits = ApprovalAwaited(obligation="own-plan", phase="P1", was_missing=True)
        back = ObligationReopened(obligation="own-plan", phase="P1", due=due)
        met = ObligationMet(obligation="own-plan", phase="P1", late=True, was_missing=False)
        course = [opened, missing, filed, waits, back, missing, filed, waits, met]
        expected = [True, True, False, False, True, True, False, False]
    for length, is_missing in enumerate(expected, 2):
        row = after(*course[:length], subject=RETURN)["returns", RETURN]
        assert row["missing"] == is_missing == bool(figures(*course[:length], subject=RETURN).get("missing")), length


@pytest.mark.covers("A7", "G7")
def test_an_answer_to_a_target_that_was_lifted_is_marked_until_it_is_answered_anew() -> None:
    check = subject_id(BOOK, "check", "7")
    told = (
        TargetChecked(target=7, phase="P1", conforms=False),
        TargetLifted(target=7, phase="P1", conforms=False, counted_on=date(2019, 3, 5)),
        TargetChecked(target=7, phase="P1", conforms=True),
    )
    for length, lifted, answered in ((1, None, 1), (2, "2019-03-05", 0), (3, None, 1)):
        row = after(*told[:length], subject=check)["checks", check]
        assert (row["lifted"], figures(*told[:length], subject=check).get("answered", 0)) == (lifted, answered)


@pytest.mark.covers("B10", "G6")
def test_the_latest_answer_to_a_target_stands_in_its_row_under_the_phase_that_counts_it() -> None:
    check = subject_id(BOOK, "check", "7")
    first = TargetChecked(target=7, phase="P1", conforms=False)
    again = TargetChecked(target=7, phase="P1", conforms=True, replaces=False)
    for told, conforms in (((first,), False), ((first, again), True)):
        row = after(*told, subject=check)["checks", check]
        assert (row["target"], row["phase"], row["conforms"]) == (7, "P1", conforms)
        assert figures(*told, subject=check).get("findings", 0) == int(not conforms)
