"""What one book tells another: as if somebody told it there, under an id made from its cause, so that telling it twice is harmless."""

from shared.events.fact import Fact
from shared.kafka.records import Recorded, Told
from shared.topics import book_of

INTERNAL = "xiaohao/"
"""What the sources of the clock and of books begin with; no API key can have it."""
SOURCE = f"{INTERNAL}book"
"""The source of what books tell one another."""


def letter(cause: Recorded, name: str, subject: str, fact: Fact) -> Told:
    """A fact told to a subject of another book because of a recorded event; `name` tells it from what else that event causes."""
    return Told(
        id=f"{cause.book}#{name}",
        source=SOURCE,
        type=type(fact).__name__,
        subject=subject,
        book=book_of(subject),
        time=cause.time,
        accepted=cause.accepted,
        fact=fact,
        traceparent=cause.traceparent,
    )
