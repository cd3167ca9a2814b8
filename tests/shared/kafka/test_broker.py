"""What a broker answers that is just up."""

import pytest
from aiokafka.cluster import ClusterMetadata

from shared.faults import Unavailable
from shared.kafka.broker import Broker


async def test_a_broker_that_names_no_controller_is_away_for_now(broker: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ClusterMetadata, "controller", property(lambda _: None, lambda *_: None), raising=False)
    with pytest.raises(Unavailable, match="controller"):
        await broker.create_topics()
    assert await broker.create_inboxes(["a"]) == {"a": "Kafka names no controller"}
