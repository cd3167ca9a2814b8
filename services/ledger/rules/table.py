"""The registry: each kind of subjects a row, and what is decided for all of them. A new kind is one file, and one row here."""

from collections.abc import Mapping
from datetime import date

from services.ledger.awards import award, idea, nomination, norm, proposal
from services.ledger.book import left, opening, phases, rights, statement, tree
from services.ledger.book import rules as book
from services.ledger.book import state as books
from services.ledger.duties import (
    activity,
    common_problem,
    hazard,
    indicator,
    light,
    practice,
    returns,
    sample,
    self_check,
    survey,
    unit_plan,
    visit,
    watch_topic,
)
from services.ledger.issue import evolving, hand_over, holding, letters
from services.ledger.issue import rules as issue
from services.ledger.rules.decision import Event, Refused, State, Wake
from services.ledger.rules.kind import Kind, Row
from services.ledger.rules.letter import INTERNAL
from services.ledger.rules.world import Needs, World
from shared.events.fact import Fact, Teller
from shared.events.holding import FactHeld, first_told
from shared.events.refusal import Refused as RefusedFact
from shared.kafka.contract import told_types
from shared.kafka.records import Told
from shared.plan import Plan
from shared.topics import kind_of

ROWS = (
    Kind("book", book.decide, books.evolve, wakes=book.wakes, beside=book.beside, needs=book.needs, tells=book.tells, rank=9),
    Kind("tree", tree.decide, tree.evolve, needs=tree.needs),
    Kind("statement", statement.decide, statement.evolve),
    Kind(
        "issue",
        issue.decide,
        evolving.evolve,
        wakes=issue.wakes,
        beside=issue.beside,
        needs=issue.needs,
        tells=letters.tells,
        gives_back=hand_over.gives_back,
        rank=0,
    ),
    Kind("held", holding.decide, holding.evolve, wakes=holding.wakes, beside=holding.beside, tells=holding.tells),
    Kind("return", returns.decide, returns.evolve, wakes=returns.wakes, rank=1),
    Kind("check", self_check.decide, beside=self_check.beside),
    Kind("watch", watch_topic.decide, watch_topic.evolve, beside=watch_topic.beside),
    Kind("activity", activity.decide, activity.evolve),
    Kind("practice", practice.decide),
    Kind("survey", survey.decide, survey.evolve),
    Kind("measure", indicator.decide),
    Kind("light", light.decide),
    Kind("visit", visit.decide, visit.evolve),
    Kind("plan", unit_plan.decide, unit_plan.evolve, tells=unit_plan.tells),
    Kind("sample", sample.decide, sample.evolve, needs=sample.needs, tells=sample.tells),
    Kind("common", common_problem.decide, common_problem.evolve, tells=common_problem.tells),
    Kind(
        "hazard", hazard.decide, hazard.evolve, wakes=hazard.wakes, beside=hazard.beside, tells=hazard.tells, gives_back=hazard.gives_back
    ),
    Kind("idea", idea.decide, idea.evolve, wakes=idea.wakes, tells=idea.tells),
    Kind("norm", norm.decide, norm.evolve, tells=norm.tells, gives_back=norm.gives_back),
    Kind("proposal", proposal.decide, proposal.evolve, tells=proposal.tells, gives_back=proposal.gives_back),
    Kind("award", award.decide, award.evolve, beside=award.beside),
    Kind(
        "nomination",
        nomination.decide,
        nomination.evolve,
        beside=nomination.beside,
        tells=nomination.tells,
        gives_back=nomination.gives_back,
    ),
)
KINDS: dict[str, Row] = {row.name: row for row in ROWS}
TELLING = frozenset[type[Fact]]().union(*(row.telling for row in ROWS))
"""All recorded facts because of which some book tells another."""
HELD = FactHeld.__name__
"""The type of what is recorded of a told event that is held."""
follows = phases.follows
"""What a book does by itself once nothing is missing any more."""

