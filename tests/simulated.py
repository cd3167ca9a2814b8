"""The made-up stream of a plan, small, as the records that intake would publish: day by day, and the morning after each."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from deploy.client.announcement import announcement
from deploy.client.sinks import record
from deploy.plans.read import read_plan
from deploy.simulator.stream import stream
from deploy.simulator.tree import example_units, grow_tree
from shared.events.holding import FactHeld, HeldReleased
from shared.kafka.cloudevents import ENVELOPES
from shared.kafka.records import Record
from shared.topics import book_of, kind_of
from shared.units import levels
from tests.ledger.in_memory import Ledger

CAMPAIGNS = Path(__file__).parents[1] / "deploy" / "campaigns"
PLANS = sorted(path.name for path in CAMPAIGNS.glob("*.yaml") if path.name not in ("try-it.yaml", "qingdao-2023-v2.yaml"))
UNITS, ISSUES, SEED = 14, 40, 7
ORDER = {"head"}
"""Fields that hash the order of a whole book."""
ORDERED = ("IssueReported", "SelfCheckAnswered", "HandOverAcknowledged", "ReturnFiled")
"""What stands on all that came before it in its book: it takes the next number, or freezes the figures so far (期中材料)."""
AWARDS = ("award", "nomination")
"""Kinds of subject that stand on one another: an award is decided by the scores of its nominations."""


@dataclass(frozen=True)
class Day:
    """What is told on a day, and the morning on which the clock looks afterwards."""

    told: Sequence[Record]
    morning: date


@cache
def days(name: str, wanted: int = UNITS, issues: int = ISSUES, seed: int = SEED) -> tuple[Day, ...]:
    """The whole stream: the announcement, each day, and as many mornings more as a supplement needs to climb the tree."""
    return tuple(_days(name, wanted, issues, seed))


def _days(name: str, wanted: int, issues: int, seed: int) -> Iterator[Day]:
    plan = read_plan(CAMPAIGNS / name)
    units = grow_tree(example_units(plan, CAMPAIGNS / name), wanted)
    yield Day([record(event) for event in announcement(plan, units)], plan.issued)
    for day, events in stream(plan, units, issues, seed):
        yield Day([record(event) for event in events], day + timedelta(1))
    for more in range(2, levels(units) + 3):
        yield Day([], day + timedelta(more))


def header(each: Record, name: str) -> str:
    """A header's text."""
    return (dict(each.headers)[name] or b"").decode()


@dataclass(frozen=True)
class Booked:
    """The books in memory, and what was told on each morning: by the clock, and by books because of it."""

    ledger: Ledger
    mornings: Sequence[Sequence[Record]]

    def books(self) -> dict[str, list[tuple[str, dict[str, Any]]]]:
        """What is promised to be the same: the facts of each subject in order, without the hashes over a whole book's order and without waiting."""
        return facts_of(
            (subject, type, value)
            for group in sorted(self.ledger.store.recorded.values(), key=lambda group: (group.book, group.first))
            for type, subject, _, value in group.events
        )


def facts_of(events: Iterable[tuple[str, str, bytes]]) -> dict[str, list[tuple[str, dict[str, Any]]]]:
    """The facts of each subject, from (subject, type, bytes) in the order of each book.

    Of a book itself without order: which of the units below it is heard first is not promised.
    """
    found: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    for subject, type, value in events:
        fact = ENVELOPES[type].model_validate_json(value).fact
        if not isinstance(fact, FactHeld | HeldReleased):
            found.setdefault(subject, []).append((type, fact.model_dump(mode="json", exclude=ORDER)))
    return {subject: sorted(facts, key=repr) if subject == book_of(subject) else facts for subject, facts in found.items()}


def booked(stream: Sequence[Day]) -> Booked:
    """Tell a stream to the ledger in memory."""
    ledger, mornings = Ledger(), list[Sequence[Record]]()
    for day in stream:
        ledger.tell(*day.told)
        before = len(ledger.told)
        ledger.morning(day.morning.isoformat())
        mornings.append(ledger.told[before:])
    return Booked(ledger, mornings)


def shuffled(stream: Sequence[Day], seed: int) -> list[Day]:
    """The same stream with neighbours exchanged that do not stand on one another, and one record in ten told again at once or on a later day."""
    random, again, found = Random(seed), dict[int, list[Record]](), list[Day]()
    for number, day in enumerate(stream):
        told = list(day.told)
        for place in range(len(told) - 1):
            if random.random() < 0.4 and _free(told[place], told[place + 1]):
                told[place : place + 2] = told[place + 1], told[place]
        for each in day.told:
            if random.random() < 0.1:
                again.setdefault(min(number + random.choice((0, 0, 1, 5, 40)), len(stream) - 1), []).append(each)
        for each in again.pop(number, []):
            first = next((place + 1 for place, other in enumerate(told) if other is each), 0)
            told.insert(random.randint(first, len(told)), each)
        found.append(Day(told, day.morning))
    return found


def _free(one: Record, other: Record) -> bool:
    """Whether two told events may be exchanged: not of one subject, nor both entered by number, nor naming one another."""
    if one.key != other.key:
        return "UnitsListed" not in (header(one, "ce_type"), header(other, "ce_type"))
    if any(header(each, "ce_type") in ORDERED or header(each, "ce_subject") == each.key.decode() for each in (one, other) if each.key):
        return False
    subjects = [header(each, "ce_subject") for each in (one, other)]
    if all(kind_of(subject) in AWARDS for subject in subjects):
        return False
    return subjects[0] != subjects[1] and not any(
        subject.encode() in (each.value or b"") for subject, each in zip(reversed(subjects), (one, other), strict=True)
    )
