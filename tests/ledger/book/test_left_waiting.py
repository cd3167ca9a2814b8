"""What waits for the word of a unit as it leaves the campaign goes back to whoever asked, told in sentences. A7."""

from datetime import date

import pytest

from shared.events.fact import Fact
from shared.events.hand_over import HandOverLapsed, HandOverSettled, IssueHandedOver
from shared.events.hazard import HazardReportAcknowledged, HazardReportGivenBack, HazardReportOverdue, HazardReportReturned
from shared.events.idea import NormJudged
from shared.events.issue import IssueOverdue
from shared.events.nomination import NominationHeldBack, NominationPassedOn
from shared.events.proposal import ProposalJudged
from shared.events.refusal import Refused
from shared.events.tree import UnitsListed
from shared.plan.clock import Clock
from shared.plan.form import Asked
from shared.plan.issue import HandOver, IssueRules
from shared.units import Unit, seal
from tests.ledger.awards.ideas import ADOPTED, APPLIED, FILED, NORM, OFFERED
from tests.ledger.awards.nominations import AWARDING, NOMINATED, filed
from tests.ledger.book.amendments import SHRUNK, tells
from tests.ledger.duties.hazards import HAZARD, REPORT
from tests.ledger.given import Morning, Said, Story, announced
from tests.ledger.issue.hand_overs import TAKEN
from tests.ledger.like import Like
from tests.ledger.sample import DONE, PLANNED, REPORTED, UNITS, UNOWNED

ASKING = AWARDING.model_copy(update={"asked": Asked(proposal="proposal")})
TOLD, DAY = "2022-05-20", "2022-05-23"
EAST_GONE = tuple(each.model_copy(update={"parent": "west"} if each.parent == "east" else {}) for each in UNITS if each.id != "east")
OVER = IssueHandedOver(to="e2", reason="属东二院", by="w1-head")
OFFERED_THERE = "yz2022/e2/issue/handover~w1~1~desk~1"
RAISED = "yz2022/bureau/hazard/below~e1~desk~1"


def amended(story: Story, units: tuple[Unit, ...], number: int = 2) -> Story:
    """The tree is this from now on."""
    new = story.ledger.store.plans["yz2022", 1].plan.model_copy(update={"version": number})
    story.at("bureau").given(UnitsListed(version=number, part=1, units=units), tells(new, seal(units, number)))
    return story


def asked() -> Story:
    """A clinic asks all of its township that one asks of the unit above, and that goes before it answered."""
    story = announced(ASKING, "e1", TOLD).given(HAZARD, PLANNED, DONE, REPORT, FILED, OFFERED, ADOPTED, APPLIED, NORM, filed(NOMINATED))
    return amended(story.on(DAY), EAST_GONE).when(Morning(DAY))


BACK: tuple[Fact | Like, ...] = (
    Like(HazardReportReturned, unit="east"),
    Like(NormJudged, unit="east", promoted=False),
    Like(ProposalJudged, unit="east", accepted=False),
    Like(NominationHeldBack, unit="east"),
)


@pytest.mark.covers("A7", "E3", "F6", "F10", "F14")
@pytest.mark.parametrize("back", BACK, ids=lambda each: each.type.__name__)
def test_what_waits_at_a_unit_that_left_comes_back_with_the_reason_and_once(back: Like) -> None:
    story = asked()
    story.when(Morning("2022-05-24"), Morning("2022-05-25"))
    heard = [fact for fact in story.history() if fact == back]
    assert len(heard) == 1
    assert "east 已退出活动" in str(heard[0])
    assert not [fact for fact in story.at("east").history() if isinstance(fact, Refused)]


@pytest.mark.covers("A7", "E3", "F14")
def test_what_came_back_is_asked_of_the_unit_that_stands_above_now() -> None:
    story = asked()
    story.given(REPORT, NORM)
    assert {fact.kind for fact in story.at("west").history() if fact.kind in ("hazard", "norm")} == {"hazard", "norm"}


@pytest.mark.covers("A7", "E3")
def test_what_comes_back_to_a_unit_after_it_left_goes_on_to_whoever_filed_it() -> None:
    story = announced(ASKING, "e1", TOLD).given(HAZARD, PLANNED, DONE, REPORT)
    story.at("east").given(Said(HazardReportAcknowledged(by="east-head"), subject=RAISED.replace("bureau", "east")))
    amended(story.on(DAY), EAST_GONE).given(Morning(DAY))
    back = HazardReportReturned(revision=1, unit="bureau", reason="重报")
    story.at("east").given(Said(back, subject=RAISED.replace("bureau", "east"), source="xiaohao/book"))
    assert story.history()[-1] == Like(HazardReportReturned, unit="east")


