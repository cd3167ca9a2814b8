"""Transactions of a foreign producer: what it aborted was never told, and the marker behind it is waited for by nobody."""

from collections.abc import Sequence

import pytest
from aiokafka import AIOKafkaProducer

from shared.kafka.broker import Broker
from shared.kafka.records import Record
from shared.kafka.settled import Settled
from shared.settings import Settings
from shared.topics import INTAKE, LEDGER
from tests.faults.campaign import REPORT, books_of_partitions, issue, opening, tell, told
from tests.faults.copies import until
from tests.faults.parts import GROUP, Witness, ledger, oracle_of
from tests.stream import sealed


async def transact(broker: Broker, records: Sequence[Record], commit: bool) -> None:
    """Write records in one transaction, and commit or abort it."""
    producer = AIOKafkaProducer(bootstrap_servers=broker.bootstrap, transactional_id=f"{broker.namespace}foreign", acks="all")
    await producer.start()
    try:
        await producer.begin_transaction()
        for each in records:
            await producer.send_and_wait(broker.name(each.topic), each.value, each.key, headers=list(each.headers))
        await (producer.commit_transaction() if commit else producer.abort_transaction())
    finally:
        await producer.stop()


@pytest.mark.parametrize("ends", ["aborted", "committed", "committed aborted", "aborted committed", "aborted told"])
async def test_what_was_aborted_is_in_no_book_and_all_is_settled(
    settings: Settings, broker: Broker, ledger_settled: Settled, ends: str
) -> None:
    oracle, books = oracle_of(settings), books_of_partitions(settings.partitions, 4)
    await tell(broker, opening())
    async with ledger(settings):
        await ledger_settled.wait()

    def report(name: str) -> list[Record]:
        return [told(f"{name}-{of}", of, issue(of, name), REPORT) for of in books]

    forged = [Record(LEDGER, each.key, each.value, each.headers) for each in report("ledger")]
    async with Settled(broker, [GROUP]) as settled, Witness(settings), ledger(settings) as service:
        for end in ends.split():
            if end == "told":
                await tell(broker, report(end))
            else:
                # As if by a service: nothing but the transaction stands against it.
                await transact(broker, sealed(report(end)), commit=end == "committed")
            await transact(broker, forged, commit=False)
            await settled.wait()
        figure = service.registry.get_sample_value
        labels = [{"topic": INTAKE, "partition": str(number)} for number in range(broker.partitions)]
        await until(lambda: [figure("xiaohao_lag_records", each) for each in labels] == [0] * broker.partitions)
        assert service.bus.ready() == []
        assert service.bus.alive() is None
        assert await oracle.findings(oracle.reader(Witness.database)) == []
    told_ids = {document["id"] for document in oracle.recorded() if document["source"] == "bureau-1"} - {"tree", "plan"}
    assert told_ids == {f"{end}-{of}" for end in set(ends.split()) - {"aborted"} for of in books}
    # A new copy compares store and topic up to the markers, and takes over.
    async with ledger(settings) as service:
        await until(lambda: service.bus.ready() == [])
