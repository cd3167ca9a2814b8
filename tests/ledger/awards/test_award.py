"""Nominations and awards, told in sentences: a clinic nominates, the township passes on, township or bureau judge and give."""

from copy import deepcopy
from datetime import date
from functools import cache

import pytest

from services.ledger.awards.contest import require_span
from services.ledger.handler import Limits
from shared.events.award import AwardDecided, RoundClosed
from shared.events.campaign import CampaignAnnounced
from shared.events.fact import Fact
from shared.events.nomination import (
    AwardGiven,
    AwardReceived,
    NominationAdmitted,
    NominationDeclined,
    NominationEntered,
    NominationFiled,
    NominationHeldBack,
    NominationMissed,
    NominationPassedOn,
    NominationReceived,
    NominationRecommended,
    NominationSubmitted,
    RecommendationReceived,
    RecommendedUpward,
    RoundPassed,
    ScoreCounted,
    ScoreGiven,
)
from shared.plan import Plan
from shared.plan.award import Award, Criterion, Round
from shared.plan.clock import Relative
from shared.plan.phase import Phase
from shared.units import seal
from tests.ledger.awards.test_idea import ADOPTED, FILLED, FORM, OFFERED
from tests.ledger.given import Said, Story, nowhere, unit
from tests.ledger.in_memory import Ledger
from tests.ledger.like import Like
from tests.ledger.memory_store import MemoryStore
from tests.ledger.sample import LISTED, PLAN, UNITS, called

CRITERIA = tuple(
    Criterion(code=code, name=called(zh), most=20)
    for code, zh in (("novelty", "创新性"), ("use", "可操作性"), ("lasting", "可持续改进"), ("praise", "外部评价"), ("effect", "宣传效应"))
)
"""F3."""
GOLDEN = Award(
    code="golden-idea",
    name=called("金点子奖"),
    phase="P2",
    cadence="two-monthly",
    for_ideas=True,
    given_by=("township",),
    criteria=CRITERIA,
    rounds=(Round(code="paper", name=called("评审"), judges=2),),
    recommends=True,
)
"""F2: every two months, no limit to the places."""
MODEL = Award(
    code="best-case",
    name=called("优秀案例奖"),
    phase="P2",
    closes=date(2022, 6, 15),
    nominees=("team",),
    classes=("clinic",),
    given_by=("bureau",),
    rounds=(
        Round(code="paper", name=called("材料评选"), pass_on=1, judges=1),
        Round(code="defence", name=called("现场评述答辩"), judges=2),
    ),
    places=1,
    form="proposal",
)
"""F4, F7: on paper, then in person; one place."""
RELATIVE = Award(
    code="best-organiser",
    name=called("优秀组织奖"),
    phase="P3",
    closes=Relative(phase="P3", edge="start", days=10),
    given_by=("bureau",),
    rounds=MODEL.rounds[:1],
)
AWARDING = Plan(**(dict(PLAN) | {"awards": (GOLDEN, MODEL, RELATIVE), "forms": (FORM,)}))
"""The plan of the sample with awards."""

MAY, JUDGING = "2022-05-20", "2022-07-05"
IDEA = "yz2022/e1/idea/desk~1"
NOMINATED = NominationFiled(
    award="golden-idea", period="2022-05", nominee="person", person="owner-li", title="充电柜", idea=IDEA, by="clerk-zhou"
)
CASE = NominationFiled(award="best-case", period="once", nominee="team", title="床旁结算", form=FILLED, by="clerk-zhou")
RELATIVE_NOMINATED = NominationFiled(award="best-organiser", period="once", nominee="team", unit="west", title="西城", by="clerk")
POINTS = {each.code: 10.0 for each in CRITERIA}
SCORE = ScoreGiven(judge_unit="e2", round="paper", points=POINTS, by="judge-a")
PASSED_ON = NominationPassedOn(by="east-union")
HELD_BACK = NominationDeclined(reason="材料不全", by="east-union")
RECOMMENDED = RecommendedUpward(reason="效果好", by="east-head")


@cache
def _announced() -> MemoryStore:
    return nowhere().given(LISTED, CampaignAnnounced(plan=AWARDING, tree=seal(UNITS))).ledger.store


def awarding(id: str = "e1", about: str = "") -> Story:
    """A unit in a campaign with awards."""
    return Story(Ledger(deepcopy(_announced())), id, MAY, about)


