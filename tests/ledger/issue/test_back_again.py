"""A book that has an issue back goes by what others gave it meanwhile: a new cycle, more time, that it is listed no more. E2, L2, L5, L6."""

from datetime import date

import pytest

from shared.events.extension import ExtensionGranted
from shared.events.hand_over import HandOverOffered
from shared.events.issue import IssueEntered, IssueOverdue
from shared.events.strike_off import LookBackDone, ReopeningOrdered
from shared.events.supervision import SupervisionLifted
from tests.ledger.given import Morning, Story, issue
from tests.ledger.issue.clocks import REQUESTED
from tests.ledger.issue.hand_overs import OVER, TAKEN, there
from tests.ledger.issue.ruled import ANALYSED, GRAVE, SUPERVISED, WITH_MILESTONES, ruled
from tests.ledger.sample import DONE, REPORTED, VERIFIED, VOIDED, changed

BACK = "yz2022/e1/issue/handover~e2~1~handover~e1~1~desk~1"
ABOVE = {"by": "chief-lin", "by_unit": "bureau"}
BROKE_AGAIN = LookBackDone.model_validate({"holds": False, "finding": "又坏", **ABOVE})
LIFTED = SupervisionLifted.model_validate({"reason": "已改", **ABOVE})


def gives_back(taker: Story) -> Story:
    """The unit that took it hands it back, and the one that had it first takes it."""
    taker.given(there(changed(OVER, to="e1", by="e2-head")))
    return taker.at("e1").given(there(changed(TAKEN, by="e1-head"), BACK))


def entered(story: Story) -> IssueEntered:
    """How it went on the book last."""
    return [fact for fact in story.history() if isinstance(fact, IssueEntered)][-1]


@pytest.mark.covers("E2", "L5")
def test_what_was_opened_again_in_another_book_is_due_after_that_in_the_one_that_has_it_back() -> None:
    giver = ruled().given(REPORTED, WITH_MILESTONES, OVER)
    taker = giver.at("e2").given(*map(there, (TAKEN, ANALYSED, DONE, VERIFIED))).on("2022-06-20").given(there(BROKE_AGAIN))
    back = entered(gives_back(taker))
    assert (back.plan_due, back.fix_due) == (date(2022, 6, 27), date(2022, 6, 30))
    assert back.milestones == ()
    late = giver.when(Morning("2022-06-27")).recorded()
    assert not [fact for fact in late if isinstance(fact, IssueOverdue)]


@pytest.mark.covers("E2", "A10")
def test_what_was_void_in_another_book_is_due_as_before_in_the_one_that_has_it_back() -> None:
    taker = issue().given(REPORTED, OVER).at("e2").given(*map(there, (TAKEN, VOIDED))).on("2022-06-20")
    again = ReopeningOrdered.model_validate({"reason": "确有此事", **ABOVE})
    assert entered(gives_back(taker.given(there(again)))).fix_due == date(2022, 5, 9)


@pytest.mark.covers("E2", "L6")
@pytest.mark.parametrize("until", [None, date(2022, 6, 3)], ids=["as asked", "longer"])
def test_more_time_that_was_granted_in_another_book_holds_in_the_one_that_has_it_back(until: date | None) -> None:
    granted = ExtensionGranted.model_validate({"until": until, **ABOVE})
    taker = issue().given(REPORTED, OVER).at("e2").given(*map(there, (TAKEN, REQUESTED, granted)))
    assert entered(gives_back(taker)).fix_due == (until or REQUESTED.until)


@pytest.mark.covers("E2", "L2")
def test_that_a_superior_lists_an_issue_no_more_is_told_where_it_is() -> None:
    giver = ruled().given(GRAVE, SUPERVISED, OVER)
    giver.when(LIFTED).refuses("handing-over")
    offered = next(fact for fact in giver.history() if isinstance(fact, HandOverOffered))
    taker = giver.at("e2")
    taker.when(there(LIFTED)).refuses("not-acknowledged")
    assert offered.supervised
    taker.given(there(TAKEN))
    giver.when(LIFTED).refuses("handed-over")
    assert not entered(gives_back(taker.given(there(LIFTED)))).supervised


@pytest.mark.covers("E2", "L2")
def test_what_was_listed_and_is_struck_off_can_be_lifted_still() -> None:
    assert LIFTED in ruled().given(REPORTED, SUPERVISED, ANALYSED, DONE, VERIFIED).given(LIFTED).history()
