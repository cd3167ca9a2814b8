"""A machine that tells books random facts, in any order and any number of times, and looks whether the promises still hold.

Longer: `MACHINE_EXAMPLES=500 MACHINE_STEPS=200 pytest tests/ledger/machine`.
"""

import os

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from shared.events.catalogue import CATALOGUE
from tests.ledger.machine.books import Books
from tests.ledger.machine.drawn import drawn

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


def test_in_campaigns_drawn_by_chance_all_that_may_happen_to_an_issue_does() -> None:
    never = {name for name, fact in CATALOGUE.items() if fact.kind in ("issue", "held")}
    for number in range(40):
        books = drawn(number, 40)
        books.teardown()
        never -= books.oracle.types.keys()
        if not never:
            return
    raise AssertionError(f"in 40 campaigns there was no {sorted(never)}")
