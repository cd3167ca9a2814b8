"""KPIs, lights, scores and recurring problems over HTTP, of a campaign that ran."""

import pytest

from shared.values import Wording
from tests.reporting.campaign import BOOK, SUMMARY, Campaign, ask, every
from tests.reporting.telling import PLAN

AT = f"/api/campaigns/{PLAN.campaign}"


@pytest.mark.covers("L15")
@pytest.mark.parametrize("what", ["kpis", "lights", "scores", "recurring"])
async def test_each_answer_says_what_counts_as_on_time_and_as_of_when(campaign: Campaign, what: str) -> None:
    answer, summary = await ask(campaign, f"{AT}/{what}"), await ask(campaign, SUMMARY)
    assert Wording(**answer["on_time"]) == Wording(**summary["on_time_rule"])
    assert answer["as_of"] == summary["as_of"]
    assert (answer["unit"], answer["campaign"]) == ("bureau", PLAN.campaign)


@pytest.mark.parametrize("what", ["kpis", "lights", "scores", "recurring"])
async def test_a_unit_that_the_key_may_not_see_is_not_there(campaign: Campaign, what: str) -> None:
    await ask(campaign, f"{AT}/{what}", {"unit": "t02"}, key="t01", status=404)
    await ask(campaign, f"/api/campaigns/nix/{what}", status=404)


@pytest.mark.covers("G1", "G9", "G10")
async def test_kpis_are_those_of_the_summary_and_add_up_over_the_units_below(campaign: Campaign) -> None:
    answer, summary = await ask(campaign, f"{AT}/kpis"), await ask(campaign, SUMMARY)
    found = {each["code"]: each for each in answer["kpis"]}
    assert list(found) == [kpi.code for kpi in PLAN.kpis]
    total = summary["total"]
    assert (found["struck-off"]["part"], found["struck-off"]["whole"]) == (total["struck_off"], total["entered"])
    assert (found["satisfied"]["value"], found["satisfied"]["met"]) == (95, True)
    assert [each["unit"] for each in answer["units"] if each["kpi"] == "satisfied" and each["value"] is not None] == ["t01"]
    assert (found["fewer"]["baseline"], found["fewer"]["value"], found["fewer"]["fell"], found["fewer"]["met"]) == (20, 10, 50, True)
    of_unit = await ask(campaign, f"{AT}/kpis", {"unit": "t01-01"})
    assert {each["code"]: each["value"] for each in of_unit["kpis"]}["satisfied"] == 95
    assert of_unit["units"] == []
    answered = found["answered"]
    assert answered["part"] == total["answered"] <= answered["whole"]


@pytest.mark.covers("H6", "L8")
async def test_lights_are_shown_for_each_month_of_the_unit_and_those_below(campaign: Campaign) -> None:
    answer = await ask(campaign, f"{AT}/lights", {"unit": "t01"})
    assert [each["unit"] for each in answer["units"]][:2] == ["t01", "t01-01"]
    [light] = answer["units"][1]["lights"]
    march = light["months"][0]
    assert march["month"] == PLAN.issued.isoformat()[:7] == "2019-03"
    assert (march["colour"], march["reason"], march["set_by"]) == ("red", "瞒报", "bureau")
    late = [each for each in await every(campaign, {"unit": "t01-01", "figure": "overdue"}) if each["unit"] == "t01-01"]
    assert sum(each["figure"] for each in light["months"]) == len(late)


@pytest.mark.covers("L9")
async def test_every_point_of_a_score_is_a_recorded_fact_of_the_book(campaign: Campaign) -> None:
    answer = await ask(campaign, f"{AT}/scores", {"unit": "t01-01"})
    struck = await every(campaign, {"unit": "t01-01", "status": "struck-off"})
    assert len([each for each in answer["points"] if each["type"] == "IssueStruckOff"]) == len(struck)
    for point in answer["points"]:
        book, _, position = point["at"].rpartition("@")
        assert book == BOOK
        history = (await ask(campaign, f"/api/issues/{point['subject']}"))["history"]
        assert (int(position), point["type"]) in [(each["position"], each["type"]) for each in history]
    assert answer["own"] == max(0, PLAN.scoring.base + sum(each["points"] for each in answer["points"])) if PLAN.scoring else False


@pytest.mark.covers("L9")
async def test_the_units_below_have_their_share(campaign: Campaign) -> None:
    answer = await ask(campaign, f"{AT}/scores", {"unit": "t01"})
    mean = sum(each["score"] for each in answer["units"]) / len(answer["units"])
    assert answer["score"] == pytest.approx(answer["own"] * 0.8 + mean * 0.2)
    assert [each["score"] for each in answer["units"]] == sorted((each["score"] for each in answer["units"]), reverse=True)


@pytest.mark.covers("C16", "B14")
async def test_a_problem_that_recurs_is_counted_over_the_units_that_have_it(campaign: Campaign) -> None:
    problems = (await ask(campaign, f"{AT}/recurring", {"least": 2}))["problems"]
    units: dict[tuple[object, ...], list[str]] = {}
    for issue in await every(campaign):
        of = (issue["category"], issue["target"], None if issue["target"] else issue["channel"])
        units.setdefault(of, []).append(issue["unit"])
    expected = {of: (len(having), len(set(having))) for of, having in units.items() if len(set(having)) >= 2}
    assert {(each["category"], each["target"], each["channel"]): (each["issues"], each["units"]) for each in problems} == expected
    assert expected
    assert [each["units"] for each in problems] == sorted((each["units"] for each in problems), reverse=True)
    await ask(campaign, f"{AT}/recurring", {"least": 1}, status=422)
