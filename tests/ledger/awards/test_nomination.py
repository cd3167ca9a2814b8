"""Nominations on their way up the tree, told in sentences."""

from datetime import date

import pytest

from services.ledger.awards.contest import require_span
from services.ledger.handler import Limits
from shared.events.nomination import (
    NominationAdmitted,
    NominationEntered,
    NominationHeldBack,
    NominationMissed,
    NominationReceived,
    NominationSubmitted,
    ScoreCounted,
)
from shared.events.refusal import Refused
from shared.kafka.cloudevents import told_record
from shared.plan.phase import Phase
from tests.ledger.awards.ideas import ADOPTED, APPLIED, FILLED, OFFERED
from tests.ledger.awards.nominations import (
    AWARDING,
    CASE,
    GOLDEN,
    HELD_BACK,
    IDEA,
    MAY,
    NOMINATED,
    PASSED_ON,
    RELATIVE_NOMINATED,
    SCORE,
    above,
    awarding,
    closes,
    filed,
    named,
    nominated,
    of,
    scored,
)
from tests.ledger.given import Said, announced
from tests.ledger.like import Like
from tests.ledger.sample import PLAN, called, plan_with


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
    long = CASE.model_copy(update={"form": FILLED | {"measures": "长" * 223}, "by": "z"})
    story = announced(AWARDING, day=MAY, limits=Limits(told=890)).given(filed(long))
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
    plan = plan_with(
        **parts,
        awards=(from_april,),
    )
    assert require_span(plan, from_april, "2022-06") == (date(2022, 6, 1), date(2022, 7, 31))
    assert require_span(plan, even, "2022-06") == (date(2022, 5, 1), date(2022, 6, 30))


def test_whether_an_idea_is_taken_for_a_nomination_does_not_hang_on_what_else_is_in_the_batch() -> None:
    clinic = awarding().given(OFFERED, ADOPTED)
    other = clinic.at("e2")
    clinic.ledger.tell(told_record(clinic.told(APPLIED)), told_record(other.told(filed(NOMINATED, "e2"))))
    assert other.history()[-1] == Like(Refused, rule="nomination-idea")
