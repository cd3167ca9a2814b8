"""Who may say and see what: API keys, hashed at rest, each scoped to a subtree of units under a root and to some acts."""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from shared.http.allowances import Allowances
from shared.plan.target import SELF_CHECK
from shared.values import Code, Line, Moment, Value

Act = Literal["tell", "announce", "read", "clock", "operate"]
"""Tell facts of its units; announce a campaign and its tree; read its units' figures; tell the time under a told clock; release or erase persons."""
FASTEST = 100_000
"""Requests a second that a key may be given."""
OUR_USERS = frozenset({"intake", "ledger", "notify", "reporting", "operator", "subscriber", "scaler"})
"""Whom Kafka knows by these names has the rights of a part of Xiaohao; see deploy/kafka/acls.sh."""


def _free(source: str) -> str:
    """Refuse a source under which Xiaohao itself tells or names something: a key could take those ids."""
    if source in (SELF_CHECK, "handover", "below") or source.startswith("xiaohao"):
        raise PydanticCustomError("reserved", "{source} is kept for Xiaohao itself; give the key another source", {"source": repr(source)})
    return source


class Secret(Value):
    """One secret of a key, as it is kept."""

    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    made: Moment
    until: Moment | None = Field(default=None, description="when it ends, where another took its place")

    @staticmethod
    def new(id: str, made: datetime) -> "tuple[str, Secret]":
        """A secret for the key of this id, which cannot be had again, and what is kept of it."""
        secret = f"xh_{id}_{secrets.token_urlsafe(32)}"
        return secret, Secret(sha256=hashlib.sha256(secret.encode()).hexdigest(), made=made)


class Key(Value):
    """An API key as it is kept: what it may do, who answers for it, and the hashes of its secrets."""

    id: Code
    source: Annotated[Code, AfterValidator(_free)] = Field(description="the `source` of all that is told with it")
    owner: Line | None = Field(default=None, description="who answers for it, in free words")
    unit: Code = Field(description="the unit at the top of its subtree")
    root: Code = Field(
        default_factory=lambda key: key["unit"],
        description="the unit at the top of the tree that its unit stands in: codes of units are unique under one root alone",
    )
    joins: tuple[Code, ...] = Field(default=(), description="other roots in whose campaigns its unit takes part, as its own side asked")
    may: Annotated[tuple[Act, ...], Field(min_length=1)]
    inbox: bool = Field(
        default=False, description="whether its owner may also write to a topic of its own, `inbox.<id>`, which intake reads"
    )
    rate: Annotated[int, Field(ge=1, le=FASTEST)] | None = Field(
        default=None, description="requests a second that each copy of a service takes with it; none: as the setting `key_rate` says"
    )
    expires: Moment | None = Field(default=None, description="when it ends by itself")
    revoked: Moment | None = Field(default=None, description="when an operator ended it; its id stays taken")
    secrets: Annotated[tuple[Secret, ...], Field(max_length=2)] = Field(
        default=(), description="the live ones: two while one takes the place of the other"
    )

    @field_validator("joins")
    @classmethod
    def _stands_under_others(cls, joins: tuple[str, ...], key: ValidationInfo) -> tuple[str, ...]:
        """A key takes part under another root as one of its units, never as that root itself."""
        if key.data.get("unit") in joins:
            raise PydanticCustomError("joins", "{unit} cannot join itself: name the roots of others", {"unit": repr(key.data["unit"])})
        return joins

    @field_validator("inbox")
    @classmethod
    def _writes_as_itself(cls, inbox: bool, key: ValidationInfo) -> bool:
        """A bureau with an inbox is a user of Kafka by the id of its key: never one that has other rights there."""
        if inbox and key.data.get("id") in OUR_USERS:
            raise PydanticCustomError(
                "reserved", "{id} is what Kafka calls a part of Xiaohao; give a key with an inbox another id", {"id": repr(key.data["id"])}
            )
        return inbox

    @property
    def roots(self) -> tuple[str, ...]:
        """The roots in whose campaigns it may say and see something."""
        return (self.root, *self.joins)

    def covers(self, path: Sequence[str]) -> bool:
        """Whether a unit with this path from the root lies in its subtree: under a root of its own, not one that has a unit of the same code."""
        return self.unit in path and path[0] in self.roots

    def valid(self, now: datetime) -> bool:
        """Whether it is neither revoked nor past its end."""
        return self.revoked is None and (self.expires is None or now < self.expires)


NOBODYS = (Secret(sha256="0" * 64, made=datetime(2000, 1, 1, tzinfo=UTC)),)
"""Compared where there is no such key, so that the time taken says nothing."""


class Keys:
    """The keys as this process has them in memory, and whom operators allowed to announce which campaigns."""

    def __init__(self, keys: Iterable[Key] = (), now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._keys = {key.id: key for key in keys}
        self._now = now
        self.allowances = Allowances()
        self.used: dict[str, datetime] = {}
        """When each key was last used here."""
        self.fault: str | None = None
        """Why they may not be what the database holds by now."""
        self.lost = False
        """Whether that has lasted so long that none of them is taken any more."""

    def __iter__(self) -> Iterator[Key]:
        """Those that are valid now."""
        now = self._now()
        return (key for key in self._keys.values() if key.valid(now))

    def named(self, secret: str) -> str | None:
        """The id in a secret, right or wrong, if a key has or had it."""
        id = secret.partition("xh_")[2].partition("_")[0]
        return id if id in self._keys else None

    def holder(self, secret: str) -> Key | None:
        """The valid key that a live secret belongs to."""
        id, now = self.named(secret), self._now()
        key = self._keys[id] if id else None
        digest = hashlib.sha256(secret.encode()).hexdigest()
        fits = [hmac.compare_digest(digest, each.sha256) for each in (key.secrets if key else NOBODYS)]
        if key is None or not key.valid(now):
            return None
        if not any(same and (each.until is None or now < each.until) for same, each in zip(fits, key.secrets, strict=True)):
            return None
        self.use(key)
        return key

    def use(self, key: Key) -> None:
        """Note that a key is used now."""
        self.used[key.id] = self._now()

    def put(self, key: Key) -> None:
        """Take in a key, new or changed."""
        self._keys[key.id] = key

    def drop(self, id: str) -> None:
        """Forget a key."""
        self._keys.pop(id, None)

    def clear(self) -> None:
        """Forget all."""
        self._keys.clear()
        self.allowances.clear()

    def add(
        self, id: str, source: str, unit: str, may: Sequence[Act], root: str | None = None, joins: Sequence[str] = (), **more: Any
    ) -> str:
        """Make a key in memory and return its secret. Without a root, its unit is one; `more` are further fields of `Key`."""
        secret, kept = Secret.new(id, self._now())
        key = Key(id=id, source=source, unit=unit, root=root or unit, joins=tuple(joins), may=tuple(may), secrets=(kept,), **more)
        self.put(key)
        return secret
