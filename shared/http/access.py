"""Who may say and see what: API keys, hashed at rest, each scoped to a subtree of units under a root and to some acts."""

import hashlib
import hmac
import secrets
from collections import Counter as Tally
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, TypeAdapter, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from shared.plan.target import SELF_CHECK
from shared.values import Code, Value

Act = Literal["tell", "announce", "read", "clock", "operate"]
"""Tell facts of its units; announce a campaign and its tree; read its units' figures; tell the time under a told clock; release or erase persons."""


def _free(source: str) -> str:
    """Refuse a source under which Xiaohao itself tells or names something: a key could take those ids."""
    if source in (SELF_CHECK, "handover", "below") or source.startswith("xiaohao"):
        raise PydanticCustomError("reserved", "{source} is kept for Xiaohao itself; give the key another source", {"source": repr(source)})
    return source


class Key(Value):
    """An API key as it is kept: what it may do, and the hash of its secret."""

    id: Code
    source: Annotated[Code, AfterValidator(_free)] = Field(description="the `source` of all that is told with it")
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
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]

    @model_validator(mode="after")
    def _stands_under_others(self) -> Self:
        """A key takes part under another root as one of its units, never as that root itself."""
        if self.unit in self.joins:
            raise PydanticCustomError("joins", "{unit} cannot join itself: name the roots of others", {"unit": repr(self.unit)})
        return self

    @property
    def roots(self) -> tuple[str, ...]:
        """The roots in whose campaigns it may say and see something."""
        return (self.root, *self.joins)

    def covers(self, path: Sequence[str]) -> bool:
        """Whether a unit with this path from the root lies in its subtree: under a root of its own, not one that has a unit of the same code."""
        return self.unit in path and path[0] in self.roots


class KeysMistake(ValueError):
    """A file of keys that cannot be used; the text names file and field."""


KEYS: TypeAdapter[tuple[Key, ...]] = TypeAdapter(tuple[Key, ...])


class Keys:
    """The keys that are valid."""

    def __init__(self, keys: Iterable[Key] = (), path: Path | None = None) -> None:
        self._keys = {key.id: key for key in keys}
        self._path, self._content = path, b""
        self.fault: str | None = None
        """Why the file cannot be used as it is now; those that it held before are still valid."""

    @staticmethod
    def read(path: Path | None) -> "Keys":
        """The keys of a file; none where there is no file. Raises KeysMistake."""
        keys = Keys(path=path)
        if path is not None:
            keys._take(path)
        return keys

    def read_again(self) -> list[str]:
        """Take the file's keys as it is now: the ids of those that are other ones. One that cannot be used changes nothing but `fault`."""
        before = set(self)
        try:
            if self._path is not None:
                self._take(self._path)
            self.fault = None
        except KeysMistake as mistake:
            self.fault = str(mistake)
        return sorted({key.id for key in before ^ set(self)})

    def _take(self, path: Path) -> None:
        """The keys that a file holds. What it holds is compared, not when it was changed, which says nothing for certain. Raises KeysMistake."""
        try:
            content = path.read_bytes()
            if content == self._content:
                return
            keys = KEYS.validate_json(content, extra="forbid")
        except OSError as error:
            raise KeysMistake(f"{path}: {error.strerror}") from None
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            raise KeysMistake(f"{path}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
        if twice := [id for id, count in Tally(key.id for key in keys).items() if count > 1]:
            raise KeysMistake(f"{path}: {', '.join(twice)}: more than one key has this id; every key needs its own")
        self._keys, self._content = {key.id: key for key in keys}, content

    def __iter__(self) -> Iterator[Key]:
        return iter(self._keys.values())

    def named(self, secret: str) -> str | None:
        """The id in a secret, right or wrong, if a key has it."""
        id = secret.partition("xh_")[2].partition("_")[0]
        return id if id in self._keys else None

    def holder(self, secret: str) -> Key | None:
        """The key that a secret belongs to."""
        id = self.named(secret)
        key = self._keys[id] if id else None
        digest = hashlib.sha256(secret.encode()).hexdigest()
        # Compared also where there is no such key, so that the time taken says nothing.
        same = hmac.compare_digest(digest, key.sha256 if key else "0" * 64)
        return key if same else None

    def write(self, path: Path) -> None:
        """Write the hashes, in one step for whoever reads them; the secrets are nowhere. A file that is there keeps its mode."""
        path = path.resolve()
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o600
        new = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        new.touch(0o600)
        new.write_bytes(KEYS.dump_json(tuple(self), indent=1))
        new.chmod(mode)
        new.replace(path)

    def revoke(self, id: str) -> bool:
        """Take a key out; whether there was one."""
        return self._keys.pop(id, None) is not None

    def add(
        self, id: str, source: str, unit: str, may: Sequence[Act], root: str | None = None, joins: Sequence[str] = (), inbox: bool = False
    ) -> str:
        """Make a key and return its secret, which cannot be had again. Without a root, its unit is one."""
        secret = f"xh_{id}_{secrets.token_urlsafe(32)}"
        digest = hashlib.sha256(secret.encode()).hexdigest()
        scope = Key(id=id, source=source, unit=unit, root=root or unit, joins=tuple(joins), may=tuple(may), inbox=inbox, sha256=digest)
        self._keys[id] = scope
        return secret
