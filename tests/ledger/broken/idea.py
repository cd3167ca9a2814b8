"""What breaks each rule of ideas, norms and proposals."""

from collections.abc import Callable

from tests.ledger.awards.ideas import (
    ADOPTED,
    APPLIED,
    DECLINED,
    FILED,
    HOLDS,
    NORM,
    OFFERED,
    OPINION,
    OPINION_ABOVE,
    PASSED_ON,
    PROMOTED,
    applied,
    looked_at,
    proposed,
)
from tests.ledger.given import Said, Story


def promoted_twice() -> Story:
    """A norm that is promoted already is promoted again."""
    return proposed().at("east").given(PROMOTED).when(PROMOTED)


BROKEN: dict[str, Callable[[], Story]] = {
    "idea-entered": lambda: looked_at().given(OFFERED).when(OFFERED),
    "idea-unknown": lambda: looked_at().when(ADOPTED),
    "idea-anonymous": lambda: looked_at().when(OFFERED.model_copy(update={"offered_by": "patient-8"})),
    "idea-judged": lambda: looked_at().given(OFFERED, DECLINED).when(ADOPTED),
    "idea-not-adopted": lambda: looked_at().given(OFFERED).when(APPLIED),
    "idea-not-applied": lambda: looked_at().given(OFFERED, ADOPTED).when(HOLDS),
    "follow-through-own": lambda: applied().when(HOLDS.model_copy(update={"by": "fixer-sun"})),
    "norm-proposed": lambda: proposed().when(NORM),
    "norm-unknown": lambda: looked_at("east").when(PROMOTED),
    "norm-judged": promoted_twice,
    "no-unit-above": lambda: looked_at("bureau").given(OFFERED, ADOPTED, APPLIED).when(NORM),
    "reference-long": lambda: looked_at().when(Said(OFFERED, issue="7" * 200)),
    "proposal-entered": lambda: looked_at().given(FILED).when(FILED),
    "proposal-unknown": lambda: looked_at("east").when(OPINION_ABOVE),
    "opinion-above": lambda: looked_at().given(FILED).when(OPINION),
    "proposal-above": lambda: looked_at().given(FILED).at("east").given(PASSED_ON).when(PASSED_ON),
    "opinion-given": lambda: looked_at().given(FILED).at("east").given(OPINION_ABOVE).when(OPINION_ABOVE),
}
