"""What became of each record of a batch, and how its bureau is told."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from services.intake.envelope import Row, valid_id
from services.intake.mistakes import EventMistake, NotTaken
from services.intake.outcome import Outcome
from shared.events.inbox import InboxAnswered, Mistake
from shared.kafka.cloudevents import answer_record
from shared.kafka.records import Received, Record

LISTED = 20
"""Mistakes that one answer lists; what lies past them is counted."""


@dataclass
class Verdicts(Outcome):
    """What became of each record of a batch, by its index in it."""

    refusals: dict[int, Sequence[EventMistake]] = field(default_factory=dict)
    notes: dict[int, Sequence[EventMistake]] = field(default_factory=dict)

    def refuse(self, index: int, error: NotTaken) -> None:
        """Count one out, and remember why."""
        super().refuse(index, error)
        self.refusals[index] = error.mistakes

    def note(self, index: int, unnamed: Iterable[EventMistake]) -> None:
        """It was taken though it names persons whom nobody named yet."""
        self.notes[index] = tuple(unnamed)

    def answers(self, inbox: str, records: Sequence[Received], rows: Sequence[Row], now: datetime) -> Iterator[Record]:
        """An answer for each record of an inbox."""
        for row, record in zip(rows, records, strict=True):
            id = row.raw.get("id") if isinstance(row.raw, dict) else None
            refused, unnamed = self.refusals.get(row.index, ()), self.notes.get(row.index, ())
            answer = InboxAnswered(
                partition=record.partition,
                offset=record.offset,
                id=id if valid_id(id) else None,
                accepted=not refused,
                mistakes=_listed(refused),
                unlisted=max(0, max(len(refused), len(unnamed)) - LISTED),
                unnamed=_listed(unnamed),
            )
            yield answer_record(inbox, answer, now)


def _listed(mistakes: Sequence[EventMistake]) -> tuple[Mistake, ...]:
    return tuple(Mistake(field=each.field, value=each.value, rule=each.rule, detail=each.detail) for each in mistakes[:LISTED])
