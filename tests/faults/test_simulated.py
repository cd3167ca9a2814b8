"""The crash proof on a whole made-up campaign: killed at any moment, two copies keep the books that one undisturbed keeps in memory."""

import random
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from deploy.client.proof import Scope, prove
from shared.kafka.broker import Broker
from shared.kafka.records import Record
from shared.kafka.settled import Settled
from shared.settings import Settings
from shared.topics import INTAKE, dead_letters
from tests.faults.campaign import tell
from tests.faults.copies import Copies
from tests.faults.parts import oracle_of
from tests.ledger.in_memory import time_told
from tests.simulated import Day, booked, days, facts_of

FAULTS = ("in-transaction:3", "before-publish:3", "mid-publish:3", "before-commit:3")
UNITS, ISSUES, KILLS, LEVELS = 6, 10, 4, 4
STATEMENTS = ("PhaseClosed", "PhaseSupplemented", "StatementSubmitted", "StatementAdded")
Fact = tuple[str, dict[str, Any]]
Facts = dict[str, list[Fact]]


@pytest.mark.parametrize("name", ["mine-safety-2024.yaml", "dongli-2022.yaml"])
async def test_a_whole_campaign_told_to_copies_that_are_killed_gives_the_books_of_one_undisturbed(
    name: str, settings: Settings, broker: Broker, ledger_settled: Settled, monkeypatch: pytest.MonkeyPatch
) -> None:
    seed = secrets.randbits(32)
    print(f"seed {seed}")  # noqa: T201  shown where the test fails
    chance, stream = random.Random(seed), days(name, UNITS, ISSUES)
    wanted = booked(stream)
    busy = [day for day, due in zip(stream, wanted.mornings, strict=True) if day.told or due]
    # A supplement climbs a level a day, and the running ledger looks once where the one in memory looks until nothing is due.
    busy += [Day([], busy[-1].morning + timedelta(more)) for more in range(1, 2 * LEVELS)]
    faults = [*FAULTS, *[""] * KILLS]
    chance.shuffle(faults)
    at_times = dict(zip(chance.sample(range(1, len(busy)), len(faults)), faults, strict=True))
    oracle = oracle_of(settings)
    async with Copies(settings) as copies:
        running = [await copies.start(), await copies.start()]
        for number, day in enumerate(busy):
            fault = at_times.get(number)
            if fault:
                await running[0].kill()
                running[0] = await copies.start(fault)
            for records in (day.told, _morning(day, settings.partitions)):
                await tell(broker, records)
                if fault == "" and records:
                    victim = chance.randrange(2)
                    await running[victim].kill()
                    running[victim] = await copies.start()
                await ledger_settled.wait(120)
            running = [copy if copy.running else await copies.start() for copy in running]
    assert await oracle.findings() == []
    assert await oracle.topic(dead_letters(INTAKE)) == []
    kept = facts_of(
        (subject, type, bytes(value))
        for document in sorted(oracle.recorded(), key=lambda document: (document["book"], document["first"]))
        for type, subject, _, value in document["events"]
    )
    assert differing(promised(kept), promised(wanted.books())) == {}
    monkeypatch.setenv("XIAOHAO_MONGODB_URI", settings.mongodb_uri.get_secret_value())
    proof = await prove(broker, Scope())
    assert proof.broken == []
    assert proof.events == sum(len(document["events"]) for document in oracle.recorded())


def promised(facts: Facts) -> Facts:
    """Of statements only the last figures: what climbs on the very morning on which the unit above closes is in its statement or in the supplement."""
    found: Facts = {}
    for subject, those in facts.items():
        last: dict[tuple[str, str], Fact] = {}
        for type, fact in those:
            if type in STATEMENTS:
                key = fact["phase"], fact.get("unit", "")
                last[key] = max(last.get(key, (type, fact)), (type, fact), key=lambda each: each[1]["revision"])
        others = [(type, fact) for type, fact in those if type not in (*STATEMENTS, "PhaseHeld", "SupplementDue")]
        found[subject] = others + [("figures", {"of": key, "total": last[key][1]["total"]}) for key in sorted(last)]
    return found


def differing(kept: Facts, wanted: Facts) -> dict[str, tuple[Sequence[Fact], Sequence[Fact]]]:
    """The facts of each subject that stand on one side alone."""
    alone: dict[str, tuple[Sequence[Fact], Sequence[Fact]]] = {}
    for subject in kept.keys() | wanted.keys():
        here, there = kept.get(subject, []), wanted.get(subject, [])
        if here != there:
            alone[subject] = [fact for fact in here if fact not in there], [fact for fact in there if fact not in here]
    return alone


def _morning(day: Day, partitions: int) -> Sequence[Record]:
    """The time, told to every partition."""
    return [time_told(day.morning.isoformat(), number) for number in range(partitions)]
