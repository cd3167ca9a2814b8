"""Roles and rights: leading group, office, supervisors, judges. I1 to I5."""

from typing import Literal

from pydantic import Field

from shared.values import Named, Value


class Role(Named):
    """A role that persons of a unit have in the campaign (领导小组, 办公室, 督导 …). I2, I3."""

    acts: tuple[str, ...] = Field(default=(), description="types of facts that only such roles may tell, such as `RectificationVerified`")


class Rights(Value):
    """Who may act."""

    roles: tuple[Role, ...] = ()
    roster: Literal["open", "closed"] = Field(
        default="open", description="closed: a person whom the unit's roster does not list is unknown, and is refused"
    )
    above: tuple[str, ...] = Field(
        default=("ExtensionGranted", "ExtensionDenied", "IssueSpotChecked", "ReopeningOrdered", "SupervisionOrdered", "SupervisionLifted"),
        description="types of facts that only a unit above may tell of a unit's book",
    )
