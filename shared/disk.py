"""Room on disks."""

from typing import NamedTuple


class Room(NamedTuple):
    """How much room a disk has, in bytes."""

    free: int
    size: int
