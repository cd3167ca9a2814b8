"""How a rectification is checked, by others than who did it or owns the issue, and struck off: at once, or once that was published (公示)."""

from datetime import date
from typing import NamedTuple

from services.ledger.book.state import Book
from services.ledger.issue import clocks
from services.ledger.issue.state import Issue
from services.ledger.issue.work import require_room
from services.ledger.rules.case import AnyCase
from services.ledger.rules.decision import Event, Refused
from shared.events.issue import IssueStruckOff, RectificationVerified
from shared.events.strike_off import IssueReturned, ObjectionDecided, StrikeOffPublished
from shared.plan import Plan
from shared.plan.clock import Clock
from shared.plan.issue import Verification
from shared.values import Wording
from shared.wording.details import detailed


def asked_of(issue: Issue, plan: Plan) -> Verification:
    """Who must check it: by its grade, or by the plan for all."""
    grade = next((grade for grade in plan.grades if grade.code == issue.grade), None)
    return (grade and grade.verification) or plan.issues.verification


def require_another(issue: Issue, by: str) -> None:
    """Whoever judges a rectification neither did it nor owns the issue. Raises Refused."""
    if by in issue.fixers:
        raise Refused("verifier-is-fixer", by=by)
    if by in issue.owners:
        raise Refused("verifier-is-owner", by=by)


def refuse_checker(issue: Issue, owner: str) -> None:
    """Nobody comes to own an issue as its strike-off is published on their check: it would leave on the word of its owner. Raises Refused."""
    if issue.status == "verified" and owner in (person for person, _ in issue.verified):
        raise Refused("owner-is-verifier", owner=owner)


def require_rectified(issue: Issue, by: str) -> None:
    """It waits to be checked, and by them. Raises Refused."""
    if issue.status != "rectified":
        raise Refused("not-rectified")
    require_another(issue, by)


def verified(case: AnyCase, issue: Issue, fact: RectificationVerified) -> list[Event]:
    """What follows once one more person found it good: no strike-off before enough did, and none counts who brings that no nearer.

    Raises Refused.
    """
    require_rectified(issue, fact.by)
    require_room(issue.verifiers, fact.by)
    if fact.by in (person for person, _ in issue.verified):
        raise Refused("verified-already", by=fact.by)
    plan, asked = case.plan, asked_of(issue, case.plan)
    # Whoever came to own it after checking it is no other person any more as it leaves (C10, I4).
    foreign = [each for each in issue.verified if each[0] not in issue.owners]
    before, after = (_missing(asked, case.book, each) for each in (foreign, [*foreign, (fact.by, fact.by_unit)]))
    if after.checks:
        if after.checks >= before.checks:
            raise Refused("check-adds-nothing", missing=before.worded())
        return []
    if asked.published and plan.clocks.publication:
        return [*clocks.stopped(case, issue, "verified"), *published(case, issue, plan.clocks.publication)]
    on_time = clocks.on_time(issue, plan, clocks.day_of(case, issue))
    leaves = struck_off(case, issue, case.day, on_time, _look_back_due(issue, plan, case.day))
    return [*clocks.stopped(case, issue, "verified", "struck-off"), leaves]


class _Missing(NamedTuple):
    """What is missing of the checks that a plan asks for."""

    persons: int
    units: int
    """Of so many further units."""
    checked: str
    """The units that checked it."""
    high: str
    """The units for one of which somebody must act still; empty where somebody did."""

    @property
    def checks(self) -> int:
        """How many checks are needed at least: one may be by another person, of another unit and high enough at once."""
        return max(self.persons, self.units, int(self.high != ""))

    def worded(self) -> Wording:
        """What is missing, as a value of a reason."""
        found: list[tuple[str, dict[str, object]]] = [("checks-persons", {"count": self.checks})]
        if self.units > 0 and self.checked:
            found.append(("checks-units", {"count": self.units, "units": self.checked}))
        if self.high:
            found.append(("checks-high", {"units": self.high}))
        return detailed(found)


def _missing(asked: Verification, book: Book, verified: list[tuple[str, str | None]]) -> _Missing:
    """What is missing until so many persons, of so many units, one of them high enough, found it good.

    A superior of a further line stands one level above (I1). Where the unit has fewer superiors than are asked for, those that it has are enough.
    """
    units, path, lines = {unit or book.unit for _, unit in verified}, book.profile.path, set(book.profile.superiors.values())
    high = {*path[: max(len(path) - asked.levels, 1)], *(lines if asked.levels <= 1 else ())}
    return _Missing(
        persons=asked.persons - len(verified),
        units=min(asked.units, len({*path, *lines})) - len(units),
        checked=", ".join(sorted(units)),
        high="" if units & high else ", ".join(sorted(high)),
    )


def returned(case: AnyCase, issue: Issue) -> list[Event]:
    """The rectification goes back (退回): its fix clock never stopped."""
    return [case.event(IssueReturned(number=issue.number, phase=case.phase)), *clocks.run_out_since(case, issue)]


def published(case: AnyCase, issue: Issue, lasts: Clock) -> list[Event]:
    """The strike-off is published (公示) before it stands; how long it is looked back at is said now, while somebody can still mend the calendar.

    Raises YearMissing.
    """
    until = case.plan.due(lasts, case.day)
    return [case.event(StrikeOffPublished(number=issue.number, until=until, look_back_due=_look_back_due(issue, case.plan, until)))]


def require_published(issue: Issue) -> None:
    """An objection stops the publication until it is decided; once that is over, the issue is struck off. Raises Refused."""
    if issue.published_until is None:
        raise Refused("not-published")


def objection_decided(case: AnyCase, issue: Issue, fact: ObjectionDecided) -> list[Event]:
    """What is upheld goes back to be rectified; what is not is published anew, or leaves where the plan publishes no more. Raises Refused."""
    if not issue.objectors:
        raise Refused("no-objection")
    if fact.by in issue.objectors:
        raise Refused("objection-own", by=fact.by)
    require_another(issue, fact.by)
    if fact.upheld:
        return returned(case, issue)
    if case.plan.clocks.publication is None:
        on_time = clocks.on_time(issue, case.plan, case.day)
        leaves = struck_off(case, issue, case.day, on_time, _look_back_due(issue, case.plan, case.day))
        return [*clocks.stopped(case, issue, "struck-off"), leaves]
    return published(case, issue, case.plan.clocks.publication)


def _look_back_due(issue: Issue, plan: Plan, struck_off: date) -> date | None:
    """The last day for the look-back at what is struck off on a day; none where nobody looks back. Raises YearMissing."""
    clock = plan.clocks.look_back if asked_of(issue, plan).looked_back else None
    return plan.due(clock, struck_off) if clock else None


def struck_off(case: AnyCase, issue: Issue, day: date, on_time: bool, look_back_due: date | None) -> Event:
    """The issue leaves the ledger (销号)."""
    struck = IssueStruckOff(
        number=issue.number,
        phase=case.book.phase_for(case.plan, day) or case.plan.last_phase,
        on_time=on_time,
        carried_over=issue.carried_over,
        first_due=issue.first_fix_due,
        look_back_due=look_back_due,
    )
    return case.event(struck)
