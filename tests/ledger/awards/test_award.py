"""How nominations are judged, and what awards are given, told in sentences."""

import pytest

from shared.events.campaign import CampaignAnnounced
from shared.events.nomination import (
    AwardGiven,
    AwardReceived,
    NominationHeldBack,
    NominationRecommended,
    RecommendationReceived,
    RoundPassed,
    ScoreCounted,
)
from shared.plan import Plan
from shared.units import seal
from tests.ledger.awards.nominations import (
    AWARDING,
    CASE,
    HELD_BACK,
    JUDGING,
    MAY,
    MODEL,
    NOMINATED,
    PASSED_ON,
    POINTS,
    RECOMMENDED,
    SCORE,
    above,
    closes,
    decides,
    filed,
    in_the_bureau,
    judged,
    nominated,
    of,
    rewarded,
    scored,
    won,
)
from tests.ledger.given import Story, nowhere, unit
from tests.ledger.in_memory import Ledger
from tests.ledger.like import Like
from tests.ledger.sample import LISTED, UNITS

# ── judged ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.covers("F3")
def test_points_are_counted_by_criterion_as_the_mean_of_the_judges() -> None:
    story = nominated().given(of(NOMINATED, SCORE)).when(of(NOMINATED, scored("judge-b", points=POINTS | {"novelty": 15.5})))
    story.then(ScoreCounted(award="golden-idea", period="2022-05", round="paper", judges=2, mean=52.75, means=POINTS | {"novelty": 12.75}))


@pytest.mark.covers("F3")
def test_every_mistake_in_the_points_is_told_at_once() -> None:
    wrong = {"novelty": 21.0, "use": -1.0, "lasting": 20.0, "praise": 0.0, "charm": 5.0}
    story = nominated().when(of(NOMINATED, scored("judge-a", points=wrong))).refuses("points-wrong")
    text = str(story.recorded()[-1])
    assert all(each in text for each in ("novelty: 21 points", "use: -1 points", "charm: is no criterion", "effect: is missing"))


@pytest.mark.covers("F7")
def test_those_that_pass_on_paper_are_heard_in_a_second_round_and_one_of_them_wins() -> None:
    story = in_the_bureau("e1", "w1").when(closes(CASE, "paper", above(CASE, "w1"), at="bureau"))
    passed = RoundPassed(award="best-case", period="once", round="paper", unit="bureau")
    story.then(passed)
    assert story.at("w1").history()[-1] == passed
    defence = [of(CASE, scored(by, judge_unit="x", round="defence", points={}), "bureau", "w1") for by in ("judge-a", "judge-b")]
    story.given(*defence, closes(CASE, "defence", at="bureau"))
    story.when(decides(CASE, above(CASE, "w1"), at="bureau")).then(Like(AwardGiven, nominated_by="w1", nominee="team", phase="P2"))


def test_one_that_did_not_pass_is_neither_scored_again_nor_wins() -> None:
    story = in_the_bureau("e1", "w1").given(closes(CASE, "paper", above(CASE, "w1"), at="bureau"))
    story.when(of(CASE, scored("judge-b", judge_unit="x", round="defence", points={}), "bureau", "e1")).refuses("not-in-round")
    story.given(closes(CASE, "defence", at="bureau")).when(decides(CASE, above(CASE, "e1"), at="bureau")).refuses("not-in-round")


def test_a_declined_nomination_does_not_win() -> None:
    story = nominated().given(of(NOMINATED, HELD_BACK)).on(JUDGING).given(closes(NOMINATED, "paper"))
    story.when(decides(NOMINATED, above(NOMINATED))).refuses("not-in-round")


# ── won ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.covers("F9", "F2")
def test_a_winner_is_counted_where_the_award_is_given_and_the_clinic_hears_of_its_prize() -> None:
    story = judged().when(decides(NOMINATED, above(NOMINATED)))
    story.then(
        AwardGiven(
            phase="P3",
            award="golden-idea",
            period="2022-05",
            nominated_by="e1",
            nominee="person",
            unit="e1",
            person="owner-li",
            title="充电柜",
            prize="奖金五百元",
        )
    )
    assert story.book.phase("P3").own == {"awards": 1}
    received = AwardReceived(award="golden-idea", period="2022-05", unit="east", title="充电柜", prize="奖金五百元")
    assert story.at("e1").history()[-1] == received
    assert not story.at("e1").book.phase("P3").own


@pytest.mark.covers("F9")
def test_the_winner_hears_which_of_the_plans_rewards_the_award_brings() -> None:
    story = judged().when(rewarded(decides(NOMINATED, above(NOMINATED)), "commendation", "material"))
    story.then(Like(AwardGiven, rewards=("commendation", "material")))
    received = story.at("e1").history()[-1]
    assert isinstance(received, AwardReceived)
    assert received.rewards == ("commendation", "material")


def test_an_award_that_nobody_wins_is_decided_all_the_same() -> None:
    judged().given(decides(NOMINATED)).when(decides(NOMINATED, above(NOMINATED))).refuses("award-decided")


@pytest.mark.covers("F8")
def test_the_best_is_recommended_to_the_unit_above_once() -> None:
    story = won().when(of(NOMINATED, RECOMMENDED)).then(Like(NominationRecommended, reason="效果好"))
    received = Like(RecommendationReceived, recommended_by="east", nominated_by="e1", title="充电柜", reason="效果好")
    assert story.at("bureau").history()[-1] == received
    story.when(of(NOMINATED, RECOMMENDED)).refuses("not-won")


@pytest.mark.covers("F8", "H13")
def test_what_the_root_recommends_leaves_the_tree_and_stands_in_its_book() -> None:
    plan = Plan(**(dict(AWARDING) | {"awards": (MODEL.model_copy(update={"recommends": True}),)}))
    store = nowhere().given(LISTED, CampaignAnnounced(plan=plan, tree=seal(UNITS))).ledger.store
    story = Story(Ledger(store), "e1", MAY).given(filed(CASE)).at("east").given(of(CASE, PASSED_ON)).at("bureau")
    story.given(of(CASE, scored("judge-a", judge_unit="x", points={}), "bureau")).on("2022-06-16")
    story.given(closes(CASE, "paper", above(CASE), at="bureau"))
    for judge in ("judge-b", "judge-c"):
        story.given(of(CASE, scored(judge, judge_unit="x", round="defence", points={}), "bureau"))
    story.given(closes(CASE, "defence", at="bureau"), decides(CASE, above(CASE), at="bureau"))
    told = len(story.ledger.told)
    story.when(of(CASE, RECOMMENDED, "bureau")).then(Like(NominationRecommended, nominated_by="e1", reason="效果好"))
    assert len(story.ledger.told) == told + 1
    story.when(of(CASE, RECOMMENDED, "bureau")).refuses("not-won")


def test_what_is_refused_where_the_award_is_given_does_not_touch_the_nomination_where_it_was_filed() -> None:
    story = nominated().when(of(NOMINATED, scored("owner-li"))).refuses("judge-nominee")
    assert not [fact for fact in story.at("e1").history() if isinstance(fact, NominationHeldBack)]


@pytest.mark.covers("F12")
def test_a_plan_without_awards_takes_no_nomination() -> None:
    story = unit().on(MAY).when(filed(NOMINATED)).refuses("award-unknown")
    assert not story.book.numbers
