"""An issue goes from book to book, told in sentences."""

from datetime import date, timedelta
from typing import Any

import pytest

from shared.events.campaign import CampaignAmended
from shared.events.fact import Fact
from shared.events.hand_over import (
    HandOverCalledBack,
    HandOverCompleted,
    HandOverLapsed,
    HandOverOffered,
    HandOverOutcome,
    HandOverReceived,
    HandOverSettled,
    IssueHandedOver,
)
from shared.events.issue import IssueAssigned, IssueCarriedOver, IssueEntered, IssueOverdue, IssueReported
from shared.events.refusal import Refused
from shared.plan.clock import Clock, Lane
from shared.plan.issue import Grade, HandOver, IssueRules
from shared.values import Named
from tests.ledger.given import Morning, Said, Story, announced, issue, nowhere, unit
from tests.ledger.issue.hand_overs import DECLINED, OFFERED, OVER, TAKEN, WITHDRAWN, counted, there
from tests.ledger.like import Like
from tests.ledger.sample import (
    ANNOUNCED,
    ASSIGNED,
    DONE,
    FOUND,
    LIFE,
    PLAN,
    PLANNED,
    REPORTED,
    UNOWNED,
    VERIFIED,
    called,
    plan_with,
)


def watched(**rules: Any) -> Story:
    """A clinic under a plan that watches the receipt of hand-overs for two days."""
    clocks = PLAN.clocks.model_copy(update={"receipt": Clock(days=2)})
    return announced(plan_with(clocks=clocks, issues=IssueRules(hand_over=HandOver(**rules))), day=FOUND, about="issue")


@pytest.mark.covers("E2", "L6")
def test_a_hand_over_waits_in_the_other_book_and_stays_in_the_giver_s_until_it_is_acknowledged() -> None:
    giver = issue().given(REPORTED).when(OVER).then(Like(HandOverOffered, to="e2", offer=1, text=REPORTED.text))
    taker = giver.at("e2")
    assert taker.history()[-1] == Like(HandOverReceived, origin="yz2022/e1/issue/desk~1", text=REPORTED.text, category="environment")
    assert (taker.book.entered, counted(taker)) == (0, {})
    assert counted(giver) == {"entered": 1}
    acts: tuple[Fact, ...] = (ASSIGNED, PLANNED, OVER)
    for act in acts:
        giver.when(act).refuses("handing-over")
    for act in (*acts, DONE, VERIFIED):
        taker.when(there(act)).refuses("not-acknowledged")


@pytest.mark.covers("E2", "L6", "C14")
def test_what_is_acknowledged_enters_there_under_a_number_of_its_own_and_leaves_the_giver() -> None:
    giver = issue().given(REPORTED, OVER)
    taker = giver.at("e2").on("2022-04-25").given(Said(UNOWNED, issue="own")).when(there(TAKEN))
    taker.then(
        Like(IssueEntered, number=2, origin="yz2022/e1/issue/desk~1", text=REPORTED.text, plan_due=date(2022, 5, 5)),
        IssueAssigned(owner="owner-he"),
    )
    assert giver.history()[-2:] == [
        HandOverSettled(offer=1, unit="e2", accepted=True, issue=OFFERED, number=2),
        HandOverCompleted(number=1, phase="P1", to="e2", moved_to=OFFERED),
    ]
    assert counted(giver) == {"entered": 1, "handed_over": 1}
    assert counted(taker) == {"entered": 2, "received": 1}
    giver.when(PLANNED).refuses("handed-over")
    taker.when(there(TAKEN)).refuses("already-entered")
    taker.given(there(PLANNED), there(DONE)).when(there(VERIFIED))
    assert giver.history()[-1] == Like(HandOverOutcome, outcome="struck-off", unit="e2", issue=OFFERED)
    assert counted(taker)["struck_off"] == 1
    assert "struck_off" not in counted(giver)


@pytest.mark.covers("E2", "L6")
def test_what_is_declined_goes_back_to_where_it_was_with_the_reason() -> None:
    giver = issue().given(REPORTED, PLANNED, OVER)
    taker = giver.at("e2").given(there(DECLINED))
    assert giver.history()[-1] == HandOverSettled(offer=1, unit="e2", accepted=False, reason="不属我院")
    assert counted(giver) == {"entered": 1}
    giver.when(DONE).then()
    for act in (TAKEN, DECLINED):
        taker.when(there(act)).refuses("not-offered")
    taker.when(there(PLANNED)).refuses("not-offered")


def test_what_was_declined_may_be_offered_again_also_to_the_same_unit() -> None:
    giver = issue().given(REPORTED, OVER)
    taker = giver.at("e2").given(there(DECLINED))
    giver.when(OVER).then(Like(HandOverOffered, offer=2))
    taker.when(there(TAKEN)).refuses("not-offered")
    taker.given(there(TAKEN, "yz2022/e2/issue/handover~e1~2~desk~1"))
    assert giver.history()[-1] == Like(HandOverCompleted, moved_to="yz2022/e2/issue/handover~e1~2~desk~1")


