"""A machine that tells books random facts, in any order and any number of times, and looks whether the promises still hold.

Longer: `MACHINE_EXAMPLES=500 MACHINE_STEPS=200 pytest tests/ledger/machine`.
"""

import os
from random import Random

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from shared.events.catalogue import CATALOGUE
from tests.ledger.machine.books import ENDS, Books

PROFILE = settings(
    max_examples=int(os.environ.get("MACHINE_EXAMPLES", "20")),
    stateful_step_count=int(os.environ.get("MACHINE_STEPS", "25")),
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
)


def test_whatever_is_told_in_whatever_order_the_promises_hold() -> None:
    run_state_machine_as_test(Books, settings=PROFILE)


def drawn(number: int, steps: int) -> Books:
    """One campaign drawn by chance, the same for the same number."""
    random, books = Random(number), Books()
    stops = random.choice(("done", "verified", "struck-off"))
    books.announce(
        stops=stops, restarts=number % 2 == 0, lateness=random.choice(("giver", "taker")), skip=random.choice((0, 60, 72, 100, 135))
    )
    for _ in range(steps):
        unit, issue, seed, at_once = random.choice(("e1", "e1", "e2", "w1")), random.choice("1234"), random.randrange(2**16), True
        match random.randrange(11):
            case 0 if books.plan.version < 4:
                books.amend(end=random.choice(ENDS), fix=5, move=random.random() < 0.3, at_once=at_once)
            case 1:
                books.name_as_common(by="li", unit=unit, issue=issue, at_once=at_once)
            case 2:
                books.answer(unit=unit, number=1, conforms=random.random() < 0.5, by="li", at_once=at_once)
            case 3:
                books.the_same_again(which=seed, at_once=False)
            case 4:
                books.open_a_phase_again_or_longer(unit=unit, phase="P2", by="li", days=20, at_once=at_once)
            case 5:
                books.report_twice(unit=unit, seed=seed, void=random.random() < 0.5, at_once=at_once)
            case _:
                books.live(unit=unit, issue=issue, seed=seed, steps=8)
        books.promises_hold()
    return books


def test_in_campaigns_drawn_by_chance_all_that_may_happen_to_an_issue_does() -> None:
    never = {name for name, fact in CATALOGUE.items() if fact.kind in ("issue", "held")}
    for number in range(40):
        books = drawn(number, 40)
        books.teardown()
        never -= books.oracle.types.keys()
        if not never:
            return
    raise AssertionError(f"in 40 campaigns there was no {sorted(never)}")
