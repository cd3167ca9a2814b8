"""The one campaign of all tests of reporting: its units, what is told of it beside what is made up, and how it is asked about."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import httpx
from pydantic import SecretStr

from deploy.embedded.servers import Embedded
from deploy.simulator.city import city
from services.ledger.app import build as build_ledger
from services.reporting.app import build
from shared.events.activity import PracticeShared
from shared.events.common_problem import CommonProblemNamed
from shared.events.fact import Fact
from shared.events.indicator import MeasureTold, SurveyHeld
from shared.events.issue import IssueReported
from shared.events.light import LightSet
from shared.http.access import Keys
from shared.http.service import Service
from shared.kafka.broker import Broker
from shared.settings import Settings
from shared.topics import subject_id
from shared.units import Unit
from shared.workdays import BEIJING
from tests.reporting.telling import PLAN, Teller, told
from tests.stream import STREAM_KEY

IN_LINE = "t02-01"
"""Stands under the third township too, in a further line of command."""
UNITS = [unit.model_copy(update={"superiors": {"union": "t03"}}) if unit.id == IN_LINE else unit for unit in city(3, institutions=20)]
SEED, ISSUES = 3, 150
BOOK = "tengzhou-2019/t01-01"
NASTY = ("=1+1", "@x", "+1", "-1+cmd|' /C calc'!A0", '<script>alert("x")</script>', "http://evil.example/")
"""Texts that a spreadsheet or a browser would take for more than text."""
FOUND = date(2019, 3, 20)
MEASURED: tuple[tuple[str, Fact], ...] = (
    (subject_id(BOOK, "survey", "public", "1"), SurveyHeld(survey="public", on=FOUND, asked=250, answered=200, satisfied=190, by="p0001")),
    (
        subject_id(BOOK, "measure", "complaints", "2018-03"),
        MeasureTold(measure="complaints", period="2018-03", value=20.0, baseline=True, by="p0001"),
    ),
    (subject_id(BOOK, "measure", "complaints", "2019-03"), MeasureTold(measure="complaints", period="2019-03", value=10.0, by="p0001")),
    (
        subject_id(BOOK, "practice", "1"),
        PracticeShared(by="p0001", title="分时预约", text="分时段预约检查，减少排队。", visibility="public"),
    ),
    (subject_id(BOOK, "practice", "2"), PracticeShared(by="p0001", title="未公开的做法", text="仅在活动内交流。")),
    (
        subject_id(BOOK, "practice", "3"),
        PracticeShared(by="p0001", sort="promise", title="服务承诺", text="挂号等候不超过十五分钟。", visibility="public"),
    ),
    (
        subject_id("tengzhou-2019/bureau", "common", "queues"),
        CommonProblemNamed(by="p0001", code="queues", text="排队时间长", category=PLAN.categories[0].code),
    ),
    (
        subject_id(BOOK, "light", "overdue", "2019-03"),
        LightSet(light="overdue", month="2019-03", colour="red", reason="瞒报", by="p0001", by_unit="bureau"),
    ),
)
"""What else is told of one book: a survey, a figure before the campaign and after, a light."""
SUMMARY = f"/api/campaigns/{PLAN.campaign}/summary"
Params = Mapping[str, str | int]


@dataclass(frozen=True)
class Campaign:
    """A campaign that ran to its end, and the service that reports on it."""

    settings: Settings
    broker: Broker
    teller: Teller
    service: Service
    address: str
    keys: Keys
    secrets: Mapping[str, str]
    units: list[Unit]

    def client(self, key: str = "bureau", address: str | None = None) -> httpx.AsyncClient:
        """HTTP with a key."""
        return httpx.AsyncClient(
            base_url=address or self.address, headers={"Authorization": f"Bearer {self.secrets[key]}", "Accept-Language": "en"}, timeout=60
        )


def nasty(number: int) -> str:
    """The id by which a nasty text was told."""
    return f"nasty-{number}"


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


@asynccontextmanager
async def standing(embedded: Embedded, namespace: str) -> AsyncIterator[Campaign]:
    """The campaign in an installation of its own, told once."""
    settings = Settings(
        kafka_bootstrap=embedded.kafka_bootstrap,
        mongodb_uri=SecretStr(embedded.mongodb_uri),
        namespace=namespace,
        clock="told",
        stream_key=STREAM_KEY,
        http_port=0,
        key_rate=100_000,
    )
    keys = Keys()
    secrets = {unit: keys.add(f"k-{unit}", unit, unit, ("read",), "bureau") for unit in ("bureau", "t01", "t02", "t03", "t01-01")}
    secrets["teller"] = keys.add("teller", "bureau", "bureau", ("tell",))
    ledger, service = build_ledger(settings), build(settings, keys=keys)
    teller = Teller(broker := Broker(settings.kafka_bootstrap, settings.namespace, settings.partitions))
    for each in (ledger, service):
        await each.start()
    await teller.start()
    morning = datetime.combine(FOUND, time(9), BEIJING)
    also = [told(nasty(number), subject_id(BOOK, "issue", "t", str(number)), _reported(text), morning) for number, text in enumerate(NASTY)]
    also += [told(f"measured-{number}", subject, fact, morning) for number, (subject, fact) in enumerate(MEASURED)]
    await teller.campaign(UNITS, ISSUES, SEED, {FOUND: also})
    async with service.serving() as address:
        yield Campaign(settings, broker, teller, service, address, keys, secrets, UNITS)
    await teller.bus.stop()
    for each in (service, ledger):
        await each.stop()


def _reported(text: str) -> IssueReported:
    return IssueReported(text=text, category=PLAN.categories[0].code, channel="staff", owner="p0001")
