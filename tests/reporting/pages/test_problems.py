"""What is not there, or not for one, in a browser: a page that says so, in its language, with a way back."""

import re

import httpx
import pytest

from tests.reporting.campaign import Campaign
from tests.reporting.telling import PLAN

BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
GONE = {
    "/campaigns/{campaign}": ("没有活动", "no such campaign"),
    "/api/campaigns/{campaign}/summary": ("没有活动", "no such campaign"),
    "/campaigns/{own}?unit={unit}": ("没有单位", "no such unit"),
    "/api/campaigns/{own}/scores?unit={unit}": ("没有单位", "no such unit"),
    "/issues/{own}/{unit}/issue/x~1": ("没有问题", "no such issue"),
    "/api/issues/{own}/{unit}/issue/x~1": ("没有问题", "no such issue"),
    "/public/{campaign}": ("没有向公众开放的活动", "no such campaign"),
    "/nowhere": ("没有此地址", "there is no such address"),
}


async def shown(client: httpx.AsyncClient, path: str, language: str) -> httpx.Response:
    return await client.get(path, headers=BROWSER | {"accept-language": language})


@pytest.mark.parametrize("path", list(GONE))
async def test_an_error_in_a_browser_is_a_page_that_says_what_there_is_not(campaign: Campaign, path: str) -> None:
    path, (zh, en) = path.format(campaign="nix", own=PLAN.campaign, unit="nix"), GONE[path]
    async with campaign.client() as client:
        for language, says in (("zh-CN", zh), ("en-GB", en)):
            answer = await shown(client, path, language)
            assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8"), path
            assert answer.headers["content-language"] == language[:2]
            assert "Accept-Language" in answer.headers["vary"]
            assert "default-src 'none'" in answer.headers["content-security-policy"]
            assert says in answer.text.lower()
            assert f'href="/?lang={language[:2]}"' in answer.text
            json = await client.get(path, headers={"accept-language": language})
            assert json.headers["content-type"] == "application/problem+json"
            assert says in json.json()["detail"]


async def test_without_a_key_a_browser_still_asks_for_one_and_shows_a_page_to_whoever_has_none(campaign: Campaign) -> None:
    async with httpx.AsyncClient(base_url=campaign.address) as nobody:
        answer = await shown(nobody, "/", "en")
        assert (answer.status_code, answer.headers["www-authenticate"][:5]) == (401, "Basic")
        assert "No valid API key" in answer.text
        (sheet,) = re.findall(r'rel="stylesheet" href="([^"]+)"', answer.text)
        assert (await nobody.get(sheet)).headers["content-type"].startswith("text/css")


@pytest.mark.parametrize(
    "path", ["/campaigns/{own}?unit={unit}", "/issues/{own}/{unit}/issue/x~1", "/api/campaigns/{own}/summary?unit={unit}"]
)
async def test_what_is_anothers_is_answered_as_what_is_nowhere(campaign: Campaign, path: str) -> None:
    async with campaign.client("t01") as client:
        answers = [await shown(client, path.format(own=PLAN.campaign, unit=unit), "en") for unit in ("nix", "t02")]
    nowhere, anothers = ((each.status_code, each.text.replace("t02", "nix"), each.headers.get("vary")) for each in answers)
    assert nowhere == anothers


async def test_a_parameter_that_does_not_fit_is_named_on_the_page_and_what_was_sent_is_text(campaign: Campaign) -> None:
    async with campaign.client() as client:
        answer = await shown(client, "/api/issues?limit=x&phase=<script>", "zh")
    assert answer.status_code == 422
    assert "query.limit（现为“x”）：" in answer.text
    assert "<script>" not in answer.text
