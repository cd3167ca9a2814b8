"""The book (台账) itself: how it was opened, how it stands in each phase, its figures and numbers, and how events change it."""

from collections import Counter as Tally
from collections.abc import Mapping
from datetime import date
from typing import Literal

from msgspec import field
from msgspec.structs import replace

from services.ledger.rules.decision import Event, State
from shared.events.campaign import AmendmentPassedDown, BookAmended, BookOpened, BookRemoved, CampaignPassedDown
from shared.events.fact import Fact
from shared.events.figures import Counts
from shared.events.idea import IdeaEntered
from shared.events.issue import IssueEntered
from shared.events.nomination import NominationEntered
from shared.events.phase import PhaseClosed, PhaseExtended, PhaseHeld, PhaseOpened, PhaseProlonged, PhaseReopened, PhaseSupplemented
from shared.events.proposal import ProposalEntered
from shared.events.returns import ObligationLifted, ObligationMet, ObligationOpened
from shared.events.roles import RoleEnded, RoleGiven
from shared.events.self_check import TargetChecked, TargetLifted
from shared.events.statement import StatementAdded
from shared.events.unit_plan import UnitPlanCounted
from shared.plan import Plan
from shared.topics import book_of

Figures = dict[str, int]


class PhaseState(State, frozen=True):
    """One phase as this book stands in it."""

    status: Literal["ahead", "open", "held", "closed"] = "ahead"
    revision: int = 0
    """Of its statement; above 0 in a phase that is held: it was closed before."""
    awaits_returns: tuple[str, ...] = ()
    awaits_units: tuple[str, ...] = ()
    prolonged: bool = False
    """An amendment opened it again: until it closes, it is a phase that never closed, but for the revision of its statement."""
    early: tuple[str, ...] = ()
    """Units whose statement came before the phase was opened here: it does not wait for them."""
    met_early: tuple[str, ...] = ()
    """Returns that were met before the phase was opened here: it does not wait for them."""
    fulfilled: tuple[str, ...] = ()
    """Activities held and watch topics answered, as `Fact.fulfils` names them, each once."""
    extended: date | None = None
    """The last day that a unit above set for this unit alone (延长)."""
    reopened: date | None = None
    """The day on which the unit opened it again after it had closed; until the next morning facts count in it."""
    closed_on: date | None = None
    """The day on which it closed last."""
    own: Figures = field(default_factory=dict)
    below: Figures = field(default_factory=dict)
    late_since: date | None = None
    """The day on which something came that belongs here after the phase closed, and stands in no statement yet."""


AHEAD = PhaseState()
"""A phase of which nothing was recorded yet."""


class Profile(State, frozen=True):
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
    left_by: int = 0
    """The version of the plan that left the unit out of the tree; 0 while it takes part."""
    left_on: date | None = None
    """The day on which it left."""


class Answer(State, frozen=True):
    """The answer to a target of the self-check (自查)."""

    conforms: bool
    phase: str
    """The phase of the first answer, in whose figures the target counts."""
    since: date
    """The day of the first answer."""


