"""Recorded events made by hand, with a right chain."""

from collections.abc import Sequence
from datetime import UTC, datetime

from shared.events.fact import Fact, Where
from shared.kafka.cloudevents import chained, read_recorded, recorded_headers, recorded_record, recorded_value
from shared.kafka.records import Record, Recorded
from shared.topics import subject_id
from tests.reporting.telling import told

BOOK = "c/t1"
ISSUE = subject_id(BOOK, "issue", "b", "1")
WHERE = Where(campaign="c", unit="t1", path=("root", "t1"), unit_class="clinic")


def records(
    events: Sequence[tuple[str, Fact] | tuple[str, Fact, datetime]], book: str = BOOK, where: Where | Sequence[Where] = WHERE
) -> list[Record]:
    """The records of a book from its first position on: subject, fact, and when it was accepted; `where` for all, or for each."""
    chain, made = "", []
    for position, (subject, fact, *when) in enumerate(events, 1):
        value = recorded_value(where if isinstance(where, Where) else where[position - 1], fact)
        chain = chained(chain, value)
        cause = told(f"told-{position}", subject, fact, when[0] if when else datetime(2019, 3, 5, 4, tzinfo=UTC))
        common = recorded_headers(cause.source, cause.id, cause.time, cause.accepted, None)
        made.append(recorded_record(book, type(fact).__name__, subject, position, chain, value, common))
    return made


def recorded(*events: tuple[str, Fact] | tuple[str, Fact, datetime]) -> list[Recorded]:
    """The same, as readers read them."""
    return [read_recorded(record) for record in records(events)]
