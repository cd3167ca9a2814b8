"""The order of acts on an issue: none can have happened before what it acts on, whatever time it is told with (L15)."""

from datetime import date

from services.ledger.rules.decision import Event
from shared.events.extension import ExtensionGranted
from shared.events.fact import Fact
from shared.events.hand_over import HandOverSettled
from shared.events.issue import MeasuresPlanned, RectificationDone, RectificationReturned
from shared.events.leaving import IssueCameBack
from shared.events.strike_off import IssueSpotChecked, ObjectionDecided, ObjectionRaised

ACTED_ON = (
    MeasuresPlanned,
    RectificationDone,
    RectificationReturned,
    ObjectionRaised,
    ObjectionDecided,
    ExtensionGranted,
    HandOverSettled,
    IssueCameBack,
)
"""What the next act on an issue acts on, beside its entry and its reopening."""


def is_acted_on(fact: Fact) -> bool:
    """Whether the next act on the issue acts on this one."""
    return isinstance(fact, ACTED_ON) or (isinstance(fact, IssueSpotChecked) and not fact.holds)


def day_of(event: Event, earliest: date, day: date) -> date:
    """The day of an act that was taken on `day`: when it happened, as it was told, if that can be; else that on which it was taken."""
    happened = event.happened or day
    return happened if earliest <= happened <= day else max(earliest, day)
