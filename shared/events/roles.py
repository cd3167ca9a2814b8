"""Who has which role (领导小组, 办公室, 督导 …) in a unit's part of the campaign."""

from shared.events.fact import Act
from shared.values import Code, Person


class RoleGiven(Act):
    """A person was given a role of the plan in this unit. I2, I3."""

    kind = "book"
    zh = "任职"
    person: Person
    role: Code


class RoleEnded(Act):
    """A person no longer has a role in this unit; what they did in it stands. I2, I3."""

    kind = "book"
    zh = "免职"
    person: Person
    role: Code