def named(fact: NominationFiled, id: str = "1") -> str:
    """The id of a nomination in the book that filed it."""
    return f"{fact.award}~{fact.period}~desk~{id}"


def above(fact: NominationFiled, by: str = "e1", id: str = "1") -> str:
    """The id of a nomination in a book above."""
    return f"{fact.award}~{fact.period}~{by}~desk~{id}"


def filed(fact: NominationFiled, by: str = "e1", id: str = "1") -> Said:
    """A nomination as a unit files it."""
    return Said(fact, subject=f"yz2022/{by}/nomination/{named(fact, id)}")


def of(fact: NominationFiled, act: Fact, at: str = "east", by: str = "e1", id: str = "1") -> Said:
    """An act on a nomination in a book above."""
    return Said(act, subject=f"yz2022/{at}/nomination/{above(fact, by, id)}")


def closes(fact: NominationFiled, round: str, *passes: str, at: str = "east") -> Said:
    """A round closes."""
    closed = RoundClosed(award=fact.award, period=fact.period, round=round, passes=passes, by="east-head")
    return Said(closed, subject=f"yz2022/{at}/award/{fact.award}~{fact.period}")


def decides(fact: NominationFiled, *winners: str, at: str = "east") -> Said:
    """The award is decided."""
    decided = AwardDecided(award=fact.award, period=fact.period, winners=winners, notice="关于表彰的通报", prize="奖金五百元", by="head")
    return Said(decided, subject=f"yz2022/{at}/award/{fact.award}~{fact.period}")


def scored(by: str, **changes: object) -> ScoreGiven:
    """A judge's points."""
    return SCORE.model_copy(update={"by": by} | changes)


def nominated() -> Story:
    """An adopted idea was nominated by a clinic; its township gives the award."""
    return awarding().given(OFFERED, ADOPTED, filed(NOMINATED)).at("east")


def judged() -> Story:
    """Two judges scored it, and its one round closed."""
    first, second = of(NOMINATED, SCORE), of(NOMINATED, scored("judge-b"))
    return nominated().given(first, second).on(JUDGING).given(closes(NOMINATED, "paper"))


def won() -> Story:
    """It won."""
    return judged().given(decides(NOMINATED, above(NOMINATED)))


def in_the_bureau(*clinics: str) -> Story:
    """Cases of some clinics came to the bureau, one judge scored each, and the days for nominations are over."""
    story = awarding("bureau")
    for clinic in clinics:
        township = "east" if clinic.startswith("e") else "west"
        story.at(clinic).on(MAY).given(filed(CASE, clinic)).at(township).given(of(CASE, PASSED_ON, township, clinic))
        story.given(of(CASE, scored("judge-a", judge_unit="x", points={}), "bureau", clinic))
    return story.on("2022-06-16")


# ── nominated ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.covers("F1", "F2", "F5")
def test_an_adopted_idea_is_nominated_and_is_in_judging_where_the_award_is_given() -> None:
    story = awarding(about="nomination").given(OFFERED, ADOPTED)
    story.when(filed(NOMINATED)).then(
        NominationEntered(number=1, phase="P2", award="golden-idea", period="2022-05"),
        Like(NominationSubmitted, nominated_by="e1", unit="e1", person="owner-li", idea=IDEA),
    )
    assert story.book.phase("P2").own == {"ideas": 1, "adopted": 1, "nominations": 1}
    assert story.at("east").history()[-2:] == [
        Like(NominationReceived, nominated_by="e1", title="充电柜"),
        NominationAdmitted(award="golden-idea", period="2022-05"),
    ]


@pytest.mark.covers("F6", "H4")
def test_a_nomination_climbs_one_level_at_a_time_and_only_when_it_is_passed_on() -> None:
    story = awarding().given(filed(CASE))
    bureau = story.at("bureau")
    assert not [fact for fact in bureau.history() if isinstance(fact, NominationReceived)]
    story.at("east").when(of(CASE, PASSED_ON)).then(Like(NominationSubmitted, nominated_by="e1"))
    assert bureau.history()[-2:] == [Like(NominationReceived, nominated_by="e1", form=FILLED), Like(NominationAdmitted)]
    story.at("east").when(of(CASE, PASSED_ON)).refuses("nomination-elsewhere")


@pytest.mark.covers("F6")
def test_who_filed_a_nomination_hears_that_a_unit_on_the_way_held_it_back() -> None:
    story = awarding().given(filed(CASE))
    story.at("east").when(of(CASE, HELD_BACK)).then()
    assert story.history()[-1] == NominationHeldBack(unit="east", reason="材料不全")


