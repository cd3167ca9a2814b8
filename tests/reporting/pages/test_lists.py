"""The lists behind the figures: every number on a page leads to rows, and they agree with it."""

import asyncio
import html
import re
from collections.abc import Sequence
from html.parser import HTMLParser

import httpx
import pytest

from services.reporting.wording.texts import LANGUAGES, TEXTS, rate
from tests.reporting.campaign import NASTY, SUMMARY, UNITS, Campaign, ask, every
from tests.reporting.telling import PLAN

OF = f"/campaigns/{PLAN.campaign}"
LINK = re.compile(rf'<a(?: class="[^"]*")? href="({OF}/(?:issues|returns|checks|gaps|books)\?[^"]*)">([^<]*)</a>')
BAR = re.compile(rf'<a xlink:href="({OF}/issues\?[^"]*)"><path aria-label="([^"]*)"')
ALONE = re.compile("[?&]missing=(targets|verified)(&|$)")
"""What the ledger recorded as a number alone, of the day on which a phase was held: that is one row, which leads to how it stands now."""
DAY = r"\d{4}-\d\d-\d\d"
NO_LINK = {
    "h1": (".*", "the name of the campaign"),
    "p.dates": (r"[\d.–]+", "the days of a phase"),
    "p.quiet": (rf"\D*{DAY}", "the day on which a phase was opened, held or closed"),
    "h2#late": (".*", "how many of the section's own rows there are"),
    "td.number": (DAY, "a day of one issue, whose row leads to it"),
    "td.number.bad": (r"-?\d+", "the days by which one issue is late, whose row leads to it"),
    "td.owner": (".*", "the name or the id of an issue's owner"),
    "td.due": (DAY, "the last day of a return"),
    "p.note": (".*", "what is counted how, in words"),
    "p.as-of": (".*", "as of when, and the digest of all positions"),
    "th.text": (".*", "a month, a phase or a kind by its name"),
}
"""Texts with digits that are no links, by the place where they stand, with their form, and why: everything else on the page with a digit leads somewhere."""


async def page(campaign: Campaign, path: str, *, key: str = "bureau") -> str:
    """A page."""
    async with campaign.client(key) as client:
        answer = await client.get(path, follow_redirects=True)
        assert answer.status_code == 200, (path, answer.text)
        return answer.text


def counted(shown: str) -> int:
    """How many a list says there are, or how often they count."""
    found = re.search(r'<h2 id="rows">(.*?)</h2>', shown)
    assert found
    return int(re.findall(r"\d+", found[1])[-1])


def numbers(shown: str) -> Sequence[str]:
    """The subjects of the rows on one page of a list: the number column and where it leads."""
    return re.findall(r'<td class="number"><a href="([^"]+)">', shown)


def agrees(said: str, rows: int) -> bool:
    """Whether a number, or a sentence with one, fits so many rows; of a rate they are the part."""
    if share := re.search(r"([\d.]+)%", said):
        whole = round(rows * 100 / float(share[1])) if float(share[1]) else 1
        return rate(rows, whole) == share[0]
    number = re.search(r"\d+", said)  # of the rows; a line about what is missing names them behind
    return (int(number[0]) if number else 0) == rows  # a dash: there is nothing


@pytest.mark.parametrize(("unit", "lang"), [("bureau", "zh"), ("t01", "en"), ("t01-01", "zh")])
async def test_every_number_on_the_page_leads_to_as_many_rows_as_it_says(campaign: Campaign, unit: str, lang: str) -> None:
    shown = await page(campaign, f"{OF}?unit={unit}&lang={lang}")
    bars = {(html.unescape(href), said.rpartition(" ")[2]) for href, said in BAR.findall(shown)}
    links = bars | {(html.unescape(href), said) for href, said in LINK.findall(shown) if not ALONE.search(html.unescape(href))}
    assert len(links) > 60
    assert len(bars) > 20
    assert {href.partition("?")[0].rpartition("/")[2] for href, _ in links} >= {"issues", "returns", "checks", "books"}
    assert all(href.endswith(f"&lang={lang}") for href, _ in links)
    async with campaign.client() as client:
        turns = asyncio.Semaphore(8)

        async def rows(href: str) -> int:
            async with turns:
                answer = await client.get(href)
                assert answer.status_code == 200, (href, answer.text)
                return counted(answer.text)

        found = await asyncio.gather(*(rows(href) for href, _ in sorted(links)))
    wrong = [(href, said, n) for (href, said), n in zip(sorted(links), found, strict=True) if not agrees(said, n)]
    assert wrong == []
    assert sum(found) > 0


