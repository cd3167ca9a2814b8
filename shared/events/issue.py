"""The life of an issue (问题)."""

from typing import Annotated, Literal

from pydantic import Field

from shared.events.fact import Act, Fact, IssueId, Numbered, Teller
from shared.values import Code, Count, Date, Day, Evidence, Line, Person, PhaseCode, Reference, Text, Value

ClockName = Literal[
    "plan",
    "fix",
    "follow-up",
    "milestone",
    "publication",
    "look-back",
    "review",
    "extension",
    "listing",
    "answer",
    "receipt",
    "acknowledgement",
]
"""The clocks that an issue may have; all but the first three run only where a plan gives them."""
RESTARTED: tuple[ClockName, ...] = ("plan", "fix", "follow-up", "look-back", "extension", "review", "listing")
"""The clocks of which an issue that is opened again has new days or none: a mark of one that ran out before is of its earlier life."""


class CarriedIn(Value):
    """Where an issue stood before: an earlier campaign, and its number or reference there (A8)."""

    campaign: Code = Field(description="one of the plan's carries_in")
    reference: Line


class Fixed(Value):
    """What was found and rectified in one breath (边查边改, C17)."""

    measures: Text
    result: Text
    evidence: Evidence = ()
    by: Person


class Milestone(Value):
    """A step of planned measures, with its last day (L10)."""

    name: Annotated[Line, Field(max_length=60)]
    due: Day


MOST_MILESTONES = 20
"""Milestones of one issue, at most."""


class IssueReported(Fact):
    """Somebody found an issue (问题). B1 to B14, C2."""

    teller = Teller.BUREAU
    zh = "问题报送"
    text: Text
    category: Code
    channel: Code = Field(description="how it came in; kept on every item so that reports can group by it (B14)")
    nature: Literal["problem", "defect", "hazard"] = Field(default="problem", description="问题, 缺陷 or 隐患 (C2)")
    target: Annotated[int, Field(ge=1, le=999)] | None = Field(default=None, description="the item of the checklist that it falls short of")
    owner: Person | None = Field(default=None, description="assigns it in the same breath")
    lane: Code | None = Field(default=None, description="the lane of the plan whose clocks it has; none: the first that fits (D2, E4)")
    grade: Code | None = Field(default=None, description="how serious it is (一般/重大 …, L2); none: the plan's first grade")
    subjective: bool = Field(default=False, description="by fault of a person's attitude (因主观原因造成, C13)")
    standing: bool = Field(default=False, description="has no end (长期坚持): it is reviewed from time to time, never struck off (L14)")
    carried_in: CarriedIn | None = Field(default=None, description="unfinished in an earlier campaign (上年转入, A8)")
    fixed: Fixed | None = Field(default=None, description="rectified in the same breath (C17)")
    reporter: Person | None = Field(default=None, description="who is to be answered (L11); a pseudonym where they stay unknown")
    anonymous: bool = Field(default=False, description="the reporter stays unknown: intake replaces the id by a pseudonym (L11)")
    visit: Reference | None = Field(default=None, description="the visit or inspection of this book that found it, by its subject (B7, B8)")
    evidence: Evidence | None = Field(default=None, description="pictures or papers that show it, as it was found (C9)")


class IssueEntered(Numbered):
    """An issue went on the book (上账) under a number of its own, with two clocks. C1, C5, D2."""

    zh = "上账"
    category: Code
    channel: Code
    nature: Literal["problem", "defect", "hazard"]
    target: int | None = None
    text: Text
    plan_due: Date = Field(description="last day for measures (拿出措施时限)")
    fix_due: Date = Field(description="last day for rectification (整改时限)")
    lane: Code | None = Field(
        default=None, description="the lane of the plan that set the clocks; none: the plan's own clocks did (D2, E4)"
    )
    priority: Annotated[int, Field(ge=0, le=9)] | None = Field(default=None, description="of the lane: the higher, the sooner it is shown")
    label: str | None = Field(default=None, description="its number as people read it, by the plan's numbering rule (L14)")
    grade: Code | None = Field(default=None, description="L2")
    subjective: bool = Field(default=False, description="C13")
    standing: bool = Field(default=False, description="is reviewed, never struck off; its fix clock does not run (L14)")
    carried_in: CarriedIn | None = Field(default=None, description="A8")
    complaint: bool = Field(default=False, description="counts as a complaint here, and its answer too (B12)")
    listing_due: Date | None = Field(default=None, description="last day for a superior to list it for supervision (挂牌督办, L2)")
    review_due: Date | None = Field(default=None, description="last day for the first review of an item without an end (L14)")

    origin: IssueId | None = Field(default=None, description="the issue in the book that handed it over")
    supervised: bool = Field(default=False, description="handed over while a superior listed it: it is so still (L2)")
    milestones: Annotated[tuple[Milestone, ...], Field(max_length=MOST_MILESTONES)] = Field(
        default=(), description="still awaited of the measures that were planned when this book had it before"
    )
    reporter: Person | None = Field(default=None, description="who is to be answered; a pseudonym where they stay unknown (L11)")
    evidence: Evidence | None = Field(default=None, description="pictures or papers that show it, as it was found (C9)")

    def counts(self) -> tuple[str, dict[str, int]] | None:
        return self.phase, {
            "entered": 1,
            "defects": int(self.nature == "defect"),
            "hazards": int(self.nature == "hazard"),
            "carried_in": int(self.carried_in is not None),
            "received": int(self.origin is not None),
            "complaints": int(self.complaint),
            "standing": int(self.standing),
        }


