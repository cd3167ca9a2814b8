"""Kafka or the database away: 503, nothing acknowledged, and all is well again when they are back."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import httpx
import orjson
import pytest

from deploy.embedded.servers import Embedded
from services.intake.app import build
from shared.http.access import Keys
from shared.kafka.broker import Broker
from shared.settings import Settings
from tests.intake.feeding import Bureau, structured
from tests.intake.given import make_issue


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A Kafka and a mongod that this test may kill."""
    monkeypatch.delenv("KAFKA_BOOTSTRAP", raising=False)
    monkeypatch.delenv("MONGODB_URI", raising=False)
    with Embedded() as run:
        yield run


async def test_what_is_away_is_answered_503_and_comes_back(
    own: Embedded, keyring: tuple[Keys, dict[str, str]], installation: Callable[[Embedded], Settings]
) -> None:
    keys, secret = keyring
    settings = installation(own)
    service = build(settings, keys=keys, patience=3)
    time = make_issue(type="TimeTold", subject="time", data={"now": "2019-04-02T08:00:00+08:00"})

    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(service.http), base_url="http://intake", timeout=60, headers={"accept-language": "en"}
    ) as client:

        async def tell(event: dict[str, Any]) -> httpx.Response:
            headers = {"content-type": "application/cloudevents+json", "authorization": f"Bearer {secret['root']}"}
            return await client.post("/v1/events", content=orjson.dumps(event), headers=headers)

        await service.start()
        bureau = Bureau(Broker(settings.kafka_bootstrap, settings.namespace, settings.partitions), "t01")
        try:
            assert (await tell(time)).status_code == 202
            await bureau.__aenter__()
            await asyncio.to_thread(own.kill_mongod)
            waiting = await bureau.write([structured(make_issue())])
            refused(await tell(make_issue()), "the database")  # its book may be open: who knows
            refused(await tell(time), "the database")  # it may be earlier than what was told before
            assert await bureau.answered() == 0  # what lies in an inbox waits
            await asyncio.to_thread(own.start_mongod)
            await answered(bureau, waiting)
            waiting = await bureau.write([structured(make_issue())] * 1000)
            await asyncio.to_thread(own.kill_kafka)
            published = service.registry.get_sample_value("xiaohao_published_total", {"topic": "campaign.intake"})
            refused(await tell(time), "Kafka")
            assert service.registry.get_sample_value("xiaohao_published_total", {"topic": "campaign.intake"}) == published
            assert service.registry.get_sample_value("xiaohao_intake_events_total", {"outcome": "accepted", "reason": ""}) == 1
            await asyncio.to_thread(own.start_kafka)
            async with asyncio.timeout(60):
                while (answer := await tell(time)).status_code == 503:
                    refused(answer, "Kafka")
            assert answer.status_code == 202
            await answered(bureau, waiting)
            assert (await tell(make_issue())).json()["errors"][0]["rule"] == "book-not-open"
        finally:
            await bureau.__aexit__(None, None, None)
            await service.stop()


async def answered(bureau: Bureau, offsets: Sequence[int]) -> None:
    """Each record is answered, and none for another reason than that no book is open."""
    left = set(offsets)
    while left:
        answer = await bureau.answer()
        assert [each["rule"] for each in answer["mistakes"]] == ["book-not-open"]
        left.discard(answer["offset"])


def refused(answer: httpx.Response, what: str) -> None:
    assert answer.status_code == 503, answer.text
    assert answer.headers["retry-after"] == "5"
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"].startswith(what)
    assert "same ids" in answer.json()["detail"]
    assert "accepted" not in answer.json()
