"""What a reader believes of issues, whatever is told of them: who ever gained by one, on which days its clocks end, and by which words those move."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from shared.events.extension import ExtensionDenied, ExtensionGranted, ExtensionRequested
from shared.events.fact import Fact
from shared.events.hand_over import HandOverReceived
from shared.events.issue import (
    FollowUpSet,
    IssueAssigned,
    IssueCarriedOver,
    IssueEntered,
    IssueOverdue,
    MeasuresPlanned,
    MilestoneReached,
    RectificationDone,
    RectificationReturned,
    RectificationVerified,
)
from shared.events.lateness import DeadlinePutOff, LateTellingAccepted, OverdueWithdrawn
from shared.events.leaving import IssueMerged, IssueVoided
from shared.events.strike_off import IssueReopened, IssueReturned, IssueSpotChecked, LookBackDone, ObjectionDecided, ReopeningOrdered
from shared.events.supervision import NextReviewSet, SupervisionLifted, SupervisionOrdered

Milestones = dict[str, date]
JUDGED = (
    RectificationVerified
    | RectificationReturned
    | IssueSpotChecked
    | LookBackDone
    | ReopeningOrdered
    | ObjectionDecided
    | IssueVoided
    | IssueMerged
    | ExtensionGranted
    | ExtensionDenied
    | SupervisionOrdered
    | SupervisionLifted
)
"""What somebody says of an issue who must not gain by it."""


@dataclass
class Seen:
    """One issue in one book."""

    named: set[str] = field(default_factory=set)
    """Who was ever named its owner, or rectified it, in any book, or one that was merged into it."""
    owner: str | None = None
    days: dict[str, date] = field(default_factory=dict)
    """The last day of each clock."""
    milestones: Milestones = field(default_factory=dict)
    marks: set[str] = field(default_factory=set)
    rectified: bool = False
    standing: bool = False
    supervised: bool = False
    entered_on: date = date.min
    asked: date | None = None
    """The last day that is asked for."""
    granted: date = date.min
    """Until when more time was granted since, in any book."""

    @property
    def gainers(self) -> set[str]:
        return self.named | ({self.owner} if self.owner else set())

    @property
    def fix(self) -> date:
        return self.days.get("follow-up") or self.days["fix"]


class Witness:
    """Reads what is recorded, group by group, and asserts what holds of it."""

    def __init__(self, restarts: tuple[str, ...]) -> None:
        self.restarts = restarts
        self.issues: dict[str, Seen] = defaultdict(Seen)
        self.origins: dict[str, str] = {}
        self.had: dict[tuple[str, str], Seen] = {}
        """The last life of an issue in a book, by where it was reported and the book."""

    def read(self, book: str, day: date, facts: Sequence[tuple[str, Fact]]) -> None:
        """What was recorded for one told event."""
        for subject, fact in facts:
            if isinstance(fact, HandOverReceived):
                self.origins[subject] = fact.origin
            elif isinstance(fact, IssueEntered):
                self._entered(book, subject, fact, day)
            elif subject in self.issues:
                self._read(self.issues[subject], fact, day, [each for of, each in facts if of == subject])
                self._given(self._first(subject), fact, self.issues[subject])

    def _given(self, first: str, fact: Fact, seen: Seen) -> None:
        """What others gave an issue holds in all books that had it: more time, and a new cycle."""
        had = {place: each for place, each in self.had.items() if place[0] == first and each is not seen}
        if isinstance(fact, ExtensionGranted):
            for each in had.values():
                each.granted = max(each.granted, seen.days["fix"])
        if isinstance(fact, IssueReopened) and not fact.was_void:
            for place in had:
                del self.had[place]

    def _first(self, subject: str) -> str:
        while subject in self.origins:
            subject = self.origins[subject]
        return subject

    def _entered(self, book: str, subject: str, fact: IssueEntered, day: date) -> None:
        seen = self.issues[subject]
        days = {"plan": fact.plan_due, "fix": fact.fix_due, "listing": fact.listing_due, "review": fact.review_due}
        seen.days = {name: due for name, due in days.items() if due}
        seen.standing, seen.entered_on, seen.supervised = fact.standing, day, fact.supervised
        seen.milestones = {each.name: each.due for each in fact.milestones}
        if origin := self.origins.get(subject):
            giver = self.issues[origin]
            seen.named |= giver.gainers
            assert seen.supervised == giver.supervised, "it is listed in the other book as it was"
            for clock in {"listing", "review", "plan", "fix"} - set(self.restarts):
                assert clock not in giver.days or seen.days[clock] <= giver.days[clock], (clock, "runs on in the other book")
        if before := self.had.get((self._first(subject), book)):
            assert seen.days["fix"] <= max(before.days["fix"], before.granted), "a book that has it back has no more days"
            no_later(before.milestones, seen.milestones)
        self.had[self._first(subject), book] = seen

    def _read(self, seen: Seen, fact: Fact, day: date, beside: Sequence[Fact]) -> None:
        if isinstance(fact, JUDGED):
            assert fact.by not in seen.gainers, (type(fact).__name__, fact.by, "judges what is, or was, their own")
        match fact:
            case IssueAssigned(owner=owner):
                seen.owner = owner
                seen.named.add(owner)
            case IssueCarriedOver(owner=owner, due=due):
                seen.owner, seen.days["follow-up"] = owner, due
            case FollowUpSet(owner=owner, due=due, by=by):
                assert due <= seen.days["follow-up"] or by not in {*seen.named, owner}, "nobody puts off what is, or was, their own"
                seen.owner, seen.days["follow-up"] = owner, due
                seen.named.add(owner)
                seen.marks.discard("follow-up")
            case MeasuresPlanned(milestones=milestones, by=by):
                after = {each.name: each.due for each in milestones}
                if by in seen.gainers:
                    no_later({name: due for name, due in seen.milestones.items() if due >= day}, after)
                seen.milestones = after
            case MilestoneReached(name=name):
                seen.milestones.pop(name, None)
            case RectificationDone(by=by):
                seen.named.add(by)
                seen.rectified = True
            case IssueReturned():
                seen.rectified = False
            case SupervisionOrdered() | SupervisionLifted():
                seen.supervised = isinstance(fact, SupervisionOrdered)
                seen.days.pop("listing", None)
            case IssueMerged(into=into):
                self._merged(seen, self.issues[into], day)
            case _:
                self._clocks(seen, fact, day, beside)

    def _clocks(self, seen: Seen, fact: Fact, day: date, beside: Sequence[Fact]) -> None:
        match fact:
            case DeadlinePutOff(clock=clock, until=until):
                seen.days[clock] = max(seen.days[clock], until)
            case ExtensionRequested(until=until):
                seen.asked = until
                seen.marks.discard("extension")
            case ExtensionGranted(until=until):
                assert seen.asked
                seen.days["fix"] = until or seen.asked
            case NextReviewSet(due=due):
                seen.days["review"] = due
                seen.marks.discard("review")
            case IssueReopened() if seen.rectified:
                seen.rectified = False
                self._clocks(seen, fact, day, beside)
            case IssueReopened(was_void=True):
                assert fact.fix_due == seen.days["fix"], "what was void has the days that it had"
                assert "plan" not in seen.marks or fact.plan_due == seen.days["plan"]
                seen.days["plan"] = fact.plan_due
            case IssueReopened():
                days = {"plan": fact.plan_due, "fix": fact.fix_due, "listing": fact.listing_due, "review": fact.review_due}
                seen.days, seen.milestones = {name: due for name, due in days.items() if due}, {}
                seen.marks = seen.marks & {"answer", "receipt"}
                seen.entered_on = day
            case IssueOverdue(clock=clock, due=due, name=name):
                if name:
                    if seen.milestones.get(name) == due:
                        del seen.milestones[name]
                    return
                assert clock not in seen.marks, (clock, "runs out once")
                assert seen.days.get(clock, due) == due <= day, (clock, due, seen.days)
                seen.marks.add(clock)
            case OverdueWithdrawn(clock=clock, due=due, reason=reason):
                assert clock in seen.marks, "only a mark that stands is withdrawn"
                assert due == seen.days[clock] or reason == "extended"
                self._true(seen, reason, day, due, beside)
                seen.marks.discard(clock)

    @staticmethod
    def _true(seen: Seen, reason: str, day: date, due: date, beside: Sequence[Fact]) -> None:
        """A mark is withdrawn for a true reason."""
        match reason:
            case "in-time":
                assert day <= due
            case "told-late":
                told = next(each for each in beside if isinstance(each, LateTellingAccepted))
                assert seen.entered_on <= told.happened <= due, "nothing happened before what it acts on"
            case "extended":
                assert any(isinstance(each, ExtensionGranted) for each in beside)

    @staticmethod
    def _merged(seen: Seen, other: Seen, day: date) -> None:
        assert seen.standing or other.fix <= seen.fix, "it goes into none that is due later"
        if not seen.rectified:
            no_later({name: due for name, due in seen.milestones.items() if due >= day}, other.milestones)
        assert other.supervised or not seen.supervised
        assert other.supervised or "listing" not in seen.days or other.days["listing"] <= seen.days["listing"]
        other.named |= seen.gainers

    def stands(self, states: dict[str, tuple[tuple[str, ...], date]]) -> None:
        """The marks and the last day of rectification in the books are those that were seen to come and go."""
        for subject, (overdue, fix_due) in states.items():
            seen = self.issues[subject]
            assert {each for each in overdue if not each.startswith("milestone")} - {"receipt", "look-back"} == seen.marks - {
                "receipt",
                "look-back",
            }, subject
            assert fix_due == seen.days["fix"], subject


def no_later(before: Milestones, after: Milestones) -> None:
    """Of those before each has one after that is no later."""
    days, theirs = sorted(before.values()), sorted(after.values())
    assert len(theirs) >= len(days), "no milestone is dropped"
    assert all(its <= due for due, its in zip(days, theirs, strict=False)), "no milestone is put off"
