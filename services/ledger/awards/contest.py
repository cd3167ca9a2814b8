"""What the plan says of an award, as its rules ask for it: who gives it, and when nominations for a period are taken."""

from datetime import date

from services.ledger.book.state import Book
from services.ledger.rules.decision import Refused
from shared.plan import Plan
from shared.plan.award import Award
from shared.plan.periods import award_periods


def planned(plan: Plan, code: str) -> Award:
    """The award of a code. Raises Refused."""
    award = next((each for each in plan.awards if each.code == code), None)
    if award is None:
        raise Refused("award-unknown", award=code)
    return award


def span(plan: Plan, award: Award, period: str) -> tuple[date, date]:
    """The first and the last day for nominations of a period; of an award given once they are taken from the campaign's start. Raises Refused."""
    found = award_periods(plan, award)
    for each in found:
        if each.code == period:
            return each.first, each.last
    raise Refused("award-period", award=award.code, period=period, known=", ".join(each.code for each in found))


def given_here(award: Award, book: Book) -> bool:
    """Whether a book's unit judges and decides the award."""
    return book.profile.unit_class in award.given_by
