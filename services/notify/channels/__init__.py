"""How a letter leaves the house. Each channel is a file of its own and says by one of three exceptions what became of a letter."""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Letter:
    """What a channel sends. Its address, name and words are kept out of `repr`, so that no log shows them."""

    id: str
    """The same for the same delivery however often it is tried, so that a receiver can tell a repeat."""
    name: str = field(repr=False)
    mailbox: str = field(repr=False)
    subject: str = field(repr=False)
    body: str = field(repr=False)


class NotTaken(Exception):
    """The letter was not taken. Carries a cause and a code, never what the other side wrote: that may hold an address."""

    def __init__(self, cause: str, code: int | None = None) -> None:
        super().__init__(f"{cause} {code or ''}".strip())
        self.cause, self.code = cause, code


class Never(NotTaken):
    """It never will be: trying again is no use."""


class Later(NotTaken):
    """Not now: try this letter again later."""


class Away(Later):
    """The other side does not answer, so no letter would be taken now."""


class Channel(Protocol):
    """One connection; each line of deliveries has its own."""

    async def send(self, letter: Letter) -> None:
        """Returns once the letter was taken. Raises NotTaken."""
        ...

    async def rest(self) -> None:
        """No more letters for now: let go of the connection. Raises nothing."""
        ...
