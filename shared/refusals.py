"""Whether one source is refused again and again: a figure for an alert, which names nobody, and a line in the log, which does."""

from collections import Counter as Tally
from collections.abc import Callable
from time import monotonic

import structlog
from prometheus_client import CollectorRegistry, Gauge

log = structlog.get_logger()
WINDOW = 300.0
"""Seconds of a window: what is shown is of the one under way and of the one before."""
FEW = 20
"""Events below which a share says nothing."""
MANY = 0.5
"""The share from which on the log names the source, once in a window."""


class Refusals:
    """Counts by source what was told, and what of it was refused; kept for two windows."""

    def __init__(self, registry: CollectorRegistry, now: Callable[[], float] = monotonic) -> None:
        self._now, self._began = now, now()
        self._told, self._refused = (Tally[str](), Tally[str]()), (Tally[str](), Tally[str]())
        self._named = set[str]()
        Gauge(
            "xiaohao_worst_refused_ratio",
            f"The largest share refused of what one source told in the last 5 to 10 minutes, of sources that told {FEW} events or more; the log names it.",
            registry=registry,
        ).set_function(self.worst)

    def count(self, source: str, told: int, refused: int) -> None:
        """A source told so many events, and so many of them were refused."""
        self._turn()
        self._told[0][source] += told
        self._refused[0][source] += refused
        if refused and source not in self._named and (share := self._share(source)) >= MANY:
            self._named.add(source)
            log.warning("a source is refused again and again", source=source, share=round(share, 2))

    def worst(self) -> float:
        """The largest share."""
        self._turn()
        return max(map(self._share, self._refused[0] | self._refused[1]), default=0.0)

    def _share(self, source: str) -> float:
        told = sum(each[source] for each in self._told)
        return sum(each[source] for each in self._refused) / told if told >= FEW else 0.0

    def _turn(self) -> None:
        passed = int((self._now() - self._began) / WINDOW)
        if passed:
            self._began += passed * WINDOW
            self._told = (Tally(), self._told[0] if passed == 1 else Tally())
            self._refused = (Tally(), self._refused[0] if passed == 1 else Tally())
            self._named.clear()
