"""Every event that crosses a boundary: a fact in the past tense, named as the bureaus name it.

A *told* fact is what somebody says happened; a *recorded* one is what stands in a book. `CATALOGUE` lists them all; `docs/events.md` is made from it.
A new optional field needs no new version; any other change gets a class of its own, `…V2`, and an upcast.
"""

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, ClassVar, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from shared.plan import PhaseCode, Plan, Wording
from shared.units import PART, Code, Line, Person, Seal, Unit, Value

Text = Annotated[
    str,
    StringConstraints(min_length=1, max_length=4000, strip_whitespace=True, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]*$"),
]
"""A free text of 1 to 4,000 characters, none of them one that no document can hold."""
Count = Annotated[int, Field(ge=0, le=2**53 - 1)]
Evidence = Annotated[tuple[Line, ...], Field(max_length=20)]
"""References to pictures, videos or papers that show it (C9), at most 20."""
ClockName = Literal["plan", "fix", "follow-up"]


class Teller(StrEnum):
    """Who says a fact first."""

    BUREAU = "bureau"
    """a unit or its bureau, through intake"""
    CLOCK = "clock"
    """the clock: something fell due"""
    BOOK = "book"
    """one book to another"""
    LEDGER = "ledger"
    """the ledger itself, as a consequence; never told"""


class Fact(Value):
    """What happened: the data of an event."""

    teller: ClassVar[Teller] = Teller.LEDGER
    kind: ClassVar[str] = "issue"
    """The kind of subject it belongs to: `book`, `issue`, `return`, `check`, `statement`, `tree`, or `person`, `notice` and `time`, which are in no book."""


class Counts(Value):
    """The figures of one phase of a book, or of a book and all below it. Every figure counts events, once each."""

    units: Count = Field(default=0, description="books whose phase has closed")
    gaps: Count = Field(default=0, description="of these, closed over something missing")
    entered: Count = Field(default=0, description="issues entered (上账)")
    struck_off: Count = Field(default=0, description="issues struck off (销号)")
    on_time: Count = Field(default=0, description="of these, rectified within the fix clock")
    overdue: Count = Field(default=0, description="issues whose fix clock ran out")
    carried_over: Count = Field(default=0, description="issues carried over (挂账)")
    filed: Count = Field(default=0, description="obligations met on time")
    late: Count = Field(default=0, description="obligations met after the due date")
    missing: Count = Field(default=0, description="obligations due and not met so far")
    answered: Count = Field(default=0, description="targets answered in the self-check")
    findings: Count = Field(default=0, description="of these, answered as not conforming")


class Gap(Value):
    """What was missing: of the unit's own returns, and of the units under it."""

    returns: tuple[Code, ...] = ()
    units: Annotated[tuple[Code, ...], Field(max_length=PART)] = ()


class Head(Value):
    """Where a book stood: the position of its last recorded event and the chain hash there (hex)."""

    position: Count
    chain: str


# ── the tree, the plan, and the way down ────────────────────────────────────────────────────────────────────────────────────


class UnitsListed(Fact):
    """A part of the tree of units was told to the root's book, parents before their units."""

    teller, kind = Teller.BUREAU, "tree"
    version: Annotated[int, Field(ge=1, le=1_000_000)]
    part: Annotated[int, Field(ge=1, le=100_000)] = Field(description="1, 2, 3 … in order")
    units: Annotated[tuple[Unit, ...], Field(min_length=1, max_length=PART)]


class PersonNamed(Fact):
    """A person's name and mailbox were told; kept on `campaign.people` alone, never in a book (H16)."""

    teller, kind = Teller.BUREAU, "person"
    person: Person
    unit: Code
    name: Line
    phone: Annotated[str, StringConstraints(max_length=40)] | None = None
    mail: Annotated[str, StringConstraints(pattern=r"^[^@\s<>]{1,64}@[^@\s<>]{1,190}$")] | None = None


