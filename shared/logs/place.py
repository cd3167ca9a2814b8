"""What a log may say of a record: where it stands, and what it is about where a service of ours made it."""

from typing import Any

from shared.events.catalogue import CATALOGUE
from shared.kafka.records import Received, Told, trace_id
from shared.topics import INTAKE, LEDGER, kind_of

OF_BOOKS = (INTAKE, LEDGER)
"""The topics whose keys are books; those of others may name a person."""


def place_of(topic: str, record: Received) -> dict[str, Any]:
    """A record of `topic`, whatever stands in it."""
    place: dict[str, Any] = {"topic": topic, "partition": record.partition, "offset": record.offset}
    said = {name: value.decode("utf-8", "replace") for name, value in record.headers if value is not None}
    if topic not in OF_BOOKS or said.get("ce_type") not in CATALOGUE:
        return place
    event = {"event_id": said.get("ce_id", "")[:200], "event_type": said["ce_type"], "trace_id": trace_id(said.get("traceparent"))}
    return place | event | {"book": (record.key or b"").decode("utf-8", "replace")[:100]}


def told_event(told: Told, record: Received) -> dict[str, Any]:
    """A told event, and where it stands. Not its subject, whose id may say who reported."""
    place = {"topic": INTAKE, "partition": record.partition, "offset": record.offset}
    event = {"event_id": told.id, "event_type": told.type, "book": told.book, "kind": kind_of(told.subject)}
    return event | place | {"trace_id": trace_id(told.traceparent)}
