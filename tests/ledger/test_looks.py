"""Whether and when the clock looked changes no figure, no mark and no state: only the moment of recording.

More campaigns: `LOOKS_SEEDS=200 pytest tests/ledger/test_looks.py`.
"""

import os
from copy import deepcopy
from datetime import date, timedelta
from random import Random
from typing import Any, Literal

import pytest
from msgspec.structs import replace

from services.ledger.book.state import Book, totals_to_date
from services.ledger.issue.state import Issue
from shared.events.campaign import CampaignAmended
from shared.events.extension import ExtensionGranted
from shared.events.fact import Fact
from shared.events.figures import Counts
from shared.events.issue import FollowUpSet, IssueCarriedOver, IssueOverdue
from shared.events.lateness import OverdueWithdrawn
from shared.events.phase import GapAccepted, PhaseExtended, PhaseReopened
from shared.events.returns import ReturnAccepted, ReturnFiled, ReturnSentBack
from shared.events.strike_off import LookBackDone
from shared.kafka.cloudevents import told_record
from shared.kafka.records import Record
from shared.plan import Plan
from shared.units import seal
from tests.ledger.given import Said, Story
from tests.ledger.in_memory import Ledger, drive
from tests.ledger.machine.lives import next_of
from tests.ledger.machine.plan import announced
from tests.ledger.memory_store import MemoryStore
from tests.ledger.sample import UNITS

SEEDS = int(os.environ.get("LOOKS_SEEDS", "6"))
FIRST, DAYS = date(2022, 4, 6), 45
UNITS_TOLD = ("e1", "e1", "e2", "w1", "east")
MARKS = (IssueOverdue, OverdueWithdrawn, IssueCarriedOver)
ABOVE = tuple(f"yz2022/{unit}" for unit in ("bureau", "east", "west"))
Told = list[tuple[date, Record]]
Looks = Literal["jump", "late", "never"]
"""Only on days on which something is told, so that it jumps; each of these days, but somewhere among its facts; at the end alone."""


def other_fact(plan: Plan, random: Random, today: date) -> Fact:
    """Something that is not told of an issue."""
    phase = random.choice([phase.code for phase in plan.phases])
    by: dict[str, Any] = {"by": random.choice(("li", "wu")), "by_unit": "bureau"}
    code = random.choice(("own-plan", "summary", "list", "monthly"))
    owed: dict[str, Any] = {"obligation": code, "period": f"{today:%Y-%m}" if code == "monthly" else None}
    facts: tuple[Fact, ...] = (
        GapAccepted(phase=phase, reason="已停业", by="li"),
        PhaseReopened(phase=phase, reason="补录", by="li"),
        PhaseExtended(phase=phase, until=today + timedelta(random.choice((3, 20))), reason="疫情", **by),
        *(ReturnFiled(title="材料", by="qian", **owed), ReturnAccepted(**owed, **by), ReturnSentBack(reason="不全", **owed, **by)) * 2,
    )
    return random.choice(facts)


def amended(plan: Plan, random: Random) -> Plan:
    """The last phase ends on another day."""
    end = random.choice((date(2022, 7, 31), date(2022, 8, 31), date(2022, 9, 15)))
    return Plan(
        **dict(plan) | {"version": plan.version + 1, "phases": (*plan.phases[:-1], plan.phases[-1].model_copy(update={"end": end}))}
    )


def on_issue(issue: Issue | None, random: Random, today: date, other: str) -> Fact:
    """Something told of an issue, now and then what stands on what the clock would have done."""
    late: tuple[Fact, ...] = (
        FollowUpSet(due=today + timedelta(random.choice((0, 4, 9))), owner="li", by=random.choice(("li", "qian"))),
        LookBackDone(by="zheng", by_unit="bureau", holds=random.random() < 0.5, finding="看过"),
        ExtensionGranted(by="wu", by_unit="bureau"),
    )
    return random.choice(late) if issue and random.random() < 0.2 else next_of(issue, random, today, other)


