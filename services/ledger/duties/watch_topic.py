"""A watch topic (C12): answered by what was found, or by what prevents it."""

from collections.abc import Iterator
from datetime import date

from services.ledger.book.phases import require_begun
from services.ledger.duties.required import class_mismatch
from services.ledger.issue.state import Issue
from services.ledger.rules.case import Case
from services.ledger.rules.decision import Event, Refused, State
from shared.events.watch_topic import WatchAnswered, WatchCounted
from shared.kafka.records import Told
from shared.topics import book_of, kind_of


class WatchAnswer(State, frozen=True):
    """What decisions need of an answer."""

    found: bool


def beside(fact: WatchAnswered, told: Told) -> Iterator[str]:
    """The issue that an answer names."""
    if issue := _issue(fact, told):
        yield issue


def _issue(fact: WatchAnswered, told: Told) -> str | None:
    """The issue that an answer names, if it can be one of this book."""
    issue = fact.issue
    return issue if issue and kind_of(issue) == "issue" and book_of(issue) == told.book else None


def decide(case: Case[WatchAnswer, WatchAnswered]) -> list[Event]:
    """What follows from an answer. Raises Refused."""
    fact, plan = case.fact, case.plan
    case.require_subject(fact.watch)
    topic = next((each for each in plan.watches if each.code == fact.watch), None)
    if topic is None:
        raise Refused("watch-unknown", watch=fact.watch, known=", ".join(each.code for each in plan.watches))
    if mismatch := class_mismatch(case, topic.classes or plan.checklist_of):
        raise Refused("watch-not-applicable", watch=fact.watch, **mismatch)
    require_begun(case.book, plan, case.day)
    if fact.found and case.beside(_issue(fact, case.told), Issue) is None:
        raise Refused("watch-issue", watch=fact.watch, issue=fact.issue or "–")
    if not fact.found and not fact.prevention:
        raise Refused("prevention-missing", watch=fact.watch)
    return [case.event(WatchCounted(watch=fact.watch, phase=topic.phase, found=fact.found, first=case.state is None))]


def evolve(before: WatchAnswer | None, event: Event, day: date) -> WatchAnswer | None:
    """The answer after an event."""
    match event.fact:
        case WatchCounted(found=found):
            return WatchAnswer(found)
    return before
