"""What a city, a province and the country need, on paper: the last day of a phase, minute by minute, from the figures of `docs/performance.json`.

Each stage is a queue for each of its copies. What a book tells goes to its partition, by Kafka's own hash, and a partition to one copy; so the
fullest partition decides, not the mean. Books differ in size by Zipf's law. Minutes differ by the hours of offices
and by chance, which `SEED` fixes: the same figures, the same answers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from random import Random

from shared.topics import book_id, partition_of

SEED = 2019
MINUTES = 24 * 60
HASHED = 2_000
"""The largest books, whose partitions are worked out one by one; all others lie even, within a few in a hundred."""

# The load.
TOLD_AN_ISSUE, MAILS_AN_ISSUE = 12, 1.7
"""As in the demo: 23,499 told events and 3,434 mails of 2,014 issues; self-checks, returns and figures are among them."""
ISSUES, OPEN = 24, 0.3
"""Issues of a unit in a year on the average; what part of them is open as a phase ends."""
LAST_DAY = 0.25
"""What part of a year's told events comes on one day: a phase of a quarter that everybody feeds whole on its last day."""
HOURS = {8: 4, 9: 9, 10: 10, 11: 8, 12: 2, 13: 3, 14: 9, 15: 13, 16: 17, 17: 20, 18: 4, 19: 1}
"""What part of that day's comes in an hour, in hundredths: most of it as offices close."""
ZIPF = 0.6
"""Books by their size: the n-th is 1 / n^0.6 of the largest. A big hospital tells more than a village clinic."""
PAGES = 10
"""Pages that the people of a unit open between eight and nine on the morning after, two of them five each."""
MAILED_BY = 4
"""Hours in which the mails of that morning have to be out, from midnight."""

# What `performance.json` does not hold; measured with `make bench`'s told events (20,975, 211 books, all four services on the same 2 cores).
BYTES = {
    "campaign.intake": 413,
    "campaign.ledger": 1223,
    "MongoDB, ledger": 388 + 107,
    "MongoDB, reporting": 272 + 441,
    "MongoDB, notify and intake": 25 + 24,
}
"""On disk for each told event, with indexes: as Kafka writes it, and as MongoDB does, which compresses."""
INDEXES = 107 + 441 + 24
"""Of this in MongoDB's indexes."""
BROKER_BYTES = BYTES["campaign.intake"] * 4 + BYTES["campaign.ledger"] * 6
"""Over the network of one of three brokers for each told event, at most: taken, passed to the others, read by the ledger, and by three readers."""
OPLOG = 3720
"""Bytes of MongoDB's oplog for each told event, of all four services: what its journal and each secondary have to take."""
MONGOD_US, BROKER_US = 312, 170
"""Processor time of mongod and of the broker for each told event, in microseconds, with all four services."""
BOOK_BYTES = {"intake": 600, "ledger": 180}
"""Memory of a copy for each open book: intake holds all of them, the ledger those of its partitions."""
DUE_BYTES = 200
"""Memory of the ledger for each thing that falls due on one morning, until all of it is recorded."""
OPENING_US = 1400
"""Processor time of the ledger for each book that opens, in microseconds."""
MAILS_A_SECOND = 90
"""Of one copy of notify, four connections, to a mail server on the same machine."""
SAMPLE = {
    "door_accepted_per_s": 3000,
    "ledger_x1_told_per_s": 5039,
    "folding_recorded_per_s": 4000,
    "recorded_per_told": 1.58,
    "page_unit_p99_ms": 60,
    "memory_intake_mib": 150,
    "memory_ledger_mib": 180,
    "memory_notify_mib": 130,
    "memory_reporting_mib": 260,
}
"""What stands for a figure of `performance.json` that was never measured whole."""


@dataclass(frozen=True)
class Place:
    """What is to be carried, and on how many partitions."""

    name: str
    units: int
    partitions: int

    @property
    def year(self) -> float:
        """Told events of a year."""
        return self.units * ISSUES * TOLD_AN_ISSUE

    @property
    def due(self) -> float:
        """Issues whose clock falls due on the morning after."""
        return self.units * ISSUES * OPEN