class CampaignAnnounced(Fact):
    """A campaign was announced by its owner, with its plan and the seal of its tree of units."""

    teller, kind = Teller.BUREAU, "book"
    plan: Plan
    tree: Seal


class CampaignPassedDown(Fact):
    """A unit passed the campaign on to one directly under it."""

    teller, kind = Teller.BOOK, "book"
    plan_version: Count
    tree_version: Count
    path: Annotated[tuple[Code, ...], Field(max_length=12)] = Field(description="the units above, from the root")


class BookOpened(Fact):
    """A unit's book (台账) was opened in this campaign. C1."""

    kind = "book"
    name: Line
    unit_class: Code
    tags: tuple[Code, ...]
    responsible: Person | None = None
    plan_version: Count
    tree_version: Count
    levels_below: Count = Field(description="levels of units below this one in the whole tree's depth")
    units_below: tuple[Code, ...] = Field(description="the units directly under it, to which the campaign is passed down")


# ── phases ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────


class PhaseDue(Fact):
    """The start, the end or the grace of a phase came."""

    teller, kind = Teller.CLOCK, "book"
    phase: PhaseCode
    edge: Literal["start", "end", "grace"]


class PhaseOpened(Fact):
    """A phase began in this book; its obligations are opened with it. A5."""

    kind = "book"
    phase: PhaseCode
    start: date
    end: date
    returns: tuple[Code, ...] = Field(description="obligations whose return its closing waits for")


class PhaseHeld(Fact):
    """A phase ended, but something that its closing needs is missing."""

    kind = "book"
    phase: PhaseCode
    gap: Gap


class GapAccepted(Fact):
    """The unit's owner closed a held phase over the gap, with a reason."""

    teller, kind = Teller.BUREAU, "book"
    phase: PhaseCode
    reason: Text
    by: Person


class PhaseClosed(Fact):
    """A phase closed, with the frozen statement of the unit itself and of all below it. A5."""

    kind = "book"
    phase: PhaseCode
    revision: Literal[1] = 1
    own: Counts
    total: Counts = Field(description="own, and those of all below whose statement came")
    gap: Gap | None = Field(default=None, description="what was missing; none: complete")
    head: Head = Field(description="where the book stood before; it covers the heads of the books below, which stand in it")


class SupplementDue(Fact):
    """A day passed since something came that belongs to a closed phase."""

    teller, kind = Teller.CLOCK, "book"
    phase: PhaseCode
    revision: Count


class PhaseSupplemented(Fact):
    """A closed phase's statement was followed by a revision that replaces it."""

    kind = "book"
    phase: PhaseCode
    revision: Annotated[int, Field(ge=2)]
    own: Counts
    total: Counts
    head: Head


class StatementSubmitted(Fact):
    """A unit submitted its statement, or a revision of it, to the unit above."""

    teller, kind = Teller.BOOK, "statement"
    phase: PhaseCode
    unit: Code
    revision: Annotated[int, Field(ge=1)]
    total: Counts
    head: Head


class StatementAdded(Fact):
    """The unit above added a statement to its own figures, in the place of the revision before."""

    kind = "statement"
    phase: PhaseCode
    unit: Code
    revision: Count
    total: Counts
    replaces: Counts | None = None


# ── issues ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────


class IssueReported(Fact):
    """Somebody found an issue (问题). B1 to B14, C2."""

    teller = Teller.BUREAU
    text: Text
    category: Code
    channel: Code = Field(description="how it came in; kept on every item so that reports can group by it (B14)")
    nature: Literal["problem", "defect", "hazard"] = Field(default="problem", description="问题, 缺陷 or 隐患 (C2)")
    target: Annotated[int, Field(ge=1, le=999)] | None = Field(default=None, description="the item of the checklist that it falls short of")
    owner: Person | None = Field(default=None, description="assigns it in the same breath")


