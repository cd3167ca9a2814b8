"""The statements that climb the tree."""

from typing import Annotated

from pydantic import Field

from shared.events.fact import Fact, Teller
from shared.events.figures import Counts, Head
from shared.values import Code, Count, PhaseCode


class StatementSubmitted(Fact):
    """A unit submitted its statement, or a revision of it, to the unit above."""

    teller, kind = Teller.BOOK, "statement"
    zh = "报表上报"
    phase: PhaseCode
    unit: Code
    revision: Annotated[int, Field(ge=1)]
    total: Counts
    head: Head


class StatementAdded(Fact):
    """The unit above added a statement to its own figures, in the place of the revision before."""

    kind = "statement"
    zh = "报表汇入"
    phase: PhaseCode
    unit: Code
    revision: Count = Field(description="0: the statement was withdrawn")
    total: Counts
    replaces: Counts | None = None


class StatementWithdrawn(Fact):
    """A unit is no longer under this one: its statement leaves the figures. A7."""

    teller, kind = Teller.BOOK, "statement"
    zh = "报表撤出"
    phase: PhaseCode
    unit: Code
