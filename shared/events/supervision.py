"""Issues that a superior supervises (挂牌督办), and items without an end (长期坚持)."""

from shared.events.fact import Act, Fact
from shared.values import Date, Text


class SupervisionOrdered(Act):
    """A unit above listed an issue for its supervision (挂牌督办). L2."""

    zh = "挂牌督办"
    reason: Text


class SupervisionLifted(Act):
    """The supervision of an issue was lifted (摘牌), apart from its strike-off. L2."""

    zh = "摘牌"
    reason: Text


class ReviewDone(Act):
    """An item without an end was reviewed. L14."""

    zh = "定期检视"
    text: Text


class NextReviewSet(Fact):
    """The next review of an item without an end is due. L14."""

    zh = "下次检视"
    due: Date