class IssueAssigned(Fact):
    """An issue was given to a named owner (责任人). C4."""

    teller = Teller.BUREAU
    zh = "落实责任人"
    owner: Person
    by: Person | None = Field(default=None, description="who assigned it; none: the reporter did")


class MeasuresPlanned(Fact):
    """The measures against an issue were planned; stops the plan clock. Told again, they replace those before. C3, C15, L10."""

    teller = Teller.BUREAU
    zh = "拿出措施"
    measures: Text
    by: Person
    analysis: Text | None = Field(default=None, description="why it is so (逐条分析, C15)")
    standard: Text | None = Field(default=None, description="by what it is accepted (验收标准)")
    funds: Count | None = Field(default=None, description="money set aside (资金), in cents of a yuan")
    emergency_plan: Text | None = Field(default=None, description="what is done if it goes wrong meanwhile (预案)")
    guard: Text | None = Field(default=None, description="what keeps people safe until it is rectified (临时防控措施)")
    milestones: Annotated[tuple[Milestone, ...], Field(max_length=MOST_MILESTONES)] = ()


class MilestoneReached(Act):
    """A milestone of the planned measures was reached. L10."""

    zh = "节点完成"
    name: Line


class RectificationDone(Fact):
    """An issue was rectified, in the words of whoever did it; stops the fix clock unless it is returned. C6, C9."""

    teller = Teller.BUREAU
    zh = "整改完成"
    result: Text
    evidence: Evidence = ()
    refund_cents: Count | None = Field(default=None, description="what was paid back (退费), in cents of a yuan (B13)")
    by: Person


class RectificationVerified(Fact):
    """A rectification was checked and found good, by a person who neither did it nor owns the issue. C10, C11, I4."""

    teller = Teller.BUREAU
    zh = "验收"
    effect: Text = Field(description="what the rectification changed (效果评价)")
    evidence: Evidence = ()
    by: Person
    by_unit: Code | None = Field(default=None, description="the unit that they act for; none: the unit whose book it is (L3)")


class RectificationReturned(Fact):
    """A rectification was checked and found wanting (退回). C10."""

    teller = Teller.BUREAU
    zh = "退回"
    reason: Text
    by: Person
    by_unit: Code | None = Field(default=None, description="the unit that they act for; none: the unit whose book it is (L3)")


class IssueStruckOff(Numbered):
    """An issue left the ledger (销号). C7."""

    zh = "销号"
    on_time: bool = Field(
        description="the act that stops the fix clock was accepted by intake on or before its last day, or told late within the plan's days (L15)"
    )
    carried_over: bool = Field(description="it had been carried over before (挂账销号)")
    first_due: Date | None = Field(default=None, description="the last day of the fix clock before more time was granted (L6)")
    look_back_due: Date | None = Field(default=None, description="last day for the look-back (回头看, L5)")

    def counts(self) -> tuple[str, dict[str, int]] | None:
        return self.phase, {"struck_off": 1, "on_time": int(self.on_time)}


class DeadlinePassed(Fact):
    """The last day of a clock is over."""

    teller = Teller.CLOCK
    zh = "时限已过"
    clock: ClockName
    due: Date
    name: Line | None = Field(default=None, description="of the milestone")


class IssueOverdue(Numbered):
    """A clock of an issue ran out before the act that stops it. D4."""

    zh = "超期"
    clock: ClockName
    due: Date
    owner: Person | None = None
    name: Line | None = Field(default=None, description="of the milestone")

    def counts(self) -> tuple[str, dict[str, int]] | None:
        return (self.phase, {"overdue": 1}) if self.clock == "fix" else None


class CarryOverDue(Fact):
    """The last phase ended with this issue unfinished."""

    teller = Teller.CLOCK
    zh = "应挂账"
    phase: PhaseCode


class CarryOverPutOff(Fact):
    """An unfinished issue was not carried over yet: the campaign lasts longer, for all by an amendment (A7) or for this unit (L7)."""

    zh = "挂账顺延"
    until: Date


class IssueCarriedOver(Numbered):
    """An unfinished issue was carried over (挂账) with a new date and owner. C8."""

    zh = "挂账"
    due: Date
    owner: Person | None = None

    def counts(self) -> tuple[str, dict[str, int]] | None:
        return self.phase, {"carried_over": 1}


class FollowUpSet(Fact):
    """Another date or owner was told for an issue carried over. C8."""

    teller = Teller.BUREAU
    zh = "跟踪"
    due: Day
    owner: Person
    by: Person
