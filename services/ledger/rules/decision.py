"""The words in which rules speak: the state of a subject, an event that follows, a refusal, a time to wake."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from msgspec import Struct

from services.ledger.rules.reasons import Reason, reason
from shared.events.fact import Fact
from shared.values import Wording
from shared.workdays import end_of, start_of


class State(Struct, frozen=True, omit_defaults=True, gc=False):
    """What decisions need of a subject. Each kind has one of its own, which `replace` gives with some fields changed; stored is what is not as by default."""

    def grouped_by(self) -> dict[str, Any]:
        """What readers group its events by, as fields of `Where`."""
        return {}


class Event(Struct, frozen=True, gc=False):
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


class Wake(Struct, frozen=True, gc=False):
    """What the clock tells a subject, and from which day on."""

    on: date
    """The first day in China on which it is told."""
    tell: Callable[[], Fact]
    """Makes what is told: each event asks when, and few days come on which something is."""
    name: str
    """Makes the told id, with the subject's: the same due thing has the same id, so that telling twice is harmless."""
    begins: bool = False
    """A day has begun; else the last day that was allowed is over."""
    waits: bool = False
    """It hangs on what other books tell because of what fell due in them: only a look at all books tells it."""

    @property
    def accepted(self) -> datetime:
        """The instant that rules judge it by, however late the clock looks: the beginning of the day, or the end of the one before, which was the last."""
        return start_of(self.on) if self.begins else end_of(self.on - timedelta(1))


def once_over(last: date, tell: Callable[[], Fact], name: str, *, waits: bool = False) -> Wake:
    """What is told once a last day is over."""
    return Wake(last + timedelta(1), tell, name, waits=waits)


def on_day(day: date, tell: Callable[[], Fact], name: str) -> Wake:
    """What is told as a day begins."""
    return Wake(day, tell, name, begins=True)
