"""What became of notices, as the page of an issue shows it to whoever may see the issue."""

from datetime import UTC, datetime
from html import unescape

import httpx

from services.reporting.handler import Notices
from services.reporting.store import Store
from services.reporting.wording.history import UNHEARD
from shared.events.notice import NoticeFailed, NoticeSent
from shared.kafka.cloudevents import notice_record
from shared.kafka.records import Record
from tests.reporting.campaign import Campaign, ask

NOW = datetime(2019, 4, 1, tzinfo=UTC)


async def shown(client: httpx.AsyncClient, href: str, status: int = 200) -> str:
    """The page of an issue."""
    answer = await client.get(href.removeprefix("/api"), params={"lang": "en"})
    assert answer.status_code == status
    return unescape(answer.text)


async def test_who_was_not_reached_is_said_on_the_issues_page_once_and_to_no_other_unit(campaign: Campaign) -> None:
    (issue,) = (await ask(campaign, "/api/issues", {"unit": "t01-01", "limit": 1}))["items"]
    event = f"{issue['campaign']}/{issue['unit']}@{(await ask(campaign, issue['href']))['history'][0]['position']}"
    lost = NoticeFailed(event=event, channel="mail", template="assigned", tries=1, reason="refused", code=550)
    sent = NoticeSent(event=event, channel="mail", template="assigned", tries=1)
    records = [
        notice_record("1", issue["id"], "bureau/p0001", lost, NOW),
        notice_record("0", issue["id"], "bureau/p0003", lost.model_copy(update={"reason": "outdated"}), NOW),
        notice_record("2", issue["id"], "bureau/p0002", sent, NOW),
        Record("campaign.notices", b"no person", b"{", []),
        notice_record("4", issue["id"], "bureau/p0001", lost.model_copy(update={"event": "nowhere"}), NOW),
    ]
    work = Notices(Store(campaign.service.mongo))
    for _ in range(2):
        assert await work.apply(records) == []
    async with campaign.client("t01") as client:
        page = await shown(client, issue["href"])
    assert page.count(UNHEARD["refused"][1]) == 1
    assert "550" in page
    assert "p0003" not in page.partition('class="unheard"')[2].partition("</p>")[0], "that it would hold no more is no harm"
    assert page.count('class="unheard"') == 1
    assert "@" not in page.partition('<ol class="history">')[2]
    async with campaign.client("t02") as client:
        assert UNHEARD["refused"][1] not in await shown(client, issue["href"], 404)
