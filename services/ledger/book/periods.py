"""When a unit comes to owe a return: with its phase, before it, or at the start of each period. D1, A4."""

from collections.abc import Iterator
from datetime import date
from functools import partial

from services.ledger.book.state import Book
from services.ledger.rules.decision import Event, Wake, on_day
from shared.events.returns import ObligationMet, ObligationOpened, PeriodBegun
from shared.plan import Plan
from shared.plan.obligation import Obligation
from shared.plan.periods import Period, due_after, periods_of, phase_of
from shared.topics import subject_id


def owes(book: Book, plan: Plan, phase: str) -> list[Obligation]:
    """What a unit of this class owes once in a phase."""
    of_class = [each for each in plan.obligations if each.phase == phase and book.profile.unit_class in each.classes]
    return [each for each in of_class if each.cadence == "once" and each.code not in book.over]


def opened_once(book: Book, plan: Plan, owed: Obligation) -> list[Event]:
    """A return is owed once from now on, unless it was opened before its phase."""
    if book.opened.get(owed.code):
        return []
    opened = ObligationOpened(
        obligation=owed.code, phase=owed.phase, due=plan.due_of(owed, book.ends), recipient=owed.recipient, contact=owed.contact
    )
    subject = subject_id(book.id, "return", owed.code)
    if not owed.met_by_plan or book.own_plan is None:
        return [Event(subject, opened)]
    # The unit's own plan was there before (A6).
    met = ObligationMet(obligation=owed.code, phase=owed.phase, late=book.own_plan > opened.due, was_missing=False)
    return [Event(subject, opened), Event(subject, met)]


def over_before(book: Book, unit_class: str, plan: Plan, new: Plan, day: date) -> dict[str, int]:
    """The returns that a unit comes to owe by an amendment, of its `new` plan or class, and can only have missed: of those of periods how many, of others 1."""
    over = dict[str, int]()
    for owed in new.obligations:
        if book.profile.unit_class not in owed.classes:
            continue
        known = plan.obligation(owed.code)
        before = known if known and unit_class in known.classes else None
        if owed.cadence == "once":
            # One whose last day an amendment moves into the past was not due yet, either.
            was_due = before and before.cadence == "once" and plan.due_of(before, book.ends) < day
            if not was_due and not book.opened.get(owed.code) and new.due_of(owed, book.ends) < day:
                over[owed.code] = 1
            continue
        if before:
            continue
        missed = sum(due_after(owed, period) < day for period in periods_of(new, owed, book.ends) if period.last < day)
        if missed > book.opened.get(owed.code, 0):
            over[owed.code] = missed
    return over


def over_at_joining(unit_class: str, plan: Plan, day: date) -> dict[str, int]:
    """The returns that a unit of a class that joins on a day can only have missed: of those of periods how many, from the first; of others 1."""
    over = dict[str, int]()
    for owed in plan.obligations:
        if unit_class in owed.classes and owed.cadence == "once":
            over[owed.code] = int(plan.due_of(owed) < day)
        elif unit_class in owed.classes:
            over[owed.code] = sum(period.last < day and due_after(owed, period) < day for period in periods_of(plan, owed, {}))
    return {code: count for code, count in over.items() if count}


def begun(book: Book, plan: Plan, fact: PeriodBegun) -> list[Event]:
    """One return is opened for the period that begins, if it is the next."""
    owed = plan.obligation(fact.obligation)
    following = _following(book, plan, owed) if owed and book.profile.unit_class in owed.classes else None
    if owed is None or following is None:
        return []
    _, period = following
    if period is None:
        return opened_once(book, plan, owed) if fact.period is None else []
    return [_opened(book, plan, owed, period)] if period.code == fact.period else []  # something overtook it


def _opened(book: Book, plan: Plan, owed: Obligation, period: Period) -> Event:
    """The return of a period is owed from now on."""
    opened = ObligationOpened(
        obligation=owed.code,
        phase=phase_of(plan, owed, period),
        due=due_after(owed, period),
        period=period.code,
        recipient=owed.recipient,
        contact=owed.contact,
    )
    return Event(subject_id(book.id, "return", owed.code, period.code), opened)


def _following(book: Book, plan: Plan, owed: Obligation) -> tuple[date, Period | None] | None:
    """The first day of the next period of a return; without period for one that is owed once and due before its phase begins."""
    before = book.opened.get(owed.code, 0)
    if owed.cadence == "once" and before:
        return None
    if owed.cadence == "once":
        due, begins = plan.due_of(owed, book.ends), plan.begins(plan.phase(owed.phase))
        if due >= begins:
            return None  # it opens with its phase
        within = plan.phase_on(due)
        return (plan.begins(plan.phase(within)) if within else plan.issued), None
    rest = periods_of(plan, owed, book.ends)[before : before + 1]
    return (rest[0].first, rest[0]) if rest else None


def wakes(book: Book, plan: Plan) -> Iterator[Wake]:
    """What the clock tells a book of the periods of its returns: the next of each, one after another."""
    for owed in plan.obligations:
        if book.profile.unit_class in owed.classes and (following := _following(book, plan, owed)):
            day, period = following
            code = period.code if period else None
            yield on_day(day, partial(PeriodBegun, obligation=owed.code, period=code), f"period-{owed.code}-{code or 'early'}")
