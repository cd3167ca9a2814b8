"""What the city union states in the end, and what was refused."""

import pytest

from shared.events.returns import PackFrozen
from tests.campaigns.qingdao.expected import EAST, EXPECTED, PACKS, REFUSED
from tests.campaigns.qingdao.given import ROOT
from tests.campaigns.story import Told, nonzero


@pytest.mark.covers("P0", "P0.1", "P0.2", "P0.3", "A2", "C2", "C14", "D6")
@pytest.mark.parametrize("phase", EXPECTED)
def test_the_last_statement_of_the_city_union_says_what_the_story_told(told: Told, phase: str) -> None:
    assert told.statement(ROOT, phase) == EXPECTED[phase]


def test_a_districts_statement_adds_those_of_its_hospitals(told: Told) -> None:
    assert told.statement("east", "P0.2") == EAST


def test_the_story_is_the_same_in_memory(rehearsed: Told) -> None:
    assert {phase: rehearsed.statement(ROOT, phase) for phase in EXPECTED} == EXPECTED


def test_reporting_counts_what_the_ledger_states(told: Told) -> None:
    path = "/api/campaigns/qingdao-2023/summary"
    assert told.counted(path) == EXPECTED
    [east] = [each for each in told.answers[path]["units"] if each["unit"] == "east"]
    assert nonzero(east["phases"]["P0.2"]) == EAST
    assert told.answers["/api/campaigns/qingdao-2023/kpis"]["kpis"] == []  # this plan sets no figure to reach


@pytest.mark.covers("C10", "F7")
def test_what_breaks_a_rule_is_refused_and_whoever_told_it_can_ask_why(told: Told, asked: dict[str, str]) -> None:
    assert dict(told.refused()) == REFUSED
    for rule, path in asked.items():
        answer = told.answers[path]
        [only] = answer["answers"]
        assert (answer["state"], only["state"], only["rule"]) == ("refused", "refused", rule)
        assert only["reason"]["zh"]


@pytest.mark.covers("H2")
@pytest.mark.parametrize("unit", PACKS)
def test_the_interim_pack_freezes_the_figures_to_date_over_both_phases(told: Told, unit: str) -> None:
    [pack] = told.facts(PackFrozen, unit)
    assert (nonzero(pack.own.model_dump()), nonzero(pack.total.model_dump())) == PACKS[unit]
