"""KPIs, lights and scores: what recorded facts make of them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from services.reporting.figures.kpi import Facts, Standing, Sum, standing
from services.reporting.figures.lights import LightCourse, course, months_between
from services.reporting.figures.scores import Scored, looks_at, own_score, points_of, with_below
from services.reporting.figures.summaries import on_time
from services.reporting.fold.projections import Rows, fold, touches
from shared.events.fact import Fact
from shared.events.indicator import MeasureTold, SurveyCounted, SurveyHeld
from shared.events.light import LightActTaken, LightSet
from shared.plan import Plan
from shared.plan.indicator import Kpi, Light, LightAct, Score, Scoring
from shared.plan.issue import IssueRules
from shared.topics import subject_id
from shared.values import Wording
from tests.reporting.fold.test_projections import ENTERED, LATE, STRUCK
from tests.reporting.given import BOOK, ISSUE, recorded
from tests.reporting.telling import PLAN

NAME = Wording(zh="名", en="name")
APRIL, MAY = datetime(2019, 4, 30, 16, 30, tzinfo=UTC), datetime(2019, 5, 31, 15, 30, tzinfo=UTC)
"""The first is May already in China, the second is May still."""


def kpi(of: str, **fields: object) -> Kpi:
    """A KPI of the plan."""
    return Kpi.model_validate({"code": "k", "name": NAME, "of": of} | fields)


def judged(of: str, facts: Facts, **fields: object) -> Standing:
    """How it stands."""
    return standing(kpi(of, **fields), facts)


def told(measure: str, baseline: Sum | None = None, **periods: Sum) -> Facts:
    """Figures told, `_2019_03` for a period."""
    measures = {(measure, period.strip("_").replace("_", "-")): each for period, each in periods.items()}
    return Facts(measures=measures, baselines={(measure, "2018"): baseline} if baseline else {})


# ── rows ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def rows(*events: tuple[str, Fact] | tuple[str, Fact, datetime]) -> Rows:
    """The rows after these events."""
    found: Rows = {}
    for event in recorded(*events):
        before = set(found)
        fold(found, event)
        assert set(found) - before <= set(touches(event))
    return found


def test_figures_are_counted_in_the_month_in_china() -> None:
    found = rows((ISSUE, ENTERED, APRIL), (ISSUE, LATE, MAY), (ISSUE, STRUCK, datetime(2019, 6, 3, tzinfo=UTC)))
    may, june = found["months", f"{BOOK}#2019-05"]["figures"], found["months", f"{BOOK}#2019-06"]["figures"]
    assert (may["entered"], may["overdue"], may["struck_off"], june["struck_off"]) == (1, 1, 0, 1)


@pytest.mark.covers("G1", "G3")
def test_a_survey_or_a_figure_told_again_takes_the_place_of_the_one_before() -> None:
    survey, measure = subject_id(BOOK, "survey", "public", "1"), subject_id(BOOK, "measure", "complaints", "2019-04")
    held = SurveyHeld(survey="public", on=date(2019, 4, 20), asked=10, answered=9, satisfied=8, by="p1")
    figure = MeasureTold(measure="complaints", period="2019-04", value=12.0, by="p1")
    found = rows(
        (survey, held),
        (survey, held.model_copy(update={"satisfied": 9})),
        (measure, figure),
        (measure, figure.model_copy(update={"value": 3.0})),
    )
    assert (found["surveys", survey]["answered"], found["surveys", survey]["satisfied"]) == (9, 9)
    assert found["measures", measure]["value"] == 3


def test_a_survey_counts_in_the_month_of_its_correction() -> None:
    survey = subject_id(BOOK, "survey", "public", "1")
    counted = SurveyCounted(survey="public", phase="P1", answered=9, satisfied=8)
    corrected = SurveyCounted(survey="public", phase="P1", answered=9, satisfied=9, answered_before=9, satisfied_before=8)
    found = rows((survey, counted, APRIL), (survey, corrected, datetime(2019, 6, 3, tzinfo=UTC)))
    assert [found["months", f"{BOOK}#2019-0{month}"]["figures"]["satisfied"] for month in (5, 6)] == [8, 1]


# ── KPIs ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.covers("G1", "G5")
def test_satisfaction_is_of_all_answers_to_one_survey() -> None:
    facts = Facts(surveys={("public", "2019-04"): (100, 90), ("public", "2019-05"): (100, 98), ("window", "2019-05"): (50, 0)})
    found = judged("satisfied", facts, code_of="public", at_least=95)
    assert (found.value, found.part, found.whole, found.met) == (94, 188, 200, False)
    assert [(each.period, each.value) for each in found.trend] == [("2019-04", 90), ("2019-05", 98)]
    assert judged("satisfied", facts, code_of="public", at_least=94).met


@pytest.mark.covers("G2")
def test_complaints_answered_are_out_of_all_complaints() -> None:
    found = judged(
        "complaints-answered", Facts(months={"2019-04": {"complaints": 4, "replied": 3}, "2019-05": {"replied": 1}}), at_least=100
    )
    assert (found.value, found.met) == (100, True)


def test_with_nothing_to_judge_by_nothing_is_met_or_missed() -> None:
    for of in ("satisfied", "complaints-answered", "struck-off", "on-time", "answered", "conforming", "measure"):
        found = judged(of, Facts(), code_of="x", at_least=95)
        assert (found.value, found.met) == (None, None)


@pytest.mark.covers("G10", "L14", "C18")
def test_the_share_struck_off_is_of_what_has_an_end_and_is_still_on_the_book_or_is_again() -> None:
    left = {"handed_over": 1, "merged": 1, "voided": 2, "restored": 1, "standing": 3, "standing_left": 1}
    facts = Facts(months={"2019-04": {"entered": 10, "struck_off": 5, "reopened": 2} | left})
    found = judged("struck-off", facts, at_least=50)
    assert (found.part, found.whole) == (4, 5), "ten, less three that left for good and two without an end; one strike-off was undone"


@pytest.mark.covers("G2", "G10")
def test_what_was_done_in_a_month_is_never_more_than_what_came_in_up_to_its_end() -> None:
    months = {"2019-04": {"entered": 4, "complaints": 2}, "2019-05": {"struck_off": 3, "replied": 2, "entered": 1}}
    for of, trend in {"struck-off": [0, 60], "complaints-answered": [0, 100]}.items():
        assert [each.value for each in judged(of, Facts(months=months), at_least=95).trend] == trend
    answered = Facts(months={"2019-04": {"answered": 30}, "2019-05": {"answered": 10}}, targets=40)
    assert [each.value for each in judged("answered", answered, at_least=100).trend] == [75, 100]


@pytest.mark.covers("G4")
def test_what_must_not_happen_is_added_up_over_all_periods() -> None:
    assert judged("measure", told("deaths", _2019_03=Sum(0, 5), _2019_04=Sum(0, 5)), code_of="deaths", at_most=0).met is True
    found = judged("measure", told("deaths", _2019_03=Sum(1, 5), _2019_04=Sum(0, 5)), code_of="deaths", at_most=0)
    assert (found.value, found.met) == (1, False)


@pytest.mark.covers("G3", "G10")
def test_what_must_fall_is_compared_with_the_figure_before_the_campaign() -> None:
    facts = told("complaints", Sum(20, 2), _2019_03=Sum(18, 2), _2019_04=Sum(14, 2))
    found = judged("measure", facts, code_of="complaints", falls=30)
    assert (found.baseline, found.value, found.fell, found.met) == (20, 14, 30, True)
    assert [each.value for each in found.trend] == [18, 14]
    assert judged("measure", facts, code_of="complaints", falls=31).met is False


@pytest.mark.covers("G3")
def test_a_rate_of_several_units_and_months_is_their_mean_and_no_sum() -> None:
    facts = replace(told("rate", Sum(12, 4), _2019_03=Sum(10, 4), _2019_04=Sum(6, 4)), rates=frozenset({"rate"}))
    fewer = judged("measure", facts, code_of="rate", falls=50)
    assert (fewer.baseline, fewer.value, fewer.fell, fewer.met) == (3, 1.5, 50, True)
    assert [each.value for each in fewer.trend] == [2.5, 1.5]
    assert judged("measure", facts, code_of="rate", at_most=2).value == 2


@pytest.mark.covers("G3")
def test_no_fall_is_claimed_while_fewer_units_told_one_of_the_two() -> None:
    facts = told("complaints", Sum(20, 2), _2019_04=Sum(5, 1))
    assert judged("measure", facts, code_of="complaints", falls=30).met is None
    assert judged("measure", told("complaints", Sum(0, 2), _2019_04=Sum(0, 2)), code_of="complaints", falls=30).met is True


def test_targets_answered_are_out_of_all_that_apply() -> None:
    facts = Facts(months={"2019-03": {"answered": 30, "findings": 3}}, targets=40)
    assert judged("answered", facts, at_least=100).value == 75
    assert judged("conforming", facts, at_least=90).met


def test_a_month_in_which_more_was_taken_back_than_told_has_no_share() -> None:
    facts = Facts(months={"2019-03": {"answered": 10, "findings": 2}, "2019-04": {"answered": -1}})
    found = judged("conforming", facts, at_least=90)
    assert ([each.value for each in found.trend], found.part, found.whole) == ([80, None], 7, 9)


# ── lights ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────

OVERDUE = Light(
    code="overdue",
    name=NAME,
    of="overdue",
    yellow=1,
    red=3,
    acts=(LightAct(code="talk", name=NAME, colour="yellow", in_a_row=2), LightAct(code="report", name=NAME, colour="red", in_a_row=3)),
)
MONTHS = list(months_between(date(2018, 11, 30), date(2019, 4, 1)))


def lit(*overdue: int, said: Mapping[str, Mapping[str, object]] | None = None) -> LightCourse:
    """The lights of months with so many overdue issues."""
    facts = Facts(months={month: {"overdue": count} for month, count in zip(MONTHS, overdue, strict=False)})
    return course(OVERDUE, PLAN, facts, said or {}, MONTHS)


def test_months_go_over_new_year() -> None:
    assert MONTHS == ["2018-11", "2018-12", "2019-01", "2019-02", "2019-03", "2019-04"]


@pytest.mark.covers("L8")
def test_a_light_is_by_rule_and_a_month_without_facts_is_green() -> None:
    assert [each.colour for each in lit(0, 1, 2, 3).months] == ["green", "yellow", "yellow", "red", "green", "green"]


@pytest.mark.covers("L8")
def test_acts_follow_from_the_second_yellow_and_the_third_red_in_a_row_once() -> None:
    assert [(each.act, each.month, each.taken) for each in lit(1, 1, 1, 0, 1, 1).acts] == [("talk", "2018-12", []), ("talk", "2019-04", [])]
    assert [(each.act, each.month) for each in lit(3, 3, 1, 3, 3, 3).acts] == [("report", "2019-04")]


@pytest.mark.covers("L8")
def test_a_light_that_a_person_set_stands_with_its_reason_and_counts_in_the_row() -> None:
    said = {"2018-12": {"colour": "green", "reason": "停电", "by_unit": "bureau"}}
    found = lit(1, 1, 1, said=said)
    set_by = found.months[1]
    assert (set_by.by_rule, set_by.colour, set_by.reason, set_by.set_by) == ("yellow", "green", "停电", "bureau")
    assert found.acts == []


@pytest.mark.covers("L8")
def test_an_act_that_was_taken_is_no_longer_due() -> None:
    subject = subject_id(BOOK, "light", "overdue", "2018-12")
    done = LightActTaken(light="overdue", month="2018-12", act="talk", text="约谈", by="p1", by_unit="root")
    row = rows(
        (subject, LightSet(light="overdue", month="2018-12", colour="yellow", reason="瞒报", by="p1", by_unit="root")), (subject, done)
    )
    said = {"2018-12": row["lights", subject]}
    [act] = lit(1, 0, said=said).acts
    assert [(each["at"], each["text"]) for each in act.taken] == [(f"{BOOK}@2", "约谈")]


def test_a_share_is_red_below_its_bound_and_green_where_there_is_nothing_to_share() -> None:
    light = Light(code="on-time", name=NAME, of="on-time-share", yellow=90, red=60)
    facts = Facts(months={"2018-11": {"struck_off": 10, "on_time": 5}, "2018-12": {"struck_off": 10, "on_time": 8}})
    assert [each.colour for each in course(light, PLAN, facts, {}, MONTHS).months][:3] == ["red", "yellow", "green"]


@pytest.mark.covers("L8")
def test_the_light_of_the_share_struck_off_looks_at_all_that_was_to_be_by_then_and_not_at_what_is_void() -> None:
    light = Light(code="done", name=NAME, of="struck-off-share", yellow=90, red=60)
    facts = Facts(
        months={
            "2018-11": {"entered": 10, "struck_off": 5},
            "2018-12": {"struck_off": 4},
            "2019-01": {"entered": 1, "voided": 1, "struck_off": 1},
            "2019-02": {"reopened": 2},
        }
    )
    found = course(light, PLAN, facts, {}, MONTHS).months
    assert [(each.figure, each.colour) for each in found][:4] == [(50, "red"), (90, "green"), (100, "green"), (80, "yellow")]


def test_lights_of_incidents_and_of_kpis_missed() -> None:
    facts = Facts(measures={("incidents", "2018-11"): Sum(2, 1)}, months={"2018-12": {"answered": 10, "findings": 1}})
    incidents = Light(code="i", name=NAME, of="incidents", yellow=1, red=2)
    assert [each.colour for each in course(incidents, PLAN, facts, {}, MONTHS).months][:2] == ["red", "green"]
    missed = Light(code="k", name=NAME, of="kpi-missed", yellow=1, red=9)
    assert [each.colour for each in course(missed, PLAN, facts, {}, MONTHS).months][:3] == ["green", "yellow", "green"]


# ── scores ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────

SCORING = Scoring(
    rules=(
        Score(code="late", name=NAME, fact="IssueOverdue", points=-5, most=12, clock="fix"),
        Score(code="hazard", name=NAME, fact="IssueStruckOff", points=1, nature="hazard"),
        Score(code="reopened", name=NAME, fact="IssueReopened", points=0, veto=True),
        Score(code="sent-back", name=NAME, fact="ReturnSentBack", points=-2),
    )
)


def scored(number: int, type: str, subject: str = "s1", nature: str | None = "problem", **fact: object) -> Scored:
    """A recorded fact."""
    return Scored(f"{BOOK}@{number}", type, subject, "2019-05-06", dict(fact), nature)


@pytest.mark.covers("L9")
def test_every_point_names_its_fact_and_rules_look_at_clock_and_nature() -> None:
    found = points_of(
        SCORING,
        [
            scored(3, "IssueOverdue", clock="fix"),
            scored(4, "IssueOverdue", clock="plan"),
            scored(7, "IssueStruckOff", nature="hazard"),
            scored(8, "IssueStruckOff"),
        ],
    )
    assert [(each.at, each.rule, each.points) for each in found] == [(f"{BOOK}@3", "late", -5), (f"{BOOK}@7", "hazard", 1)]
    assert own_score(SCORING, found) == (96, False)


@pytest.mark.covers("L9")
def test_no_rule_takes_more_than_its_most_and_no_score_falls_below_its_floor() -> None:
    late = [scored(number, "IssueOverdue", f"s{number}", clock="fix") for number in range(5)]
    assert own_score(SCORING, points_of(SCORING, late)) == (88, False)
    floored = SCORING.model_copy(update={"floor": 95.0})
    assert own_score(floored, points_of(floored, late)) == (95, False)


@pytest.mark.covers("L9")
def test_a_fact_taken_back_gives_its_points_back_by_a_row_of_its_own() -> None:
    late = [scored(3, "IssueOverdue", clock="fix"), scored(5, "IssueOverdue", "s2", clock="fix")]
    found = points_of(SCORING, [*late, scored(9, "OverdueWithdrawn", clock="fix"), scored(10, "OverdueWithdrawn", clock="plan")])
    assert [(each.at, each.points, each.reverses) for each in found[2:]] == [(f"{BOOK}@9", 5, f"{BOOK}@3")]
    assert own_score(SCORING, found) == (95, False)
    again = points_of(SCORING, [*late, *(scored(number, "OverdueWithdrawn", clock="fix") for number in (9, 11))])
    assert len(again) == 3, "nothing is taken back twice"
    sent_back = points_of(SCORING, [scored(1, "ReturnSentBack"), scored(2, "ReturnSentBack"), scored(3, "ReturnAccepted")])
    assert [each.reverses for each in sent_back] == [None, None, f"{BOOK}@2"]


@pytest.mark.covers("L9", "L5", "C18")
def test_an_issue_that_turned_out_to_be_none_or_came_back_gives_its_points_back_and_is_never_scored_twice() -> None:
    rules = (
        Score(code="found", name=NAME, fact="IssueEntered", points=-3, veto=True),
        Score(code="off", name=NAME, fact="IssueStruckOff", points=2),
    )
    scoring = Scoring(rules=rules)
    assert looks_at(scoring) == {"IssueEntered", "IssueStruckOff", "IssueWithdrawn", "IssueMerged", "IssueReopened"}

    def score(*types: str) -> tuple[float, bool]:
        return own_score(scoring, points_of(scoring, [scored(number, type) for number, type in enumerate(types, 1)]))

    assert score("IssueEntered") == (0, True)
    assert score("IssueEntered", "IssueWithdrawn") == score("IssueEntered", "IssueMerged") == (100, False)
    assert score("IssueEntered", "IssueWithdrawn", "IssueReopened") == (0, True)
    assert score("IssueEntered", "IssueWithdrawn", "IssueReopened", "IssueWithdrawn") == (100, False)
    assert score("IssueStruckOff", "IssueReopened") == (100, False)
    assert score("IssueStruckOff", "IssueReopened", "IssueStruckOff") == (102, False)


@pytest.mark.covers("L9")
def test_what_is_told_again_for_a_subject_scores_once() -> None:
    scoring = Scoring(rules=(Score(code="shared", name=NAME, fact="PracticeShared", points=2, most=9),))
    told = [*(scored(number, "PracticeShared") for number in (1, 2, 3, 4)), scored(5, "PracticeShared", "s2")]
    found = points_of(scoring, told)
    assert own_score(scoring, found) == (104, False)
    assert [(each.at[-1], (each.reverses or " ")[-1]) for each in found if each.reverses] == [("2", "1"), ("3", "2"), ("4", "3")]


@pytest.mark.covers("L9", "L12")
def test_a_nil_return_of_one_kind_may_cost_points() -> None:
    rule = Score(code="nothing-found", name=NAME, fact="ObligationMet", obligation="list", nil=True, points=-1)
    facts = [
        scored(1, "ObligationMet", obligation="list", nil=True),
        scored(2, "ObligationMet", obligation="list", nil=False),
        scored(3, "ObligationMet", obligation="week", nil=True),
    ]
    assert [each.at for each in points_of(Scoring(rules=(rule,)), facts)] == [f"{BOOK}@1"]


@pytest.mark.covers("L9")
def test_a_veto_makes_the_whole_score_nothing() -> None:
    found = points_of(SCORING, [scored(3, "IssueReopened")])
    assert own_score(SCORING, found) == (0, True)
    assert with_below(SCORING.model_copy(update={"below": 50.0}), 0, True, [100]) == 0


@pytest.mark.covers("L9")
def test_the_mean_of_the_units_below_has_its_share() -> None:
    half = SCORING.model_copy(update={"below": 50.0})
    assert with_below(half, 80, False, [100, 50]) == 77.5
    assert with_below(half, 80, False, []) == 80
    assert with_below(SCORING, 80, False, [0]) == 80


# ── what counts as on time ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.covers("L15")
def test_what_counts_as_on_time_says_how_late_it_may_be_told_where_the_plan_allows_it() -> None:
    late = Plan(**(dict(PLAN) | {"issues": IssueRules(told_late=3)}))
    assert on_time(late).en.startswith(on_time(PLAN).en)
    assert "3" in on_time(late).zh.removeprefix(on_time(PLAN).zh)


@pytest.mark.covers("L1", "L15")
@pytest.mark.parametrize(("stops", "zh"), [("done", "整改完成"), ("verified", "验收通过"), ("struck-off", "销号之日")])
def test_what_counts_as_on_time_names_the_act_that_stops_the_clock(stops: str, zh: str) -> None:
    plan = Plan(**(dict(PLAN) | {"clocks": PLAN.clocks.model_copy(update={"fix_stops": stops})}))
    assert on_time(plan).zh.startswith(f"按期：{zh}")