def queue(arrivals: Sequence[float], served: float) -> list[float]:
    """What waits after each step, where at most so much is served in a step and what comes may be served in the step in which it comes."""
    waiting, found = 0.0, []
    for each in arrivals:
        waiting = max(0.0, waiting + each - served)
        found.append(waiting)
    return found


def last_day(told: float, rng: Random) -> list[float]:
    """Told events of each minute of a day."""
    mean = (told * HOURS.get(minute // 60, 0) / sum(HOURS.values()) / 60 for minute in range(MINUTES))
    return [max(0.0, rng.gauss(each, sqrt(each))) for each in mean]  # Poisson's, where a minute has more than a few


def books(units: int) -> list[float]:
    """What part of all that is told goes to each of the largest books, from the largest."""
    large = [1 / rank**ZIPF for rank in range(1, min(units, HASHED) + 1)]
    first, last = len(large) + 0.5, units + 0.5
    rest = (last ** (1 - ZIPF) - first ** (1 - ZIPF)) / (1 - ZIPF)  # the sum over all others
    return [each / (sum(large) + rest) for each in large]


def shares(units: int, partitions: int) -> list[float]:
    """What part of all that is told goes to each partition."""
    large = books(units)
    found = [(1 - sum(large)) / partitions] * partitions
    for number, part in enumerate(large):
        found[partition_of(book_id("campaign", f"u{number}").encode(), partitions)] += part
    return found


def of_copies(parts: Sequence[float], copies: int) -> list[float]:
    """What part goes to each copy: partitions are dealt out in turn."""
    return [sum(parts[number::copies]) for number in range(copies)]


@dataclass(frozen=True)
class Stage:
    """One service on the way of a told event, with what one copy of it does in a second."""

    name: str
    rate: float
    """Told events a second; where it reads recorded ones, those of so many told events."""
    by_partition: bool = True
    """It reads a topic: a copy serves its own partitions alone. The door serves whoever comes."""

    def parts(self, place: Place, copies: int) -> list[float]:
        """What part of all goes to each copy."""
        return of_copies(shares(place.units, place.partitions), copies) if self.by_partition else [1 / copies] * copies

    def copies(self, place: Place, peak: float) -> int:
        """As few as keep the busiest copy at half of what it can in the busiest minute. Raises ValueError where no number does."""
        most = place.partitions if self.by_partition else 10_000
        fair = max(1, ceil(peak / (self.rate / 2)))
        for number in range(fair, most + 1):
            if max(self.parts(place, number)) * peak <= self.rate / 2:
                return number
        raise ValueError(f"{place.name}: no number of copies of {self.name} is enough on {place.partitions} partitions")

    def waits(self, place: Place, copies: int, arrivals: Sequence[float]) -> tuple[list[float], list[float]]:
        """What waits after each minute at the busiest copy, in seconds of its work, and what all copies pass on, as the busiest one does."""
        part = max(self.parts(place, copies))
        waiting = queue([each * part for each in arrivals], self.rate * 60)
        passed = [each + (before - after) / part for each, before, after in zip(arrivals, [0.0, *waiting], waiting, strict=False)]
        return [each / self.rate for each in waiting], passed


def stages(figures: Mapping[str, float]) -> tuple[Stage, ...]:
    """The way from told to readable; notify goes beside reporting."""
    folding = figures["folding_recorded_per_s"] / figures["recorded_per_told"]
    return (
        Stage("intake", figures["door_accepted_per_s"], by_partition=False),
        Stage("ledger", figures["ledger_x1_told_per_s"]),
        Stage("reporting", folding),
        Stage("notify", folding),
    )


def longest(place: Place, copies: Mapping[str, int], figures: Mapping[str, float]) -> dict[str, float]:
    """The longest wait on the last day at each stage up to reporting, in seconds; together they are the most from told to readable."""
    flow, found = last_day(place.year * LAST_DAY, Random(SEED)), {}
    for stage in stages(figures)[:3]:
        waits, flow = stage.waits(place, copies[stage.name], flow)
        found[stage.name] = max(waits)
    return found
