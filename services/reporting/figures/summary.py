"""What a summary says of a campaign: the figures of a unit and all below it, and as of when. Shapes alone."""

from datetime import date
from typing import Any, Literal

from pydantic import Field

from services.reporting.figures.view import AsOf, View
from shared.events.figures import Counts
from shared.values import Wording


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


class Statement(View):
    """The ledger's own latest statement, for comparison."""

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
    figures: Counts
    statement: Statement | None


class UnitSummary(View):
    """A unit directly below, with the figures of itself and all below it."""

    unit: str
    name: str
    unit_class: str
    below: int = Field(description="units directly under it")
    total: Counts
    phases: dict[str, Counts]


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
    total: Counts
    own: Counts = Field(description="of the unit's own book")
    late_now: int = Field(description="issues whose clock ran out and that are not rectified")
    carried_open: int = Field(description="issues carried over and not struck off")
    units: list[UnitSummary]
    in_line: list[tuple[str, str]] = Field(
        default=[], description="units under the key's own in further lines of command (I1): id and name; ask for each by its id"
    )
    obligations: list[ObligationSummary]