@pytest.mark.covers("A7", "E2")
@pytest.mark.parametrize("lateness", ["giver", "taker"])
def test_what_was_offered_to_a_unit_that_leaves_is_with_its_giver_again_and_its_clocks_never_stopped(lateness: str) -> None:
    plan = ASKING.model_copy(update={"issues": IssueRules(hand_over=HandOver.model_validate({"lateness": lateness}))})
    giver = announced(plan, "w1", TOLD).given(REPORTED, PLANNED, OVER)
    amended(giver.on(DAY), SHRUNK).given(Morning(DAY))
    assert Like(HandOverLapsed) in giver.at("e2").history()
    assert [fact for fact in giver.history() if isinstance(fact, HandOverSettled)] == [Like(HandOverSettled, accepted=False, unit="e2")]
    giver.at("e2").when(Said(TAKEN, subject=OFFERED_THERE)).refuses("not-offered")
    giver.when(Morning("2022-06-07"))
    assert [(fact.clock, fact.due) for fact in giver.recorded() if isinstance(fact, IssueOverdue)] == [("fix", date(2022, 6, 6))]
    giver.on("2022-06-07").given(DONE)


@pytest.mark.covers("A7", "E2")
def test_what_is_offered_again_to_a_unit_that_left_again_comes_back_again() -> None:
    giver = announced(ASKING, "w1", TOLD).given(UNOWNED, OVER)
    amended(giver.on(DAY), SHRUNK).given(Morning(DAY))
    amended(giver, UNITS, 3).given(OVER)
    amended(giver.on("2022-05-24"), SHRUNK, 4).given(Morning("2022-05-24"))
    assert [fact.accepted for fact in giver.history() if isinstance(fact, HandOverSettled)] == [False, False]


def acts(unit: str, looks: bool) -> list[Fact]:
    """What is recorded of a unit that left, which acts all the same on what waited there; the clock looked before that or not."""
    days = {"receipt": Clock(days=3), "acknowledgement": Clock(days=3)}
    plan = ASKING.model_copy(update={"clocks": ASKING.clocks.model_copy(update=days)})
    giver = announced(plan, "w1", TOLD).given(REPORTED, PLANNED, OVER)
    giver.at("e1").given(HAZARD, PLANNED, DONE, REPORT, OFFERED, ADOPTED, filed(NOMINATED))
    amended(giver.on(DAY), tuple(each for each in EAST_GONE if each.id != "e2"))
    giver.given(*(Morning("2022-05-24"),) * looks)
    giver.at("e2").on("2022-06-09").when(Said(TAKEN, subject=OFFERED_THERE)).refuses("not-offered")
    east = giver.at("east").on("2022-06-09")
    east.when(Said(HazardReportAcknowledged(by="east-head"), subject=RAISED.replace("bureau", "east"))).refuses("hazard-not-waiting")
    nomination = next(id for id in east.ledger.store.subjects if id.startswith("yz2022/east/nomination/"))
    east.when(Said(NominationPassedOn(by="east-head"), subject=nomination)).refuses("nomination-elsewhere")
    giver.given(Morning("2022-06-10"))
    return giver.at(unit).history()


@pytest.mark.covers("A7", "E2", "E3", "F4")
@pytest.mark.parametrize("unit", ["e2", "east"])
def test_it_went_back_before_whatever_its_unit_says_of_it_whether_or_not_the_clock_looked(unit: str) -> None:
    recorded = acts(unit, looks=False)
    assert recorded == acts(unit, looks=True)
    assert not [fact for fact in recorded if isinstance(fact, IssueOverdue | HazardReportOverdue)], (
        "late where nobody waited for it any more"
    )


@pytest.mark.covers("A7")
def test_a_unit_that_stays_gives_nothing_back() -> None:
    story = announced(ASKING, "e1", TOLD).given(HAZARD, PLANNED, DONE, REPORT)
    amended(story.on(DAY), SHRUNK).given(Morning(DAY), Morning("2022-05-24"))
    assert not [fact for unit in ("east", "bureau") for fact in story.at(unit).history() if isinstance(fact, HazardReportGivenBack)]