if forgotten := [fact for fact in told_types(*set(Teller) - {Teller.LEDGER}) if fact not in KINDS[fact.kind].told]:
    named = ", ".join(f"{fact.__name__} (kind {fact.kind!r})" for fact in forgotten)
    raise TypeError(f"no rule for {named}: name it among the facts of that kind, which the `decide` of its row takes")


def looks_at(told: Told) -> list[str]:
    """The subjects that a decision needs, beside the book."""
    if told.invalid or told.fact.kind != kind_of(told.subject) or told.fact.kind not in KINDS:
        return []
    return holding.with_holds(KINDS[told.fact.kind].looks_at(told))


def needs(told: Told, of: books.Book) -> Needs | None:
    """What a decision needs from outside the book."""
    return None if told.invalid or told.fact.kind not in KINDS else KINDS[told.fact.kind].asks(told, of)


def decide(told: Told, subjects: Mapping[str, State], of: books.Book, world: World) -> list[Event]:
    """What is recorded for a told event: itself and what follows, or that it is held until what it stands on is there. Raises Refused."""
    try:
        follows = _follows(told, subjects, of, world)
    except Refused as refusal:
        if world.in_force and (held := holding.held(told, refusal, subjects, world.in_force.plan)):
            return [held]
        raise
    events = [Event(told.subject, told.fact), *follows]
    return [*events, *holding.released(events, subjects)]


def _follows(told: Told, subjects: Mapping[str, State], of: books.Book, world: World) -> list[Event]:
    """The consequences of a told event. Raises Refused, by the first that is wrong: its form, its teller, its subject, the book, the right to tell it."""
    fact, internal = told.fact, told.source.startswith(INTERNAL)
    if told.invalid:
        raise Refused("invalid", detail=told.invalid)
    if fact.kind not in KINDS or fact.teller is Teller.LEDGER or (fact.teller is not Teller.BUREAU and not internal):
        raise Refused("not-told", type=told.type)
    if fact.kind != kind_of(told.subject):
        raise Refused("wrong-subject", type=told.type, kind=fact.kind, subject=told.subject)
    if type(fact) not in opening.FACTS:
        if world.in_force is None:
            raise Refused("book-not-open", book=of.id)
        if not internal:
            rights.require_right(told, of, world.in_force.plan)
    return KINDS[fact.kind].follows(told, subjects, of, world)


def refused(told: Told, refusal: Refused) -> Event:
    """What is recorded for a told event that breaks a rule."""
    source, id, times = first_told(told.source, told.id)
    first = {"told_source": source, "told_id": id} if times else {}
    return Event(told.subject, RefusedFact(type=told.type[:100], rule=refusal.rule, reason=refusal.reason, **first))


def evolve(states: dict[str, State | None], of: str, event: Event, day: date) -> None:
    """Bring an event into its subject, and into its book whatever its subject is."""
    if event.subject != of:
        states[event.subject] = KINDS[kind_of(event.subject)].after(states.get(event.subject), event, day)
    book = states.get(of)
    states[of] = books.evolve(book if isinstance(book, books.Book) else None, event, day)


def rank(subject: str) -> tuple[int, str]:
    """What the clock tells those by that wake on one day."""
    return KINDS[kind_of(subject)].rank, subject


def wakes(subject: str, state: State | None, plan: Plan | None) -> list[Wake]:
    """What the clock tells a subject, in the order in which it falls due."""
    return sorted(KINDS[kind_of(subject)].due(state, plan), key=lambda wake: wake.accepted) if plan else []


def first_wake(subject: str, state: State | None, plan: Plan | None) -> date | None:
    """The first day on which the clock has something to tell a subject. Raises YearMissing."""
    return min((each.on for each in KINDS[kind_of(subject)].due(state, plan)), default=None) if plan else None


def given_back(subject: str, state: State | None, of: books.Book) -> Fact | None:
    """What a subject of a unit that left the campaign is told, where it waits for that unit's word; none where it does not, or the unit takes part."""
    why = left.why_back(of)
    return KINDS[kind_of(subject)].back(state, why) if why else None
