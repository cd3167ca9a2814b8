"""How often each key may come, whichever door it comes through."""

from collections.abc import Callable
from time import monotonic

from shared.http.access import Key

BURST = 10
"""Seconds of its rate that a key may come at once."""


class Rates:
    """Of one door, in this process: two copies take twice as much."""

    def __init__(self, rate: int, now: Callable[[], float] = monotonic) -> None:
        """`rate` is how often in a second a key may come that has no rate of its own."""
        self._rate, self._now = rate, now
        self._left: dict[str, tuple[float, float]] = {}
        """How often each key may come yet, and when that was."""

    def of(self, key: Key) -> int:
        """How often in a second a key may come."""
        return key.rate or self._rate

    def wait(self, key: Key) -> float:
        """Count one coming of a key. Gives the seconds for which it is to wait, and then is not counted; 0: it need not."""
        rate, now = self.of(key), self._now()
        left, then = self._left.get(key.id, (BURST * rate, now))
        left = min(BURST * rate, left + (now - then) * rate)
        self._left[key.id] = (left - 1 if left >= 1 else left), now
        return 0 if left >= 1 else (1 - left) / rate
