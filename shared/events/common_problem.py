"""A problem that many units have in common (普遍性问题), named by a unit above them. C16."""

from typing import Annotated

from pydantic import Field, StringConstraints

from shared.events.fact import Act, Fact, IssueId, Teller
from shared.values import Code, Text

CommonId = Annotated[
    str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,39}/[a-z0-9][a-z0-9-]{0,39}/common/[A-Za-z0-9._~%-]{1,300}$", max_length=400)
]
"""The id of a common problem: `<campaign>/<unit>/common/<code>`."""


class CommonProblemNamed(Act):
    """A unit named a problem that units under it have in common, and issues that belong to it. Told again: further issues. C16."""

    kind = "common"
    zh = "共性问题"
    code: Code
    text: Text
    category: Code
    issues: Annotated[tuple[IssueId, ...], Field(max_length=100)] = Field(
        default=(), description="issues of this unit and of those under it"
    )


class CommonProblemClosed(Act):
    """A common problem was dealt with as a whole. C16."""

    kind = "common"
    zh = "共性问题办结"
    code: Code
    text: Text = Field(description="what was done")


class IssueLinked(Fact):
    """An issue belongs to a problem that a unit above named as common. C16."""

    teller = Teller.BOOK
    zh = "归入共性问题"
    common: CommonId
