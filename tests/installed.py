"""All four services in one process on the real broker and database, and what tests do at their doors."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx
from prometheus_client import CollectorRegistry

from deploy.embedded.mailbox import Mailbox
from services.intake.app import build as build_intake
from services.ledger.app import build as build_ledger
from services.notify.app import build as build_notify
from services.reporting.app import build as build_reporting
from shared.events.clock import TimeTold
from shared.events.fact import Fact
from shared.http.access import Keys
from shared.http.service import Service
from shared.kafka.broker import Broker
from shared.kafka.settled import Settled
from shared.settings import Settings
from shared.workdays import BEIJING


def event(id: str, type: str, subject: str, when: str, **data: Any) -> dict[str, Any]:
    return {"specversion": "1.0", "id": id, "type": type, "subject": subject, "time": f"{when}T09:00:00+08:00", "data": data}


@dataclass
class World:
    """Four services and their doors."""

    intake: httpx.AsyncClient
    reporting: httpx.AsyncClient
    mailbox: Mailbox
    settled: Settled
    keys: dict[str, str]
    registries: dict[str, CollectorRegistry]
    """Of each service."""

    def figure(self, service: str, name: str) -> float:
        """All samples of a metric of a service."""
        families = self.registries[service].collect()
        return sum(each.value for family in families for each in family.samples if each.name == f"xiaohao_{name}")

    async def tell(self, key: str, *events: dict[str, Any]) -> None:
        answer = await self.intake.post(
            "/v1/events",
            json=list(events),
            headers={"Authorization": f"Bearer {self.keys[key]}", "Content-Type": "application/cloudevents-batch+json"},
        )
        assert answer.status_code == 202, answer.text
        await self.settled.wait()

    async def refused(self, key: str, *told: dict[str, Any]) -> list[str]:
        answer = await self.intake.post(
            "/v1/events",
            json=told,
            headers={"Authorization": f"Bearer {self.keys[key]}", "Content-Type": "application/cloudevents-batch+json"},
        )
        assert answer.status_code in (207, 403, 422), answer.text
        return [each["rule"] for each in answer.json()["errors"]]

    async def fact(self, key: str, id: str, subject: str, fact: Fact, when: str) -> None:
        await self.tell(key, event(id, type(fact).__name__, subject, when) | {"data": fact.model_dump(mode="json", exclude_none=True)})

    async def day(self, when: str) -> None:
        """The morning after `when`, so that what was due then is."""
        now = datetime.fromisoformat(f"{when}T23:59:59.999+08:00").astimezone(BEIJING)
        await self.fact("root", f"time-{when}", "time", TimeTold(now=now), when)

    async def read(self, path: str, key: str = "root") -> Any:
        answer = await self.reporting.get(path, headers={"Authorization": f"Bearer {self.keys[key]}"})
        assert answer.status_code == 200, answer.text
        return answer.json()


@asynccontextmanager
async def four_services(settings: Settings, broker: Broker, built: Callable[[Service], None] = lambda _: None) -> AsyncIterator[World]:
    """They run for as long as it is open; the keys are those of the root and of one hospital. `built` is shown each before it starts."""
    keys = Keys()
    secrets = {
        "root": keys.add("root", "bureau", "bureau", ["tell", "announce", "clock", "read", "operate"]),
        "h1": keys.add("h1", "h1", "h1", ["tell", "read"], "bureau"),
    }
    keys.allowances.allow("flow-2019", "bureau")
    async with AsyncExitStack() as stack:
        mailbox = stack.enter_context(Mailbox())
        mine = settings.model_copy(update={"smtp_host": "127.0.0.1", "smtp_port": mailbox.port})
        addresses = {}
        services = [build_ledger(mine), build_intake(mine, keys=keys), build_reporting(mine, keys=keys), build_notify(mine)]
        for service in services:
            built(service)
            await service.start()
            stack.push_async_callback(service.stop)
            addresses[service.name] = await stack.enter_async_context(service.serving())
        intake, reporting = [
            await stack.enter_async_context(httpx.AsyncClient(base_url=addresses[name], timeout=30)) for name in ("intake", "reporting")
        ]
        settled = await stack.enter_async_context(Settled(broker))
        yield World(intake, reporting, mailbox, settled, secrets, {service.name: service.registry for service in services})
