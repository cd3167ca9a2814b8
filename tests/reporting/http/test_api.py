"""Questions over HTTP: filters, cursor, history, what became of what was told."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, time
from typing import Any

import pytest

from deploy.simulator.stream import broken_rule, stream
from services.reporting.app import build
from services.reporting.handler import Waiting
from shared.events.figures import Counts
from shared.events.issue import MeasuresPlanned
from shared.topics import subject_id
from shared.workdays import BEIJING
from tests.reporting.conftest import BOOK, FOUND, ISSUES, NASTY, SEED, UNITS, Campaign, nasty
from tests.reporting.fold.test_projections import ENTERED
from tests.reporting.given import ISSUE, recorded
from tests.reporting.telling import OWN, PLAN, told

SUMMARY = f"/api/campaigns/{PLAN.campaign}/summary"
NOON = datetime.combine(FOUND, time(12), BEIJING)


Params = Mapping[str, str | int]


async def ask(campaign: Campaign, path: str, params: Params | None = None, *, key: str = "bureau", status: int = 200) -> Any:
    """The answer to a question."""
    async with campaign.client(key) as client:
        answer = await client.get(path, params=params)
        assert answer.status_code == status, answer.text[:300]
        return answer.json()


async def every(campaign: Campaign, params: Params | None = None, *, limit: int = 200) -> list[Any]:
    """All issues, page by page."""
    found: list[Any] = []
    cursor: Params = {}
    while True:
        page = await ask(campaign, "/api/issues", {"limit": limit, **(params or {}), **cursor})
        found += page["items"]
        if page["next"] is None:
            return found
        assert len(page["items"]) == limit
        cursor = {"cursor": page["next"]}


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
        {"text": "窗口"},
        {"phase": "P3.2"},
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
        "text": lambda issue, value: value in issue["text"],
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
        ({"text": "x" * 101}, "text"),
        ({"text": "\x00"}, "text"),
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
            "campaign, carried_over, category, channel, cursor, figure, limit, overdue, phase, status, text, unit",
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
    assert [each["text"] for each in await every(campaign, {"text": "+1"})] == [NASTY[0], NASTY[2]]


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


async def test_a_summary_adds_up_down_the_tree(campaign: Campaign) -> None:
    summary = await ask(campaign, SUMMARY)
    added = Counts(
        **{name: sum(unit["total"][name] for unit in [*summary["units"], {"total": summary["own"]}]) for name in Counts.model_fields}
    )
    assert added.model_dump() == summary["total"]
    assert summary["as_of"]["books"] == len(UNITS)
    for unit in summary["units"]:
        below = await ask(campaign, SUMMARY, {"unit": unit["unit"]})
        assert below["total"] == unit["total"]
        assert below["phases"][0]["statement"]["total"] == below["phases"][0]["figures"]
    owed = {name: sum(each[name] for each in summary["obligations"]) for name in ("filed", "late", "missing")}
    assert owed == {name: summary["total"][name] for name in owed}


async def test_the_digest_of_a_summary_is_that_of_its_books(campaign: Campaign) -> None:
    one, again, other = [await ask(campaign, SUMMARY, {"unit": unit}) for unit in ("t01", "t01", "t02")]
    assert one["as_of"] == again["as_of"]
    assert one["as_of"]["digest"] != other["as_of"]["digest"]


async def test_what_was_recorded_is_said_with_its_events(campaign: Campaign) -> None:
    answer = await ask(campaign, f"/api/told/{nasty(0)}")
    (found,) = answer["answers"]
    assert (answer["state"], found["book"], [event["type"] for event in found["events"]]) == (
        "recorded",
        BOOK,
        ["IssueReported", "IssueEntered", "IssueAssigned"],
    )
    first = found["events"][0]["position"]
    assert [event["position"] for event in found["events"]] == [first, first + 1, first + 2]


async def test_what_was_refused_is_said_with_rule_and_reason(campaign: Campaign) -> None:
    wrong = {
        event["id"]: rule
        for _, events in stream(PLAN, UNITS, ISSUES, SEED, plain=True)
        for event in events
        if (rule := broken_rule(event["id"])) and event["type"] not in OWN
    }
    assert wrong
    for id, rule in wrong.items():
        answer = await ask(campaign, f"/api/told/{id}")
        assert answer["state"] == "refused"
        (found,) = answer["answers"]
        assert found["rule"] == rule
        assert all(found["reason"].values())


async def test_what_is_not_recorded_is_never_a_bare_404(campaign: Campaign) -> None:
    answer = await ask(campaign, "/api/told/nobody-sent-this", status=202)
    assert (answer["state"], answer["behind"]) == ("not-yet-recorded", {"ledger campaign.intake": 0, "reporting campaign.ledger": 0})
    for said in answer["detail"].values():
        assert "PersonNamed" in said
        assert "xiaohao dead list" in said
    assert "尚未收到" not in answer["detail"]["zh"]
    assert "received" not in answer["detail"]["en"]


async def test_another_source_with_the_same_id_is_not_yet_recorded(campaign: Campaign) -> None:
    assert (await ask(campaign, f"/api/told/{nasty(0)}", {"source": "bureau"}))["state"] == "recorded"
    assert (await ask(campaign, f"/api/told/{nasty(0)}", {"source": "other"}, status=202))["state"] == "not-yet-recorded"


async def test_who_waits_is_answered_when_it_is_recorded(campaign: Campaign) -> None:
    asked = asyncio.create_task(ask(campaign, "/api/told/waited-for", {"wait": 60}))
    unknown = told("waited-for", subject_id(BOOK, "issue", "t", "nobody"), MeasuresPlanned(measures="x", by="p1"), NOON)
    await campaign.teller.tell([unknown])
    answer = await asked
    assert (answer["state"], answer["answers"][0]["rule"]) == ("refused", "issue-unknown")


async def test_who_waits_at_another_copy_is_answered_too(campaign: Campaign) -> None:
    copy = build(campaign.settings, keys=campaign.keys)  # it reads no topic
    async with copy.serving() as address, campaign.client(address=address) as client:
        asked = asyncio.create_task(client.get("/api/told/seen-by-another", params={"wait": 60}))
        await campaign.teller.tell(
            [told("seen-by-another", subject_id(BOOK, "issue", "t", "nobody"), MeasuresPlanned(measures="x", by="p1"), NOON)]
        )
        assert (await asked).json()["state"] == "refused"
        assert (await client.get("/api/settled")).status_code == 503
    copy.mongo.close()


async def test_the_fold_wakes_those_who_wait_for_what_it_brought() -> None:
    waiting = Waiting(most=2)
    with waiting.asking("told-1") as first, waiting.asking("told-2") as second, waiting.asking("told-3") as third:
        assert third is None
        waiting.folded(recorded((ISSUE, ENTERED)))
        assert first
        assert second
        assert not first.is_set()
        waiting.wake()
        assert first.is_set()
        assert not second.is_set()


async def test_settled_says_who_is_behind(campaign: Campaign) -> None:
    await campaign.teller.settle()
    answer = await ask(campaign, "/api/settled")
    assert answer["behind"]["reporting campaign.ledger"] == 0
    assert answer["settled"] == (not any(answer["behind"].values()))


async def test_a_person_who_is_erased_has_no_name_any_more(campaign: Campaign) -> None:
    (row, *_) = [each for each in await every(campaign, {"unit": "t02"}) if each["owner_name"]]
    await campaign.teller.erase(row["owner"])
    await campaign.teller.settle()
    issue = (await ask(campaign, row["href"]))["issue"]
    assert (issue["owner"], issue["owner_name"]) == (row["owner"], None)


async def test_a_nasty_text_comes_back_as_it_was_told(campaign: Campaign) -> None:
    assert set(NASTY) <= {each["text"] for each in await every(campaign, {"unit": "t01-01"})}
