"""Golden ideas, the norms that grow out of them, and departments' proposals, told in sentences."""

from copy import deepcopy
from datetime import date
from functools import cache

import pytest

from shared.events.campaign import CampaignAnnounced
from shared.events.fact import Fact
from shared.events.idea import (
    AdoptionEntered,
    FollowThroughDone,
    FollowThroughOpened,
    FollowThroughOverdue,
    IdeaAdopted,
    IdeaApplied,
    IdeaDeclined,
    IdeaEntered,
    IdeaOffered,
    NormDeclined,
    NormJudged,
    NormPromoted,
    NormProposed,
    NormReceived,
    OutcomeRecorded,
)
from shared.events.phase import PhaseExtended
from shared.events.proposal import (
    OpinionGiven,
    ProposalEntered,
    ProposalFiled,
    ProposalJudged,
    ProposalPassedOn,
    ProposalReceived,
    ProposalSubmitted,
)
from shared.events.refusal import Refused
from shared.plan import Plan
from shared.plan.clock import Clock, Clocks
from shared.plan.form import Asked, Form, FormField
from shared.units import seal
from shared.values import Named
from tests.ledger.given import Morning, Said, Story, nowhere, unit
from tests.ledger.in_memory import Ledger
from tests.ledger.like import Like
from tests.ledger.memory_store import MemoryStore
from tests.ledger.sample import FOUND, LISTED, PLAN, UNITS, called

CATEGORIES = tuple(
    Named(code=code, name=called(zh)) for code, zh in (("environment", "服务环境"), ("process", "服务流程"), ("quality", "服务质量"))
)
FORM = Form(
    code="proposal",
    name=called("科室申报表"),
    fields=(
        FormField(code="department", name=called("所属部门"), kind="choice", choices=CATEGORIES[:1], other=True),
        FormField(code="leader", name=called("负责人姓名")),
        FormField(code="project", name=called("申报项目名称")),
        FormField(code="category", name=called("申报类别"), kind="choice", choices=CATEGORIES),
        FormField(code="measures", name=called("创建举措及申报优势"), longest=500),
    ),
)
"""J1, with fewer choices."""
LOOKED_AT = Plan(
    **(
        dict(PLAN)
        | {
            "clocks": Clocks(**(dict(PLAN.clocks) | {"follow_through": Clock(days=10)})),
            "forms": (FORM,),
            "asked": Asked(proposal="proposal"),
        }
    )
)
"""The plan of the sample, with a look at what became of ideas and a form for proposals."""

OFFERED = IdeaOffered(text="候诊区设充电柜", category="environment", channel="complaint", box="门诊大厅一号箱", anonymous=True)
ADOPTED = IdeaAdopted(measure="东侧设充电柜两组", owner="owner-li", by="head-zhao")
DECLINED = IdeaDeclined(reason="与消防要求不符", by="head-zhao")
APPLIED = IdeaApplied(result="已启用", by="fixer-sun")
HOLDS = FollowThroughDone(holds=True, effect="每日约六十人次", by="checker-qian")
NORM = NormProposed(text="候诊区每百座设一组充电柜", by="head-zhao")
PROMOTED = Said(NormPromoted(by="east-head"), subject="yz2022/east/norm/e1~desk~1")
NOT_PROMOTED = Said(NormDeclined(reason="先试行一季", by="east-head"), subject="yz2022/east/norm/e1~desk~1")
FILLED = {"department": "信息科", "leader": "王主任", "project": "床旁结算", "category": "process", "measures": "出院不排队"}
FILED = ProposalFiled(form=FILLED, evidence=("annex-1",), by="clerk-zhou")
OPINION = OpinionGiven(opinion="同意实施", accepted=True, by="east-head")
OPINION_ABOVE = Said(OPINION, subject="yz2022/east/proposal/e1~desk~1")
OPINION_AT_THE_TOP = Said(OPINION.model_copy(update={"by": "bureau-head"}), subject="yz2022/bureau/proposal/east~e1~desk~1")
PASSED_ON = Said(ProposalPassedOn(remark="同意上报", by="east-head"), subject="yz2022/east/proposal/e1~desk~1")
NEXT_DAY, AFTER_LOOK = "2022-04-25", "2022-05-10"
"""Ten working days after 22 April are over on 9 May."""


@cache
def _announced() -> MemoryStore:
    return nowhere().given(LISTED, CampaignAnnounced(plan=LOOKED_AT, tree=seal(UNITS))).ledger.store


def looked_at(id: str = "e1", about: str = "") -> Story:
    """A unit in a campaign that follows ideas up and asks for proposals on a form."""
    return Story(Ledger(deepcopy(_announced())), id, FOUND, about)


def applied(about: str = "idea") -> Story:
    """An idea in use."""
    return looked_at(about=about).given(OFFERED, ADOPTED, APPLIED)


def proposed() -> Story:
    """A norm that was proposed to the unit above."""
    return applied().given(NORM)


