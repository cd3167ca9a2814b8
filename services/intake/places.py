"""Places for files under way: so many in all, and so many of one key, which leaves room for those of others."""

from collections import Counter as Tally
from collections.abc import Iterator
from contextlib import contextmanager

from shared.http.access import Key
from shared.http.problem import Problem


class Places:
    """The places of this process."""

    def __init__(self, most: int, of_one_key: int, full: str, again: int) -> None:
        """`full` names the problem where all are taken; `again`: seconds until one is worth asking for."""
        self._most, self._of_one_key, self._full = most, of_one_key, full
        self._again = {"Retry-After": str(again)}
        self._held = Tally[str]()

    @contextmanager
    def taken(self, key: Key) -> Iterator[None]:
        """One of them. Raises Problem 429 where those of the key are taken, 503 where all are."""
        if self._held[key.id] >= self._of_one_key:
            raise Problem("uploads-yours", self._again, most=self._of_one_key)
        if self.held() >= self._most:
            raise Problem(self._full, self._again)
        self._held[key.id] += 1
        try:
            yield
        finally:
            self._held[key.id] -= 1
            self._held += Tally()  # those of whom nothing is under way are forgotten

    def held(self) -> int:
        """How many are taken."""
        return self._held.total()
