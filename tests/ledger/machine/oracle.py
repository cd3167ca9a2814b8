"""What a reader of the recorded events believes who knows the promises and none of the rules."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from services.ledger.store.documents import Group
from shared.events.campaign import BookAmended, BookOpened
from shared.events.extension import ExtensionGranted, ExtensionRequested
from shared.events.fact import Fact
from shared.events.hand_over import HandOverCompleted, HandOverOffered, HandOverSettled
from shared.events.holding import SOURCE as HELD
from shared.events.holding import FactHeld, HeldReleased, HoldExpired
from shared.events.issue import (
    FollowUpSet,
    IssueAssigned,
    IssueCarriedOver,
    IssueEntered,
    IssueOverdue,
    IssueStruckOff,
    MeasuresPlanned,
    RectificationDone,
    RectificationVerified,
)
from shared.events.lateness import DeadlinePutOff, OverdueWithdrawn
from shared.events.leaving import IssueCameBack, IssueMerged, IssueWithdrawn
from shared.events.phase import PhaseClosed, PhaseExtended, PhaseSupplemented
from shared.events.refusal import Refused
from shared.events.strike_off import IssueReopened, IssueReturned, StrikeOffPublished
from shared.kafka.cloudevents import ENVELOPES
from shared.workdays import local_date

ToldId = tuple[str, str, str]
"""Book, source and id."""
LEFT = {IssueStruckOff: "struck-off", IssueWithdrawn: "void", IssueMerged: "merged", HandOverCompleted: "handed-over"}


@dataclass
class Life:
    """One issue that was entered."""

    number: int
    grade: str | None
    standing: bool
    fix_due: date
    entered_on: date
    origin: str | None
    owner: str | None = None
    owners: set[str] = field(default_factory=set)
    """All whom somebody named its owner."""
    fixers: set[str] = field(default_factory=set)
    verified: list[tuple[str, str]] = field(default_factory=list)
    left: str | None = None
    into: str | None = None
    """The issue that it was merged into last."""
    work: str = "entered"
    """`entered`, `planned`, `done` or `published`: how far the present rectification is."""
    marks: int = 0
    """Times that its fix clock ran out and that was not withdrawn."""
    asked: date | None = None
    carried: date | None = None
    reopened: date | None = None
    offers: int = 0
    handing: bool = False

    @property
    def gainers(self) -> set[str]:
        """Who owned or rectified it at some time."""
        return {*self.owners, *self.fixers, *((self.owner,) if self.owner else ())}


class Oracle:
    """All books, read event by event in the order in which they were recorded."""

    def __init__(self, needed: dict[str | None, tuple[int, int]]) -> None:
        self.needed = needed
        """Persons and units that must verify, by grade."""
        self.issues: dict[str, Life] = {}
        self.entered: Counter[str] = Counter()
        self.figures: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        """The own figures of a book in a phase."""
        self.totals: dict[tuple[str, str], dict[str, int]] = {}
        """The latest statement of a book for a phase."""
        self.told_to: dict[tuple[str, str], str] = {}
        """The unit above that was told it: after a move a phase that is open again stands nowhere until it closes."""
        self.below: dict[str, tuple[str, ...]] = {}
        self.answers: dict[ToldId, Counter[str]] = defaultdict(Counter)
        """What became of each told fact: recorded, held or refused."""
        self.reused: Counter[ToldId] = Counter()
        self.types: Counter[str] = Counter()
        self.extended: dict[str, date] = {}

    def read(self, group: Group) -> None:
        """What was recorded for one told event."""
        day = local_date(group.accepted)
        read = [(subject, ENVELOPES[type].model_validate_json(value)) for type, subject, _, value in group.events]
        facts = [(subject, each.fact) for subject, each in read]
        self.types.update(type for type, *_ in group.events)
        self._answered(group, facts[0][1])
        for _, each in read:
            if isinstance(each.fact, PhaseClosed | PhaseSupplemented):
                self.told_to[group.book, each.fact.phase] = "/".join((each.where.campaign, *each.where.path[-2:-1]))
        for index, (subject, fact) in enumerate(facts):
            if isinstance(fact, Refused):
                assert index or len(facts) == 1, "a refusal stands alone"
            self._fold(group.book, subject, fact, day)

    def _answered(self, group: Group, first: Fact) -> None:
        source, id = group.source, group.id
        if source == HELD:  # `<source>~<id>#<times>`
            source, _, id = id.rpartition("#")[0].partition("~")
        key = (group.book, source, id)
        match first:
            case Refused(rule="id-used"):
                self.reused[key] += 1
            case FactHeld():
                self.answers[key]["held"] += 1
            case HoldExpired(told_source=source, told_id=id):
                pass
            case Refused():
                self.answers[key]["refused"] += 1
            case _:
                self.answers[key]["recorded"] += 1

    def _fold(self, book: str, subject: str, fact: Fact, day: date) -> None:
        if added := fact.counts():
            figures = self.figures[book, added[0]]
            figures.update(added[1])
            assert min(figures.values()) >= 0, (subject, fact, figures)
        match fact:
            case BookOpened(units_below=below) | BookAmended(units_below=below):
                self.below[book] = tuple(f"{book.partition('/')[0]}/{unit}" for unit in below)
            case PhaseClosed(phase=phase, total=total) | PhaseSupplemented(phase=phase, total=total):
                self.totals[book, phase] = total.model_dump()
            case PhaseExtended(until=until):
                self.extended[book] = max(until, self.extended.get(book, until))
            case HeldReleased(told_source=source, told_id=id):
                self.answers[book, source, id]["held"] -= 1
            case Refused(told_source=str(source), told_id=str(id), rule=rule) if subject != book and rule:
                self._expired(book, source, id)
        if isinstance(fact, IssueEntered):
            self._entered(book, subject, fact, day)
        elif life := self.issues.get(subject):
            self._life(life, book, subject, fact, day)

    def _expired(self, book: str, source: str, id: str) -> None:
        """A refusal under the id of the first telling: at the end of a hold; that of a fact told again was seen by its group."""
        if self.answers[book, source, id]["held"]:
            self.answers[book, source, id]["held"] -= 1
            self.answers[book, source, id]["refused"] += 1

    def _entered(self, book: str, subject: str, fact: IssueEntered, day: date) -> None:
        self.entered[book] += 1
        assert fact.number == self.entered[book], "numbers are given without gap"
        assert subject not in self.issues, "one issue, one number"
        self.issues[subject] = Life(fact.number, fact.grade, fact.standing, fact.fix_due, day, fact.origin)

    def _life(self, life: Life, book: str, subject: str, fact: Fact, day: date) -> None:
        unit = book.partition("/")[2]
        number = getattr(fact, "number", None)
        if type(fact).__name__ not in ("HandOverSettled", "HandOverOutcome", "IssueAbsorbed"):
            assert number in (None, life.number), "an issue keeps its number"
        match fact:
            case IssueAssigned(owner=owner) | FollowUpSet(owner=owner):
                life.owner = owner
                life.owners.add(owner)
            case IssueCarriedOver(owner=owner):
                assert not life.left, "what left is not carried over"
                life.owner, life.carried = owner, day
            case IssueReopened():
                assert life.left in ("struck-off", "void"), "what did not leave is not opened again"
                assert not fact.was_void or fact.fix_due == life.fix_due, "what was void has the days that it had"
                life.left, life.verified, life.work, life.asked = None, [], "entered", None
                if not fact.was_void:
                    life.fix_due, life.carried, life.reopened, life.marks = fact.fix_due, None, day, 0
            case IssueMerged(into=into, by=by):
                life.into = into
                self._merged(life, self.issues[into], by)
            case IssueCameBack(out_of=out_of):
                assert (life.left, life.into) == ("merged", out_of), "what was not merged does not come back"
                life.left = None
            case ExtensionRequested(until=until):
                life.asked = until
            case ExtensionGranted(until=until):
                life.fix_due, life.asked = until or life.asked or date.min, None
            case IssueOverdue(clock="fix"):
                life.marks += 1
                assert life.marks == 1, "a clock runs out once"
            case OverdueWithdrawn(clock="fix"):
                life.marks -= 1
                assert life.marks == 0, "only a mark that stands is withdrawn"
            case DeadlinePutOff(clock="fix", until=until):
                life.fix_due = max(life.fix_due, until)
        self._work(life, unit, fact)
        self._on_its_way(life, fact)
        if left := LEFT.get(type(fact)):
            assert life.left is None, "it leaves once"
            life.left, life.handing = left, False
        if isinstance(fact, IssueStruckOff):
            persons, units = self.needed[life.grade]
            assert len({by for by, _ in life.verified}) >= persons, "enough persons verified it"
            assert len({unit for _, unit in life.verified}) >= units, "of enough units"
            assert not life.fixers & {by for by, _ in life.verified}, "none of them rectified it"
            assert fact.on_time == (not life.marks) or life.carried, "on time is what has no mark"

    @staticmethod
    def _merged(life: Life, other: Life, by: str) -> None:
        assert by not in life.gainers, "nobody merges what is their own"
        assert other.left is None, "what left takes in no other"
        assert other.work in ("entered", "planned"), "what is rectified takes in no other"
        assert other.grade == "grave" or life.grade != "grave", "a grave issue goes into none that is less grave"
        assert life.standing == other.standing, "what has an end goes into none without, nor the other way round"
        if not (life.standing or life.carried or other.carried):
            assert other.fix_due <= life.fix_due, "it goes into none that is due later"
        other.fixers |= life.gainers

    @staticmethod
    def _work(life: Life, unit: str, fact: Fact) -> None:
        match fact:
            case MeasuresPlanned():
                life.work = "planned"
            case RectificationDone(by=by):
                life.fixers.add(by)
                life.verified, life.work = [], "done"
            case RectificationVerified(by=by, by_unit=by_unit):
                assert life.work == "done", "what is not rectified is not verified"
                assert by not in life.gainers, "nobody verifies what is their own"
                life.verified.append((by, by_unit or unit))
            case StrikeOffPublished():
                life.work = "published"
            case IssueReturned():
                life.verified, life.work = [], "planned"

    @staticmethod
    def _on_its_way(life: Life, fact: Fact) -> None:
        match fact:
            case HandOverOffered(offer=offer):
                life.handing, life.offers = True, offer
            case HandOverSettled(accepted=False, offer=offer) if offer == life.offers:
                life.handing = False

    # ── promises about books that are settled ───────────────────────────────────────────────────────────────────────────────

    def check(self, told: Counter[ToldId], reused: Counter[ToldId]) -> None:
        """What holds whenever nothing is on its way. Raises AssertionError."""
        for key, times in told.items():
            assert self.answers[key].total() == 1, (key, times, self.answers[key])
            assert self.reused[key] == reused[key], key
        for book, entered in self.entered.items():
            self._balance(book, entered)
        for subject, life in self.issues.items():
            self._one_book(subject, life)
            into = self.issues[life.into] if life.left == "merged" and life.into else None
            assert into is None or into.left in (None, "struck-off"), (subject, "what was merged is dealt with there, or came back")

    def _balance(self, book: str, entered: int) -> None:
        lives = {subject: life for subject, life in self.issues.items() if subject.startswith(f"{book}/")}
        all_phases: Counter[str] = Counter()
        for (of, _), figures in self.figures.items():
            if of == book:
                all_phases.update(figures)
        open_now = sum(life.left is None for life in lives.values())
        gone = sum(all_phases[name] for name in ("struck_off", "merged", "handed_over", "voided")) - all_phases["reopened"]
        assert all_phases["entered"] == entered == open_now + gone, (book, all_phases, open_now)

    def _one_book(self, subject: str, life: Life) -> None:
        taken = [id for id, other in self.issues.items() if other.origin == subject]
        assert len(taken) == (life.left == "handed-over"), (subject, taken, "it is in exactly one of two books")

    def sums(self) -> Iterator[tuple[str, str, dict[str, int]]]:
        """For each book and phase, what the statements of the units below it add up to."""
        for book, units in self.below.items():
            for phase in {phase for _, phase in self.totals}:
                total: Counter[str] = Counter()
                for unit in units:
                    if self.told_to.get((unit, phase)) != book:
                        continue
                    total.update(self.totals.get((unit, phase), {}))
                yield book, phase, {name: count for name, count in total.items() if count}

    def missed(self, today: date, runs: tuple[str, ...], ends: Sequence[date]) -> Iterator[tuple[str, str]]:
        """Issues whose fix clock ran out before this morning with no mark, or that the campaign's end, by any of its plans, left where they were."""
        for subject, life in self.issues.items():
            if life.left or life.standing or life.handing:
                continue
            runs_on = life.work in runs and not life.carried
            if runs_on and life.fix_due < today and not life.marks:
                yield subject, f"no mark: {life}"
            last = max(*ends, self.extended.get(subject.partition("/issue/")[0], date.min))
            opened_since = life.reopened and life.reopened > min(ends)
            if last < today and not life.carried and not opened_since:
                yield subject, f"not carried over: {life}"


def plain(figures: dict[str, int]) -> dict[str, int]:
    """Figures without those that are nought."""
    return {name: count for name, count in figures.items() if count}
