"""A watch topic (C12): answered by what was found, or by what prevents it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from services.ledger.book.state import Book
from services.ledger.issue import Issue
from services.ledger.rules.decision import Event, Refused, Wake
from shared.events.watch_topic import WatchAnswered, WatchCounted
from shared.kafka.cloudevents import Told
from shared.plan import Plan
from shared.topics import book_of, kind_of, subject_id
from shared.workdays import local_date


@dataclass(frozen=True, slots=True)
class Watched:
    """What decisions need of an answer."""

    found: bool


def touches(told: Told) -> list[str]:
    """The subjects that a decision about an answer needs: the answer's, and that of the issue it names."""
    issue = named(told)
    return [told.subject, issue] if issue else [told.subject]


def named(told: Told) -> str | None:
    """The issue that an answer names, if it can be one of this book."""
    assert isinstance(told.fact, WatchAnswered)
    issue = told.fact.issue
    return issue if issue and kind_of(issue) == "issue" and book_of(issue) == told.book else None


def decide(told: Told, before: Watched | None, issue: Issue | None, book: Book, plan: Plan) -> list[Event]:
    """What follows from an answer; `issue` is the one that it names. Raises Refused."""
    fact = told.fact
    assert isinstance(fact, WatchAnswered)
    if told.subject != subject_id(book.id, "watch", fact.watch):
        raise Refused("wrong-subject", type=told.type, kind=f"watch/{fact.watch}", subject=told.subject)
    watch = next((each for each in plan.watches if each.code == fact.watch), None)
    if watch is None:
        raise Refused("watch-unknown", watch=fact.watch, known=", ".join(each.code for each in plan.watches))
    classes = watch.classes or plan.checklist_of
    if book.profile.unit_class not in classes:
        raise Refused("watch-not-applicable", watch=fact.watch, classes=", ".join(classes), unit_class=book.profile.unit_class)
    if plan.phase_on(local_date(told.accepted)) is None:
        raise Refused("before-campaign")
    if fact.found and issue is None:
        raise Refused("watch-issue", watch=fact.watch, issue=fact.issue or "–")
    if not fact.found and not fact.prevention:
        raise Refused("prevention-missing", watch=fact.watch)
    return [Event(told.subject, WatchCounted(watch=fact.watch, phase=watch.phase, found=fact.found, first=before is None))]


def evolve(before: Watched | None, event: Event, day: date) -> Watched | None:
    """The answer after an event."""
    match event.fact:
        case WatchCounted(found=found):
            return Watched(found)
    return before


def wakes(watched: Watched, plan: Plan) -> Iterator[Wake]:
    """The clock tells an answer nothing."""
    return iter(())