def played(seed: int) -> tuple[MemoryStore, Told, Ledger, date]:
    """A campaign with daily looks: the store before it, what was told on which day, the ledger after it, and its last day."""
    random = Random(seed)
    plan, before = announced(random.choice(("done", "verified", "struck-off")), seed % 2 == 0, random.choice(("giver", "taker")))
    first = FIRST + timedelta(random.choice((0, 10, 30, 60, 100, 125)))
    daily, told = Ledger(deepcopy(before.store)), list[tuple[date, Record]]()
    daily.morning(str(FIRST))
    for number in range(DAYS):
        today = first + timedelta(number)
        daily.morning(str(today))
        for _ in range(random.choice((0, 1, 2, 5))):
            unit = random.choice(UNITS_TOLD)
            story = Story(daily, unit, str(today))
            states = {id: each.state for id, each in drive(daily.store.load(list(daily.store.subjects))).items()}
            taken = [id for id in states if id.startswith(f"{story.id}/issue/handover")]
            subject = random.choice([*(f"{story.id}/issue/desk~{each}" for each in "1234"), *taken])
            if random.random() < 0.02 and plan.version < 4:
                plan, story, subject = amended(plan, random), Story(daily, "bureau", str(today)), ""
                fact: Fact = CampaignAmended(plan=plan, tree=seal(UNITS), by="head")
            elif random.random() < 0.3:
                fact, subject = other_fact(plan, random, today), ""
            else:
                state = states.get(subject)
                fact = on_issue(state if isinstance(state, Issue) else None, random, today, f"{story.id}/issue/desk~1")
            happened = str(today - timedelta(random.choice((0, 0, 1, 3))))
            record = told_record(story.told(Said(fact, subject=subject or None, id=f"t{len(told)}", happened=happened)))
            told.append((today, record))
            daily.tell(record)
    last = first + timedelta(DAYS + 1)
    daily.morning(str(last))
    return before.store, told, daily, last


def standing(ledger: Ledger) -> dict[str, Any]:
    """All states, but for where their history stands."""
    states = {id: each.state for id, each in drive(ledger.store.load(list(ledger.store.subjects))).items()}
    for id, state in states.items():
        if isinstance(state, Issue):
            states[id] = replace(state, turn=0)
        elif isinstance(state, Book):
            phases = {code: replace(phase, own=nonzero(phase.own), below=nonzero(phase.below)) for code, phase in state.phases.items()}
            states[id] = replace(state, position=0, chain="", phases=phases)
    return states


def nonzero(figures: dict[str, int]) -> dict[str, int]:
    return {name: count for name, count in figures.items() if count}


def marks(ledger: Ledger) -> list[str]:
    """All marks that were made or withdrawn, and what was carried over, by book."""
    found = [f"{unit.id} {fact!r}" for unit in UNITS for fact in Story(ledger, unit.id).history() if isinstance(fact, MARKS)]
    return sorted(found)


def again(store: MemoryStore, told: Told, last: date, random: Random, looks: Looks) -> Ledger:
    """The same told facts with other looks."""
    ledger = Ledger(deepcopy(store))
    for day in sorted({day for day, _ in told}):
        todays = [record for of, record in told if of == day]
        place = {"jump": 0, "late": random.randint(0, len(todays)), "never": len(todays)}[looks]
        for number, record in enumerate((*todays, None)):
            if number == place and looks != "never":
                ledger.morning(str(day))
            if record:
                ledger.tell(record)
    ledger.morning(str(last))
    return ledger


def waits(id: str) -> bool:
    """It is the book of a unit with others below it, or what is told to one: when statements come, and it can close on them, hangs on looks at those."""
    return "/statement/" in id or id in ABOVE


def own(book: Book) -> Counts:
    """The figures of a unit itself over all phases, but for how it closed them."""
    return totals_to_date(book)[0].model_copy(update={"units": 0, "gaps": 0})


@pytest.mark.covers("A3", "A4", "C8", "D4")
@pytest.mark.parametrize("looks", ["jump", "late", "never"])
@pytest.mark.parametrize("seed", range(SEEDS))
def test_the_same_told_facts_give_the_same_figures_marks_and_states_however_the_clock_looked(seed: int, looks: Looks) -> None:
    store, told, daily, last = played(seed)
    other = again(store, told, last, Random(seed), looks)
    expected, found = standing(daily), standing(other)
    assert found.keys() == expected.keys(), f"seed {seed}"
    differ = [id for id, state in expected.items() if found[id] != state and (looks == "jump" or not waits(id))]
    assert not differ, f"seed {seed}: {[(expected[id], found[id]) for id in differ]}"
    assert [own(found[id]) for id in ABOVE] == [own(expected[id]) for id in ABOVE], f"seed {seed}"
    assert marks(other) == marks(daily), f"seed {seed}"
