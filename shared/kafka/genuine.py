"""The one place where seals are looked at: what a service does with a sealed topic is done with the records that a service of ours made."""

from collections.abc import AsyncIterator, Sequence

from shared.kafka.dead_letters import dead_letter
from shared.kafka.metrics import Metrics
from shared.kafka.records import Received, Record
from shared.kafka.seal import StreamKeys
from shared.kafka.work import Work


class Genuine(Work):
    """A service's work on a topic of `shared.kafka.seal.SEALED`."""

    def __init__(self, work: Work, topic: str, group: str, keys: StreamKeys, metrics: Metrics) -> None:
        self._work, self._topic, self._group, self._keys, self._metrics = work, topic, group, keys, metrics

    async def apply(self, records: Sequence[Received]) -> Sequence[Record]:
        """Hand on what bears a right seal; what does not goes to the dead-letter topic before anybody has read it."""
        genuine, parked = list[Received](), list[Record]()
        for record in records:
            if mistake := self._keys.mistake(self._topic, record):
                parked.append(dead_letter(self._topic, record, mistake, self._group))
            else:
                genuine.append(record)
        out = await self._work.apply(genuine)
        self._metrics.unsealed.labels(self._topic).inc(len(parked))
        return [*parked, *out]

    async def set_aside(self, record: Received, bug: Exception, trace: str) -> Sequence[Record]:
        """As the service does it: only a record with a right seal can make its work fail."""
        return await self._work.set_aside(record, bug, trace)

    def after(self, records: Sequence[Received]) -> AsyncIterator[Sequence[Record]]:
        """As the service does it."""
        return self._work.after(records)
