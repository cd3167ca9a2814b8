"""The contest for an award in one of its periods: what the plan says of it, and how far it has come."""

from datetime import date

from services.ledger.book.state import Book
from services.ledger.rules.decision import Refused, State
from shared.plan import Plan
from shared.plan.award import Award, Round
from shared.plan.periods import award_periods


class Contest(State, frozen=True):
    """What decisions need of an award in one of its periods."""

    closed: tuple[str, ...] = ()
    """The rounds that are closed."""
    decided: bool = False

    def open_round(self, award: Award) -> Round | None:
        """The first of its rounds that is not closed."""
        return next((each for each in award.rounds if each.code not in self.closed), None)

    def require_open(self, award: Award, code: str) -> Round:
        """The round of a code, which is open. Raises Refused."""
        round = self.open_round(award)
        if round is None or round.code != code:
            raise Refused("round-not-open", round=code, open=round.code if round else "–")
        return round


def require_award(plan: Plan, code: str) -> Award:
    """The award of a code. Raises Refused."""
    award = next((each for each in plan.awards if each.code == code), None)
    if award is None:
        raise Refused("award-unknown", award=code)
    return award


def require_span(plan: Plan, award: Award, period: str) -> tuple[date, date]:
    """The first and the last day for nominations of a period; of an award given once they are taken from the campaign's start. Raises Refused."""
    periods = award_periods(plan, award)
    for each in periods:
        if each.code == period:
            return each.first, each.last
    raise Refused("award-period", award=award.code, period=period, known=", ".join(each.code for each in periods))


def is_given_here(award: Award, book: Book) -> bool:
    """Whether a book's unit judges and decides the award."""
    return book.profile.unit_class in award.given_by
