"""How an issue leaves the ledger other than by a strike-off, and that what left takes no more. Nothing is deleted (C18)."""

from collections.abc import Iterator
from datetime import date

from services.ledger.issue import clocks, verification, work
from services.ledger.issue.evolving import evolve
from services.ledger.issue.state import Issue
from services.ledger.rules.case import AnyCase
from services.ledger.rules.decision import Event, Refused
from shared.events.hand_over import MOST_PERSONS
from shared.events.issue import ClockName
from shared.events.leaving import MOST_MERGED, IssueAbsorbed, IssueMerged, IssueReleased, IssueWithdrawn
from shared.plan import Plan
from shared.topics import book_of, kind_of
from shared.wording.details import detailed


def refuse_if_left(issue: Issue) -> None:
    """What left takes no more of what is told of it. Raises Refused, by how it left."""
    match issue.status:
        case "struck-off":
            raise Refused("struck-off")
        case "void":
            raise Refused("void")
        case "merged":
            raise Refused("merged", into=issue.merged_into)


def voided(case: AnyCase, issue: Issue, by: str) -> list[Event]:
    """It turned out to be none, as somebody says who gains nothing by it. Raises Refused."""
    if by in issue.gainers:
        raise Refused("voided-by-owner", by=by)
    return [case.event(IssueWithdrawn(number=issue.number, phase=case.phase, standing=issue.standing)), *released(case, issue)]


def merged(case: AnyCase, issue: Issue, fact: IssueMerged) -> list[Event]:
    """It goes into another of the same book that is due no later and no less grave, as somebody says who gains nothing by it. Raises Refused."""
    into, other = fact.into, case.beside(fact.into, Issue)
    if into == case.subject:
        raise Refused("merged-into-itself")
    if not in_book(case.book.id, into) or other is None:
        raise Refused("merged-into-unknown", into=into)
    if not other.here:
        raise Refused("merged-into-gone", into=into)
    if fact.by in issue.gainers:
        raise Refused("merged-by-owner", by=fact.by)
    for event in clocks.put_off(case, other):  # as that of the issue itself, which it is compared with
        other = evolve(other, event, case.day) or other
    if against := list(_against(case, issue, other)):
        raise Refused("merged-into-laxer", into=into, against=detailed(against))
    absorbed = IssueAbsorbed(
        merged=case.subject,
        number=issue.number,
        phase=case.phase,
        standing=issue.standing,
        barred=issue.gainers,
        verifiers=issue.verifiers,
    )
    return [Event(into, absorbed), *released(case, issue)]


def _against(case: AnyCase, issue: Issue, other: Issue) -> Iterator[tuple[str, dict[str, object]]]:
    """What stands against merging an issue into another: all by which it would get away with less."""
    if other.status not in ("entered", "planned"):
        yield "merge-rectified", {}
    if issue.nature == "hazard" != other.nature or issue.standing != other.standing:
        yield "merge-kind", {}
    if _is_laxer(case.plan, issue, other):
        yield "merge-grade", {"grade": issue.grade or "–", "other": other.grade or "–"}
    if issue.supervised and not other.supervised:
        yield "merge-supervised", {}
    for clock, due, its in _last_days(issue, other):
        if due and (its is None or its > due):
            yield f"merge-{clock}", {"due": due, "other": its or "–"}
    if issue.status in ("entered", "planned") and (later := work.later(work.awaited(issue, case.day), work.awaited(other))):
        yield "merge-milestone", {"due": later[0], "other": later[1] or "–"}
    if len(other.merged) >= MOST_MERGED:
        yield "merge-many", {"limit": MOST_MERGED}
    if any(len({*some, *more}) > MOST_PERSONS for some, more in ((issue.gainers, other.fixers), (issue.verifiers, other.verifiers))):
        yield "merge-persons", {"limit": MOST_PERSONS}


def _is_laxer(plan: Plan, issue: Issue, other: Issue) -> bool:
    """Whether the other is of a lesser grade, or asks for fewer checks."""
    ranks = {grade.code: rank for rank, grade in enumerate(plan.grades)}
    asked, its = verification.asked_of(issue, plan), verification.asked_of(other, plan)
    lesser = ranks.get(other.grade or "", -1) < ranks.get(issue.grade or "", -1)
    return lesser or any(getattr(its, name) < getattr(asked, name) for name in type(asked).model_fields)


def _last_days(issue: Issue, other: Issue) -> Iterator[tuple[ClockName, date | None, date | None]]:
    """The clocks of an issue that run on in the other: each with its last day, and that of the other."""
    if not issue.standing:
        yield "fix", issue.follow_up_due or issue.fix_due, other.follow_up_due or other.fix_due
    else:
        yield "review", issue.review_due, other.review_due
    if issue.status == other.status == "entered":
        yield "plan", issue.plan_due, other.plan_due
    if not other.supervised:
        yield "listing", issue.listing_due, other.listing_due


def released(case: AnyCase, issue: Issue) -> list[Event]:
    """What was merged into an issue that leaves other than by a strike-off comes back: it is dealt with nowhere else."""
    return [
        case.event(IssueReleased(merged=id, phase=phase, counted_on=day, standing=standing)) for id, phase, day, standing in issue.merged
    ]


def in_book(book: str, subject: str) -> bool:
    """Whether a subject can be an issue of this book."""
    return book_of(subject) == book and kind_of(subject) == "issue"
