"""Wrong keys slow down whoever sends them: a few in a minute are answered as such, more are asked to wait."""

from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from math import ceil
from time import monotonic

MINUTE = 60.0
"""Seconds from the first wrong key of an address after which it is forgotten."""
MOST = 10
"""Wrong keys of an address in that time."""
ADDRESSES = 10_000
"""Addresses that are remembered: the latest."""


class WrongKeys:
    """Counts them by address, in this process."""

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._counts: dict[str, tuple[float, int]] = {}

    def add(self, address: str) -> int:
        """Count one. Gives the seconds for which the address is to wait; 0: it need not."""
        place, now = _place(address), self._now()
        until, count = self._counts.get(place, (0.0, 0))
        if until <= now:
            self._counts.pop(place, None)  # so that what is forgotten first began first
            until, count = now + MINUTE, 0
        self._counts[place] = until, count + 1
        if len(self._counts) > ADDRESSES:
            del self._counts[next(iter(self._counts))]
        return ceil(until - now) if count >= MOST else 0


def _place(address: str) -> str:
    """The address; of IPv6 its network, since one host has as many addresses there as it likes."""
    try:
        ip = ip_address(address)
    except ValueError:
        return ""
    return str(int(ip) >> 64) if isinstance(ip, IPv6Address) and not ip.ipv4_mapped else address
