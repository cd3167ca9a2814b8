"""The overview page: what it shows, and what it must never do."""

import html
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, time
from types import SimpleNamespace
from typing import Any, Literal

import httpx
import pytest

from services.reporting.app import build
from services.reporting.figures.report import Kind
from services.reporting.pages import HERE
from services.reporting.papers import charts
from services.reporting.store import Store
from services.reporting.wording.texts import TEXTS
from shared.events.campaign import CampaignAnnounced
from shared.events.catalogue import CATALOGUE
from shared.events.fact import Where
from shared.http.access import Keys
from shared.kafka.cloudevents import read_recorded
from shared.kafka.reader import Reader
from shared.settings import Settings
from shared.units import Unit, seal
from shared.values import Named, Wording
from shared.workdays import BEIJING, local_date
from tests.reporting.campaign import NASTY, Campaign
from tests.reporting.given import BOOK, ENTERED, ISSUE, LATE, OPENED, REPORTED, reader_on, records
from tests.reporting.telling import PLAN


async def page(campaign: Campaign, path: str = "/", key: str = "bureau") -> httpx.Response:
    """A page."""
    async with campaign.client(key) as client:
        answer = await client.get(path)
        assert answer.status_code == 200, answer.text
        return answer


@asynccontextmanager
async def bare(settings: Settings, unit: str, root: str | None = None) -> AsyncIterator[tuple[Reader, httpx.AsyncClient]]:
    """Reporting without topics and with nothing in its database: what fills it, and HTTP with the key of a unit."""
    keys = Keys()
    secret = keys.add("k", "s", unit, ("read",), root)
    service = build(settings, keys=keys)
    await service.prepare()
    async with service.serving() as address, httpx.AsyncClient(base_url=address, headers={"Authorization": f"Bearer {secret}"}) as client:
        yield reader_on(service.mongo, Store(service.mongo)), client
    await service.mongo.drop()
    service.mongo.close()


async def test_the_page_shows_the_figures_of_the_summary(campaign: Campaign) -> None:
    async with campaign.client() as client:
        total = (await client.get(f"/api/campaigns/{PLAN.campaign}/summary")).json()["total"]
    shown = (await page(campaign)).text
    for name in ("entered", "struck_off", "overdue", "carried_over", "filed", "answered"):
        assert re.search(rf"<dd><a [^>]*>{total[name]}</a></dd>", shown), name
    assert f"{100 * total['on_time'] / total['struck_off']:.1f}%" in shown
    for phase in PLAN.phases:
        assert phase.name.zh in shown
    assert shown.count("<svg") == 3


async def test_the_page_says_as_of_when_from_which_positions_and_what_on_time_means(campaign: Campaign) -> None:
    async with campaign.client() as client:
        as_of = (await client.get(f"/api/campaigns/{PLAN.campaign}/summary")).json()["as_of"]
    shown = (await page(campaign)).text
    assert as_of["digest"][:16] in shown
    assert "数据截至 2019-" in shown
    assert TEXTS["on-time-rule"][0] in shown


async def test_what_people_wrote_stays_text(campaign: Campaign) -> None:
    shown = (await page(campaign, f"/campaigns/{PLAN.campaign}?unit=t01-01")).text
    assert "<script" not in shown
    assert html.escape(NASTY[4], quote=True).replace("&quot;", "&#34;") in shown


async def test_the_page_needs_no_script_and_nothing_from_elsewhere(campaign: Campaign) -> None:
    answer = await page(campaign)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "script-src" not in policy
    assert not re.findall(r"""(?:src|href)=["']?(?:https?:)?//""", answer.text)
    assert not re.search(r"""\s(?:style|on[a-z]+)=""", answer.text)
    assert "url(" not in (HERE / "style.css").read_text("utf-8")


async def test_the_page_leads_down_the_tree(campaign: Campaign) -> None:
    shown = (await page(campaign)).text
    links = {html.unescape(link) for link in re.findall(r'href="(/campaigns/[^"]+)"', shown)}
    assert f"/campaigns/{PLAN.campaign}?unit=t01&lang=zh" in links
    below = (await page(campaign, f"/campaigns/{PLAN.campaign}?unit=t01&lang=zh")).text
    assert next(unit.name for unit in campaign.units if unit.id == "t01-01") in below
    assert f"/campaigns/{PLAN.campaign}?unit=bureau" in below


async def test_the_page_leads_to_each_overdue_issue_with_its_fields_and_what_happened(campaign: Campaign) -> None:
    links = [html.unescape(link) for link in re.findall(r'href="(/issues/[^"]+)"', (await page(campaign)).text)]
    assert links
    async with campaign.client() as client:
        told = (await client.get(f"/api{links[0].partition('?')[0]}")).json()
    shown = html.unescape((await page(campaign, links[0])).text)
    assert f"<h1>{told['issue']['text']}</h1>" in shown
    assert f"<dt>整改时限</dt><dd>{told['issue']['fix_due']}</dd>" in shown
    fields = re.findall(r"<dt>([^<]*)</dt>", shown.partition('<ol class="history">')[0])
    assert len(fields) == len(set(fields))
    assert not {"编号", "单位", "问题"} & set(fields), "the head says these"
    assert [CATALOGUE[each["type"]].zh for each in told["history"]] == re.findall(
        r"<li><p><span[^>]*>[^<]*</span> <strong>([^<]*)</strong>", shown
    )
    assert f"/campaigns/{PLAN.campaign}?unit={told['issue']['unit']}&lang=zh" in shown
    english = (await page(campaign, links[0].replace("lang=zh", "lang=en"))).text
    assert "Issue entered" in english
    assert "上账" not in english


