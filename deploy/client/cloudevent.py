"""CloudEvents 1.0 in JSON form, as a client tells them."""

from datetime import datetime
from typing import Any

from shared.events.fact import Fact

CloudEvent = dict[str, Any]
OF_PERSONS = ("PersonNamed", "PersonReleased", "PersonErased")
"""By their names, as whoever only feeds knows them. Their ids are known for a week alone, so that one told again later is news, and a name is not kept."""


def cloud_event(id: str, source: str | None, subject: str, when: datetime, fact: Fact) -> CloudEvent:
    """A fact as an event; without a `source`, intake takes that of the key with which it is told."""
    return {
        "specversion": "1.0",
        "id": id,
        **({"source": source} if source else {}),
        "type": type(fact).__name__,
        "subject": subject,
        "time": when.isoformat(),
        "data": fact.model_dump(mode="json", exclude_none=True),
    }


def tells_nothing_new(event: Any) -> bool:
    """Whether an event that intake took may be told again however late: its id makes that harmless."""
    return isinstance(event, dict) and event.get("type") not in OF_PERSONS


def unwrapped(event: CloudEvent) -> CloudEvent:
    """An event as a spool keeps it with the reasons for which it was refused: the event alone, which somebody has mended."""
    inner = event.get("event")
    return inner if "refused" in event and isinstance(inner, dict) else event


def wrapped(event: Any) -> list[Any]:
    """An event, or what stands in the place of one, as deep as it lies in a batch, and a part of it among reasons: so deep JSON must be able to hold it."""
    return [[[event]]]
