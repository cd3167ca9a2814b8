"""The book (台账) itself: opened with the campaign, its phases opened, held and closed, its figures and its numbers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Literal

from services.ledger.decision import Event, Refused, Wake
from shared.cloudevents import Told
from shared.events.campaign import BookOpened, CampaignAnnounced, CampaignPassedDown
from shared.events.figures import Counts, Head
from shared.events.idea import IdeaEntered, OutcomeRecorded
from shared.events.issue import IssueEntered
from shared.events.obligation import ObligationMet, ObligationOpened
from shared.events.phase import Gap, GapAccepted, PhaseClosed, PhaseDue, PhaseHeld, PhaseOpened, PhaseSupplemented, SupplementDue
from shared.events.proposal import ProposalEntered
from shared.events.statement import StatementAdded
from shared.plan import Plan
from shared.plan.phase import Phase
from shared.topics import subject_id
from shared.units import DEEPEST, PART, Unit
from shared.workdays import YearMissing, end_of, start_of

Figures = dict[str, int]


@dataclass(frozen=True, slots=True)
class PhaseState:
    """One phase as this book stands in it."""

    status: Literal["ahead", "open", "held", "closed"] = "ahead"
    revision: int = 0
    awaits_returns: tuple[str, ...] = ()
    awaits_units: tuple[str, ...] = ()
    early: tuple[str, ...] = ()
    """Units whose statement came before the phase was opened here: it does not wait for them."""
    own: Figures = field(default_factory=dict)
    below: Figures = field(default_factory=dict)
    late_since: date | None = None
    """The day on which something came that belongs here after the phase closed, and stands in no statement yet."""


@dataclass(frozen=True, slots=True)
class Profile:
    """How a book was opened: the unit, and the versions of plan and tree that it goes by. Not open while the plan version is 0."""

    plan_version: int = 0
    tree_version: int = 0
    path: tuple[str, ...] = ()
    """Units from the root to this one, this one included; before the book is open, those above it."""
    unit_class: str = ""
    tags: tuple[str, ...] = ()
    responsible: str | None = None
    levels_below: int = 0
    units_below: tuple[str, ...] = ()
    superiors: dict[str, str] = field(default_factory=dict)
    """The unit above in further lines of command, by the line's code."""


@dataclass(frozen=True, slots=True)
class Book:
    """What decisions need of a book."""

    id: str
    position: int = 0
    chain: str = ""
    entered: int = 0
    """Issues entered so far: the last number given."""
    numbers: dict[str, int] = field(default_factory=dict)
    """The last number given to subjects of other kinds."""
    phases: dict[str, PhaseState] = field(default_factory=dict)
    profile: Profile = Profile()
    roster: tuple[tuple[str, str], ...] = ()
    """Who has which role (任职): person and role."""

    @property
    def campaign(self) -> str:
        """The campaign that it is kept in."""
        return self.id.partition("/")[0]

    @property
    def unit(self) -> str:
        """The unit that keeps it."""
        return self.id.partition("/")[2]

    def last_number(self, kind: str) -> int:
        """The last number given to a subject of a kind that is not an issue."""
        return self.numbers.get(kind, 0)

    def phase(self, code: str) -> PhaseState:
        """How it stands in a phase."""
        return self.phases.get(code) or PhaseState()


def touches(told: Told) -> list[str]:
    """The subjects that a decision about the book itself needs, beside the book."""
    match told.fact:
        case CampaignAnnounced() as fact:
            return [subject_id(told.book, "tree", str(fact.tree.version))]
    return []


def calendar_reaches(plan: Plan, levels: int) -> None:
    """Whether the working calendar reaches the grace of every phase; found out late, no book could close it. Raises Refused."""
    for phase in plan.phases:
        try:
            plan.grace_ends(phase, levels - 1)
        except YearMissing as missing:
            raise Refused("year-missing", year=missing.year, phase=phase.code) from None


