"""Surveys, measures, visits, contact points and draws, told in sentences."""

from datetime import date
from typing import TypeVar

import pytest

from services.ledger.store import units_of_class
from shared.events.fact import Fact
from shared.events.indicator import MeasureTold, SurveyCounted, SurveyHeld
from shared.events.issue import IssueEntered
from shared.events.light import LightActTaken, LightSet
from shared.events.phase import PhaseSupplemented
from shared.events.refusal import Refused
from shared.events.sample import SampleChosen, SampleDrawn, SpotCheckAnnounced
from shared.events.visit import ContactPointNamed, VisitCounted, VisitLogged
from shared.plan import Plan
from shared.plan.activity import Activity
from shared.plan.form import Asked, Form, FormField
from shared.plan.indicator import Light, LightAct, Measure, Survey
from shared.sample import draw, frame_digest
from shared.units import seal
from tests.ledger.given import Morning, Said, Story, nowhere, unit
from tests.ledger.in_memory import drive
from tests.ledger.like import Like
from tests.ledger.memory_store import MemoryStore
from tests.ledger.sample import ANNOUNCED, FOUND, LISTED, PLAN, UNITS, UNOWNED, called

F = TypeVar("F", bound=Fact)
MEASURED = Plan(
    **(
        dict(PLAN)
        | {
            "surveys": (Survey(code="patients", name=called("患者满意度"), classes=("clinic",)),),
            "measures": (Measure(code="complaints", name=called("投诉"), classes=("clinic",)),),
            "activities": (
                Activity(code="contact", name=called("联系点走访"), kind="visit", classes=("clinic",)),
                Activity(code="inspection", name=called("督导检查"), kind="inspection"),
                Activity(code="covert", name=called("暗访"), kind="inspection", covert=True),
                Activity(code="lecture", name=called("讲座")),
            ),
            "forms": (
                Form(
                    code="visit",
                    name=called("走访记录"),
                    fields=(
                        FormField(code="problems", name=called("问题")),
                        FormField(code="help", name=called("帮扶"), required=False),
                    ),
                ),
            ),
            "asked": Asked(visit="visit"),
            "lights": (
                Light(
                    code="overdue",
                    name=called("超期"),
                    of="overdue",
                    yellow=1,
                    red=3,
                    acts=(LightAct(code="talk", name=called("约谈"), colour="yellow", in_a_row=2),),
                ),
            ),
        }
    )
)
DAY = date(2022, 4, 20)
SURVEY = SurveyHeld(survey="patients", on=DAY, asked=100, answered=90, satisfied=81, by="clerk-zhou")
COMPLAINTS = MeasureTold(measure="complaints", period="2022-03", value=12.0, baseline=True, by="clerk-zhou")
VISIT = VisitLogged(activity="contact", on=DAY, form={"problems": "停车难"}, visitor="leader-ma", by="leader-ma", by_unit="bureau")
COVERT = VisitLogged(activity="covert", on=DAY, visitor="p-7f3a9c", covert=True, by="office-1", by_unit="bureau")
CONTACT = ContactPointNamed(leader="leader-ma", unit="bureau", by="office-1", by_unit="bureau")
LIGHT = LightSet(light="overdue", month="2022-05", colour="red", reason="瞒报", by="office-1", by_unit="bureau")
TALKED = LightActTaken(light="overdue", month="2022-05", act="talk", text="约谈院长", by="office-1", by_unit="bureau")
DRAWN = SampleDrawn(sample="clinics", seed="06 11 17", unit_class="clinic", size=2, by="office-1")
CLINICS = ("e1", "e2", "w1", "w2")


def but(fact: F, **fields: object) -> F:
    """A fact with some fields changed."""
    return fact.model_copy(update=fields)


def measured(of: str = "e1") -> Story:
    """A unit in P1 of a campaign that measures."""
    return nowhere().given(LISTED, ANNOUNCED.model_copy(update={"plan": MEASURED, "tree": seal(UNITS)})).at(of).on(FOUND)


