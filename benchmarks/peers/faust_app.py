"""faust (`faust-streaming`): an agent with a table in memory, whose changes go to a topic of Kafka; MongoDB takes no part.

Guarantees: at least once, its default. Table, record put out and offset are not atomic: a kill has some events counted and put out twice. Order is kept in a
partition. Nobody but the process can read the table. One record put out a told event.

It runs in an environment of its own, with nothing of ours, until it is told to end: `faust_app.py <bootstrap> <namespace> <folder>`.
"""

import sys
from typing import Any

import faust  # type: ignore[import-not-found,unused-ignore]

bootstrap, namespace, folder = sys.argv[1:]
app = faust.App(
    f"{namespace}faust",
    broker=f"kafka://{bootstrap}",
    store="memory://",
    datadir=folder,
    topic_partitions=4,
    topic_replication_factor=1,
    topic_disable_leader=True,
    consumer_auto_offset_reset="earliest",
    producer_acks=-1,
    web_enabled=False,
)
told = app.topic(f"{namespace}campaign.intake", key_type=bytes, key_serializer="raw", value_serializer="json")
recorded = app.topic(f"{namespace}campaign.ledger", key_type=bytes, key_serializer="raw", value_serializer="json")
subjects = app.Table(f"{namespace}faust-subjects", default=dict, partitions=4)


@app.agent(told)  # type: ignore[untyped-decorator,unused-ignore]
async def handle(stream: Any) -> None:
    """Count an event to its subject, and put it out with its number."""
    async for event in stream.events():
        name = event.headers["ce_subject"].decode()
        position = subjects[name].get("position", 0) + 1
        subjects[name] = {"status": event.headers["ce_type"].decode(), "position": position}
        await recorded.send(key=event.key, value={**event.value, "position": position})


if __name__ == "__main__":
    faust.Worker(app, loglevel="error").execute_from_commandline()
