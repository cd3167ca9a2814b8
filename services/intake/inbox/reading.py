"""One partition of an inbox as one copy of intake reads it: a batch is judged, told on and answered, and only then left behind."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from time import monotonic, time

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import CommitFailedError, ConsumerStoppedError, IllegalStateError, KafkaError

from services.intake.envelope import Row, valid_trace
from services.intake.inbox.records import read_row
from services.intake.inbox.verdicts import Verdicts
from services.intake.mistakes import NotTaken
from services.intake.taking import Taking
from shared.faults import Unavailable
from shared.http.access import Key
from shared.http.problem import Problem
from shared.http.rates import Rates
from shared.kafka.dead_letters import failed_at
from shared.kafka.producer import Producer
from shared.kafka.records import Received, Record
from shared.kafka.subscription import STUCK, Left
from shared.logs.why import why
from shared.topics import INBOX, inbox, label

log = structlog.get_logger()

PART = 500
"""Records judged at once: few enough that every bureau has its turn beside one that wrote a million."""
WAIT = 60.0
"""Seconds that the next record is waited for before it is waited for again."""


class Reading:
    """One partition of an inbox. Nothing that happens to it concerns another."""

    def __init__(
        self,
        consumer: AIOKafkaConsumer,
        place: TopicPartition,
        bureau: str,
        key: Callable[[str], Key | None],
        taking: Taking,
        producer: Producer,
        rates: Rates,
    ) -> None:
        """`key` gives what a bureau may do now; none: it has no inbox any more, and what it wrote waits. `producer` publishes the answers. `rates`
        are those of all inboxes.
        """
        self.place = place
        self._consumer, self._bureau, self._key, self._taking, self._producer = consumer, bureau, key, taking, producer
        self._rates = rates
        self._inbox = inbox(bureau)
        self._idle = asyncio.Event()
        self._idle.set()
        self._unsettled: int | None = None
        """The first record of the batch under way that is not left behind."""
        self._progress = monotonic()
        self._waits = False
        self._since = 0.0
        """When the oldest record that waits came, as far as that is known, in seconds since 1970."""
        self._leaving = self._left = False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to read."""
        self._task = self._producer.instance.spawn(self._read(), f"read {self.place.topic}")

    async def leave(self, patience: float) -> None:
        """Let the batch under way finish if it soon does; from then on the partition is another copy's."""
        self._leaving = True
        try:
            async with asyncio.timeout(patience):
                await self._idle.wait()
        except TimeoutError:
            self._left = True  # it notices at its next step
        else:
            if self._task:
                self._task.cancel()

    async def _read(self) -> None:
        try:
            while not self._leaving:
                if records := await self._fetch():
                    self._idle.clear()
                    try:
                        await self._turn(records)
                        await self._traced(records)
                    finally:
                        self._unsettled = None
                        self._idle.set()
        except (Left, CommitFailedError, IllegalStateError, ConsumerStoppedError):
            log.info("left", topic=self._inbox)

    async def _fetch(self) -> Sequence[Received]:
        try:
            found = await self._consumer.getmany(self.place, timeout_ms=int(WAIT * 1000), max_records=PART)
            return list(found.get(self.place, ()))
        except IllegalStateError:
            raise
        except KafkaError as error:
            log.warning("inbox unread", topic=self._inbox, detail=why(error))
            await asyncio.sleep(1)
            return ()

    async def _traced(self, records: Sequence[Received]) -> None:
        instance = self._producer.instance
        if instance.tracing is None:
            await self._settle(records)
            return
        with instance.tracing.processing(self._inbox, self.place.topic, instance.broker.group(instance.service, INBOX), records):
            await self._settle(records)

    def _here(self) -> str | None:
        """The trace of an event that names none itself."""
        tracing = self._producer.instance.tracing
        return valid_trace(tracing.here()) if tracing else None

    async def _turn(self, records: Sequence[Received]) -> None:
        """Wait, and ask for nothing more, until a batch may come by the rate of its key: as a request of so many events over HTTP. Raises Left."""
        self._unsettled, self._since = records[0].offset, records[0].timestamp / 1000
        while wait := self._rates.wait(await self._scope()):
            self._progress = monotonic()
            await asyncio.sleep(wait)
            if self._leaving:
                raise Left

    async def _settle(self, records: Sequence[Received]) -> None:
        """Judge, tell on, answer, commit; each is tried again until it succeeds or the partition is left. Raises Left."""
        self._unsettled, self._since = records[0].offset, records[0].timestamp / 1000
        while True:
            verdicts = Verdicts()
            try:
                rows = [read_row(index, record) for index, record in enumerate(records)]
                await self._taking.take(rows, await self._scope(), self._here(), verdicts)
                answers = self._answers(verdicts, records, rows)
                break
            except Problem as away:
                await self._pause(away)
            except Left:
                raise
            except Exception as bug:
                if len(records) > 1:
                    middle = len(records) // 2
                    await self._settle(records[:middle])
                    await self._settle(records[middle:])
                    return
                log.error("set aside", topic=self._inbox, partition=records[0].partition, offset=records[0].offset, cause=failed_at(bug))
                verdicts = Verdicts()
                verdicts.refuse(0, NotTaken.by("bug", "", None))
                answers = self._answers(verdicts, records, [Row(0)])
                break
        await self._until(lambda: self._producer.publish(answers))
        await self._until(lambda: self._consumer.commit({self.place: records[-1].offset + 1}))
        self._unsettled = records[-1].offset + 1
        self._progress = monotonic()
        self._taking.count(verdicts)
        self._producer.instance.metrics.records.labels(label(self._inbox)).inc(len(records))

    def _answers(self, verdicts: Verdicts, records: Sequence[Received], rows: Sequence[Row]) -> list[Record]:
        return list(verdicts.answers(self._inbox, records, rows, datetime.now(UTC)))

    async def _scope(self) -> Key:
        """What the bureau may do now. Raises Left."""
        while (key := self._key(self._bureau)) is None:
            await self._pause(None)
        return key

    async def _until(self, call: Callable[[], Awaitable[object]]) -> None:
        while True:
            if self._left:
                raise Left
            try:
                await call()
                return
            except (CommitFailedError, IllegalStateError):
                raise
            except (Unavailable, KafkaError) as error:
                await self._pause(error)

    async def _pause(self, error: Exception | None) -> None:
        """Wait a second, as long as what is waited for is no fault of this copy. Raises Left."""
        if error:
            log.warning("retry", topic=self._inbox, cause="inbox", detail=str(error) if isinstance(error, Problem) else why(error))
            self._producer.instance.metrics.retries.labels("inbox").inc()
        self._progress = monotonic()
        if not self._leaving:
            await asyncio.sleep(1)
        if self._leaving:
            raise Left

    async def behind(self, end: int) -> int:
        """How many records lie between what is left behind and this end of the partition. Raises KafkaError."""
        at = self._unsettled if self._unsettled is not None else await self._consumer.position(self.place)
        if end > at and self._unsettled is None and not self._waits:
            self._since = time()  # it came since it was looked last
        self._waits = end > at
        if not self._waits:
            self._progress = monotonic()
        return max(0, end - at)

    @property
    def since(self) -> float | None:
        """When the oldest record that waits came, in seconds since 1970; none where none waits."""
        return self._since if self._waits else None

    def stuck(self) -> bool:
        """Whether records wait, and none was handled for long."""
        return self._waits and monotonic() - self._progress > STUCK
