"""The words in which rules speak: the state of a subject, an event that follows, a refusal, a time to wake."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from services.ledger.rules.reasons import Reason, reason
from shared.events.fact import Fact
from shared.values import Wording


class State:
    """What decisions need of a subject. Each kind has a frozen dataclass of its own, without slots: see `changed`."""

    def grouped_by(self) -> dict[str, Any]:
        """What readers group its events by, as fields of `Where`."""
        return {}


@dataclass(frozen=True, slots=True)
class Event:
    """A fact about a subject, to be recorded."""

    subject: str
    fact: Fact
    happened: date | None = None
    """The day on which it happened, as whoever told it says and the plan believes; none for what follows from that."""


class Refused(Exception):
    """What was told breaks a rule of the catalogue (`services.ledger.rules.reasons`)."""

    def __init__(self, rule: Reason, **values: object) -> None:
        self.rule = rule
        self.reason: Wording = reason(rule, **values)
        super().__init__(self.reason.en)


@dataclass(frozen=True, slots=True)
class Wake:
    """What the clock tells a subject, and from which day on."""

    on: date
    """The first day in China on which it is told."""
    accepted: datetime
    """The instant that rules judge it by: the end of the last day that was allowed, however late the clock looks."""
    fact: Fact
    name: str
    """Makes the told id, with the subject's: the same due thing has the same id, so that telling twice is harmless."""
    waits: bool = False
    """It hangs on what other books tell because of what fell due in them: only a look at all books tells it."""
