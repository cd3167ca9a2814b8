"""How a rectification is checked: by as many persons as the plan asks for, none of whom did it or owns the issue."""

from datetime import date

from services.ledger.book.phases import phase_for
from services.ledger.book.state import Book
from services.ledger.issue import clocks
from services.ledger.issue.state import Issue
from services.ledger.rules.decision import Event, Refused
from shared.events.issue import IssueStruckOff, RectificationVerified
from shared.events.strike_off import IssueReturned, StrikeOffPublished
from shared.kafka.cloudevents import Told
from shared.plan import Plan
from shared.plan.issue import Verification
from shared.workdays import local_date


def asked(issue: Issue, plan: Plan) -> Verification:
    """Who must check it: by its grade, or by the plan for all."""
    grade = next((grade for grade in plan.grades if grade.code == issue.grade), None)
    return (grade and grade.verification) or plan.issues.verification


def by_another(issue: Issue, by: str) -> None:
    """Whether somebody may judge a rectification. Raises Refused."""
    if by in issue.fixers:
        raise Refused("verifier-is-fixer", by=by)
    if by in (issue.owner, issue.answerable):
        raise Refused("verifier-is-owner", by=by)


def checked_by_another(issue: Issue, by: str) -> None:
    """Whether it waits to be checked, and by them. Raises Refused."""
    if issue.status != "rectified":
        raise Refused("not-rectified")
    by_another(issue, by)


def verified(told: Told, fact: RectificationVerified, issue: Issue, book: Book, plan: Plan) -> list[Event]:
    """What follows once one more person found it good: no strike-off before enough did. Raises Refused."""
    checked_by_another(issue, fact.by)
    if fact.by in (person for person, _ in issue.verified):
        raise Refused("verified-already", by=fact.by)
    subject, day, needed = told.subject, local_date(told.accepted), asked(issue, plan)
    # Whoever came to own it after checking it is no other person any more as it leaves (C10, I4).
    foreign = [each for each in issue.verified if each[0] != issue.owner]
    if not _enough(needed, book, [*foreign, (fact.by, fact.by_unit)]):
        return clocks.run_out(issue, plan, subject, day)
    if needed.published:
        return [*clocks.stopped(issue, plan, told, "verified"), *published(issue, plan, subject, day)]
    on_time = clocks.on_time(issue, plan, clocks.day_of(issue, plan, told))
    return [*clocks.stopped(issue, plan, told, "verified", "struck-off"), struck_off(issue, book, plan, subject, day, on_time)]


def _enough(asked: Verification, book: Book, verified: list[tuple[str, str | None]]) -> bool:
    """Whether so many persons, of so many units, one of them high enough, found it good. Above the root there is nobody to ask."""
    units = {unit or book.unit for _, unit in verified}
    path = book.profile.path
    high_enough = path[: max(len(path) - asked.levels, 1)]
    return len(verified) >= asked.persons and len(units) >= asked.units and not units.isdisjoint(high_enough)


def returned(issue: Issue, book: Book, plan: Plan, subject: str, day: date) -> list[Event]:
    """The rectification goes back (退回): its fix clock never stopped."""
    back = IssueReturned(number=issue.number, phase=phase_for(book, plan, day) or plan.last_phase)
    return [Event(subject, back), *clocks.run_out_since(issue, plan, subject, day)]


def published(issue: Issue, plan: Plan, subject: str, day: date) -> list[Event]:
    """The strike-off is published (公示) before it stands."""
    assert plan.clocks.publication is not None  # the plan was checked
    return [Event(subject, StrikeOffPublished(number=issue.number, until=plan.due(plan.clocks.publication, day)))]


def struck_off(issue: Issue, book: Book, plan: Plan, subject: str, day: date, on_time: bool) -> Event:
    """The issue leaves the ledger (销号)."""
    look_back = plan.clocks.look_back if asked(issue, plan).looked_back else None
    struck = IssueStruckOff(
        number=issue.number,
        phase=phase_for(book, plan, day) or plan.last_phase,
        on_time=on_time,
        carried_over=issue.carried_over,
        first_due=issue.first_fix_due,
        look_back_due=plan.due(look_back, day) if look_back else None,
    )
    return Event(subject, struck)
