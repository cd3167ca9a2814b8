"""Subjects that are set aside: what waits for each, in the order in which it came. A told event that waits is decided when its turn has come.

So a subject is free again in the transaction that records the last of what waits, whatever is told meanwhile and however often.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Self

from services.ledger.store import Store, Transaction

BEHIND = "behind a subject that is set aside"
"""The reason of a dead letter that none of its own kept from the books. It names no subject: an id may say who reported."""


class Aside:
    """What waits for subjects that are set aside, each told event by its key and content."""

    def __init__(self, waiting: Mapping[str, Iterable[str]]) -> None:
        self.waiting: dict[str, list[str]] = {subject: list(told) for subject, told in waiting.items()}
        self.changed: set[str] = set()
        """Subjects for which something else waits by now."""

    def holds(self, told: str, subjects: Collection[str]) -> bool:
        """Whether a told event that looks at these subjects is to wait.

        It is not once it stands first for each subject that it waits for: what was set aside after it came is behind it.
        """
        turns = [waiting for subject in subjects if told in (waiting := self.waiting.get(subject, []))]
        return any(waiting[0] != told for waiting in turns) if turns else not self.waiting.keys().isdisjoint(subjects)

    def add(self, told: str, own: str, subjects: Iterable[str] = ()) -> Self:
        """A told event waits for those that are set aside of the subjects that it looks at, and for its own, behind all that does already.

        Its own is set aside with it: what is told of that later must not be decided before. What waits already keeps its place,
        and waits for nothing that was set aside after it.
        """
        if told not in self.waiting.get(own, []):
            for subject in {own, *(each for each in subjects if each in self.waiting)}:
                self.waiting.setdefault(subject, []).append(told)
                self.changed.add(subject)
        return self

    def take(self, told: str, subjects: Iterable[str]) -> Self:
        """It waits no more: it was recorded, or is dropped. A subject for which nothing waits is free."""
        for subject in subjects:
            if told in (waiting := self.waiting.get(subject, [])):
                waiting.remove(told)
                self.changed.add(subject)
                if not waiting:
                    del self.waiting[subject]
        return self

    def to_save(self) -> dict[str, list[str]]:
        """What waits for each subject for which that changed; nothing where it is free again."""
        return {subject: self.waiting.get(subject, []) for subject in sorted(self.changed)}


async def drop(store: Store, told: Collection[str]) -> None:
    """Told events wait no more, for whatever it was: an operator says that they are never to be recorded. Raises Conflict or Unavailable."""
    waiting = await store.set_aside()

    async def take(transaction: Transaction) -> None:
        aside = Aside(await transaction.aside(waiting))
        for each in told:
            aside.take(each, list(aside.waiting))
        await transaction.put_aside(aside.to_save())

    await store.transaction(take)
