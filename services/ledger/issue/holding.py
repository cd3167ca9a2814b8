"""What came before what it stands on (先后颠倒): held beside its issue, told again when the issue moves, refused when its time is over.

A held fact keeps the time at which intake took it first, so that in whatever order facts arrive, the books end the same.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from services.ledger.rules.decision import Event, Refused, Wake
from shared.events.fact import Teller
from shared.events.holding import FactHeld, HeldReleased, HoldExpired, first_told
from shared.events.issue import IssueAssigned, IssueEntered, MeasuresPlanned, RectificationDone
from shared.events.refusal import Refused as RefusedFact
from shared.kafka.cloudevents import Told
from shared.plan import Plan
from shared.topics import kind_of
from shared.values import Wording
from shared.workdays import end_of, local_date

FOR_ORDER = ("issue-unknown", "no-owner", "no-measures", "not-rectified")
"""Rules that a fact breaks only because it came too early."""
MOVES = (IssueEntered, IssueAssigned, MeasuresPlanned, RectificationDone)
"""What held facts may wait for."""
MOST = 20
"""Facts held for one issue; what is more is refused."""
LARGEST = 32 << 10
"""Bytes of a fact that is held: any that a person wrote fits, and the state stays small."""


@dataclass(frozen=True, slots=True)
class Held:
    """A fact that is held."""

    type: str
    rule: str
    zh: str
    en: str
    until: date
    fact: str
    told_source: str
    told_id: str
    time: datetime
    accepted: datetime
    times: int


@dataclass(frozen=True, slots=True)
class Hold:
    """All that is held for one issue, in the order in which it came."""

    issue: str
    held: tuple[Held, ...] = ()


class Kept(Exception):
    """What was told is not refused for its order, but held."""

    def __init__(self, event: Event) -> None:
        self.event = event
        super().__init__(event.subject)


def hold_of(issue: str) -> str:
    """The subject that holds what came too early for an issue."""
    book, _, id = issue.partition("/issue/")
    return f"{book}/held/{id}"


def beside(subjects: Iterable[str]) -> list[str]:
    """The subjects that a decision needs, with what is held for the issues among them."""
    return [each for id in subjects for each in ((id, hold_of(id)) if kind_of(id) == "issue" else (id,))]


def touches(told: Told) -> list[str]:
    """The subjects that the end of a hold needs."""
    book, _, id = told.subject.partition("/held/")
    return [told.subject, f"{book}/issue/{id}"]


def kept(told: Told, refusal: Refused, subjects: Mapping[str, Any], plan: Plan) -> Kept | None:
    """How a refused fact is held; none where it is refused."""
    clock = plan.clocks.hold
    if (
        clock is None
        or kind_of(told.subject) != "issue"
        or refusal.rule not in FOR_ORDER
        or told.fact.teller is not Teller.BUREAU
        or len(told.data) > LARGEST
    ):
        return None
    hold = hold_of(told.subject)
    state: Hold | None = subjects.get(hold)
    if state and len(state.held) >= MOST:
        return None
    source, id, times = first_told(told.source, told.id)
    fact = FactHeld(
        issue=told.subject,
        type=told.type,
        rule=refusal.rule,
        reason=refusal.reason,
        until=plan.due(clock, local_date(told.accepted)),
        fact=told.data.decode(),
        told_source=source,
        told_id=id,
        time=told.time,
        accepted=told.accepted,
        times=times + 1,
    )
    return Kept(Event(hold, fact))


def released(events: Iterable[Event], subjects: Mapping[str, Any]) -> Iterator[Event]:
    """What is told again because issues moved."""
    for issue in dict.fromkeys(event.subject for event in events if isinstance(event.fact, MOVES)):
        state: Hold | None = subjects.get(hold_of(issue))
        for held in state.held if state else ():
            fact = HeldReleased(
                issue=issue,
                type=held.type,
                fact=held.fact,
                told_source=held.told_source,
                told_id=held.told_id,
                time=held.time,
                accepted=held.accepted,
                times=held.times,
            )
            yield Event(hold_of(issue), fact)


def decide(told: Told, hold: Hold | None) -> list[Event]:
    """At the end of its time a fact that is still held is refused, for the rule that it was held for."""
    fact = told.fact
    assert isinstance(fact, HoldExpired)
    return [
        Event(
            hold.issue,
            RefusedFact(
                type=each.type,
                rule=each.rule,
                reason=Wording(zh=each.zh, en=each.en),
                told_source=each.told_source,
                told_id=each.told_id,
            ),
        )
        for each in (hold.held if hold else ())
        if hold and _same(each, fact) and each.times == fact.times
    ]


def _same(held: Held, fact: FactHeld | HeldReleased | HoldExpired) -> bool:
    return (held.told_source, held.told_id) == (fact.told_source, fact.told_id)


def evolve(hold: Hold | None, event: Event, day: date) -> Hold | None:
    """What is held after an event."""
    match event.fact:
        case FactHeld() as fact:
            hold = hold or Hold(fact.issue)
            held = Held(
                type=fact.type,
                rule=fact.rule,
                zh=fact.reason.zh,
                en=fact.reason.en,
                until=fact.until,
                fact=fact.fact,
                told_source=fact.told_source,
                told_id=fact.told_id,
                time=fact.time,
                accepted=fact.accepted,
                times=fact.times,
            )
            return replace(hold, held=(*hold.held, held))
        case HeldReleased() | HoldExpired() as fact if hold:
            return replace(hold, held=tuple(each for each in hold.held if not _same(each, fact) or each.times != fact.times))
    return hold


def wakes(hold: Hold, plan: Plan) -> Iterator[Wake]:
    """The clock tells when the time of a held fact is over."""
    for each in hold.held:
        expired = HoldExpired(told_source=each.told_source, told_id=each.told_id, times=each.times)
        name = sha256(f"{each.told_source}~{each.told_id}".encode()).hexdigest()[:16]  # an id may be as long as a subject's may
        yield Wake(each.until + timedelta(1), end_of(each.until), expired, f"{name}-{each.times}")
