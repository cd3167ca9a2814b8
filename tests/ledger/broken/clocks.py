"""What breaks the rules of lanes and extensions."""

from collections.abc import Callable
from datetime import date

from tests.ledger.given import Story, issue
from tests.ledger.issue.clocks import AFTER_FIX, GRANTED, REQUESTED
from tests.ledger.sample import DONE, PLANNED, REPORTED

BROKEN: dict[str, Callable[[], Story]] = {
    "lane-unknown": lambda: issue().when(REPORTED.model_copy(update={"lane": "someday"})),
    "extension-stopped": lambda: issue().given(REPORTED, PLANNED, DONE).when(REQUESTED),
    "extension-late": lambda: issue().given(REPORTED).on(AFTER_FIX).when(REQUESTED),
    "extension-open": lambda: issue().given(REPORTED, REQUESTED).when(REQUESTED),
    "extension-unasked": lambda: issue().given(REPORTED).when(GRANTED),
    "extension-own": lambda: issue().given(REPORTED, REQUESTED).when(GRANTED.model_copy(update={"by": "owner-li"})),
    "extension-not-later": lambda: issue().given(REPORTED).when(REQUESTED.model_copy(update={"until": date(2022, 5, 9)})),
}