class Book(State, frozen=True):
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
    opened: dict[str, int] = field(default_factory=dict)
    """How many returns of each obligation were opened so far: one for each period that has begun, or was over before it was owed."""
    over: tuple[str, ...] = ()
    """Returns that were over, or some of their periods, before the unit came to owe them: of those owed once, it owes none of these."""
    answers: dict[int, Answer] = field(default_factory=dict)
    """The targets that the unit answered, of those that apply to it."""
    own_plan: date | None = None
    """The day on which the unit adopted a plan of its own."""
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

    @property
    def root(self) -> str:
        """The unit at the top of its tree; its own before the campaign reached it, as a tree is told to the book of its root."""
        return (*self.profile.path, self.unit)[0]

    def last_number(self, kind: str) -> int:
        """The last number given to a subject of a kind that is not an issue."""
        return self.numbers.get(kind, 0)

    def phase(self, code: str) -> PhaseState:
        """How it stands in a phase."""
        return self.phases.get(code) or AHEAD

    @property
    def is_open(self) -> bool:
        """Whether the campaign reached it."""
        return bool(self.profile.plan_version)

    @property
    def ends(self) -> dict[str, date]:
        """The last days of the phases that were extended for this unit (L7): what clocks and dates of the plan are reckoned with."""
        return {code: state.extended for code, state in self.phases.items() if state.extended}

    def last_day(self, plan: Plan) -> date:
        """The last day of the campaign for this unit."""
        return max(plan.ends, *ends.values()) if (ends := self.ends) else plan.ends

    def phase_for(self, plan: Plan, day: date) -> str | None:
        """The phase that a fact of this day counts in: the last in order that has begun; none before the first (A3).

        One that the unit opened again comes first, then one that is past its last day but not closed, where the plan counts late facts there (L7).
        """
        reopened = [phase.code for phase in plan.phases if (since := self.phase(phase.code).reopened) and since <= day]
        late = [
            phase.code
            for phase in plan.phases
            if phase.late_facts == "this" and phase.end < day and self.phase(phase.code).status in ("open", "held")
        ]
        candidates = reopened or late
        return candidates[-1] if candidates else plan.phase_on(day)


def evolve(before: Book | None, event: Event, day: date) -> Book:
    """The book after an event, of itself or of one of its subjects, of what was accepted on `day`."""
    book, fact = before or Book(book_of(event.subject)), event.fact
    if added := fact.counts():
        book = _put(book, added[0], _late(counted(book.phase(added[0]), added[1]), day))
    if fulfilled := fact.fulfils():
        state = book.phase(fulfilled[0])
        book = _put(book, fulfilled[0], replace(state, fulfilled=tuple(dict.fromkeys((*state.fulfilled, fulfilled[1])))))
    return _of_itself(book, fact, day) if fact.kind == "book" else _of_subject(book, fact, day)


def _of_itself(book: Book, fact: Fact, day: date) -> Book:
    match fact:
        case BookOpened():
            profile = _profile(fact, (*book.profile.path, book.unit))
            return replace(book, profile=profile, opened=book.opened | fact.over, over=tuple(fact.over))
        case CampaignPassedDown(path=path) | AmendmentPassedDown(path=path) if not book.profile.plan_version:
            return replace(book, profile=Profile(path=path))
        case BookAmended():
            return _amended(book, fact)
        case BookRemoved(plan_version=version):
            return replace(book, profile=replace(book.profile, left_by=version, left_on=day))
        case PhaseOpened(phase=code, returns=returns):
            state = book.phase(code)
            waits = _without(returns, state.met_early), _without(book.profile.units_below, state.early)
            return _put(book, code, replace(state, status="open", awaits_returns=waits[0], awaits_units=waits[1], early=(), met_early=()))
        case PhaseExtended(phase=code, until=until):
            state = book.phase(code)
            return _put(book, code, replace(state, extended=until, status="open" if state.status == "held" else state.status))
        case PhaseProlonged(phase=code):
            again = replace(book.phase(code), status="open", prolonged=True, reopened=None, late_since=None)
            return _put(book, code, replace(again, awaits_units=book.profile.units_below))
        case PhaseReopened(phase=code):
            return _put(book, code, replace(book.phase(code), reopened=day))
        case PhaseHeld(phase=code, takes_back=again):
            state = book.phase(code)
            return _put(book, code, replace(state, status="held", reopened=state.reopened if again else None, late_since=None))
        case PhaseClosed(phase=code, revision=revision):
            return _put(
                book, code, replace(book.phase(code), status="closed", revision=revision, prolonged=False, reopened=None, closed_on=day)
            )
        case PhaseSupplemented(phase=code, revision=revision):
            return _put(book, code, replace(book.phase(code), revision=revision, late_since=None))
        case RoleGiven(person=person, role=role) if (person, role) not in book.roster:
            return replace(book, roster=(*book.roster, (person, role)))
        case RoleEnded(person=person, role=role):
            return replace(book, roster=tuple(each for each in book.roster if each != (person, role)))
    return book


