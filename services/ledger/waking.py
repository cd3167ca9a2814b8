"""When the subjects of one book wake, as far as a batch knows them."""

from collections.abc import Callable
from datetime import date


class Waking:
    """The first days on which the clock has something to tell subjects of a book; of some only that it is no earlier."""

    def __init__(self) -> None:
        self.first = date.max
        """No subject wakes before it."""
        self._on: dict[str, date] = {}
        self._guessed: set[str] = set()

    def put(self, subject: str, on: date | None) -> None:
        """A subject wakes on a day, or never."""
        self._guessed.discard(subject)
        if on is None:
            self._on.pop(subject, None)
        else:
            self._on[subject], self.first = on, min(self.first, on)

    def guess(self, subject: str, on: date) -> None:
        """A subject may wake from a day on, or later."""
        self._on[subject] = min(on, self._on.get(subject, on))
        self.first = min(self.first, on)
        self._guessed.add(subject)

    def take(self, day: date, reckon: Callable[[str], date | None]) -> tuple[date, list[str]]:
        """The first day by `day` on which something wakes, with all that does; taken out, so that nothing wakes twice unless it changes.

        What cannot be reckoned wakes no more here: the clock says so.
        """
        for subject in [each for each in self._guessed if self._on[each] <= day]:
            try:
                self.put(subject, reckon(subject))
            except (ValueError, TypeError, KeyError):
                self.put(subject, None)
        self.first = min(self._on.values(), default=date.max)
        if self.first > day:
            return day, []
        first, taken = self.first, [subject for subject, on in self._on.items() if on == self.first]
        for subject in taken:
            del self._on[subject]
        self.first = min(self._on.values(), default=date.max)
        return first, taken
