"""A key shows its own subtree, and not one byte of what lies beside it."""

import io
import zipfile

import httpx
import pytest
from fastapi.routing import APIRoute

from tests.reporting.campaign import IN_LINE, Campaign
from tests.reporting.telling import PLAN

OPEN = {"/livez", "/readyz", "/metrics", f"/public/{PLAN.campaign}", "/style.css"}
"""What answers without a key; the last since the plan is public."""


def paths(campaign: Campaign, **given: str) -> list[str]:
    """Every route, with its parameters filled in."""
    return [
        route.path_format.format(**{name: given[f"{route.path} {name}"] for name in route.param_convertors})
        for route in campaign.service.http.routes
        if isinstance(route, APIRoute)
    ]


async def ask(client: httpx.AsyncClient, path: str, unit: str | None) -> httpx.Response:
    """What a route answers about a unit; one that takes no unit is asked as it stands."""
    answer = await client.get(path, params={"unit": unit} if unit else {})
    return await client.get(path) if answer.status_code == 422 and "query.unit" in answer.text else answer


def given(issue: str, told: str) -> dict[str, str]:
    """The parameter of each route that has one."""
    return {
        "/api/issues/{id:path} id": issue.replace("%", "%25"),
        "/issues/{id:path} id": issue.replace("%", "%25"),
        "/api/attachments/{id:path}/{sha256} id": issue.replace("%", "%25"),
        "/api/attachments/{id:path}/{sha256} sha256": "0" * 64,
        "/api/told/{event_id:path} event_id": told,
        "/public/{campaign} campaign": PLAN.campaign,
        **{
            f"{path} id": PLAN.campaign
            for path in (
                "/api/campaigns/{id}/summary",
                "/api/campaigns/{id}/kpis",
                "/api/campaigns/{id}/lights",
                "/api/campaigns/{id}/scores",
                "/api/campaigns/{id}/recurring",
                "/api/campaigns/{id}/report.docx",
                "/api/campaigns/{id}/ledger.xlsx",
                "/campaigns/{id}",
                "/campaigns/{id}/issues",
                "/campaigns/{id}/returns",
                "/campaigns/{id}/checks",
                "/campaigns/{id}/gaps",
                "/campaigns/{id}/books",
            )
        },
    }


def content(answer: httpx.Response) -> bytes:
    """All that an answer holds, with files unpacked."""
    if not answer.content.startswith(b"PK"):
        return answer.content
    with zipfile.ZipFile(io.BytesIO(answer.content)) as file:
        return b"".join(file.read(name) for name in file.namelist())


async def other_issue(campaign: Campaign) -> tuple[str, str]:
    """An issue of the second township, and the id of what was told of it."""
    async with campaign.client("t02") as client:
        issue = (await client.get("/api/issues", params={"limit": 1})).json()["items"][0]
        history = (await client.get(issue["href"])).json()["history"]
        assert (await client.get(f"/api/told/{history[0]['told_id']}")).json()["state"] == "recorded"
        return issue["id"], history[0]["told_id"]


@pytest.mark.parametrize("unit", [None, "t02", "t02-01", "bureau"])
async def test_a_key_of_one_township_sees_nothing_of_another_on_any_route(campaign: Campaign, unit: str | None) -> None:
    beside = [each for each in campaign.units if each.id != "t01" and each.parent != "t01"]
    marks = [each.name.encode() for each in beside] + [f"{PLAN.campaign}/{each.id}/".encode() for each in beside]
    issue, told = await other_issue(campaign)
    async with campaign.client("t01") as client:
        for path in paths(campaign, **given(issue, told)):
            answer = await ask(client, path, unit)
            assert answer.status_code in (200, 202, 404), (path, answer.text)
            body = (
                content(answer).replace(issue.encode(), b"") if answer.status_code == 404 else content(answer)
            )  # what was asked comes back
            for mark in marks:
                assert mark not in body, (path, mark.decode())
        assert (await client.get(f"/api/told/{told}")).json()["state"] == "not-yet-recorded"


async def test_a_key_sees_all_of_its_own(campaign: Campaign) -> None:
    async with campaign.client("t01") as client:
        page = (await client.get("/")).text
        assert all(each.name in page for each in campaign.units if each.id == "t01" or each.parent == "t01")
    async with campaign.client("t01-01") as client:
        summary = (await client.get(f"/api/campaigns/{PLAN.campaign}/summary")).json()
        assert (summary["unit"], summary["above"], summary["units"]) == ("t01-01", [], [])


async def test_no_route_answers_without_a_key_that_may_read(campaign: Campaign) -> None:
    issue, told = await other_issue(campaign)
    async with httpx.AsyncClient(base_url=campaign.address) as nobody, campaign.client("teller") as teller:
        for path in paths(campaign, **given(issue, told)):
            if path in OPEN:
                assert (await nobody.get(path)).status_code == 200
                continue
            answer = await nobody.get(path)
            assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json"), path
            assert (await teller.get(path)).status_code == 403, path


def test_every_route_is_a_plain_one(campaign: Campaign) -> None:
    """What is mounted or served otherwise would escape the walk above."""
    assert all(isinstance(route, APIRoute) for route in campaign.service.http.routes)


async def test_a_browser_signs_in_with_the_key_as_password(campaign: Campaign) -> None:
    async with httpx.AsyncClient(base_url=campaign.address, auth=("anybody", campaign.secrets["bureau"])) as browser:
        assert (await browser.get("/")).status_code == 200


@pytest.mark.covers("I1")
async def test_a_unit_that_stands_above_another_in_a_further_line_reads_what_that_one_may_read_and_nothing_of_its_neighbours(
    campaign: Campaign,
) -> None:
    names = {unit.id: unit.name for unit in campaign.units}
    issue, told = await other_issue(campaign)
    assert issue.startswith(f"{PLAN.campaign}/{IN_LINE}/")
    about = f"/api/campaigns/{PLAN.campaign}"
    async with campaign.client("t03") as client:
        assert (await client.get(f"{about}/summary")).json()["in_line"] == [[IN_LINE, names[IN_LINE]]]
        for asked in (IN_LINE, names[IN_LINE]):
            assert (await client.get(f"{about}/summary", params={"unit": asked})).json()["unit"] == IN_LINE
        listed = (await client.get("/api/issues", params={"campaign": PLAN.campaign, "unit": IN_LINE})).json()["items"]
        assert {each["unit"] for each in listed} == {IN_LINE}
        assert listed[0]["path"] == [IN_LINE]
        assert (await client.get(f"/api/issues/{issue.replace('%', '%25')}")).json()["issue"]["id"] == issue
        assert (await client.get(f"/api/told/{told}")).json()["state"] == "recorded"
        for path in paths(campaign, **given(issue, told)):
            answer = await ask(client, path, IN_LINE)
            assert answer.status_code == (404 if path.startswith("/api/attachments/") else 200), (path, answer.text)
            for beside in ("t02", "t01"):
                assert names[beside].encode() not in content(answer), path
        page = (await client.get(f"/campaigns/{PLAN.campaign}")).text
        assert f'?unit={IN_LINE}&amp;lang=zh">{names[IN_LINE]}</a>' in page
        for beside in ("t02", "t01", "bureau"):
            assert (await client.get(f"{about}/summary", params={"unit": beside})).status_code == 404
    async with campaign.client(IN_LINE[:3]) as client:
        assert (await client.get(f"{about}/summary")).json()["in_line"] == []
