"""A bureau, two hospitals and the app of a city, which feeds their campaign and follows it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import httpx

from shared.events.campaign import CampaignAnnounced
from shared.events.fact import Fact
from shared.events.tree import UnitsListed
from shared.http.service import Service
from shared.kafka.settled import Settled
from shared.settings import Settings
from shared.units import seal
from tests.flow import PLAN, UNITS

PATH = "/open311/flow-2019/v2"
LATER = PLAN.model_copy(
    update={
        "campaign": "later-2019",
        "phases": tuple(
            phase.model_copy(update={"start": date(2019, month, 1), "end": date(2019, month, 30)})
            for month, phase in zip((9, 10), PLAN.phases, strict=True)
        ),
        "obligations": (),
    }
)
"""A campaign that did not begin yet."""
DAY = "2019-04-02"
"""When it is."""
FORM = {"service_code": "complaint.flow", "description": "排队太久", "address_string": "门诊二楼收费处"}


def event(id: str, type: str, subject: str, **data: Any) -> dict[str, Any]:
    """An event of this day."""
    return {"specversion": "1.0", "id": id, "type": type, "subject": subject, "time": f"{DAY}T09:00:00+08:00", "data": data}


@dataclass
class City:
    """Intake and reporting of one installation, and the keys of its bureaus and apps."""

    settings: Settings
    intake: Service
    reporting: Service
    addresses: dict[str, str]
    door: httpx.AsyncClient
    pages: httpx.AsyncClient
    settled: Settled
    keys: dict[str, str]

    def bearing(self, key: str) -> dict[str, str]:
        """The header of a key."""
        return {"Authorization": f"Bearer {self.keys[key]}", "Accept-Language": "en"}

    async def tell(self, key: str, *events: dict[str, Any]) -> None:
        """Tell a batch, and wait until all have read what became of it."""
        media = {"Content-Type": "application/cloudevents-batch+json"}
        answer = await self.door.post("/v1/events", json=events, headers=self.bearing(key) | media)
        assert answer.status_code == 202, answer.text
        await self.settled.wait()

    async def fact(self, id: str, subject: str, fact: Fact) -> None:
        """Tell a fact by the bureau."""
        data = fact.model_dump(mode="json", exclude_none=True)
        await self.tell("bureau", event(id, type(fact).__name__, subject, **data))

    async def announce(self) -> None:
        """Announce both campaigns, and say which day it is."""
        for plan in (PLAN, LATER):
            book = f"{plan.campaign}/bureau"
            await self.fact(f"tree-{plan.campaign}", f"{book}/tree/1", UnitsListed(version=1, part=1, units=UNITS))
            await self.fact(f"plan-{plan.campaign}", book, CampaignAnnounced(plan=plan, tree=seal(UNITS)))
        now = {"now": f"{DAY}T12:00:00+08:00"}
        await self.tell("bureau", event("time", "TimeTold", "time", **now))
        people = [event(person, "PersonNamed", "flow-2019/h1", person=person, unit="h1", name="职工") for person in ("zhang", "li")]
        await self.tell("h1", *people)

    async def report(self, key: str = "app", form: str = "json", path: str = PATH, **fields: str) -> httpx.Response:
        """What the app posts."""
        return await self.door.post(f"{path}/requests.{form}", data=FORM | fields, headers=self.bearing(key))

    async def reported(self, key: str = "app", path: str = PATH, **fields: str) -> str:
        """The id of what the app posted, once all have read what became of it."""
        answer = await self.report(key, path=path, **fields)
        assert answer.status_code == 200, answer.text
        await self.settled.wait()
        [posted] = answer.json()
        return str(posted["service_request_id"])

    async def ask(self, path: str, key: str = "app", **params: str) -> Any:
        """What the door answers to the app."""
        answer = await self.door.get(f"{PATH}/{path}", params=params, headers=self.bearing(key))
        assert answer.status_code == 200, answer.text
        return answer.json()