def _of_subject(book: Book, fact: Fact, day: date) -> Book:
    match fact:
        case UnitPlanCounted():
            return replace(book, own_plan=book.own_plan or day)
        case IssueEntered():
            return replace(book, entered=book.entered + 1)
        case IdeaEntered() | ProposalEntered() | NominationEntered() as entered:
            return replace(book, numbers=book.numbers | {entered.kind: entered.number})
        case ObligationOpened(obligation=code):
            return replace(book, opened=book.opened | {code: book.opened.get(code, 0) + 1})
        case ObligationLifted(phase=code, obligation=obligation, period=None):
            state = book.phase(code)
            return _put(book, code, replace(state, awaits_returns=_without(state.awaits_returns, (obligation,))))
        case ObligationMet(phase=code, obligation=obligation):
            state = book.phase(code)
            early = (*state.met_early, obligation) if state.status == "ahead" else ()
            return _put(book, code, replace(state, awaits_returns=_without(state.awaits_returns, (obligation,)), met_early=early))
        case TargetChecked(target=target, phase=code, conforms=conforms):
            since = before.since if (before := book.answers.get(target)) else day
            return replace(book, answers=book.answers | {target: Answer(conforms, code, since)})
        case TargetLifted(target=target):
            return replace(book, answers={number: each for number, each in book.answers.items() if number != target})
        case StatementAdded(phase=code, unit=unit, total=total, replaces=replaces):
            state, more, less = book.phase(code), total.model_dump(), replaces.model_dump() if replaces else {}
            below = {name: state.below.get(name, 0) + more[name] - less.get(name, 0) for name in more}
            early = (*_without(state.early, (unit,)), unit) if state.status == "ahead" and unit in book.profile.units_below else ()
            awaited = _without(state.awaits_units, (unit,))
            return _put(book, code, _late(replace(state, below=below, awaits_units=awaited, early=early), day))
    return book


def _amended(book: Book, fact: BookAmended) -> Book:
    """The book goes by another plan and tree; phases that have not closed wait for the units that are under it now."""
    joined = _without(fact.units_below, book.profile.units_below)
    phases = {}
    for code, state in book.phases.items():
        more = (*state.awaits_units, *joined) if state.status in ("open", "held") and not state.revision else state.awaits_units
        returns = (*state.awaits_returns, *fact.returns.get(code, ()))
        phases[code] = replace(
            state, awaits_units=_without(more, fact.left), early=_without(state.early, fact.left), awaits_returns=returns
        )
    over = tuple(dict.fromkeys((*book.over, *fact.over)))
    return replace(book, profile=_profile(fact, fact.path), phases=phases, opened=book.opened | fact.over, over=over)


def _profile(fact: BookOpened | BookAmended, path: tuple[str, ...]) -> Profile:
    return Profile(
        plan_version=fact.plan_version,
        tree_version=fact.tree_version,
        path=path,
        unit_class=fact.unit_class,
        tags=fact.tags,
        responsible=fact.responsible,
        levels_below=fact.levels_below,
        units_below=fact.units_below,
        superiors=fact.superiors or {},
    )


def _without(all: tuple[str, ...], gone: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(each for each in all if each not in gone)


def _put(book: Book, code: str, state: PhaseState) -> Book:
    return replace(book, phases=book.phases | {code: state})


def counted(state: PhaseState, changes: Mapping[str, int]) -> PhaseState:
    """A phase with figures of its own changed."""
    return replace(state, own=state.own | {name: state.own.get(name, 0) + change for name, change in changes.items() if change})


def totals(state: PhaseState) -> tuple[Counts, Counts]:
    """The figures of a phase: its own, and with those of all below."""
    return Counts(**state.own), Counts(**{name: state.own.get(name, 0) + state.below.get(name, 0) for name in state.own | state.below})


def totals_to_date(book: Book) -> tuple[Counts, Counts]:
    """The figures of all phases together: of the unit itself, and with all below it."""
    own, below = Tally[str](), Tally[str]()
    for state in book.phases.values():
        own.update(state.own)
        below.update(state.below)
    return totals(PhaseState(own=dict(own), below=dict(below)))


def _late(state: PhaseState, day: date) -> PhaseState:
    return replace(state, late_since=day) if state.status == "closed" and state.late_since is None else state