class Figures(HTMLParser):
    """Texts with digits that lie in no link, by the nearest element that holds them; drawings have links of their own."""

    def __init__(self) -> None:
        super().__init__()
        self._open: list[tuple[str, str]] = []
        self.found: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Goes in."""
        given = {name: value or "" for name, value in attrs}
        place = "".join((tag, f"#{given['id']}" if "id" in given else "", *(f".{each}" for each in given.get("class", "").split())))
        if tag not in ("meta", "link", "br", "input"):
            self._open.append((tag, place))

    def handle_endtag(self, tag: str) -> None:
        """Goes out."""
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        """A text."""
        if re.search(r"\d", data) and not {"a", "svg", "title", "strong"} & {tag for tag, _ in self._open}:
            self.found.append((self._open[-1][1], data.strip()))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("unit", ["bureau", "t01", "t01-01"])
async def test_every_figure_of_the_page_is_a_link_or_one_of_those_that_cannot_be(campaign: Campaign, unit: str, lang: str) -> None:
    parsed = Figures()
    parsed.feed(shown := await page(campaign, f"{OF}?unit={unit}&lang={lang}"))
    assert {(place, said) for place, said in parsed.found if not re.fullmatch(NO_LINK.get(place, ("", ""))[0], said)} == set()
    assert shown.count("<figure") == shown.count("<details><summary>") + shown.count('href="#by-phase"') == 3


async def test_units_below_are_as_many_as_their_page_lists(campaign: Campaign) -> None:
    below = re.findall(rf'<a class="quiet" href="({OF}\?[^"]*)#units">(\d+)</a>', await page(campaign, OF))
    assert below
    for href, said in below:
        table = re.search(r'<section aria-labelledby="units">.*?<tbody>(.*?)</tbody>', await page(campaign, html.unescape(href)), re.DOTALL)
        assert table
        assert table[1].count("<tr>") - 1 == int(said), "and its own book"


@pytest.mark.parametrize("unit", ["bureau", "t01", "t01-01"])
async def test_what_a_phase_lacked_leads_to_it_one_by_one_and_on_to_how_it_stands(campaign: Campaign, unit: str) -> None:
    summary = await ask(campaign, SUMMARY, {"unit": unit})
    shown = await page(campaign, f"{OF}/gaps?unit={unit}&lang=en")
    lacked = [
        (phase["code"], kind, len(value) if isinstance(value, list) else 1)
        for phase in summary["phases"]
        for kind, value in (phase["gap"] or {}).items()
        if value
    ]
    assert counted(shown) == sum(n for *_, n in lacked)
    for phase, kind, n in lacked:
        part = await page(campaign, f"{OF}/gaps?unit={unit}&phase={phase}&missing={kind}")
        assert counted(part) == n
        for href in re.findall(r'<td class="text"><a href="([^"]+)"', part):
            await page(campaign, html.unescape(href))


async def test_the_books_that_figures_come_from_are_those_of_the_digest(campaign: Campaign) -> None:
    as_of = (await ask(campaign, SUMMARY))["as_of"]
    assert counted(await page(campaign, f"{OF}/books")) == as_of["books"]
    first = re.findall(r'<td><a href="[^"]*unit=([^&]*)&amp;lang=zh">', await page(campaign, f"{OF}/books"))
    assert first == sorted(first)
    assert len(first) == min(50, as_of["books"])


@pytest.mark.parametrize("query", ["unit=bureau", "unit=bureau&overdue=true", "unit=bureau&figure=struck_off"])
async def test_the_pages_of_a_list_have_every_row_once(campaign: Campaign, query: str) -> None:
    found: list[str] = []
    path: str | None = f"{OF}/issues?{query}"
    total = None
    while path:
        shown = await page(campaign, path)
        total = total or counted(shown)
        found += numbers(shown)
        following = re.search(r'<a href="([^"]+)" rel="next">', shown)
        path = html.unescape(following[1]) if following else None
    assert len(found) == len(set(found)) == total


async def test_the_worst_come_first_where_what_is_late_is_asked_for(campaign: Campaign) -> None:
    shown = await page(campaign, f"{OF}/issues?overdue=true")
    days = re.findall(r'<td class="number">(\d{4}-\d\d-\d\d)</td>', shown)
    assert days
    assert days == sorted(days)


async def test_what_is_asked_is_said_and_each_can_be_taken_off_in_both_languages(campaign: Campaign) -> None:
    asked = {"unit": "t01", "phase": PLAN.phases[0].code, "category": "environment", "status": "struck-off", "q": "口", "own": "true"}
    for lang in LANGUAGES:
        shown = await page(campaign, str(httpx.URL(f"{OF}/issues", params=asked | {"lang": lang})))
        found = re.search(r'<ul class="chips">(.*?)</ul>', shown, re.DOTALL)
        assert found
        chips = [dict(httpx.URL(html.unescape(href)).params) for href in re.findall(r'<a href="([^"]+)" aria-label', found[1])]
        assert chips == [
            {k: v for k, v in (asked | {"lang": lang}).items() if k != name} for name in ("unit", "q", "phase", "status", "category", "own")
        ]
        for words in (PLAN.phases[0].name, PLAN.categories[0].name):
            assert getattr(words, lang) in found[1]
        other = re.search(r'<a class="language" href="([^"]+)"', shown)
        assert other
        assert dict(httpx.URL(html.unescape(other[1])).params) == asked | {"lang": "en" if lang == "zh" else "zh"}


async def test_a_form_that_was_left_empty_asks_for_all(campaign: Campaign) -> None:
    empty = "unit=bureau&q=&phase=&figure=&status=&overdue=&category=&channel=&clock=&owner=&lang=en"
    async with campaign.client() as client:
        answer = await client.get(f"{OF}/issues?{empty}")
        assert (answer.status_code, answer.headers["location"]) == (303, f"{OF}/issues?unit=bureau&lang=en")
        assert "form-action 'self'" in (await client.get(answer.headers["location"])).headers["content-security-policy"]
    assert counted(await page(campaign, f"{OF}/issues?{empty}")) == len(await every(campaign))


@pytest.mark.parametrize(
    ("path", "field", "there_are"),
    [
        ("issues?category=nix", "category", "environment"),
        ("issues?phase=P99", "phase", PLAN.phases[0].code),
        ("issues?channel=nix", "channel", "self-check"),
        ("issues?status=nix", "status", "struck-off"),
        ("issues?overdue=maybe", "overdue", ""),
        ("issues?cursor=zz", "cursor", ""),
        ("returns?obligation=nix", "obligation", PLAN.obligations[0].code),
        ("returns?state=nix", "state", "missing"),
        ("checks?target=999", "target", str(PLAN.targets[0].number)),
    ],
)
async def test_a_filter_that_does_not_fit_is_named_with_what_would(campaign: Campaign, path: str, field: str, there_are: str) -> None:
    async with campaign.client() as client:
        answer = await client.get(f"{OF}/{path}")
    assert answer.status_code == 422
    assert field in answer.text
    assert there_are in answer.text


async def test_an_issue_is_found_by_its_text_in_other_glyphs_and_by_the_name_of_its_owner(campaign: Campaign) -> None:
    (row, *_) = [each for each in await every(campaign, {"unit": "t01"}) if each["owner_name"]]
    theirs = [each for each in await every(campaign) if each["owner_name"] == row["owner_name"]]
    shown = await page(campaign, str(httpx.URL(f"{OF}/issues", params={"owner": row["owner_name"]})))
    assert counted(shown) == len(theirs)
    written = [each for each in await every(campaign) if "台" in each["text"] or "窗" in each["text"]]
    shown = await page(campaign, str(httpx.URL(f"{OF}/issues", params={"q": "臺"})))
    assert counted(shown) == sum("台" in each["text"] for each in written)
    assert html.escape(NASTY[4]).replace("&quot;", "&#34;") in await page(campaign, f"{OF}/issues?q=script")


async def test_a_list_shows_nothing_of_what_lies_beside_the_key(campaign: Campaign) -> None:
    async with campaign.client("t01") as client:
        for kind in ("issues", "returns", "checks"):
            assert (await client.get(f"{OF}/{kind}?unit=t02")).status_code == 404
            shown = (await client.get(f"{OF}/{kind}")).text
            assert not [unit.name for unit in UNITS if unit.parent == "t02" and unit.name in shown]


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_a_list_speaks_one_language(campaign: Campaign, lang: str) -> None:
    at, other = LANGUAGES.index(lang), 1 - LANGUAGES.index(lang)
    for kind in ("issues", "returns", "checks"):
        shown = await page(campaign, f"{OF}/{kind}?lang={lang}")
        assert TEXTS[f"{kind}-list"][at] in shown
        assert TEXTS["take-off-all"][other] not in shown
        assert TEXTS["filter"][other] not in shown
