"""What the closing of a phase still waits for. A5, C12."""

from collections.abc import Iterator
from functools import partial

from services.ledger.book.state import Book
from shared.events.figures import done_of
from shared.events.phase import Gap, Share
from shared.plan import Plan
from shared.plan.phase import Phase


def gap(book: Book, plan: Plan, phase: Phase) -> Gap | None:
    """What is missing in this book for a phase to close; none: nothing."""
    state, needs = book.phase(phase.code), phase.needs
    # An amendment may have dropped one, or made the unit one of another class.
    owed = {each.code for each in plan.obligations if book.profile.unit_class in each.classes}
    missing = {
        "returns": tuple(each for each in state.awaits_returns if each in owed) if needs.returns else (),
        "units": state.awaits_units,
        "verified": _share(book, needs.verified),
        "targets": _unanswered(book, plan) if needs.checklist else 0,
        "watches": _watches(book, plan, phase) if needs.watches else (),
        "activities": tuple(each for each in _held_here(book, plan, needs.activities) if f"activity/{each}" not in state.fulfilled),
    }
    return Gap.model_validate(missing) if any(missing.values()) else None


def _held_here(book: Book, plan: Plan, codes: tuple[str, ...]) -> Iterator[str]:
    """Those of these activities that units of this class hold: nobody waits for one that the book would refuse."""
    classes = {each.code: each.classes for each in plan.activities}
    yield from (code for code in codes if not classes.get(code) or book.profile.unit_class in classes[code])


def _share(book: Book, wanted: float | None) -> Share | None:
    """How much of what was entered so far, has an end and has not left otherwise is struck off, where that is too little."""
    if wanted is None:
        return None
    done, of = done_of(partial(_all, book))
    # Divided, so that 161 of 1000 are 16.1 percent: as floats 16.1 * 1000 is more than 16100.
    return Share(wanted=wanted, done=done, of=of) if of and 100 * done / of < wanted else None


def _all(book: Book, figure: str) -> int:
    return sum(state.own.get(figure, 0) for state in book.phases.values())


def _unanswered(book: Book, plan: Plan) -> int:
    """How many targets that apply to the unit have no answer yet."""
    return sum(target.number not in book.answers for target in plan.targets_of(book.profile.unit_class, book.profile.tags))


def _watches(book: Book, plan: Plan, phase: Phase) -> tuple[str, ...]:
    """The watch topics of the phase that the unit has not answered."""
    fulfilled = book.phase(phase.code).fulfilled
    return tuple(
        each.code
        for each in plan.watches
        if each.phase == phase.code
        and book.profile.unit_class in (each.classes or plan.checklist_of)
        and f"watch/{each.code}" not in fulfilled
    )