@pytest.mark.covers("E2")
def test_the_giver_takes_back_what_nobody_has_acknowledged() -> None:
    giver = issue().given(REPORTED, OVER).when(WITHDRAWN).then(HandOverCalledBack(issue=OFFERED, reason="我院自办"))
    taker = giver.at("e2")
    assert taker.history()[-1] == HandOverLapsed(reason="我院自办")
    taker.when(there(TAKEN)).refuses("not-offered")
    assert giver.history()[-1] == HandOverSettled(offer=1, unit="e2", accepted=False, reason="我院自办")
    giver.when(PLANNED).then()
    giver.when(WITHDRAWN).refuses("not-handing-over")


def test_a_withdrawal_that_comes_too_late_changes_nothing() -> None:
    giver = issue().given(REPORTED, OVER)
    giver.at("e2").given(there(TAKEN))
    giver.when(WITHDRAWN).refuses("not-handing-over")
    assert counted(giver) == {"entered": 1, "handed_over": 1}


@pytest.mark.covers("E2")
def test_a_hand_over_to_a_unit_that_the_tree_does_not_have_is_refused_by_name() -> None:
    giver = issue().given(REPORTED).when(OVER.model_copy(update={"to": "nobody"})).refuses("hand-over-nowhere")
    assert "nobody" in giver.recorded()[-1].model_dump_json()
    giver.when(PLANNED).then()


@pytest.mark.covers("E2")
def test_a_hand_over_to_a_unit_that_the_campaign_has_not_reached_yet_comes_back() -> None:
    giver = issue().given(REPORTED, OVER)
    received = next(fact for fact in giver.at("e2").history() if isinstance(fact, HandOverReceived))
    early = nowhere("e2").on(FOUND).when(Said(received, subject=OFFERED)).refuses("book-not-open")
    assert early.at("e1").history() == [Like(Refused, type="HandOverSettled")]  # nothing is lost: the giver is told, if there is one


@pytest.mark.covers("E2", "E5")
def test_an_issue_goes_on_to_a_third_book_and_back_again_and_the_first_hears_how_it_ended() -> None:
    first = issue().given(REPORTED, OVER)
    second = first.at("e2").given(there(TAKEN), there(IssueHandedOver(to="w1", reason="属西城", by="e2-head")))
    at_third = "yz2022/w1/issue/handover~e2~1~handover~e1~1~desk~1"
    third = first.at("w1").given(there(TAKEN, at_third), there(IssueHandedOver(to="e1", reason="仍属一院", by="w1-head"), at_third))
    at_first = "yz2022/e1/issue/handover~w1~1~handover~e2~1~handover~e1~1~desk~1"
    first.given(there(TAKEN, at_first), *(there(act, at_first) for act in (PLANNED, DONE, VERIFIED)))
    assert [counted(book) for book in (first, second, third)] == [
        {"entered": 2, "received": 1, "handed_over": 1, "struck_off": 1, "on_time": 1},
        {"entered": 1, "received": 1, "handed_over": 1},
        {"entered": 1, "received": 1, "handed_over": 1},
    ]
    outcomes = [(fact.outcome, fact.unit) for fact in first.history() if isinstance(fact, HandOverOutcome)]
    assert outcomes == [("handed-over", "e2"), ("handed-over", "w1"), ("struck-off", "e1")]


@pytest.mark.covers("L6")
def test_the_plan_says_which_clock_begins_anew() -> None:
    taker = watched(restarts=("fix",)).given(REPORTED, OVER).at("e2").on("2022-04-25")
    taker.when(there(TAKEN)).then(Like(IssueEntered, plan_due=date(2022, 4, 28), fix_due=date(2022, 5, 11)), IssueAssigned)
    taker = watched(restarts=()).given(REPORTED, OVER).at("e2").on("2022-04-25")
    taker.when(there(TAKEN)).then(Like(IssueEntered, plan_due=date(2022, 4, 28), fix_due=date(2022, 5, 9)), IssueAssigned)


@pytest.mark.covers("L6")
def test_the_plan_says_whose_lateness_it_is_while_nobody_has_acknowledged() -> None:
    late = Like(IssueOverdue, clock="plan", due=date(2022, 4, 28))
    assert late in watched().given(REPORTED, OVER, Morning("2022-04-29")).history()
    paused = watched(lateness="taker").given(REPORTED, OVER, Morning("2022-04-29"))
    assert late not in paused.history()
    paused.at("e2").given(there(DECLINED))
    paused.when(Morning("2022-04-30")).then(late)


@pytest.mark.covers("E2", "L6")
def test_a_receipt_that_is_late_is_marked_once_and_not_counted() -> None:
    giver = watched().given(REPORTED, OVER)
    taker = giver.at("e2").given(Morning("2022-04-25"))
    late = Like(IssueOverdue, clock="receipt", due=date(2022, 4, 25))
    assert late not in taker.history()
    taker.given(Morning("2022-04-26"), Morning("2022-04-27"))
    assert taker.history().count(late) == 1  # type: ignore[arg-type]
    assert "overdue" not in counted(taker)
    taker.on("2022-04-27").when(there(TAKEN)).then(IssueEntered, IssueAssigned)


