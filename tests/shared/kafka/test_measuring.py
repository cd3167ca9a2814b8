"""Measuring is beside the work: whatever goes wrong in it ends no service."""

import asyncio

import pytest
from prometheus_client import CollectorRegistry

from deploy.embedded.ports import HOST, choose
from shared.faults import Unavailable
from shared.kafka import bus as module
from shared.kafka.broker import Broker
from shared.kafka.bus import Bus
from shared.kafka.lags import Lags
from tests.stream import KEYS


@pytest.mark.parametrize("error", [Unavailable("away"), KeyError("a bug")])
async def test_lag_that_cannot_be_measured_is_measured_again(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    tried = asyncio.Queue[None]()

    class Failing(Lags):
        async def start(self) -> None:
            tried.put_nowait(None)
            raise error

    monkeypatch.setattr(module, "Lags", Failing)
    bus = Bus(Broker(f"{HOST}:{choose([])}"), "reporting", KEYS, CollectorRegistry())
    measuring = bus.instance.spawn(bus._measure(), "monitor")
    try:
        async with asyncio.timeout(30):
            await tried.get()
            await tried.get()
    finally:
        measuring.cancel()
        await asyncio.wait([measuring])
    assert bus.instance.failure is None
