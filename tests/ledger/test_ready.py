"""A subject that the clock cannot reckon with is named where people look, and is no reason to call anybody at night: it has a figure of its own."""

import httpx
import pytest

from services.ledger.app import build
from services.ledger.clock import Clock
from shared.http.upkeep import Upkeep
from shared.kafka.bus import Bus
from shared.mongo import Mongo
from shared.settings import Settings
from tests.stream import STREAM_KEY


@pytest.mark.parametrize(("lacks", "ready"), [([], 1), (["Kafka has not answered"], 0)])
async def test_it_stands_in_readyz_and_hides_from_prometheus_nothing_else_that_is_lacking(
    monkeypatch: pytest.MonkeyPatch, lacks: list[str], ready: int
) -> None:
    async def ping(_: Mongo) -> None:
        """It answers."""

    monkeypatch.setattr(Clock, "unreckoned", lambda _: ["yz2022/e1/issue/desk~1"])
    monkeypatch.setattr(Bus, "ready", lambda _: [*lacks])
    monkeypatch.setattr(Mongo, "ping", ping)
    service = build(Settings(stream_key=STREAM_KEY))
    [upkeep] = [found for worker in service.workers if isinstance(found := getattr(worker, "__self__", None), Upkeep)]
    async with service.serving() as address, httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(f"{address}/readyz")
        await upkeep.look()
    service.mongo.close()
    assert answer.status_code == 503
    *others, unreckoned = answer.json()["reasons"]
    assert others == lacks
    assert "yz2022/e1/issue/desk~1" in unreckoned
    assert service.registry.get_sample_value("xiaohao_ready") == ready