# ── surveys and measures ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.covers("G1", "G5", "B4", "B5")
def test_a_survey_counts_its_answers_in_the_phase_of_its_day() -> None:
    story = measured().when(SURVEY).then(SurveyCounted(survey="patients", phase="P1", answered=90, satisfied=81))
    assert story.book.phase("P1").own == {"surveyed": 90, "satisfied": 81}


@pytest.mark.covers("G1")
def test_a_survey_told_again_counts_the_difference_in_the_same_phase() -> None:
    story = measured().given(SURVEY).on("2022-05-20")
    story.when(but(SURVEY, answered=80, satisfied=79, on=date(2022, 5, 10)))
    story.then(SurveyCounted(survey="patients", phase="P1", answered=80, satisfied=79, answered_before=90, satisfied_before=81))
    assert story.book.phase("P1").own == {"surveyed": 80, "satisfied": 79}


def test_two_surveys_of_one_kind_count_beside_one_another() -> None:
    story = measured().given(SURVEY, Said(SURVEY, issue="2"))
    assert story.book.phase("P1").own == {"surveyed": 180, "satisfied": 162}


def test_a_survey_under_the_code_of_another_is_refused() -> None:
    measured().when(Said(SURVEY, subject="yz2022/e1/survey/staff~1")).refuses("wrong-subject")


def test_a_survey_before_the_campaign_is_refused() -> None:
    measured().when(but(SURVEY, on=date(2022, 4, 5))).refuses("before-campaign")


@pytest.mark.covers("G3", "G4", "G10")
def test_a_figure_of_a_period_is_recorded_and_may_be_told_again() -> None:
    story = measured().when(COMPLAINTS).then()
    story.when(but(COMPLAINTS, value=11.0)).then()
    assert [fact.value for fact in story.history() if isinstance(fact, MeasureTold)] == [12.0, 11.0]


def test_a_figure_under_another_period_is_refused() -> None:
    measured().when(Said(COMPLAINTS, subject="yz2022/e1/measure/complaints~2022-04")).refuses("wrong-subject")


# ── visits ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.covers("B8", "B9", "E8", "J5")
def test_a_visit_counts_once_and_a_correction_stands_openly() -> None:
    story = measured().when(VISIT).then(VisitCounted(activity="contact", phase="P1"))
    story.when(but(VISIT, form={"problems": "停车难", "help": "协调车位"})).then()
    assert story.book.phase("P1").own == {"visits": 1}


@pytest.mark.covers("J5")
def test_a_visit_says_what_the_plans_form_asks_and_an_inspection_has_none() -> None:
    measured().when(but(VISIT, form={})).refuses("form-wrong")
    measured().when(but(VISIT, activity="inspection", form={})).then(VisitCounted)


@pytest.mark.covers("E8")
def test_a_visit_is_of_units_of_the_classes_that_the_plan_names() -> None:
    measured("east").when(VISIT).refuses("activity-not-applicable")
    measured("east").when(but(VISIT, activity="inspection", form={})).then(VisitCounted)


@pytest.mark.covers("B7")
def test_a_covert_inspection_must_say_so_and_its_visitor_is_who_intake_made_of_them() -> None:
    story = measured().when(COVERT).then(VisitCounted(activity="covert", phase="P1"))
    assert "leader-ma" not in "".join(fact.model_dump_json() for fact in story.history())
    refused = measured().when(but(COVERT, covert=False, visitor="leader-ma")).refuses("visit-covert").recorded()[-1]
    assert isinstance(refused, Refused)
    assert "leader-ma" not in refused.model_dump_json()


@pytest.mark.covers("B7", "B8", "B14")
def test_an_issue_names_the_visit_that_found_it() -> None:
    found = but(UNOWNED, visit="yz2022/e1/visit/desk~1")
    story = measured().given(COVERT).when(found).then(IssueEntered)
    assert Like(type(found), visit=found.visit, channel="complaint") in story.history()


@pytest.mark.covers("E8")
def test_a_leader_of_the_unit_or_of_one_above_takes_it_as_contact_point() -> None:
    measured().when(CONTACT).then()
    measured().when(but(CONTACT, unit="e1", by_unit=None)).then()


