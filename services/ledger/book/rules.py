"""What is told of the book itself (台账): the campaign that comes down to it, its phases, who may act in it. And what it tells other books."""

from collections.abc import Iterator
from itertools import chain, product
from typing import assert_never

from services.ledger.book import amendment, opening, periods, phases, rights
from services.ledger.book.state import Book
from services.ledger.rules.case import Case
from services.ledger.rules.decision import Event, Wake
from services.ledger.rules.letter import letter
from services.ledger.rules.world import Needs
from shared.events.campaign import (
    AmendmentPassedDown,
    BookAmended,
    BookOpened,
    BookRemoved,
    CampaignAmended,
    CampaignAnnounced,
    CampaignPassedDown,
    RemovalPassedDown,
    UnitRemoved,
)
from shared.events.idea import OutcomeRecorded
from shared.events.lateness import EscalationReceived
from shared.events.people import PersonErased, PersonReleased
from shared.events.phase import (
    GapAccepted,
    PhaseClosed,
    PhaseDue,
    PhaseExtended,
    PhaseReopened,
    PhaseSupplemented,
    SupplementDue,
)
from shared.events.returns import PeriodBegun
from shared.events.roles import RoleEnded, RoleGiven
from shared.events.sample import SpotCheckAnnounced
from shared.events.statement import StatementSubmitted, StatementWithdrawn
from shared.events.visit import ContactPointNamed
from shared.kafka.records import Recorded, Told
from shared.plan import Plan
from shared.topics import book_id, subject_id

Facts = (
    CampaignAnnounced
    | CampaignPassedDown
    | CampaignAmended
    | AmendmentPassedDown
    | RemovalPassedDown
    | UnitRemoved
    | PhaseDue
    | PhaseExtended
    | PhaseReopened
    | GapAccepted
    | SupplementDue
    | PeriodBegun
    | RoleGiven
    | RoleEnded
    | ContactPointNamed
    | SpotCheckAnnounced
    | OutcomeRecorded
    | EscalationReceived
    | PersonReleased
    | PersonErased
)


def beside(fact: Facts, told: Told) -> Iterator[str]:
    """The tree that a campaign is announced or amended with."""
    if isinstance(fact, CampaignAnnounced | CampaignAmended):
        yield subject_id(told.book, "tree", str(fact.tree.version))


def needs(fact: Facts, book: Book) -> Needs | None:
    """The tree that is announced, or the plan and the tree that are passed down, where the book does not go by them yet."""
    match fact:
        case CampaignAnnounced(tree=seal) | CampaignAmended(tree=seal) if book.is_open or isinstance(fact, CampaignAnnounced):
            units = (book.unit, *book.profile.units_below)
            return Needs(book.root, seal.version, units=units, below=True, owner=True, whole=True, earlier=book.profile.plan_version)
        case CampaignPassedDown() | AmendmentPassedDown() if fact.plan_version > book.profile.plan_version:
            units = (book.unit, *book.profile.units_below)
            return Needs((*fact.path, book.unit)[0], fact.tree_version, units=units, below=True, coming=fact.plan_version)
        case RemovalPassedDown() if fact.plan_version > book.profile.plan_version:
            return Needs(book.root, fact.tree_version, units=book.profile.units_below, coming=fact.plan_version)
    return None


def decide(case: Case[Book, Facts]) -> list[Event]:
    """What follows for a book from what was told. Raises Refused."""
    match case.fact:
        case CampaignAnnounced() as fact:
            return opening.announced(case, fact)
        case CampaignAmended() as fact:
            return amendment.announced(case, fact)
        case CampaignPassedDown() | AmendmentPassedDown() as fact:
            return amendment.passed_down(case, fact)
        case RemovalPassedDown() as fact:
            return amendment.removed(case, fact)
        case PhaseDue() as fact:
            return phases.fell_due(case, fact)
        case PhaseReopened() as fact:
            return phases.reopened(case, fact)
        case GapAccepted(phase=phase):
            return phases.gap_accepted(case, phase)
        case SupplementDue() as fact:
            return phases.supplement_due(case.book, fact)
        case PeriodBegun() as fact:
            return periods.begun(case.book, case.plan, fact)
        case PhaseExtended() as fact:
            phases.require_extendable(case, fact)
        case RoleGiven() as fact:
            rights.require_givable(fact, case.book, case.plan)
        case RoleEnded() as fact:
            rights.require_given(fact, case.book)
        case ContactPointNamed() as fact:
            rights.require_leader(fact, case.book)
        case SpotCheckAnnounced() | OutcomeRecorded() | EscalationReceived() | UnitRemoved() | PersonReleased() | PersonErased():
            pass
        case _:
            assert_never(case.fact)
    return []  # nothing but that it stands


def wakes(book: Book, plan: Plan) -> Iterator[Wake]:
    """What the clock tells a book."""
    return chain(phases.wakes(book, plan), periods.wakes(book, plan))


def tells(cause: Recorded, fact: BookOpened | BookAmended | BookRemoved | PhaseClosed | PhaseSupplemented) -> Iterator[Told]:
    """The campaign goes down the tree, and statements go up it."""
    campaign, path = cause.where.campaign, cause.where.path
    match fact:
        case BookOpened():
            down = CampaignPassedDown(plan_version=fact.plan_version, tree_version=fact.tree_version, path=path)
            for unit in fact.units_below:
                yield letter(cause, f"opened-{fact.plan_version}.{fact.tree_version}", book_id(campaign, unit), down)
        case BookAmended():
            name = f"amended-{fact.plan_version}"
            on = AmendmentPassedDown(plan_version=fact.plan_version, tree_version=fact.tree_version, path=path)
            for unit in fact.units_below:
                yield letter(cause, name, book_id(campaign, unit), on)
            for phase, unit in product(fact.stated, fact.left):
                withdrawn = StatementWithdrawn(phase=phase, unit=unit)
                yield letter(cause, f"{name}-{phase}-{unit}", subject_id(cause.book, "statement", phase, unit), withdrawn)
            yield from _removals(cause, fact, fact.removed, (), cause.where.unit)
        case BookRemoved():
            yield from _removals(cause, fact, fact.units_below, fact.path, fact.reported_to)
            gone = UnitRemoved(
                unit=cause.where.unit, plan_version=fact.plan_version, tree_version=fact.tree_version, open=fact.open, own=fact.own
            )
            yield letter(cause, f"removed-{fact.plan_version}", book_id(campaign, fact.reported_to), gone)
        case PhaseClosed() | PhaseSupplemented() if len(path) > 1:
            unit, above = cause.where.unit, book_id(campaign, path[-2])
            statement = StatementSubmitted(phase=fact.phase, unit=unit, revision=fact.revision, total=fact.total, head=fact.head)
            yield letter(cause, f"{fact.phase}@{fact.revision}", subject_id(above, "statement", fact.phase, unit), statement)


def _removals(cause: Recorded, fact: BookAmended | BookRemoved, units: tuple[str, ...], path: tuple[str, ...], to: str) -> Iterator[Told]:
    """Units that the new tree does not have hear so, one after another down the old one."""
    down = RemovalPassedDown(plan_version=fact.plan_version, tree_version=fact.tree_version, path=path, reported_to=to)
    for unit in units:
        yield letter(cause, f"left-{fact.plan_version}", book_id(cause.where.campaign, unit), down)
