"""Visits and contact points, told in sentences."""

import pytest

from shared.events.issue import IssueEntered
from shared.events.refusal import Refused
from shared.events.visit import VisitCounted
from tests.ledger.duties.indicators import CONTACT, COVERT, VISIT, measured
from tests.ledger.like import Like
from tests.ledger.sample import UNOWNED, changed

# ── visits ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.covers("B8", "B9", "E8", "J5")
def test_a_visit_counts_once_and_a_correction_stands_openly() -> None:
    story = measured().when(VISIT).then(VisitCounted(activity="contact", phase="P1"))
    story.when(changed(VISIT, form={"problems": "停车难", "help": "协调车位"})).then()
    assert story.book.phase("P1").own == {"visits": 1}


@pytest.mark.covers("J5")
def test_a_visit_says_what_the_plans_form_asks_and_an_inspection_has_none() -> None:
    measured().when(changed(VISIT, form={})).refuses("form-wrong")
    measured().when(changed(VISIT, activity="inspection", form={})).then(VisitCounted)


@pytest.mark.covers("E8")
def test_a_visit_is_of_units_of_the_classes_that_the_plan_names() -> None:
    measured("east").when(VISIT).refuses("activity-not-applicable")
    measured("east").when(changed(VISIT, activity="inspection", form={})).then(VisitCounted)


@pytest.mark.covers("B7")
def test_a_covert_inspection_must_say_so_and_its_visitor_is_who_intake_made_of_them() -> None:
    story = measured().when(COVERT).then(VisitCounted(activity="covert", phase="P1"))
    assert "leader-ma" not in "".join(fact.model_dump_json() for fact in story.history())
    refused = measured().when(changed(COVERT, covert=False, visitor="leader-ma")).refuses("visit-covert").recorded()[-1]
    assert isinstance(refused, Refused)
    assert "leader-ma" not in refused.model_dump_json()


@pytest.mark.covers("B7", "B8", "B14")
def test_an_issue_names_the_visit_that_found_it() -> None:
    found = changed(UNOWNED, visit="yz2022/e1/visit/desk~1")
    story = measured().given(COVERT).when(found).then(IssueEntered)
    assert Like(type(found), visit=found.visit, channel="complaint") in story.history()


@pytest.mark.covers("E8")
def test_a_leader_of_the_unit_or_of_one_above_takes_it_as_contact_point() -> None:
    measured().when(CONTACT).then()
    measured().when(changed(CONTACT, unit="e1", by_unit=None)).then()