# ── lights ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.covers("L8")
def test_a_unit_above_sets_a_light_and_no_unit_its_own() -> None:
    measured().when(LIGHT).then()
    measured().when(but(LIGHT, by_unit=None)).refuses("needs-superior")
    measured().when(but(LIGHT, by_unit="e1")).refuses("needs-superior")
    measured("bureau").when(but(LIGHT, by_unit=None)).then()


@pytest.mark.covers("L8")
def test_what_follows_from_lights_is_recorded_as_it_is_done() -> None:
    measured().when(TALKED).then()
    measured().when(Said(TALKED, subject="yz2022/e1/light/overdue~2022-06")).refuses("wrong-subject")


# ── draws ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.covers("E7")
def test_a_draw_can_be_made_again_by_anybody_from_what_is_recorded() -> None:
    story = measured("bureau").when(DRAWN)
    chosen = story.recorded()[-1]
    assert isinstance(chosen, SampleChosen)
    assert chosen.units == draw(DRAWN.seed, CLINICS, 2)
    assert (chosen.of, chosen.frame, chosen.tree_version) == (4, frame_digest(CLINICS), 1)


@pytest.mark.covers("E7")
def test_each_unit_drawn_is_told_unless_the_draw_is_covert() -> None:
    story = measured("bureau").given(DRAWN)
    told = {of for of in CLINICS if SpotCheckAnnounced(sample="clinics", unit="bureau") in story.at(of).history()}
    assert told == set(draw(DRAWN.seed, CLINICS, 2))
    covert = measured("bureau").given(but(DRAWN, covert=True))
    assert not any(isinstance(fact, SpotCheckAnnounced) for of in CLINICS for fact in covert.at(of).history())


def test_a_unit_draws_among_those_below_it_alone() -> None:
    chosen = measured("east").when(but(DRAWN, size=500)).recorded()[-1]
    assert isinstance(chosen, SampleChosen)
    assert (set(chosen.units), chosen.of) == ({"e1", "e2"}, 2)


def test_another_seed_draws_others_and_order_of_the_frame_means_nothing() -> None:
    frame = [f"u{number}" for number in range(100)]
    assert draw("a", frame, 10) == draw("a", frame[::-1], 10) != draw("b", frame, 10)
    assert draw("a", frame, 20)[:10] == draw("a", frame, 10)
    assert len(draw("a", frame, 500)) == 100
    assert frame_digest(frame) == frame_digest(frame[::-1]) != frame_digest(frame[1:])


def test_every_unit_is_drawn_about_as_often_as_any_other() -> None:
    drawn = [unit for seed in range(2000) for unit in draw(str(seed), CLINICS, 1)]
    assert all(400 < drawn.count(unit) < 600 for unit in CLINICS)


def test_a_draw_needs_a_class_of_the_plan_and_its_own_code_in_its_subject() -> None:
    measured("bureau").when(but(DRAWN, unit_class="zoo")).refuses("class-unknown")
    measured("bureau").when(Said(DRAWN, subject="yz2022/bureau/sample/other")).refuses("wrong-subject")


def test_units_of_a_class_are_found_on_every_level_below() -> None:
    store = measured().ledger.store
    assert isinstance(store, MemoryStore)
    assert drive(units_of_class(store, "yz2022", 1, "bureau", "township")) == ("east", "west")
    assert drive(units_of_class(store, "yz2022", 1, "e1", "clinic")) == ()


# ── a plan that measures nothing ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_plan_that_measures_nothing_knows_none_of_it() -> None:
    unit().on(FOUND).when(SURVEY).refuses("survey-unknown")
    unit().on(FOUND).when(COMPLAINTS).refuses("measure-unknown")
    unit().on(FOUND).when(VISIT).refuses("visit-unknown")


def test_what_comes_after_its_phase_closed_climbs_as_a_supplement() -> None:
    story = measured("e2").given(Morning("2022-04-06"), Morning("2022-05-01"), Morning("2022-05-10")).on("2022-05-20")
    story.given(SURVEY, Morning("2022-05-21"))
    last = [fact for fact in story.history() if isinstance(fact, PhaseSupplemented)][-1]
    assert (last.own.surveyed, last.own.satisfied) == (90, 81)
