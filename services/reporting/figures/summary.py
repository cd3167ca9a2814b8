"""What a summary says of a campaign: the figures of a unit and all below it, and as of when. Shapes alone."""

from datetime import date
from typing import Any, Literal

from pydantic import Field

from services.reporting.figures.view import AsOf, View
from shared.events.figures import Counts
from shared.values import Count, Wording


class CampaignPhase(View):
    """A phase as the plan has it."""

    code: str
    name: Wording
    start: date
    end: date


class CampaignView(View):
    """A campaign, as a key's holder sees it."""

    id: str
    name: Wording
    issued: date
    unit: str = Field(description="the unit at the top of what the key may see")
    unit_name: str
    phases: list[CampaignPhase]


class Figures(Counts):
    """The figures of a unit and all below it. What is said of issues is counted once by issue, as it stands; every other figure counts acts.

    `acts`, beside these, has the entries, the strike-offs and the like: what statements of the ledger add up.
    """

    entered: Count = Field(default=0, description="once by issue: entered (上账), in the phase of its first entry in one of these books")
    struck_off: Count = Field(default=0, description="once by issue: stands struck off (销号), in the phase of the last strike-off")
    on_time: Count = Field(default=0, description="once by issue: of these, rectified within the fix clock")
    overdue: Count = Field(
        default=0, description="once by issue: its fix clock ran out (超期); in each phase in which it did, and once over all phases"
    )
    carried_over: Count = Field(
        default=0, description="once by issue: was carried over (挂账); in each phase in which it was, and once over all phases"
    )
    defects: Count = Field(default=0, description="once by issue: of those entered, defects (缺陷)")
    hazards: Count = Field(default=0, description="once by issue: of those entered, hazards (隐患)")
    open: Count = Field(
        default=0, description="once by issue: of those entered, still to be struck off; neither gone from these books nor without an end"
    )

    @property
    def due(self) -> int:
        """How many are struck off or to be: what the struck-off rate (销号率) is of."""
        return self.struck_off + self.open


class Statement(View):
    """The ledger's own latest statement: acts, as `acts` beside it counts them again."""

    revision: int
    own: Counts
    total: Counts


class PhaseSummary(CampaignPhase):
    """A phase, with the figures of the unit and all below it."""

    status: Literal["ahead", "open", "held", "closed"]
    opened: date | None
    held: date | None
    closed: date | None
    gap: dict[str, Any] | None
    figures: Figures
    acts: Counts
    statement: Statement | None


class UnitSummary(View):
    """A unit directly below, with the figures of itself and all below it."""

    unit: str
    name: str
    unit_class: str
    below: int = Field(description="units directly under it")
    total: Figures
    phases: dict[str, Figures]


class ObligationSummary(View):
    """What became of one return among the units that owe it."""

    code: str
    name: Wording
    phase: str
    due: date | None = Field(description="none: it falls due again and again")
    owed: int
    filed: int
    late: int
    missing: int
    open: int
    waiting: int = Field(default=0, description="filed, and waiting to be accepted")
    sent_back: int = Field(default=0, description="sent back, and owed again")
    rolling: int = Field(default=0, description="filed, of a return that has no dates")


class UnitLeft(View):
    """A unit that an amendment left out of the tree (A7)."""

    unit: str
    name: str
    on: date
    open: Count = Field(description="issues that were open in its book when it left, and went with it")
    figures: Figures = Field(description="of its own book, to date")


class Summary(View):
    """The figures of a campaign for a unit and all below it. Made by counting events, not from statements."""

    campaign: str
    name: Wording
    unit: str
    unit_name: str
    unit_class: str
    above: list[tuple[str, str]] = Field(description="units from the top of the key's subtree down to the one above: id and name")
    as_of: AsOf
    on_time_rule: Wording
    phases: list[PhaseSummary]
    total: Figures = Field(description="an issue that went from one of these units to another is one here, and one at each of both")
    own: Figures = Field(description="of the unit's own book")
    acts: Counts = Field(description="the acts alone, as statements of the ledger add them up")
    late_now: int = Field(description="issues whose clock ran out and that are not rectified")
    carried_open: int = Field(description="issues carried over and not struck off")
    units: list[UnitSummary]
    in_line: list[tuple[str, str]] = Field(
        default=[], description="units under the key's own in further lines of command (I1): id and name; ask for each by its id"
    )
    left: list[UnitLeft] = Field(
        default=[], description="for the root: units that left the campaign, and count in none of these figures; ask for each by its id"
    )
    obligations: list[ObligationSummary]
