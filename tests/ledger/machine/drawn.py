"""Whole campaigns drawn by chance, in which all that may happen to an issue does."""

from random import Random

from tests.ledger.machine.books import ENDS, Books


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
