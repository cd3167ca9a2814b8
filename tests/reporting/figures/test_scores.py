"""Scores: every point a row that names its fact."""

from typing import Any

import pytest

from services.reporting.figures.scores import REVERSES, Scored, looks_at, own_score, points_of, with_below
from services.reporting.fold.projections import fold
from services.reporting.fold.rows import Rows, day_of
from shared.events.catalogue import CATALOGUE
from shared.events.fact import Correction
from shared.kafka.cloudevents import read_recorded
from shared.plan.indicator import Score, Scoring
from shared.topics import LEDGER
from tests.reporting.given import BOOK
from tests.reporting.telling import NAME
from tests.simulated import PLANS, booked, days

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
    assert looks_at(scoring) == {"IssueEntered", "IssueStruckOff", "IssueWithdrawn", "IssueMerged", "IssueCameBack", "IssueReopened"}

    def score(*types: str) -> tuple[float, bool]:
        return own_score(scoring, points_of(scoring, [scored(number, type) for number, type in enumerate(types, 1)]))

    assert score("IssueEntered") == (0, True)
    assert score("IssueEntered", "IssueWithdrawn") == score("IssueEntered", "IssueMerged") == (100, False)
    assert score("IssueEntered", "IssueWithdrawn", "IssueReopened") == (0, True)
    assert score("IssueEntered", "IssueWithdrawn", "IssueReopened", "IssueWithdrawn") == (100, False)
    assert score("IssueEntered", "IssueMerged", "IssueCameBack") == (0, True)
    assert score("IssueEntered", "IssueMerged", "IssueCameBack", "IssueMerged") == (100, False)
    assert score("IssueStruckOff", "IssueReopened") == (100, False)
    assert score("IssueStruckOff", "IssueReopened", "IssueStruckOff") == (102, False)


@pytest.mark.covers("L9")
def test_what_is_told_again_for_a_subject_scores_once() -> None:
    scoring = Scoring(rules=(Score(code="shared", name=NAME, fact="PracticeShared", points=2, most=9),))
    told = [*(scored(number, "PracticeShared") for number in (1, 2, 3, 4)), scored(5, "PracticeShared", "s2")]
    found = points_of(scoring, told)
    assert own_score(scoring, found) == (104, False)
    assert [(each.at[-1], (each.reverses or " ")[-1]) for each in found if each.reverses] == [("2", "1"), ("3", "2"), ("4", "3")]


@pytest.mark.covers("L9", "A7")
def test_an_answer_that_counts_no_more_scores_no_more_however_often_it_was_told() -> None:
    scoring = Scoring(rules=(Score(code="checked", name=NAME, fact="TargetChecked", points=2),))

    def score(*types: str) -> float:
        return own_score(scoring, points_of(scoring, [scored(number, type) for number, type in enumerate(types, 1)]))[0]

    checked, lifted = "TargetChecked", "TargetLifted"
    assert [score(checked, lifted), score(checked, checked, lifted), score(checked, checked, lifted, checked)] == [100, 100, 102]
    assert score(checked, checked, lifted, checked, checked, lifted, checked) == 102


@pytest.mark.covers("L9", "A5")
def test_a_phase_that_closed_keeps_its_points_while_another_is_held() -> None:
    scoring = Scoring(rules=(Score(code="closed", name=NAME, fact="PhaseClosed", points=2),))
    told = [
        ("PhaseClosed", "P1"),
        ("PhaseHeld", "P2"),
        ("PhaseClosed", "P2"),
        ("PhaseHeld", "P1"),
        ("PhaseProlonged", "P2"),
        ("PhaseClosed", "P1"),
    ]
    facts = [scored(number, type, BOOK, None, phase=phase) for number, (type, phase) in enumerate(told, 1)]
    assert [own_score(scoring, points_of(scoring, facts[:length]))[0] for length in range(1, 7)] == [102, 102, 104, 102, 100, 102]


@pytest.mark.covers("L9", "L12")
def test_a_nil_return_of_one_kind_may_cost_points() -> None:
    rule = Score(code="nothing-found", name=NAME, fact="ObligationMet", obligation="list", nil=True, points=-1)
    facts = [
        scored(1, "ObligationMet", obligation="list", nil=True),
        scored(2, "ObligationMet", obligation="list", nil=False),
        scored(3, "ObligationMet", obligation="week", nil=True),
    ]
    assert [each.at for each in points_of(Scoring(rules=(rule,)), facts)] == [f"{BOOK}@1"]


@pytest.mark.covers("L9", "L13")
def test_a_return_that_came_in_is_missing_no_more_and_scores_as_late_where_the_plan_says_so() -> None:
    missing = Score(code="missing", name=NAME, fact="ReturnMissing", points=-3, veto=False)
    late = Score(code="late", name=NAME, fact="ObligationMet", late=True, points=-1)
    scoring = Scoring(rules=(missing, late))

    def score(*told: tuple[str, dict[str, Any]]) -> float:
        facts = [scored(number, type, nature=None, **fact) for number, (type, fact) in enumerate(told, 1)]
        return own_score(scoring, points_of(scoring, facts))[0]

    due: tuple[str, dict[str, Any]] = ("ReturnMissing", {})
    waits: tuple[str, dict[str, Any]] = ("ApprovalAwaited", {})
    met, came_late = ("ObligationMet", {"late": False}), ("ObligationMet", {"late": True})
    assert [score(due), score(due, came_late), score(met), score(came_late)] == [97, 99, 100, 99]
    assert [score(due, waits), score(due, waits, due), score(due, waits, due, waits, came_late)] == [100, 97, 99]


def test_a_score_takes_back_whatever_the_figures_take_back() -> None:
    assert {name for name, fact in CATALOGUE.items() if issubclass(fact, Correction)} <= set(REVERSES)


@pytest.mark.covers("L9", "L13")
@pytest.mark.parametrize("name", PLANS)
def test_score_summary_and_list_of_returns_say_the_same_of_late_and_missing(name: str) -> None:
    """Over a campaign that is told whole: the points by rule, the figures of the phases, and the rows of the returns, at every book."""
    rules = (
        Score(code="missing", name=NAME, fact="ReturnMissing", points=-1),
        Score(code="late", name=NAME, fact="ObligationMet", late=True, points=-1),
        Score(code="overdue", name=NAME, fact="IssueOverdue", clock="fix", points=-1),
    )
    found: Rows = {}
    facts: dict[str, list[Scored]] = {}
    for event in (read_recorded(each) for each in booked(days(name)).ledger.published if each.topic == LEDGER):
        fold(found, event)
        if event.fact:
            at = Scored(f"{event.book}@{event.position}", event.type, event.subject, day_of(event), event.fact.model_dump(), None)
            facts.setdefault(event.book, []).append(at)
    for book, told in facts.items():
        points = points_of(Scoring(rules=rules), told)
        figures = [row["figures"] for (of, _), row in found.items() if of == "phases" and row["book"] == book]
        states = [row["state"] for (of, _), row in found.items() if of == "returns" and row["book"] == book]
        for rule in rules:
            scored_so = -sum(each.points for each in points if each.rule == rule.code)
            assert scored_so == sum(each[rule.code] for each in figures), (book, rule.code)
            if rule.code in ("missing", "late"):
                assert scored_so == states.count(rule.code), (book, rule.code)


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