# ── ideas ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.covers("F1", "B1", "B2", "B3", "B15")
def test_an_idea_out_of_a_box_is_entered_under_a_number_of_its_own_and_counts() -> None:
    story = unit().on(FOUND).when(OFFERED, Said(OFFERED, issue="2"))
    entered = IdeaEntered(number=1, phase="P1", category="environment", channel="complaint")
    story.then(entered, entered.model_copy(update={"number": 2}))
    assert story.book.phase("P1").own == {"ideas": 2}
    assert story.book.entered == 0


@pytest.mark.covers("F1")
def test_an_adopted_idea_has_a_measure_and_an_owner_and_counts_once() -> None:
    story = unit().on(FOUND).given(OFFERED).when(ADOPTED).then(AdoptionEntered(number=1, phase="P1", category="environment"))
    assert story.book.phase("P1").own == {"ideas": 1, "adopted": 1}
    story.when(DECLINED).refuses("idea-judged")


def test_a_declined_idea_is_not_adopted_any_more() -> None:
    story = unit().on(FOUND).given(OFFERED, DECLINED)
    story.when(ADOPTED).refuses("idea-judged")
    assert story.book.phase("P1").own == {"ideas": 1}


@pytest.mark.covers("F13")
def test_an_idea_in_use_is_to_be_looked_at_by_the_day_that_the_plan_gives() -> None:
    story = looked_at().given(OFFERED, ADOPTED).when(APPLIED)
    story.then(FollowThroughOpened(number=1, due=date(2022, 5, 9), owner="owner-li"))


@pytest.mark.covers("F13")
def test_nobody_looks_in_time_and_it_is_overdue_once() -> None:
    story = applied().when(Morning(AFTER_LOOK))
    story.then(FollowThroughOverdue(number=1, due=date(2022, 5, 9), owner="owner-li"))
    story.when(Morning("2022-05-11")).then()
    story.on("2022-05-11").when(HOLDS).then()


@pytest.mark.covers("F13")
def test_somebody_looks_in_time_and_the_clock_is_silent() -> None:
    applied().on(NEXT_DAY).given(HOLDS).when(Morning(AFTER_LOOK)).then()


def test_a_look_told_before_the_clock_looks_goes_by_its_own_date() -> None:
    applied().on(AFTER_LOOK).when(HOLDS).then(FollowThroughOverdue)


@pytest.mark.covers("F13")
def test_a_measure_that_does_not_hold_is_applied_again_and_not_looked_at_by_any_of_those_who_applied_it() -> None:
    story = applied().given(HOLDS.model_copy(update={"holds": False}))
    story.when(APPLIED.model_copy(update={"by": "fixer-wu"})).then(FollowThroughOpened)
    story.when(HOLDS.model_copy(update={"by": "fixer-sun"})).refuses("follow-through-own")


def test_without_the_clock_in_the_plan_nothing_is_to_be_looked_at() -> None:
    unit().on(FOUND).given(OFFERED, ADOPTED).when(APPLIED, Morning(AFTER_LOOK))
    story = unit().on(FOUND).given(OFFERED, ADOPTED, APPLIED)
    assert not [fact for fact in story.history() if isinstance(fact, FollowThroughOpened)]


@pytest.mark.covers("F14")
def test_a_norm_is_promoted_by_the_unit_above_and_the_department_hears_of_it() -> None:
    story = proposed()
    above = story.at("east")
    received = NormReceived(unit="e1", text="候诊区每百座设一组充电柜", by="head-zhao")
    assert received in above.history()
    story.at("east").when(PROMOTED).then()
    assert story.history()[-1] == NormJudged(unit="east", promoted=True, by="east-head")
    story.when(NORM).refuses("norm-proposed")


@pytest.mark.covers("F14")
def test_a_norm_that_was_declined_may_be_proposed_again() -> None:
    story = proposed()
    story.at("east").given(NOT_PROMOTED)
    assert story.history()[-1] == NormJudged(unit="east", promoted=False, reason="先试行一季", by="east-head")
    story.on(NEXT_DAY).given(NORM).at("east").given(PROMOTED)
    assert story.history()[-1] == Like(NormJudged, promoted=True)


@pytest.mark.covers("F15")
def test_a_patent_is_recorded_in_the_book() -> None:
    patent = OutcomeRecorded(nature="patent", title="一种输液架", by="clerk-zhou")
    assert unit().on(FOUND).when(patent).then().history()[-1] == patent


# ── proposals ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.covers("J1", "H8", "B11")
def test_a_proposal_is_entered_counted_and_received_by_the_unit_above_with_its_attachments() -> None:
    story = looked_at(about="proposal").when(FILED).then(ProposalEntered(number=1, phase="P1"))
    assert story.book.phase("P1").own == {"proposals": 1}
    assert story.at("east").history()[-1] == ProposalReceived(unit="e1", form=FILLED, evidence=("annex-1",), by="clerk-zhou")
    assert not story.at("east").book.phase("P1").own