class IssueEntered(Fact):
    """An issue went on the book (上账) under a number of its own, with two clocks. C1, C5, D2."""

    number: Count
    phase: PhaseCode
    category: Code
    channel: Code
    nature: Literal["problem", "defect", "hazard"]
    target: int | None = None
    text: Text
    plan_due: date = Field(description="last day for measures (拿出措施时限)")
    fix_due: date = Field(description="last day for rectification (整改时限)")


class IssueAssigned(Fact):
    """An issue was given to a named owner (责任人). C4."""

    teller = Teller.BUREAU
    owner: Person
    by: Person | None = Field(default=None, description="who assigned it; none: the reporter did")


class MeasuresPlanned(Fact):
    """The measures against an issue were planned; stops the plan clock. C3."""

    teller = Teller.BUREAU
    measures: Text
    by: Person


class RectificationDone(Fact):
    """An issue was rectified, in the words of whoever did it; stops the fix clock unless it is returned. C6, C9."""

    teller = Teller.BUREAU
    result: Text
    evidence: Evidence = ()
    by: Person


class RectificationVerified(Fact):
    """A rectification was checked and found good, by a person who neither did it nor owns the issue. C10, C11, I4."""

    teller = Teller.BUREAU
    effect: Text = Field(description="what the rectification changed (效果评价)")
    evidence: Evidence = ()
    by: Person


class RectificationReturned(Fact):
    """A rectification was checked and sent back (退回); the fix clock never stopped. C10."""

    teller = Teller.BUREAU
    reason: Text
    by: Person


class IssueStruckOff(Fact):
    """An issue left the ledger (销号). C7."""

    number: Count
    phase: PhaseCode
    on_time: bool = Field(description="the rectification was accepted by intake on or before the last day of the fix clock (L15)")
    carried_over: bool = Field(description="it had been carried over before (挂账销号)")


class DeadlinePassed(Fact):
    """The last day of a clock is over."""

    teller = Teller.CLOCK
    clock: ClockName
    due: date


class IssueOverdue(Fact):
    """A clock of an issue ran out before the act that stops it. D4."""

    number: Count
    phase: PhaseCode
    clock: ClockName
    due: date
    owner: Person | None = None


class CarryOverDue(Fact):
    """The last phase ended with this issue unfinished."""

    teller = Teller.CLOCK
    phase: PhaseCode


class IssueCarriedOver(Fact):
    """An unfinished issue was carried over (挂账) with a new date and owner. C8."""

    number: Count
    phase: PhaseCode
    due: date
    owner: Person | None = None


class FollowUpSet(Fact):
    """Another date or owner was told for an issue carried over. C8."""

    teller = Teller.BUREAU
    due: date
    owner: Person
    by: Person


# ── self-check and returns ──────────────────────────────────────────────────────────────────────────────────────────────────


class SelfCheckAnswered(Fact):
    """A unit answered one target of the checklist (自查); an answer that does not conform enters an issue by itself. B10, G6."""

    teller, kind = Teller.BUREAU, "check"
    target: Annotated[int, Field(ge=1, le=999)]
    conforms: bool
    finding: Text | None = Field(default=None, description="what falls short; needed when it does not conform")
    by: Person


class TargetChecked(Fact):
    """A target counts as checked; a later answer replaces the one before."""

    kind = "check"
    target: int
    phase: PhaseCode
    conforms: bool
    replaces: bool | None = Field(default=None, description="whether the answer before conformed; none: this is the first")


class ObligationOpened(Fact):
    """A unit owes a return (报送任务). H1 to H17."""

    kind = "return"
    obligation: Code
    phase: PhaseCode
    due: date


class ObligationDue(Fact):
    """The last day for a return is over."""

    teller, kind = Teller.CLOCK, "return"
    obligation: Code
    due: date


class ReturnFiled(Fact):
    """A unit filed a return (报送材料), or a nil return (零报告)."""

    teller, kind = Teller.BUREAU, "return"
    obligation: Code
    title: Line
    nil: bool = False
    files: Evidence = ()
    by: Person


