"""What breaks the rules of roles and rights."""

from collections.abc import Callable

from services.ledger.book.rights import MOST
from shared.events.roles import RoleEnded, RoleGiven
from shared.plan.people import Rights, Role
from tests.ledger.given import Story, announced
from tests.ledger.sample import ASSIGNED, FOUND, REPORTED, UNOWNED, called, plan_with

OFFICE = Role(code="office", name=called("办公室"), acts=("IssueAssigned", "RoleGiven"))
SUPERVISOR = Role(code="supervisor", name=called("督导组"), acts=("RectificationVerified",))
RIGHTS = Rights(roles=(OFFICE, SUPERVISOR), above=("ReviewDone", "RoleEnded"))
OPENED = RoleGiven(person="head-zhao", role="office", by="e1-head")


def ruled(rights: Rights = RIGHTS, unit: str = "e1", **parts: object) -> Story:
    """A campaign whose plan has these rights, and other parts of its own."""
    return announced(plan_with(rights=rights, **parts), unit, FOUND)


def closed(unit: str = "e1") -> Story:
    """A campaign in which nobody acts who has no role."""
    return ruled(Rights(roles=(OFFICE, SUPERVISOR), roster="closed"), unit)


def given_to(story: Story, persons: int) -> Story:
    """The office is so many persons."""
    return story.given(*(OPENED.model_copy(update={"person": f"p{number}"}) for number in range(persons)))


BROKEN: dict[str, Callable[[], Story]] = {
    "role-unknown": lambda: ruled().when(OPENED.model_copy(update={"role": "chorus"})),
    "role-not-held": lambda: ruled(unit="bureau").when(RoleEnded(person="head-zhao", role="office", by="bureau-head")),
    "roster-full": lambda: given_to(ruled(), MOST).when(OPENED),
    "by-unit-not-above": lambda: ruled().when(OPENED.model_copy(update={"by_unit": "west"})),
    "needs-superior": lambda: ruled().given(OPENED).when(RoleEnded(person="head-zhao", role="office", by="e1-head")),
    "no-right": lambda: ruled().given(UNOWNED).when(ASSIGNED),
    "person-unknown": lambda: closed().when(REPORTED),
}
