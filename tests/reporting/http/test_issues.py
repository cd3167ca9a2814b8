"""Issues over HTTP: filters, cursor, history."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.reporting.campaign import BOOK, NASTY, SUMMARY, Campaign, ask, every
from tests.reporting.telling import PLAN


async def test_pages_give_every_issue_once_in_one_order(campaign: Campaign) -> None:
    whole, by_seven = await every(campaign), await every(campaign, limit=7)
    assert [each["id"] for each in whole] == [each["id"] for each in by_seven]
    assert len({each["id"] for each in whole}) == len(whole)
    assert [(each["unit"], each["number"]) for each in whole] == sorted((each["unit"], each["number"]) for each in whole)


async def test_every_figure_can_be_followed_down_to_its_issues(campaign: Campaign) -> None:
    summary = await ask(campaign, SUMMARY)
    for phase in summary["phases"]:
        for figure in ("entered", "struck_off", "on_time", "overdue", "carried_over"):
            behind = await every(campaign, {"campaign": PLAN.campaign, "phase": phase["code"], "figure": figure})
            assert len(behind) == phase["figures"][figure], (phase["code"], figure)


@pytest.mark.parametrize(
    "params",
    [
        {"unit": "t01"},
        {"unit": "t01-01"},
        {"category": "environment"},
        {"channel": "self-check"},
        {"status": "struck-off"},
        {"status": "open"},
        {"overdue": "true"},
        {"overdue": "false"},
        {"carried_over": "true"},
        {"q": "窗口"},
        {"phase": "P3.2"},
        {"month": "2019-04"},
        {"clock": "fix"},
        {"owner": "p0169"},
        {"standing": "false"},
    ],
)
async def test_a_filter_gives_what_fits_it_and_no_less(campaign: Campaign, params: dict[str, str]) -> None:
    fits: dict[str, Callable[[Any, str], bool]] = {
        "unit": lambda issue, value: value in issue["path"],
        "category": lambda issue, value: issue["category"] == value,
        "channel": lambda issue, value: issue["channel"] == value,
        "status": lambda issue, value: (issue["status"] != "struck-off") if value == "open" else issue["status"] == value,
        "overdue": lambda issue, value: (issue["late_since"] is not None) == (value == "true"),
        "carried_over": lambda issue, value: (issue["carried_over"] is not None) == (value == "true"),
        "q": lambda issue, value: value in issue["text"],
        "month": lambda issue, value: issue["entered"].startswith(value),
        "clock": lambda issue, value: value in issue["overdue"],
        "owner": lambda issue, value: issue["owner"] == value,
        "standing": lambda issue, value: issue["standing"] == (value == "true"),
        "phase": lambda issue, value: issue["phase"] == value,
    }
    ((name, value),) = params.items()
    expected = [each["id"] for each in await every(campaign) if fits[name](each, value)]
    assert [each["id"] for each in await every(campaign, params)] == expected
    assert expected


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"limit": "201"}, "limit"),
        ({"limit": "0"}, "limit"),
        ({"cursor": "%%%"}, "cursor"),
        ({"cursor": "YQ"}, "cursor"),
        ({"unit": "x" * 201}, "unit"),
        ({"status": "gone"}, "status"),
        ({"q": "x" * 101}, "q"),
        ({"q": "\x00"}, "q"),
        ({"clock": "noon"}, "clock"),
        ({"month": "2019-13"}, "month"),
        ({"month": "2019-03", "figure": "overdue"}, "month"),
        ({"owner": ""}, "owner"),
        ({"figure": "nonsense"}, "figure"),
    ],
)
async def test_a_parameter_that_does_not_fit_is_named(campaign: Campaign, params: dict[str, str], field: str) -> None:
    problem = await ask(campaign, "/api/issues", params, status=422)
    assert {each["field"] for each in problem["errors"]} <= {f"query.{field}", field}


@pytest.mark.parametrize(
    ("path", "params", "there_are"),
    [
        (
            "/api/issues",
            {"phse": "P3.1"},
            "campaign, carried_over, category, channel, clock, cursor, figure, limit, month, overdue, own, owner, phase, q, since, standing, status, struck, unit, until",
        ),
        ("/api/issues", {"category[$ne]": "x"}, "category"),
        (SUMMARY, {"phase": "P3.1"}, "there are unit"),
        ("/api/settled", {"wait": 1}, "there are none"),
    ],
)
async def test_a_parameter_that_there_is_not_is_named_and_never_passed_over(
    campaign: Campaign, path: str, params: dict[str, str], there_are: str
) -> None:
    problem = await ask(campaign, path, params, status=422)
    assert problem["errors"][0]["field"] == f"query.{next(iter(params))}"
    assert there_are in problem["errors"][0]["detail"]


async def test_a_text_filter_is_no_pattern(campaign: Campaign) -> None:
    assert [each["text"] for each in await every(campaign, {"q": "+1"})] == [NASTY[0], NASTY[2]]


async def test_an_issue_comes_with_its_whole_history(campaign: Campaign) -> None:
    (first, *_) = await every(campaign, {"status": "struck-off"})
    answer = await ask(campaign, first["href"])
    types = [event["type"] for event in answer["history"]]
    assert answer["issue"] == first
    assert {"IssueEntered", "MeasuresPlanned", "RectificationDone", "RectificationVerified", "IssueStruckOff"} <= set(types)
    positions = [event["position"] for event in answer["history"]]
    assert positions == sorted(set(positions))


async def test_an_issue_that_is_not_there_is_a_problem(campaign: Campaign) -> None:
    for path in ("/api/issues/nix", f"/api/issues/{BOOK}/issue/nix", "/api/issues/" + "x" * 2000):
        assert (await ask(campaign, path, status=404))["status"] == 404


async def test_a_person_who_is_erased_has_no_name_any_more(campaign: Campaign) -> None:
    (row, *_) = [each for each in await every(campaign, {"unit": "t02"}) if each["owner_name"]]
    await campaign.teller.erase(row["path"][0], row["owner"])
    await campaign.teller.settle()
    issue = (await ask(campaign, row["href"]))["issue"]
    assert (issue["owner"], issue["owner_name"]) == (row["owner"], None)


async def test_a_nasty_text_comes_back_as_it_was_told(campaign: Campaign) -> None:
    assert set(NASTY) <= {each["text"] for each in await every(campaign, {"unit": "t01-01"})}
