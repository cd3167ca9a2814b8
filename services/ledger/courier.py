"""What leaves a book: the records of what was recorded for a told event, from its stored bytes, and what the book tells others because of it."""

from collections.abc import Mapping

from services.ledger.rules.table import KINDS
from services.ledger.store.documents import Group
from shared.events.fact import Fact, Where
from shared.kafka.cloudevents import group_headers, read_recorded, recorded_headers, recorded_record, told_record
from shared.kafka.records import Record, Recorded, Told
from shared.topics import kind_of

Causes = Mapping[int, tuple[Where, Fact]]
"""Those events of a group, by place, because of which its book tells others."""


def records(group: Group, causes: Causes | None) -> list[Record]:
    """The records of a group, each followed by what its book tells others. Without `causes`, all of it is parsed."""
    out: list[Record] = []
    common = recorded_headers(group.source, group.id, group.time, group.accepted, group.traceparent)
    first = [*common, *group_headers(len(group.events), group.digest)]
    for index, (name, subject, chain, value) in enumerate(group.events):
        record = recorded_record(group.book, name, subject, group.first + index, chain, value, common if index else first)
        out.append(record)
        if causes is None:
            out += map(told_record, tells(read_recorded(record)))
        elif index in causes:
            out += map(told_record, tells(_recorded(group, index, *causes[index])))
    return out


def tells(cause: Recorded) -> list[Told]:
    """What a book tells others because of an event, or itself again where that had come too early."""
    return list(KINDS[kind_of(cause.subject)].letters(cause))


def _recorded(group: Group, index: int, where: Where, fact: Fact) -> Recorded:
    type, subject, chain, value = group.events[index]
    return Recorded(
        book=group.book,
        position=group.first + index,
        chain=chain,
        type=type,
        subject=subject,
        time=group.time,
        accepted=group.accepted,
        told_source=group.source,
        told_id=group.id,
        where=where,
        fact=fact,
        value=value,
        traceparent=group.traceparent,
    )
