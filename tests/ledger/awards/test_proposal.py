"""Departments' proposals, told in sentences."""

from datetime import date

import pytest

from shared.events.fact import Fact
from shared.events.phase import PhaseExtended
from shared.events.proposal import ProposalEntered, ProposalFiled, ProposalJudged, ProposalPassedOn, ProposalReceived, ProposalSubmitted
from shared.events.refusal import Refused
from tests.ledger.awards.ideas import FILED, FILLED, OFFERED, OPINION, OPINION_ABOVE, PASSED_ON, looked_at
from tests.ledger.given import Said, unit
from tests.ledger.like import Like
from tests.ledger.sample import FOUND

OPINION_AT_THE_TOP = Said(OPINION.model_copy(update={"by": "bureau-head"}), subject="yz2022/bureau/proposal/east~e1~desk~1")


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