def test_a_late_receipt_is_marked_though_the_clock_has_not_looked() -> None:
    taker = watched().given(REPORTED, OVER).at("e2").on("2022-04-27")
    taker.when(there(TAKEN)).then(Like(IssueOverdue, clock="receipt"), IssueEntered, IssueAssigned)
    watched().given(REPORTED, OVER).at("e2").on("2022-04-27").when(there(DECLINED)).then(Like(IssueOverdue, clock="receipt"))


def test_an_issue_is_carried_over_in_the_book_that_has_it() -> None:
    giver = issue("2022-08-30").given(REPORTED, OVER, Morning("2022-09-01"))
    assert not [fact for fact in giver.history() if isinstance(fact, IssueCarriedOver)]
    taker = giver.at("e2").on("2022-09-01").given(there(TAKEN), Morning("2022-09-02"))
    assert [fact for fact in taker.history() if isinstance(fact, IssueCarriedOver)]
    assert not [fact for fact in giver.history() if isinstance(fact, IssueCarriedOver)]
    back = issue("2022-08-30").given(REPORTED, OVER, Morning("2022-09-01"))
    back.at("e2").on("2022-09-01").given(there(DECLINED))
    assert Like(IssueCarriedOver) in back.given(Morning("2022-09-02")).history()


@pytest.mark.covers("L6", "L7")
def test_what_is_taken_after_the_campaigns_end_is_carried_over_and_its_owner_is_told_of_no_more_time() -> None:
    taker = issue("2022-08-30").given(REPORTED, OVER, Morning("2022-09-01")).at("e2").on("2022-09-01").given(there(TAKEN))
    taker.when(Morning("2022-09-02")).then(Like(IssueCarriedOver))


@pytest.mark.covers("E2", "L6", "C8")
@pytest.mark.parametrize("day", ["2022-09-01", "2022-09-20", "2022-11-30"])
def test_what_is_taken_after_the_campaigns_end_has_its_days_from_then_and_is_late_for_none_before_it_was_there(day: str) -> None:
    giver = issue("2022-08-30").given(REPORTED, OVER)
    taker = giver.at("e2").on(day).given(there(TAKEN))
    entered = next(fact for fact in taker.history() if isinstance(fact, IssueEntered))
    assert (entered.phase, entered.plan_due > date.fromisoformat(day), entered.fix_due > entered.plan_due) == ("P3", True, True)
    morning = date.fromisoformat(day) + timedelta(1)
    taker.when(Morning(morning.isoformat())).then(Like(IssueCarriedOver, due=PLAN.due(PLAN.clocks.follow_up, date.fromisoformat(day))))


def test_only_an_open_issue_is_handed_over_within_the_campaign_and_to_another_unit() -> None:
    issue().given(REPORTED, PLANNED, DONE).when(OVER).refuses("rectified")
    issue().given(*LIFE).when(OVER).refuses("struck-off")
    issue().given(REPORTED).on("2022-09-01").when(OVER).refuses("after-campaign")
    issue().given(REPORTED).when(OVER.model_copy(update={"to": "e1"})).refuses("hand-over-self")


def test_an_id_that_grew_too_long_goes_no_further() -> None:
    issue().given(Said(REPORTED, issue="9" * 290)).when(Said(OVER, issue="9" * 290)).refuses("subject-long")


@pytest.mark.covers("E6")
def test_a_finding_on_a_red_line_is_handed_over_to_whoever_supervises_it() -> None:
    red = IssueReported(text="收受红包", category="attitude", channel="complaint")
    bureau = unit("e1").on(FOUND).given(red, OVER.model_copy(update={"to": "bureau"})).at("bureau")
    bureau.when(there(TAKEN, "yz2022/bureau/issue/handover~e1~1~desk~1")).then(Like(IssueEntered, text="收受红包"), IssueAssigned)


@pytest.mark.covers("E2", "A7")
def test_what_an_amendment_took_away_hinders_no_hand_over() -> None:
    more = {
        "categories": (*PLAN.categories, Named(code="noise", name=called("噪声"))),
        "channels": (*PLAN.channels, Named(code="box", name=called("意见箱"))),
        "lanes": (Lane(code="quick", name=called("立即整改"), fix=Clock(days=3)),),
        "grades": (Grade(code="grave", name=called("重大")),),
    }
    root = announced(plan_with(**more), "bureau", FOUND)
    told = REPORTED.model_copy(update={"category": "noise", "channel": "box", "lane": "quick", "grade": "grave"})
    root.at("e1").given(told, OVER)
    root.given(CampaignAmended(plan=plan_with(version=2), tree=ANNOUNCED.tree, by="bureau-head"))
    taken = root.at("e2").when(there(TAKEN)).recorded()
    assert Like(IssueEntered, category="noise", channel="box", lane=None, grade=None, fix_due=date(2022, 5, 9)) in taken
    assert Like(HandOverCompleted) in root.at("e1").history()
