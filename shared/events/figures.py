"""The figures of a phase, and where a book stands."""

from collections.abc import Callable

from pydantic import Field

from shared.values import Count, Value


class Counts(Value):
    """The figures of one phase of a book, or of a book and all below it. Every figure counts acts: events, once each.

    So an issue that is struck off, opened again and struck off has two strike-offs, and one that changes books has an entry in each.
    """

    # Further figures may be added at the end; a reader takes what is missing for 0.
    units: Count = Field(default=0, description="books whose phase has closed")
    gaps: Count = Field(default=0, description="of these, closed over something missing")
    entered: Count = Field(default=0, description="entries (上账): an issue that changes books has one in each")
    struck_off: Count = Field(default=0, description="strike-offs (销号), also those that a reopening undid")
    on_time: Count = Field(default=0, description="of these, of what was rectified within the fix clock")
    overdue: Count = Field(default=0, description="fix clocks that ran out (超期): an issue has one in each cycle")
    carried_over: Count = Field(default=0, description="carry-overs (挂账)")
    filed: Count = Field(default=0, description="obligations met on time")
    late: Count = Field(default=0, description="obligations met after the due date")
    missing: Count = Field(default=0, description="obligations due and not met so far")
    answered: Count = Field(default=0, description="targets answered in the self-check")
    findings: Count = Field(default=0, description="of these, answered as not conforming")
    defects: Count = Field(default=0, description="entries of defects (缺陷)")
    hazards: Count = Field(default=0, description="entries of hazards (隐患)")
    carried_in: Count = Field(default=0, description="entries of what was carried in from earlier campaigns (上年转入)")
    received: Count = Field(default=0, description="entries of what another book handed over")
    handed_over: Count = Field(default=0, description="departures to another book")
    merged: Count = Field(default=0, description="departures into another issue of the same book")
    voided: Count = Field(default=0, description="departures as void, with the reason")
    returned: Count = Field(default=0, description="rectifications sent back (退回)")
    reopened: Count = Field(default=0, description="reopenings of what had left by a strike-off or as void")
    escalated: Count = Field(default=0, description="escalations up the line of command (升级督办)")
    complaints: Count = Field(default=0, description="entries of complaints")
    replied: Count = Field(default=0, description="of these, answered to whoever complained")
    watched: Count = Field(default=0, description="watch topics answered")
    sent_back: Count = Field(default=0, description="returns sent back by the unit above")
    rolling: Count = Field(default=0, description="returns filed that have no date")
    ideas: Count = Field(default=0, description="ideas (金点子) offered")
    adopted: Count = Field(default=0, description="ideas adopted")
    proposals: Count = Field(default=0, description="proposals of departments filed")
    nominations: Count = Field(default=0, description="nominations filed")
    awards: Count = Field(default=0, description="awards given")
    activities: Count = Field(default=0, description="activities held")
    trained: Count = Field(default=0, description="persons trained")
    passed: Count = Field(default=0, description="of these, who passed a test")
    visits: Count = Field(default=0, description="visits and inspections made")
    surveyed: Count = Field(default=0, description="answers to surveys")
    satisfied: Count = Field(default=0, description="of these, satisfied")
    restored: Count = Field(default=0, description="of the reopenings, those of what had left as void")
    standing: Count = Field(default=0, description="entries, and restorings, of what has no end (长期坚持): reviewed, never struck off")
    standing_left: Count = Field(default=0, description="of these, departures to another book, into another issue or as void")


def done_of(figure: Callable[[str], int]) -> tuple[int, int]:
    """Issues that stand struck off, out of those that are to be: entered, with an end, and not left otherwise. What was void and was restored is one."""
    left = figure("handed_over") + figure("merged") + figure("voided") - figure("restored")
    done = figure("struck_off") - (figure("reopened") - figure("restored"))
    return done, figure("entered") - left - (figure("standing") - figure("standing_left"))


class Head(Value):
    """Where a book stood: the position of its last recorded event and the chain hash there (hex)."""

    position: Count
    chain: str
