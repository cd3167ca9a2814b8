"""The tree of units by line of command: how it is told in parts, sealed, and checked."""

import hashlib
from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated

from pydantic import Field, StringConstraints

from shared.values import Code, Line, Person, Value

PART = 500
"""Units told in one event, and units directly under one unit, at most: no document and no event grows with the campaign."""
PART_SIZE = 240 << 10
"""Bytes of the units told in one event, at most, as `chain_digest` takes them: what is told may have 256 KiB with all else in it."""
DEEPEST = 12
"""Levels of a tree, at most."""


class Unit(Value):
    """One unit (单位) of a tree: a bureau, an institution, a department or line (条线)."""

    id: Code
    name: Line
    parent: Code | None = Field(default=None, description="the unit that commands it; none for the root")
    unit_class: Code = Field(description="its class in the plan's list, such as `township-health-centre` (I5)")
    tags: Annotated[tuple[Code, ...], Field(max_length=20)] = Field(
        default=(), description="what targets' applicability asks for, such as `grade-2` (G7)"
    )
    responsible: Person | None = Field(default=None, description="the first person responsible (第一责任人, I4)")
    superiors: Annotated[dict[Code, Code], Field(max_length=5)] = Field(
        default={}, description="the unit above it in further lines of command, such as the union's, by the line's code (I1)"
    )
    aliases: Annotated[tuple[Line, ...], Field(max_length=10)] = Field(default=(), description="other names that it goes by (I6)")


class Seal(Value):
    """What a tree's parts must add up to, so that no part can be missing or changed."""

    version: Annotated[int, Field(ge=1, le=1_000_000)]
    count: Annotated[int, Field(ge=1, le=10_000_000)]
    levels: Annotated[int, Field(ge=1, le=DEEPEST)] = Field(description="levels from the root to the deepest unit, both counted")
    digest: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] = Field(description="see `chain_digest`")


def chain_digest(before: str, units: Sequence[Unit]) -> str:
    """The digest of a tree told so far (hex), from that of the parts before (empty at first) and the next part."""
    return hashlib.sha256(before.encode() + b"".join(_line(unit) + b"\n" for unit in units)).hexdigest()


def _line(unit: Unit) -> bytes:
    """A unit as the digest takes it: what came later only where it has some, so that trees told before keep their digest."""
    return unit.model_dump_json(exclude={name for name in ("superiors", "aliases") if not getattr(unit, name)}).encode()


def parts(units: Sequence[Unit]) -> list[Sequence[Unit]]:
    """A tree in the parts in which it is told, each of at most 500 units, fewer where much is said of them, so that each can be told."""
    starts, size = list[int](), 0
    for index, unit in enumerate(units):
        size += (line := len(_line(unit)))
        if not starts or index - starts[-1] == PART or size > PART_SIZE:
            starts.append(index)
            size = line
    return [units[start:end] for start, end in pairwise((*starts, len(units)))]


def levels(units: Sequence[Unit]) -> int:
    """How many levels a tree has; parents must stand before those under them."""
    depth: dict[str, int] = {}
    for unit in units:
        depth[unit.id] = depth.get(unit.parent, 0) + 1 if unit.parent else 1
    return max(depth.values(), default=0)


def seal(units: Sequence[Unit], version: int = 1) -> Seal:
    """The seal of a whole tree."""
    digest = ""
    for part in parts(units):
        digest = chain_digest(digest, part)
    return Seal(version=version, count=len(units), levels=levels(units), digest=digest)
