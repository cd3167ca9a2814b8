"""The order of acts on an issue: none can have happened before what it acts on, whatever time it is told with (L15)."""

from datetime import date, timedelta

from services.ledger.rules.decision import Event
from shared.events.extension import ExtensionGranted
from shared.events.fact import Fact
from shared.events.hand_over import HandOverSettled
from shared.events.issue import IssueAssigned, MeasuresPlanned, RectificationDone, RectificationReturned, RectificationVerified
from shared.events.leaving import IssueCameBack
from shared.events.strike_off import IssueReopened, IssueSpotChecked, ObjectionDecided, ObjectionRaised
from shared.plan import Plan

ACTED_ON = (
    MeasuresPlanned,
    RectificationDone,
    RectificationVerified,
    RectificationReturned,
    ObjectionRaised,
    ObjectionDecided,
    ExtensionGranted,
    HandOverSettled,
    IssueCameBack,
    IssueReopened,
)
"""What the next act on an issue acts on, beside its entry."""

WHEN_TAKEN = (ExtensionGranted, HandOverSettled, IssueCameBack, IssueReopened)
"""What never counts before the day on which it was taken: more time is granted on that day, and what books do they do as it is taken."""


def is_acted_on(fact: Fact, owned: bool) -> bool:
    """Whether the next act on the issue acts on this one; the issue was owned before, or not."""
    if isinstance(fact, IssueAssigned):
        return not owned
    return isinstance(fact, ACTED_ON) or (isinstance(fact, IssueSpotChecked) and not fact.holds)


def believed(plan: Plan, happened: date, day: date) -> date | None:
    """When something that was taken on `day` happened, as it was told; none where it lies further back than the plan lets it be told late, or ahead."""
    return happened if plan.issues.told_late and day - timedelta(plan.issues.told_late) <= happened <= day else None


def day_of(event: Event, earliest: date, day: date) -> date:
    """The day of an act that was taken on `day`: when it happened, where that is believed and can be; else that on which it was taken."""
    happened = day if event.happened is None or isinstance(event.fact, WHEN_TAKEN) else event.happened
    return happened if earliest <= happened <= day else max(earliest, day)
