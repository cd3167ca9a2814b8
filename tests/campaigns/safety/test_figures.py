"""What the county states in the end, and what is reckoned from it."""

from typing import Any

import pytest

from tests.campaigns.safety.expected import EXPECTED
from tests.campaigns.safety.given import API, ROOT
from tests.campaigns.safety.story import KPIS, SCORED, SUMMARY, story
from tests.campaigns.story import Told, rehearse


@pytest.mark.parametrize("phase", EXPECTED)
def test_the_last_statement_of_the_county_says_what_the_story_told(told: Told, phase: str) -> None:
    assert told.statement(ROOT, phase) == EXPECTED[phase]


def test_reporting_counts_what_the_ledger_states(told: Told) -> None:
    assert told.counted(SUMMARY) == EXPECTED


def test_the_statement_of_a_township_holds_those_of_its_sites_once(told: Told) -> None:
    assert told.statement("south", "S4") == {
        "units": 6,  # south, two plants, a mine and two schools
        "gaps": 1,  # mine-3
        "struck_off": 3,  # x1 to x3
        "filed": 16,  # 2 times 5 months, 1 quarter, 5 reports
        "missing": 3,
        "nominations": 1,
    }


def test_what_breaks_a_rule_is_refused_and_nothing_else(told: Told) -> None:
    assert dict(told.refused()) == {
        "detail-missing": 2,
        "standing": 1,
        "nil-not-taken": 1,
        "issue-unknown": 1,
        "looked-back-by-verifier": 1,
        "check-adds-nothing": 1,  # the second of the same site
    }


@pytest.mark.covers("L8")
def test_lights_follow_the_rule_or_a_person_and_acts_follow_from_lights_in_a_row(told: Told) -> None:
    def light(unit: str, code: str) -> tuple[dict[str, Any], list[tuple[str, str, list[str]]]]:
        answer = told.answers[f"{API}/lights?unit={unit}"]["units"][0]
        found = next(each for each in answer["lights"] if each["code"] == code)
        acts = [(act["act"], act["month"], [taken["text"] for taken in act["taken"]]) for act in found["acts"]]
        return {each["month"]: each["colour"] for each in found["months"]}, acts

    months, acts = light("mine-2", "overdue")
    assert [month for month, colour in months.items() if colour == "yellow"] == ["2025-03", "2025-04"]
    assert acts == [("reminder", "2025-04", ["约见矿长"])]
    months, acts = light("chem-3", "overdue")
    assert {month for month, colour in months.items() if colour == "red"} == {"2025-02", "2025-03", "2025-04"}
    assert acts == [("summons", "2025-04", [])]  # due, and not taken
    months, _ = light("mine-3", "overdue")
    assert {month: colour for month, colour in months.items() if colour != "green"} == {"2025-03": "red"}
    assert light("mine-3", "returns")[0]["2024-11"] == "red"


@pytest.mark.covers("L9")
def test_every_point_names_its_fact_and_what_is_withdrawn_is_given_back(told: Told) -> None:
    answers = {unit: told.answers[f"{API}/scores?unit={unit}"] for unit in SCORED}
    assert {unit: answer["score"] for unit, answer in answers.items() if unit != "south"} == {
        "chem-2": 100.5,  # one hazard; two points off for w1, and back
        "mine-3": 80,  # the floor: 15 at most for what is missing, 6 for removal and 3 for measures, so 76
        "chem-3": 0,  # what was carried over was left lying again
        "school-2": 97.5,  # k2: a hazard, its measures and its removal late
        "school-3": 99,  # its own plan came late and is missing no more, and its list of hazards was empty
    }
    rows = [(each["type"], each["rule"], each["points"]) for each in answers["chem-2"]["points"]]
    assert rows == [
        ("IssueEntered", "found", 0.5),
        ("IssueOverdue", "late-removal", -2),
        ("OverdueWithdrawn", "late-removal", 2),
    ]
    assert answers["chem-2"]["points"][2]["reverses"] == answers["chem-2"]["points"][1]["at"]
    assert answers["chem-3"]["veto"]
    # South itself 97.5: a hazard, and the cases of a quarter missing; below it 100.5, 100.5, 80, 97.5 and 99.
    assert answers["south"]["own"] == 97.5
    assert answers["south"]["score"] == pytest.approx(97.5 * 0.7 + (100.5 + 100.5 + 80 + 97.5 + 99) / 5 * 0.3)


@pytest.mark.covers("G1", "G4")
def test_the_indicators_are_those_of_the_facts(told: Told) -> None:
    found = {each["code"]: (round(each["value"], 1), each["met"]) for each in told.answers[KPIS]["kpis"]}
    assert found == {
        "removed": (100.0, True),  # all 18 that did not leave otherwise and have an end: m1 once, s1 not at all
        "on-time": (61.1, False),  # 11 of 18 issues: one was struck off twice, which counts once, as it stands
        "answered": (100, True),
        "checklist": (90, False),  # 36 of 40: mine-3 has not looked
        "no-accident": (0, True),
        "fewer-near-misses": (7, True),  # 30 percent fewer than 10
        "workers-satisfied": (85, True),  # 34 of 40, as corrected
    }


def test_the_story_is_the_same_in_memory() -> None:
    """So that whoever changes it sees within seconds what is refused."""
    again = rehearse(story()[0])
    assert {phase: again.statement(ROOT, phase) for phase in EXPECTED} == EXPECTED
