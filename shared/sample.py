"""Drawing units at random so that anybody can draw again and get the same: no luck of a machine's, only a seed and a hash."""

import hashlib
from collections.abc import Collection


def draw(seed: str, frame: Collection[str], size: int) -> tuple[str, ...]:
    """So many of the units of a frame, in the order of the SHA-256 of `<seed>/<unit>`; all of them where there are fewer."""
    return tuple(sorted(frame, key=lambda unit: (hashlib.sha256(f"{seed}/{unit}".encode()).digest(), unit))[:size])


def frame_digest(frame: Collection[str]) -> str:
    """The SHA-256 (hex) of the ids of a frame, a line each, in order: what was drawn from cannot be changed unseen."""
    return hashlib.sha256("".join(f"{unit}\n" for unit in sorted(frame)).encode()).hexdigest()
