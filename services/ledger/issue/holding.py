"""What came before what it stands on (先后颠倒): held beside its issue, told again when the issue moves, refused when its time is over.

A held fact keeps the time at which intake took it first, so that in whatever order facts arrive, the books end the same;
it counts no earlier than what it acts on.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import partial
from hashlib import sha256

from msgspec import Struct
from msgspec.structs import replace

from services.ledger.issue.state import Issue
from services.ledger.rules.case import Case
from services.ledger.rules.decision import Event, Refused, State, Wake, once_over
from shared.events.catalogue import CATALOGUE
from shared.events.fact import Teller
from shared.events.holding import SOURCE, FactHeld, HeldReleased, HoldExpired, first_told, told_again
from shared.events.issue import (
    IssueAssigned,
    IssueEntered,
    MeasuresPlanned,
    RectificationDone,
    RectificationReturned,
    RectificationVerified,
)
from shared.events.refusal import Refused as RefusedFact
from shared.kafka.records import Recorded, Told
from shared.plan import Plan
from shared.topics import kind_of
from shared.values import RECORDED, Wording
from shared.workdays import local_date

FOR_ORDER = ("issue-unknown", "no-owner", "no-measures", "not-rectified")
"""Rules that a fact breaks only because it came too early."""
JUDGEMENTS = (RectificationVerified, RectificationReturned)
"""What judges the rectification that stands: once there was one, none waits for a later."""
MOVES = frozenset({IssueEntered, IssueAssigned, MeasuresPlanned, RectificationDone})
"""What held facts may wait for."""
MOST = 20
"""Facts held for one issue; what is more is refused."""
LARGEST = 32 << 10
"""Bytes of a fact that is held: any that a person wrote fits, and the state stays small."""


class Held(Struct, frozen=True):
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

    @property
    def reason(self) -> Wording:
        """Why it was not taken."""
        return Wording(zh=self.zh, en=self.en)


class Hold(State, frozen=True):
    """All that is held for one issue, in the order in which it came."""

    issue: str
    held: tuple[Held, ...] = ()


def hold_of(issue: str) -> str:
    """The subject that holds what came too early for an issue."""
    return issue.replace("/issue/", "/held/", 1)


def with_holds(ids: Iterable[str]) -> list[str]:
    """Subjects, with what is held for the issues among them."""
    return [each for id in ids for each in ((id, hold_of(id)) if kind_of(id) == "issue" else (id,))]


def beside(fact: HoldExpired, told: Told) -> Iterator[str]:
    """The issue that something is held for."""
    yield told.subject.replace("/held/", "/issue/", 1)


def held(told: Told, refusal: Refused, subjects: Mapping[str, State], plan: Plan) -> Event | None:
    """A refused fact is held for its issue; none where it stays refused."""
    clock, issue = plan.clocks.hold, subjects.get(told.subject)
    if (
        clock is None
        or (isinstance(told.fact, JUDGEMENTS) and isinstance(issue, Issue) and issue.fixers)
        or kind_of(told.subject) != "issue"
        or refusal.rule not in FOR_ORDER
        or told.fact.teller is not Teller.BUREAU
        or len(told.data) > LARGEST
        or len(_held_for(told.subject, subjects)) >= MOST
    ):
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
    return Event(hold_of(told.subject), fact)


def _held_for(issue: str, subjects: Mapping[str, State]) -> tuple[Held, ...]:
    hold = subjects.get(hold_of(issue))
    return hold.held if isinstance(hold, Hold) else ()


def released(events: Iterable[Event], subjects: Mapping[str, State]) -> Iterator[Event]:
    """What is told again because issues moved."""
    for issue in dict.fromkeys(event.subject for event in events if type(event.fact) in MOVES):
        for each in _held_for(issue, subjects):
            content = {name: getattr(each, name) for name in HeldReleased.model_fields if name != "issue"}
            yield Event(hold_of(issue), HeldReleased(issue=issue, **content))


def decide(case: Case[Hold, HoldExpired]) -> list[Event]:
    """At the end of its time a fact that is still held is refused, for the rule that it was held for."""
    if case.state is None:
        return []
    issue, ended = case.state.issue, (each for each in case.state.held if _is_of(each, case.fact))
    return [
        Event(issue, RefusedFact(type=each.type, rule=each.rule, reason=each.reason, told_source=each.told_source, told_id=each.told_id))
        for each in ended
    ]


def _is_of(held: Held, fact: HeldReleased | HoldExpired) -> bool:
    return (held.told_source, held.told_id, held.times) == (fact.told_source, fact.told_id, fact.times)


def evolve(before: Hold | None, event: Event, day: date) -> Hold | None:
    """What is held after an event."""
    match event.fact:
        case FactHeld() as fact:
            hold = before or Hold(fact.issue)
            latest = Held(zh=fact.reason.zh, en=fact.reason.en, **fact.model_dump(exclude={"issue", "reason"}))
            return replace(hold, held=(*hold.held, latest))
        case HeldReleased() | HoldExpired() as fact if before:
            return replace(before, held=tuple(each for each in before.held if not _is_of(each, fact)))
    return before


def wakes(hold: Hold, plan: Plan) -> Iterator[Wake]:
    """The clock tells when the time of a held fact is over."""
    for each in hold.held:
        expired = partial(HoldExpired, told_source=each.told_source, told_id=each.told_id, times=each.times)
        name = sha256(f"{each.told_source}~{each.told_id}".encode()).hexdigest()[:16]  # an id may be as long as a subject's may
        yield once_over(each.until, expired, f"{name}-{each.times}")


def tells(cause: Recorded, fact: HeldReleased) -> Iterator[Told]:
    """A book tells itself again what it released, as it was taken first."""
    yield Told(
        id=told_again(fact.told_source, fact.told_id, fact.times),
        source=SOURCE,
        type=fact.type,
        subject=fact.issue,
        book=cause.book,
        time=fact.time,
        accepted=fact.accepted,
        fact=CATALOGUE[fact.type].model_validate_json(fact.fact, context=RECORDED),
        traceparent=cause.traceparent,
    )