def opened(book: Book, unit: Unit, units_below: Sequence[str], level: int, levels: int, plan: Plan, tree_version: int) -> list[Event]:
    """A book opens for a unit on a level of a tree of so many, and passes the campaign down. Raises Refused."""
    if book.profile.plan_version:
        raise Refused("book-open", book=book.id)
    if unit.unit_class not in {entry.code for entry in plan.classes}:
        raise Refused("class-unknown", unit_class=unit.unit_class)
    if units_below and level >= DEEPEST:
        raise Refused("tree-deep", unit=unit.id, limit=DEEPEST)
    if len(units_below) > PART:
        raise Refused("tree-wide", unit=unit.id, count=len(units_below), limit=PART)
    return [
        Event(
            book.id,
            BookOpened(
                name=unit.name,
                unit_class=unit.unit_class,
                tags=unit.tags,
                responsible=unit.responsible,
                plan_version=plan.version,
                tree_version=tree_version,
                levels_below=max(levels - level, 0),  # the seal's word for the tree's depth may be too small
                units_below=tuple(units_below),
                superiors=unit.superiors or None,
            ),
        )
    ]


def decide(told: Told, book: Book, plan: Plan) -> list[Event]:
    """What follows for the book from what was told. Raises Refused."""
    match told.fact:
        case PhaseDue(phase=code, edge=edge):
            return _due(book, plan, _phase(plan, code), edge)
        case GapAccepted(phase=code):
            if book.phase(_phase(plan, code).code).status != "held":
                raise Refused("phase-not-held", phase=code)
            return [_closed(book, code)]
        case SupplementDue(phase=code, revision=revision):
            state = book.phase(code)
            if state.status != "closed" or state.late_since is None or state.revision != revision:
                return []
            own, total = _totals(state)
            head = Head(position=book.position, chain=book.chain)
            return [Event(book.id, PhaseSupplemented(phase=code, revision=revision + 1, own=own, total=total, head=head))]
        case OutcomeRecorded():
            return []
    raise AssertionError(f"{told.type} is not about a book")


def _phase(plan: Plan, code: str) -> Phase:
    try:
        return plan.phase(code)
    except KeyError:
        raise Refused("phase-unknown", phase=code) from None


def _due(book: Book, plan: Plan, phase: Phase, edge: str) -> list[Event]:
    state = book.phase(phase.code)
    match (edge, state.status):
        case ("start", "ahead"):
            owed = [each for each in plan.obligations if each.phase == phase.code and book.profile.unit_class in each.classes]
            start = plan.begins(phase)
            first = PhaseOpened(phase=phase.code, start=start, end=phase.end, returns=tuple(each.code for each in owed))
            return [Event(book.id, first)] + [
                Event(
                    subject_id(book.id, "return", each.code),
                    ObligationOpened(obligation=each.code, phase=phase.code, due=plan.due_of(each)),
                )
                for each in owed
            ]
        case ("end", "open"):
            if _complete(state):
                return [_closed(book, phase.code)]
            return [Event(book.id, PhaseHeld(phase=phase.code, gap=Gap(returns=state.awaits_returns, units=state.awaits_units)))]
        case ("grace", "held"):
            return [_closed(book, phase.code)]
    return []  # something overtook it


def follows(book: Book) -> list[Event]:
    """What a book does by itself once nothing is missing any more: a held phase closes."""
    return [_closed(book, code) for code, state in book.phases.items() if state.status == "held" and _complete(state)]


def _complete(state: PhaseState) -> bool:
    return not state.awaits_returns and not state.awaits_units


def _closed(book: Book, code: str) -> Event:
    state = book.phase(code)
    gap = None if _complete(state) else Gap(returns=state.awaits_returns, units=state.awaits_units)
    own, total = _totals(_with(state, {"units": 1, "gaps": int(gap is not None)}))
    head = Head(position=book.position, chain=book.chain)
    return Event(book.id, PhaseClosed(phase=code, own=own, total=total, gap=gap, head=head))


def _totals(state: PhaseState) -> tuple[Counts, Counts]:
    return Counts(**state.own), Counts(**{name: state.own.get(name, 0) + state.below.get(name, 0) for name in state.own | state.below})