def test_who_filed_a_nomination_hears_that_the_book_above_could_not_take_it() -> None:
    story = awarding().given(filed(CASE))
    received = NominationReceived(award="best-dressed", period="once", nominee="team", title="床旁结算", unit="e1", nominated_by="e1")
    story.at("east").when(Said(received, subject=f"yz2022/east/nomination/{above(CASE)}")).refuses("award-unknown")
    assert story.history()[-1] == Like(NominationHeldBack, unit="east", late=False)


def test_what_a_book_could_just_take_is_not_lost_on_its_way_up_for_its_size() -> None:
    ledger = Ledger(deepcopy(_announced()), Limits(told=890))
    long = CASE.model_copy(update={"form": FILLED | {"measures": "长" * 223}, "by": "z"})
    story = Story(ledger, "e1", MAY).given(filed(long))
    assert story.at("east").history()[-1] == Like(NominationReceived, nominated_by="e1")


@pytest.mark.covers("F7")
def test_who_filed_a_nomination_under_the_name_of_another_unit_does_not_judge_it() -> None:
    elsewhere = NOMINATED.model_copy(update={"unit": "w1"})
    story = awarding().given(OFFERED, ADOPTED, filed(elsewhere)).at("east")
    story.when(of(elsewhere, scored("judge-a", judge_unit="e1"))).refuses("judge-own-unit")
    story.when(of(elsewhere, scored("judge-a", judge_unit="w1"))).refuses("judge-own-unit")
    story.when(of(elsewhere, SCORE)).then(ScoreCounted)


def test_what_is_refused_of_a_nomination_in_the_book_above_does_not_hold_it_back() -> None:
    story = nominated()
    story.when(of(NOMINATED, scored("judge-a", judge_unit="e1"))).refuses("judge-own-unit")
    assert not [fact for fact in story.at("e1").history() if isinstance(fact, NominationHeldBack)]
    story.when(of(NOMINATED, SCORE)).then(ScoreCounted)


def test_a_panel_of_the_unit_that_nominated_a_team_below_may_judge_it() -> None:
    story = awarding("bureau", "nomination").given(filed(RELATIVE_NOMINATED, "bureau"))
    act = Said(scored("judge-a", judge_unit="bureau", points={}), subject=f"yz2022/bureau/nomination/{named(RELATIVE_NOMINATED)}")
    story.when(act).then(ScoreCounted)


def test_the_unit_that_gives_an_award_may_nominate_for_it_without_a_way_up() -> None:
    story = awarding("bureau", "nomination").when(filed(RELATIVE_NOMINATED, "bureau"))
    story.then(NominationEntered, NominationAdmitted)


@pytest.mark.covers("F4")
def test_nominations_are_taken_up_to_the_day_that_the_plan_names_and_not_after() -> None:
    awarding().on("2022-06-15").when(filed(CASE)).then(NominationEntered, NominationSubmitted)
    awarding().on("2022-06-16").when(filed(CASE)).refuses("nominations-closed")


@pytest.mark.covers("F4")
def test_a_nomination_that_comes_after_the_first_round_hears_so() -> None:
    story = awarding().given(filed(CASE))
    bureau = story.at("bureau").on("2022-06-16").given(closes(CASE, "paper", at="bureau"))
    story.at("east").on("2022-06-17").given(of(CASE, PASSED_ON))
    assert bureau.history()[-1] == NominationMissed(award="best-case", period="once")
    assert story.history()[-1] == NominationHeldBack(unit="bureau", late=True)


@pytest.mark.covers("F2", "F11")
def test_two_months_are_counted_from_the_first_month_or_end_with_even_ones_as_the_plan_says() -> None:
    phase = Phase(code="P1", name=called("全程"), start=date(2022, 4, 6), end=date(2022, 8, 31))
    parts = {"phases": (phase,), "obligations": (), "watches": (), "clocks": PLAN.clocks.model_copy(update={"fix": PLAN.clocks.plan})}
    from_april = GOLDEN.model_copy(update={"phase": "P1"})
    even = from_april.model_copy(update={"cadence": "even-months"})
    plan = Plan(**(dict(PLAN) | parts | {"awards": (from_april,)}))
    assert require_span(plan, from_april, "2022-06") == (date(2022, 6, 1), date(2022, 7, 31))
    assert require_span(plan, even, "2022-06") == (date(2022, 5, 1), date(2022, 6, 30))


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
