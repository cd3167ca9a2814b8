"""A hazard that was cleared is reported up a line of command, one level at a time (逐级上报). E3, H7, J3."""

from typing import Annotated

from pydantic import Field

from shared.events.fact import Act, Fact, Teller
from shared.values import Code, Count, Date, Filled, Text

Trail = Annotated[tuple[Code, ...], Field(max_length=14)]


class HazardReportFiled(Act):
    """A unit reported a hazard that it cleared: the point, the measures, the loss avoided, the effect on society. E3, J3.

    Filed again, it takes the place of the one before, wherever that stands.
    """

    kind = "hazard"
    zh = "隐患整改报告"
    point: Text | None = Field(default=None, description="隐患点; needed unless the plan asks for a form")
    measures: Text | None = Field(default=None, description="采取的措施; needed unless the plan asks for a form")
    loss_avoided_cents: Count | None = Field(default=None, description="避免造成的经济损失, in cents of a yuan")
    social_impact: Text | None = Field(default=None, description="社会影响")
    form: Filled | None = Field(default=None, description="as the plan's form for it asks")


class _Report(Fact):
    """A hazard report on its way: told and recorded with all that it says, for no book reads another's."""

    kind = "hazard"
    origin: Annotated[str, Field(max_length=400)] = Field(description="the report's subject in the book where it was filed")
    revision: Count = Field(description="1, and one more each time that it is filed or goes up again")
    trail: Trail = Field(description="the units that it climbed through so far, from the one that filed it")
    point: Text | None = None
    measures: Text | None = None
    loss_avoided_cents: Count | None = None
    social_impact: Text | None = None
    form: Filled | None = None


class HazardReportSentUp(_Report):
    """A hazard report went on to the next level of its line of command, or has reached the top. E3."""

    zh = "隐患报告上报"
    to: Code | None = Field(default=None, description="the unit that it goes to; none: it has reached the top")
    cycle: Count = Field(default=1, description="of the issue that it was filed on (L5); a level above leaves it at 1")


class HazardReportRaised(_Report):
    """A hazard report reached the next level. E3."""

    teller = Teller.BOOK
    zh = "收到隐患报告"


class HazardReportAcknowledged(Act):
    """A level of the line acknowledged a hazard report, which then climbs on. E3."""

    kind = "hazard"
    zh = "隐患报告签收"
    comment: Text | None = None


class HazardReportSentBack(Act):
    """A level of the line sent a hazard report back to the one below. E3."""

    kind = "hazard"
    zh = "隐患报告退回"
    reason: Text


class HazardReportDropped(Fact):
    """A hazard report goes back to the unit that it came from. E3."""

    kind = "hazard"
    zh = "隐患报告退至下级"
    to: Code
    origin: Annotated[str, Field(max_length=400)]
    revision: Count
    reason: Text


class HazardReportReturned(Fact):
    """A hazard report came back from the level above, with the reason; it may go up again. E3."""

    teller, kind = Teller.BOOK, "hazard"
    zh = "隐患报告被退回"
    revision: Count = Field(description="0: the book above could not take it")
    unit: Code = Field(description="the unit that sent it back")
    reason: Text


class HazardReportGivenBack(Fact):
    """The unit left the campaign while a hazard report waited for its word: it goes back to the level below. A7."""

    teller, kind = Teller.CLOCK, "hazard"
    zh = "隐患报告因退出退回"
    reason: Text


class HazardReportClimbed(Fact):
    """The unit that filed a hazard report hears that a level acknowledged it. E3."""

    teller, kind = Teller.BOOK, "hazard"
    zh = "隐患报告进程"
    revision: Count
    unit: Code = Field(description="the unit that acknowledged it")
    level: Count = Field(description="how many levels it has climbed")
    top: bool = Field(description="it can climb no higher")


class AcknowledgementDue(Fact):
    """The last day for acknowledging a hazard report is over."""

    teller, kind = Teller.CLOCK, "hazard"
    zh = "应签收"
    due: Date


class HazardReportOverdue(Fact):
    """A hazard report was not acknowledged in time (超期未签收). E3, L6."""

    kind = "hazard"
    zh = "隐患报告超期未签收"
    revision: Count
    due: Date