def _with(state: PhaseState, changes: Mapping[str, int]) -> PhaseState:
    return replace(state, own=state.own | {name: state.own.get(name, 0) + change for name, change in changes.items() if change})


def evolve(book: Book, event: Event, day: date) -> Book:
    """The book after an event, of itself or of one of its subjects, of what was accepted on `day`."""
    if added := event.fact.counts():
        book = _count(book, added[0], day, added[1])
    match event.fact:
        case BookOpened() as fact:
            profile = Profile(
                plan_version=fact.plan_version,
                tree_version=fact.tree_version,
                path=(*book.profile.path, book.unit),
                unit_class=fact.unit_class,
                tags=fact.tags,
                responsible=fact.responsible,
                levels_below=fact.levels_below,
                units_below=fact.units_below,
                superiors=fact.superiors or {},
            )
            return replace(book, profile=profile)
        case CampaignPassedDown(path=path):
            return replace(book, profile=Profile(path=path))
        case PhaseOpened(phase=code, returns=returns):
            state = book.phase(code)
            waits = tuple(each for each in book.profile.units_below if each not in state.early)
            return _put(book, code, replace(state, status="open", awaits_returns=returns, awaits_units=waits, early=()))
        case PhaseHeld(phase=code):
            return _put(book, code, replace(book.phase(code), status="held"))
        case PhaseClosed(phase=code):
            return _put(book, code, replace(book.phase(code), status="closed", revision=1))
        case PhaseSupplemented(phase=code, revision=revision):
            return _put(book, code, replace(book.phase(code), revision=revision, late_since=None))
        case StatementAdded(phase=code, unit=unit, total=total, replaces=replaces):
            state, more, less = book.phase(code), total.model_dump(), replaces.model_dump() if replaces else {}
            below = {name: state.below.get(name, 0) + more[name] - less.get(name, 0) for name in more}
            waits = tuple(each for each in state.awaits_units if each != unit)
            early = (*state.early, unit) if state.status == "ahead" else ()
            return _put(book, code, _late(replace(state, below=below, awaits_units=waits, early=early), day))
        case IssueEntered():
            return replace(book, entered=book.entered + 1)
        case IdeaEntered() | ProposalEntered() as entered:
            return replace(book, numbers=book.numbers | {entered.kind: entered.number})
        case ObligationMet(phase=code, obligation=obligation):
            state = book.phase(code)
            return _put(book, code, replace(state, awaits_returns=tuple(each for each in state.awaits_returns if each != obligation)))
    return book


def _put(book: Book, code: str, state: PhaseState) -> Book:
    return replace(book, phases=book.phases | {code: state})


def _count(book: Book, code: str, day: date, changes: Mapping[str, int]) -> Book:
    return _put(book, code, _late(_with(book.phase(code), changes), day))


def _late(state: PhaseState, day: date) -> PhaseState:
    return replace(state, late_since=day) if state.status == "closed" and state.late_since is None else state


def wakes(book: Book, plan: Plan) -> Iterator[Wake]:
    """What the clock tells a book."""
    for phase in plan.phases:
        state, code = book.phase(phase.code), phase.code
        match state.status:
            case "ahead":
                start = plan.begins(phase)
                yield Wake(start, start_of(start), PhaseDue(phase=code, edge="start"), f"start-{code}")
            case "open":
                yield Wake(phase.end + timedelta(1), end_of(phase.end), PhaseDue(phase=code, edge="end"), f"end-{code}")
            case "held" if phase.grace:
                last = plan.grace_ends(phase, book.profile.levels_below)
                yield Wake(last + timedelta(1), end_of(last), PhaseDue(phase=code, edge="grace"), f"grace-{code}")
            case "closed" if state.late_since:
                last = state.late_since
                due = SupplementDue(phase=code, revision=state.revision)
                yield Wake(last + timedelta(1), end_of(last), due, f"supplement-{code}-{state.revision}")
