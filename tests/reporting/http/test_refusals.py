"""Whatever reporting refuses it says in the language that was asked for: every route, and every parameter with values that cannot be."""

import re
from collections.abc import Iterator
from urllib.parse import quote, urlencode

import httpx
import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from services.reporting.http.filters import require_known
from shared.http.problem import Problem
from tests.languages import speaks, texts
from tests.reporting.campaign import Campaign
from tests.reporting.telling import PLAN

WRONG = ("", "zz zz", "-1", "0", "1.5", "nan", "9" * 400, "true and false", "x" * 1200, "2019-13", "\x00", "<script>", "a'b")
"""Values, of which each parameter that is more than a text refuses at least one."""
TEXT = {"zh": "zh-CN", "en": "en-GB"}


def routes(campaign: Campaign) -> list[APIRoute]:
    """Every route of the service."""
    return [each for each in campaign.service.http.routes if isinstance(each, APIRoute)]


def parameters(dependant: Dependant) -> set[str]:
    """The query parameters of a route, also of its dependencies."""
    return {each.alias for each in dependant.query_params}.union(*map(parameters, dependant.dependencies))


def path_of(route: APIRoute, campaign: str = PLAN.campaign) -> str:
    """An address of the route, with things that there are where that can be known."""
    return re.sub(r"\{[^}]*:path\}", f"{campaign}/t01/issue/x~1", re.sub(r"\{(id|campaign)\}", campaign, route.path))


def wrong(campaign: Campaign) -> Iterator[tuple[str, str]]:
    """Every route's address with what it cannot take: method and address."""
    for route in routes(campaign):
        path = path_of(route)
        yield "PUT", path
        yield "GET", f"{path}/nowhere"
        yield "GET", path_of(route, "nix")
        yield "GET", path_of(route, "Not%20a%20campaign")
        yield "GET", f"{path}?{urlencode({'no-such': 'x'})}"
        for name in sorted(parameters(route.dependant)):
            yield from (("GET", f"{path}?{quote(name)}={quote(value)}") for value in WRONG)


async def test_every_refusal_of_every_route_is_in_the_language_that_was_asked_for(campaign: Campaign) -> None:
    async with campaign.client() as client, httpx.AsyncClient(base_url=campaign.address) as nobody, campaign.client("teller") as teller:
        seen = set[tuple[int, str, str]]()
        for method, path in wrong(campaign):
            for asker in (client, nobody, teller) if "?" not in path else (client,):
                said = {}
                for language, accepted in TEXT.items():
                    answer = await asker.request(method, path, headers={"Accept-Language": accepted})
                    if not 400 <= answer.status_code < 500:
                        break
                    problem = answer.json()
                    assert [text for text in texts(problem) if not speaks(language, text)] == [], (method, path)
                    said[language] = problem
                    for each in problem.get("errors", []):
                        assert each["field"].partition(".")[0] in ("query", "path"), (path, each)
                        assert each["value"] is not None
                        assert "不符合要求" not in each["detail"], (path, each)
                        seen.add((answer.status_code, each["field"], each["detail"]))
                    seen.add((answer.status_code, "", problem["detail"]))
                if len(said) == 2:
                    assert all(zh != en for zh, en in zip(texts(said["zh"]), texts(said["en"]), strict=True)), path
        assert {status for status, *_ in seen} == {401, 403, 404, 405, 422}
        refusing = {field for _, field, _ in seen}
        assert {
            "query.limit",
            "query.wait",
            "query.least",
            "query.own",
            "query.overdue",
            "query.status",
            "query.lang",
            "query.q",
        } <= refusing
        assert {"query.month", "query.cursor", "query.target", "query.category", "query.no-such", "path.campaign"} <= refusing


@pytest.mark.parametrize("language", list(TEXT))
async def test_a_page_in_a_browser_names_the_field_the_value_and_what_would_be_right(campaign: Campaign, language: str) -> None:
    asked = {"limit": "many", "overdue": "maybe", "q": "\x00"}
    headers = {"Accept": "text/html", "Accept-Language": TEXT[language]}
    async with campaign.client() as client:
        shown = (await client.get("/api/issues", params=asked, headers=headers)).text
    lines = re.findall("<li>(.*?)</li>", shown)
    assert len(lines) == len(asked)
    assert all(speaks(language, line.replace("&#39;", "'")) for line in lines), lines
    assert "many" in lines[1] + lines[0] + lines[2]


def test_a_code_that_a_plan_does_not_have_is_named_with_those_that_it_has_or_that_it_has_none() -> None:
    for known, said in ((["P1", "P2"], "is none of the plan's; there are P1, P2"), ([], "is none of the plan's; there are none")):
        with pytest.raises(Problem) as caught:
            require_known({"phase": "P9"}, {"phase": known})
        [error] = caught.value.errors
        assert (error["field"], error["value"], error["detail"].en) == ("query.phase", "P9", said)
