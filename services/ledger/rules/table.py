"""Which file rules over what: from a told event to the events recorded for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import chain

from services.ledger import issue
from services.ledger.awards import award, nomination
from services.ledger.book import amendment, opening, periods, phases, rights, tree
from services.ledger.book import state as books
from services.ledger.book.state import Book
from services.ledger.duties import common_problem, hazard, sample, self_check, visit, watch_topic
from services.ledger.issue import holding
from services.ledger.rules.decision import Event, Refused, Wake
from services.ledger.rules.subjects import ALONE, SUBJECTS, State
from shared.events import CATALOGUE
from shared.events.campaign import AmendmentPassedDown, CampaignAmended, CampaignAnnounced, CampaignPassedDown
from shared.events.common_problem import IssueLinked
from shared.events.fact import Teller
from shared.events.idea import OutcomeRecorded
from shared.events.lateness import EscalationReceived
from shared.events.roles import RoleEnded, RoleGiven
from shared.events.sample import SpotCheckAnnounced
from shared.events.tree import UnitsListed
from shared.events.visit import ContactPointNamed
from shared.kafka.cloudevents import Told
from shared.plan import Plan
from shared.topics import kind_of, subject_id
from shared.units import Seal, Unit
from shared.wording.details import detailed
from shared.workdays import local_date

OPENING = (UnitsListed, CampaignAnnounced, CampaignPassedDown, AmendmentPassedDown)
"""What a book that is not open may be told."""
INTERNAL = "xiaohao/"
"""What the sources of the clock and of books begin with; no API key can have it."""


@dataclass(frozen=True)
class World:
    """What stands outside a book and its subjects, as far as a decision needs it."""

    plan: Plan | None = None
    """The plan in force in the book."""
    seal: Seal | None = None
    """The seal of the tree that it was announced with."""
    coming: Plan | None = None
    """The plan that is passed down, where it is not the one in force."""
    units: Mapping[str, Unit] = field(default_factory=dict)
    """Units of the tree, by id: those that the told event names."""
    units_below: tuple[str, ...] = ()
    levels: int = 0
    """Levels of the whole tree."""
    root: str | None = None
    """The one root of the campaign: the first unit that told its tree."""
    frame: tuple[str, ...] = ()
    """The units below this one of the class that a draw asks for."""


def touches(told: Told) -> list[str]:
    """The subjects that a decision needs, beside the book."""
    if told.invalid or told.fact.kind != kind_of(told.subject):
        return []
    if told.fact.kind == "book":
        match told.fact:
            case CampaignAnnounced(tree=seal) | CampaignAmended(tree=seal):
                return [subject_id(told.book, "tree", str(seal.version))]
        return []
    return holding.beside(SUBJECTS[told.fact.kind].touches(told))


def decide(told: Told, book: Book, subjects: Mapping[str, State], world: World) -> list[Event]:
    """The consequences of a told event. Raises Refused, or Kept where it is held until what it stands on is there."""
    try:
        events = _decide(told, book, subjects, world)
    except Refused as refusal:
        if world.plan and (kept := holding.kept(told, refusal, subjects, world.plan)):
            raise kept from None
        raise
    return [*events, *holding.released([Event(told.subject, told.fact), *events], subjects)]


def _decide(told: Told, book: Book, subjects: Mapping[str, State], world: World) -> list[Event]:
    if told.invalid:
        raise Refused("invalid", detail=told.invalid)
    if told.fact.kind not in (*SUBJECTS, "book") or told.fact.teller is Teller.LEDGER:
        raise Refused("not-told", type=told.type)
    if told.fact.teller is not Teller.BUREAU and not told.source.startswith(INTERNAL):
        raise Refused("not-told", type=told.type)
    if told.fact.kind != kind_of(told.subject):
        raise Refused("wrong-subject", type=told.type, kind=told.fact.kind, subject=told.subject)
    if not book.profile.plan_version and not isinstance(told.fact, OPENING):
        raise Refused("book-not-open", book=book.id)
    match told.fact:
        case UnitsListed():
            return tree.decide(told, subjects.get(told.subject), book, world.units, world.root)
        case CampaignAnnounced(plan=plan, tree=seal):
            if book.profile.plan_version:
                raise Refused("book-open", book=book.id)
            tree.fits(subjects.get(subject_id(book.id, "tree", str(seal.version))), seal)
            if plan.campaign != book.campaign:
                raise Refused("wrong-campaign", campaign=plan.campaign, book=book.id)
            unit = world.units.get(book.unit)
            if unit is None or world.root != book.unit:
                raise Refused("not-root", root=world.root)
            opening.calendar_reaches(plan, seal.levels)
            told_tree = subjects.get(subject_id(book.id, "tree", str(seal.version)))
            tree.known_classes(told_tree, plan)
            tree.known_lines(told_tree, plan)
            return opening.opened(book, unit, world.units_below, 1, world.levels, plan, seal.version)
        case (CampaignPassedDown() | AmendmentPassedDown()) as down:
            if world.coming is None:  # it goes by this plan, or a later one, already
                if isinstance(down, CampaignPassedDown) and down.plan_version == book.profile.plan_version:
                    raise Refused("book-open", book=book.id)
                return []
            unit, below, level = world.units[book.unit], world.units_below, len(down.path) + 1
            if world.plan is None:
                return opening.opened(book, unit, below, level, world.levels, world.coming, down.tree_version)
            day = local_date(told.accepted)
            return amendment.amended(book, unit, down.path, below, world.levels, world.plan, world.coming, down.tree_version, day)
    assert world.plan is not None
    if not told.source.startswith(INTERNAL):
        rights.check(told, book, world.plan)
    return _decided(told, book, subjects, world)


def _decided(told: Told, book: Book, subjects: Mapping[str, State], world: World) -> list[Event]:
    """The consequences in a book that is open, of what may be told. Raises Refused."""
    assert world.plan is not None
    state = subjects.get(told.subject)
    match told.fact.kind:
        case "issue" if isinstance(told.fact, IssueLinked):
            return common_problem.linked(told.fact, state, told.subject, book.profile.path)
        case "issue" if beside := issue.beside(told):
            return issue.decide(told, state, book, world.plan, subjects.get(beside))
        case "check":
            return self_check.decide(told, state, subjects.get(self_check.found(told)), book, world.plan)
        case "watch":
            return watch_topic.decide(told, state, subjects.get(watch_topic.named(told) or ""), book, world.plan)
        case "practice":
            return []
        case "common":
            return common_problem.decide(told, state, world.plan)
        case "hazard":
            return hazard.decide(told, state, subjects.get(hazard.issue_of(told.subject)), book, world.plan)
        case "sample":
            return sample.decide(told, state, book, world.plan, world.frame)
        case "held":
            return holding.decide(told, state)
        case "award":
            return award.decide(told, subjects, book, world.plan)
        case "nomination":
            return nomination.decide(told, subjects, book, world.plan)
        case kind if kind in ALONE:
            return ALONE[kind](told, state, book, world.plan)
    return _of_book(told, book, subjects, world)


def _of_book(told: Told, book: Book, subjects: Mapping[str, State], world: World) -> list[Event]:
    """What follows for the book itself. Raises Refused."""
    assert world.plan is not None
    match told.fact:
        case CampaignAmended() as fact:
            return _amended(told, fact, book, subjects, world)
        case RoleGiven() as fact:
            return rights.given(fact, book, world.plan)
        case RoleEnded() as fact:
            return rights.ended(fact, book)
        case ContactPointNamed() as fact:
            return visit.contact_point(fact, book)
        case SpotCheckAnnounced() | OutcomeRecorded() | EscalationReceived():
            return []
    return phases.decide(told, book, world.plan)


def _amended(told: Told, fact: CampaignAmended, book: Book, subjects: Mapping[str, State], world: World) -> list[Event]:
    """A campaign is amended at its root, or refused whole. Raises Refused."""
    if fact.plan.campaign != book.campaign:
        raise Refused("wrong-campaign", campaign=fact.plan.campaign, book=book.id)
    if world.root != book.unit or fact.by_unit not in (None, book.unit):
        raise Refused("not-root", root=world.root)
    assert world.plan is not None
    told_tree = subjects.get(subject_id(book.id, "tree", str(fact.tree.version)))
    if fact.tree.version < book.profile.tree_version or (fact.tree.version == book.profile.tree_version and fact.tree != world.seal):
        raise Refused("tree-seal", detail=detailed([("seal-in-force", {"version": book.profile.tree_version})]))
    tree.fits(told_tree, fact.tree)
    tree.known_lines(told_tree, fact.plan)
    day = local_date(told.accepted)
    amendment.fits(book, world.plan, fact.plan, tree.classes(told_tree), fact.tree.levels, day)
    unit = world.units[book.unit]
    return amendment.amended(book, unit, (), world.units_below, world.levels, world.plan, fact.plan, fact.tree.version, day)


def evolve(book: Book, subjects: dict[str, State], event: Event, day: date) -> Book:
    """Bring an event into its subject (in place) and its book (returned)."""
    if event.subject != book.id:
        subjects[event.subject] = SUBJECTS[kind_of(event.subject)].evolve(subjects.get(event.subject), event, day)
    return rights.evolve(books.evolve(book, event, day), event.fact)


def wakes(subject: str, state: State, plan: Plan | None) -> list[Wake]:
    """What the clock tells a subject, in the order in which it falls due."""
    if plan is None:
        return []
    kind = kind_of(subject)
    due = chain(phases.wakes(state, plan), periods.wakes(state, plan)) if kind == "book" else SUBJECTS[kind].wakes(state, plan)
    return sorted(due, key=lambda wake: wake.accepted)


def first_wake(subject: str, state: State, plan: Plan | None) -> date | None:
    """The first day on which the clock has something to tell a subject. Raises YearMissing."""
    return min((each.on for each in wakes(subject, state, plan)), default=None)


assert all(fact.kind in (*SUBJECTS, "book", "person", "notice", "time") for fact in CATALOGUE.values())