async def test_an_issue_outside_the_keys_units_has_no_page(campaign: Campaign) -> None:
    async with campaign.client() as client:
        id = (await client.get("/api/issues", params={"unit": "t01-01", "limit": "1"})).json()["items"][0]["href"].removeprefix("/api")
    for key, status in (("t01", 200), ("t03", 404)):
        async with campaign.client(key) as client:
            assert (await client.get(id)).status_code == status


async def test_the_page_of_an_issue_is_not_there_before_its_campaign_is(settings: Settings) -> None:
    opened = OPENED.model_copy(update={"name": "某院"})
    async with bare(settings, "t1", "root") as (reader, client):
        await reader.apply(records([(BOOK, opened), (ISSUE, REPORTED), (ISSUE, ENTERED)]))
        answer = await client.get(f"/issues/{ISSUE}")
    assert (answer.status_code, answer.json()["detail"]) == (404, "本密钥可见范围内没有活动“c”")


async def test_the_page_speaks_english_when_asked(campaign: Campaign) -> None:
    shown = (await page(campaign, "/?lang=en")).text
    assert '<html lang="en">' in shown
    assert "Key figures" in shown
    assert "关键数字" not in shown


async def test_every_text_is_there_in_both_languages_with_the_same_places() -> None:
    for name, (zh, en) in TEXTS.items():
        assert set(re.findall(r"\{(\w+)\}", zh)) == set(re.findall(r"\{(\w+)\}", en)), name


async def test_a_unit_that_is_not_there_is_a_problem(campaign: Campaign) -> None:
    async with campaign.client() as client:
        for path in (f"/campaigns/{PLAN.campaign}?unit=nix", "/campaigns/nix", f"/api/campaigns/{PLAN.campaign}/report.docx?phase=P9"):
            answer = await client.get(path)
            assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json"), path


async def test_who_takes_part_in_several_campaigns_chooses(settings: Settings) -> None:
    tree = [Unit(id="root", name="某局", unit_class="bureau")]
    opened = OPENED.model_copy(update={"name": "某局"})
    async with bare(settings, "root") as (reader, client):
        assert TEXTS["no-campaign"][0] in (await client.get("/")).text
        for campaign in ("one", "two"):
            plan = PLAN.model_copy(update={"campaign": campaign})
            book, where = f"{campaign}/root", Where(campaign=campaign, unit="root", path=("root",))
            made = records([(book, CampaignAnnounced(plan=plan, tree=seal(tree))), (book, opened)], book, where)
            assert all(map(read_recorded, made))
            await reader.apply(made)
        shown = (await client.get("/")).text
        assert "/campaigns/one" in shown
        assert "/campaigns/two" in shown
        # A campaign in which nothing has happened yet has a page as well.
        assert (await client.get("/campaigns/one")).status_code == 200
        assert (await client.get("/api/campaigns/one/report.docx")).status_code == 200
        assert (await client.get("/api/campaigns/one/ledger.xlsx")).status_code == 200


@pytest.mark.parametrize("clock", ["wall", "told"])
async def test_an_overdue_issue_is_later_each_day_also_while_nothing_is_recorded(
    settings: Settings, clock: Literal["wall", "told"]
) -> None:
    due = LATE.due
    plan, tree = PLAN.model_copy(update={"campaign": "c"}), [Unit(id="t1", name="某院", unit_class="bureau")]
    announced = CampaignAnnounced(plan=plan, tree=seal(tree))
    opened = OPENED.model_copy(update={"name": "某院"})
    last = datetime.combine(due, time(23, 59, 59), BEIJING)
    async with bare(settings.model_copy(update={"clock": clock}), "t1", "root") as (reader, client):
        await reader.apply(records([(BOOK, announced), (BOOK, opened), (ISSUE, REPORTED), (ISSUE, ENTERED), (ISSUE, LATE, last)]))
        shown = (await client.get("/campaigns/c")).text
    days = (local_date(datetime.now(UTC)) - due).days if clock == "wall" else 0
    assert f'<td class="number">{due}</td><td class="number bad">{days}</td>' in shown


async def test_a_plan_without_targets_has_no_figure_of_checks_on_the_page(settings: Settings) -> None:
    tree = [Unit(id="t1", name="某院", unit_class="bureau")]
    opened = OPENED.model_copy(update={"name": "某院"})
    shown = {}
    async with bare(settings, "t1") as (reader, client):
        for campaign, targets in (("with", PLAN.targets), ("without", ())):
            plan = PLAN.model_copy(update={"campaign": campaign, "targets": targets})
            book, where = f"{campaign}/t1", Where(campaign=campaign, unit="t1", path=("t1",))
            await reader.apply(records([(book, CampaignAnnounced(plan=plan, tree=seal(tree))), (book, opened)], book, where))
            shown[campaign] = TEXTS["answered"][0] in (await client.get(f"/campaigns/{campaign}")).text
    assert shown == {"with": True, "without": False}


def test_a_chart_draws_what_it_is_given_as_text() -> None:
    name = Wording(zh='<script>"', en="x")
    plan = PLAN.model_copy(update={"categories": (Named(code="a", name=name),)})
    report: Any = SimpleNamespace(plan=plan, kinds={"category": [Kind("a", 2, 1, 1)]})
    drawn = charts.svg(charts.categories(report, "zh", lead=lambda **_: '/"><script>'))
    assert "<script" not in drawn
    assert "&lt;script&gt;" in drawn
