"""An issue that goes from book to book, as it is told."""

from shared.events.fact import Fact
from shared.events.hand_over import HandOverAcknowledged, HandOverDeclined, HandOverWithdrawn, IssueHandedOver
from tests.ledger.given import Said, Story, issue
from tests.ledger.sample import REPORTED

OVER = IssueHandedOver(to="e2", reason="属二院职责", by="e1-head")
TAKEN = HandOverAcknowledged(by="e2-head", owner="owner-he")
DECLINED = HandOverDeclined(by="e2-head", reason="不属我院")
WITHDRAWN = HandOverWithdrawn(by="e1-head", reason="我院自办")

OFFERED = "yz2022/e2/issue/handover~e1~1~desk~1"
"""The issue of e1 in the book of e2, offered for the first time."""


def offered() -> Story:
    """An issue of e1 that is on offer to e2, seen from there."""
    return issue().given(REPORTED, OVER).at("e2")


def there(fact: Fact, subject: str = OFFERED) -> Said:
    """Told of the issue in the book that it was handed over to."""
    return Said(fact, subject=subject)


def counted(story: Story) -> dict[str, int]:
    """The figures of a book over all phases."""
    total: dict[str, int] = {}
    for phase in story.book.phases.values():
        for name, count in phase.own.items():
            total[name] = total.get(name, 0) + count
    return {name: count for name, count in total.items() if count}
