"""What the ledger keeps: groups of recorded events, and the states that decisions need."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from msgspec import Raw, Struct
from msgspec.json import Decoder, Encoder
from pydantic import BaseModel

from services.ledger.rules.decision import State
from services.ledger.rules.table import KINDS
from services.ledger.rules.world import Announced
from shared.topics import kind_of
from shared.units import Unit
from shared.values import RECORDED


def _model_json(model: object) -> Raw:
    """The few facts that states keep as they were told."""
    if not isinstance(model, BaseModel):
        raise NotImplementedError(f"{type(model).__name__} has no place in a state")
    return Raw(model.model_dump_json(exclude_defaults=True).encode())


def _model(type: type[BaseModel], given: object) -> BaseModel:
    return type.model_validate_json(ENCODER.encode(given), context=RECORDED)


ENCODER = Encoder(enc_hook=_model_json)
DECODERS: dict[str, Decoder[State]] = {name: Decoder(kind.state, dec_hook=_model) for name, kind in KINDS.items() if kind.state}


class Stored(Struct, frozen=True, gc=False):
    """A subject as it is stored."""

    id: str
    position: int
    """Of the last event of its book that changed it: what the next write is conditional on."""
    state: State
    partition: int = 0
    wake: date | None = None
    """The first day on which the clock has something to tell it."""
    plan_version: int = 0
    """The version of the plan that its book goes by."""

    def document(self) -> dict[str, Any]:
        """As MongoDB keeps it: the state as JSON text, a third cheaper than a document, since nothing is ever asked of its inside.

        Without what is as by default, most of its text: so a default of a state, once released, is part of what is stored.
        """
        kind = kind_of(self.id)
        return {
            "_id": self.id,
            "position": self.position,
            "partition": self.partition,
            "wake": self.wake.isoformat() if self.wake else None,
            "rank": KINDS[kind].rank,
            "plan": self.plan_version,
            "state": ENCODER.encode(self.state).decode(),
        }

    @staticmethod
    def of(document: Mapping[str, Any]) -> "Stored":
        """From what MongoDB keeps."""
        wake = document["wake"]
        state = DECODERS[kind_of(document["_id"])].decode(document["state"])
        wake_on = date.fromisoformat(wake) if wake else None
        return Stored(document["_id"], document["position"], state, document["partition"], wake_on, document["plan"])


class Group(Struct, frozen=True, gc=False):
    """What was recorded for one told event: one document, append-only."""

    book: str
    first: int
    """Position of its first event."""
    told: str
    """The told event's key, unique."""
    digest: bytes
    """Of what was told."""
    id: str
    source: str
    time: datetime
    accepted: datetime
    traceparent: str | None
    events: tuple[tuple[str, str, str, bytes], ...]
    """Type, subject, chain hash and value of each event, in order."""
    due: int = 0
    """How many events stand right before it that were recorded with it, of what fell due before it: published again, it follows them.

    None where it was restored from the topic, which has them.
    """

    def document(self) -> dict[str, Any]:
        """As MongoDB keeps it."""
        return {
            "_id": f"{self.book}@{self.first:010}",
            "told": self.told,
            "digest": self.digest,
            "book": self.book,
            "first": self.first,
            "id": self.id,
            "source": self.source,
            "time": self.time,
            "accepted": self.accepted,
            "trace": self.traceparent,
            "events": [list(event) for event in self.events],
            **({"due": self.due} if self.due else {}),
        }

    @staticmethod
    def of(document: Mapping[str, Any]) -> "Group":
        """From what MongoDB keeps."""
        events = tuple((type, subject, chain, bytes(value)) for type, subject, chain, value in document["events"])
        return Group(
            book=document["book"],
            first=document["first"],
            told=document["told"],
            digest=bytes(document["digest"]),
            id=document["id"],
            source=document["source"],
            time=document["time"],
            accepted=document["accepted"],
            traceparent=document["trace"],
            events=events,
            due=document.get("due", 0),
        )


@dataclass
class Changes:
    """What one batch writes."""

    groups: list[Group] = field(default_factory=list)
    subjects: dict[str, Stored] = field(default_factory=dict)
    loaded_at: dict[str, int] = field(default_factory=dict)
    """The position that each changed subject was loaded at; missing where it is new."""
    units: list[tuple[str, int, Unit]] = field(default_factory=list)
    """The book that the tree was told to, its version, and a unit of it."""
    announced: list[Announced] = field(default_factory=list)
    owners: dict[str, str] = field(default_factory=dict)
    """Campaigns that were announced, with the root that each belongs to from now on."""
    amended: dict[str, int] = field(default_factory=dict)
    """Books that took an amendment or left by one, with the version of their plan now: the clock reckons anew when what is in them wakes (A7)."""