@pytest.mark.covers("F10")
def test_the_opinion_on_a_proposal_comes_back_to_whoever_filed_it() -> None:
    story = looked_at().given(FILED)
    story.at("east").when(OPINION_ABOVE).then()
    assert story.history()[-1] == ProposalJudged(unit="east", opinion="同意实施", accepted=True, by="east-head")


@pytest.mark.covers("H8", "B11", "F10")
def test_a_unit_on_the_way_passes_a_proposal_on_and_both_it_and_whoever_filed_it_hear_the_opinion() -> None:
    story, received = looked_at().given(FILED), ProposalReceived(unit="e1", form=FILLED, evidence=("annex-1",), by="clerk-zhou")
    story.at("east").when(PASSED_ON).then(ProposalSubmitted(**dict(received)))
    assert story.at("bureau").history()[-1] == received
    story.at("bureau").when(OPINION_AT_THE_TOP).then()
    judged = ProposalJudged(unit="bureau", opinion="同意实施", accepted=True, by="bureau-head")
    assert [story.at(unit).history()[-1] for unit in ("east", "e1")] == [judged, judged]


def test_a_unit_that_passed_a_proposal_on_gives_no_opinion_of_its_own() -> None:
    story = looked_at().given(FILED).at("east").given(PASSED_ON)
    story.when(OPINION_ABOVE).refuses("opinion-above")
    story.when(PASSED_ON).refuses("proposal-above")


def test_only_what_is_there_without_opinion_and_below_a_unit_can_be_passed_on() -> None:
    looked_at("east").when(PASSED_ON).refuses("proposal-unknown")
    looked_at().given(FILED).at("east").given(OPINION_ABOVE).when(PASSED_ON).refuses("opinion-given")
    looked_at("bureau").given(FILED).when(ProposalPassedOn(by="bureau-head")).refuses("no-unit-above")


def test_a_proposal_is_not_passed_on_where_its_id_would_grow_too_long() -> None:
    subject = f"yz2022/east/proposal/e1~{'s' * 291}~1"
    looked_at("east").given(Said(ProposalReceived(unit="e1", by="clerk-zhou"), subject=subject, source="xiaohao/book")).when(
        Said(PASSED_ON.fact, subject=subject)
    ).refuses("reference-long")


def test_at_the_root_the_opinion_is_given_in_the_same_book() -> None:
    looked_at("bureau", "proposal").given(FILED).when(OPINION).then(Like(ProposalJudged, unit="bureau", accepted=True))


@pytest.mark.covers("J1")
def test_every_mistake_in_the_form_is_told_at_once() -> None:
    wrong = FILLED | {"measures": "长" * 501, "category": "weather", "project": "", "colour": "red"}
    story = looked_at().when(FILED.model_copy(update={"form": wrong})).refuses("form-wrong")
    refused = story.recorded()[-1]
    assert isinstance(refused, Refused)
    for said in ("measures: has 501 characters; at most 500", "category: 'weather'", "project: is missing", "colour: is no field"):
        assert said in refused.reason.en


@pytest.mark.covers("J1")
def test_five_hundred_characters_and_another_department_are_right() -> None:
    looked_at().when(FILED.model_copy(update={"form": FILLED | {"measures": "长" * 500}})).then(ProposalEntered)


@pytest.mark.covers("F1", "L7")
def test_an_idea_is_offered_as_long_as_the_campaign_lasts_for_the_unit() -> None:
    longer = PhaseExtended(phase="P3", until=date(2022, 9, 20), reason="封控", by="bureau-head", by_unit="bureau")
    idea = IdeaOffered(text="分时段预约", category="environment", channel="complaint", offered_by="nurse-he")
    unit().given(longer).on("2022-09-16").when(idea).then(IdeaEntered)
    unit().on("2022-09-16").when(idea).refuses("after-campaign")


@pytest.mark.covers("J1", "L7")
def test_a_proposal_is_filed_as_long_as_the_campaign_lasts_for_the_unit() -> None:
    longer = PhaseExtended(phase="P3", until=date(2022, 9, 20), reason="封控", by="bureau-head", by_unit="bureau")
    proposal = ProposalFiled(evidence=("annex-1",), by="clerk-zhou")
    unit().given(longer).on("2022-09-16").when(proposal).then(ProposalEntered)
    unit().on("2022-09-16").when(proposal).refuses("after-campaign")


def test_a_plan_that_asks_for_no_form_takes_a_proposal_by_its_attachments() -> None:
    unit().on(FOUND).when(ProposalFiled(evidence=("annex-1",), by="clerk-zhou")).then(ProposalEntered)


@pytest.mark.parametrize("fact", [OFFERED, FILED], ids=["idea", "proposal"])
def test_what_another_unit_would_be_the_first_to_tell_cannot_be_told_here(fact: Fact) -> None:
    looked_at("east").when(Said(fact, subject=f"yz2022/east/{fact.kind}/e1~desk~1")).refuses("wrong-subject")