class ObligationMet(Fact):
    """A return was the first for its obligation: met, on time or late."""

    kind = "return"
    obligation: Code
    phase: PhaseCode
    late: bool
    was_missing: bool


class ReturnMissing(Fact):
    """An obligation fell due with no return (H17)."""

    kind = "return"
    obligation: Code
    phase: PhaseCode
    due: date


# ── what people were told ───────────────────────────────────────────────────────────────────────────────────────────────────


class NoticeSent(Fact):
    """A person was told of a recorded event; on `campaign.notices` alone, ids only."""

    kind = "notice"
    event: Line = Field(description="id of the recorded event, `<book>@<position>`")
    channel: Code
    template: Code = Field(description="what kind of notice it was, such as `assigned`")
    tries: Count


class NoticeFailed(Fact):
    """A person could not be told of a recorded event, and will not be; on `campaign.notices` alone, ids only."""

    kind = "notice"
    event: Line = Field(description="id of the recorded event, `<book>@<position>`")
    channel: Code
    template: Code = Field(description="what kind of notice it was, such as `assigned`")
    tries: Count
    reason: Code = Field(description="`no-mailbox`, `bad-mailbox`, `erased`, `refused`, `gave-up`, or `bug`")
    code: int | None = Field(default=None, description="what the other side answered, such as 550")


# ── time, and what was not taken ────────────────────────────────────────────────────────────────────────────────────────────


class TimeTold(Fact):
    """Under a told clock: it is now this time. Told to every partition; makes the clock look once.

    What falls due because of what it tells needs another, so whoever tells the time tells each day.
    """

    teller, kind = Teller.BUREAU, "time"
    now: Annotated[AwareDatetime, Field(ge=datetime(2000, 1, 1, tzinfo=UTC), lt=datetime(3000, 1, 1, tzinfo=UTC))]


class Refused(Fact):
    """What was told breaks a rule. Final for its id: tell again under a new one."""

    kind = "book"
    type: Annotated[str, Field(max_length=100)] = Field(description="the type that was told")
    rule: Code = Field(description="the rule's name in the catalogue of wordings")
    reason: Wording


CATALOGUE: dict[str, type[Fact]] = {
    fact.__name__: fact
    for fact in (
        UnitsListed,
        PersonNamed,
        CampaignAnnounced,
        CampaignPassedDown,
        BookOpened,
        PhaseDue,
        PhaseOpened,
        PhaseHeld,
        GapAccepted,
        PhaseClosed,
        SupplementDue,
        PhaseSupplemented,
        StatementSubmitted,
        StatementAdded,
        IssueReported,
        IssueEntered,
        IssueAssigned,
        MeasuresPlanned,
        RectificationDone,
        RectificationVerified,
        RectificationReturned,
        IssueStruckOff,
        DeadlinePassed,
        IssueOverdue,
        CarryOverDue,
        IssueCarriedOver,
        FollowUpSet,
        SelfCheckAnswered,
        TargetChecked,
        ObligationOpened,
        ObligationDue,
        ReturnFiled,
        ObligationMet,
        ReturnMissing,
        NoticeSent,
        NoticeFailed,
        TimeTold,
        Refused,
    )
}
"""Every event by its type on the wire, which is the class's name."""


class Where(Value):
    """Where a recorded event belongs: all that a reader groups by, so that none looks anything up."""

    campaign: Code
    unit: Code
    path: tuple[Code, ...] = Field(
        default=(), description="the units from the root to this one, this one included; empty before the book opened"
    )
    unit_class: Code | None = None
    phase: PhaseCode | None = Field(default=None, description="the phase in force when intake took what was told")
    number: int | None = Field(default=None, description="of the issue")
    category: Code | None = None
    channel: Code | None = None
    nature: str | None = None
    owner: Person | None = None
