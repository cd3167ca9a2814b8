"""How a message leaves the house. Each channel puts it into words of its own, and says by one of three exceptions what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Message:
    """What is to be said, and to whom. Address, name and values are kept out of `repr`, so that no log shows them."""

    id: str
    """The same for the same delivery however often it is tried, so that a receiver can tell a repeat."""
    name: str = field(repr=False)
    mailbox: str = field(repr=False)
    subject: str
    """What it is about: an issue, or what a unit owes."""
    template: str
    values: Mapping[str, str] = field(repr=False)


class NotTaken(Exception):
    """The message was not taken. Carries a cause and a code, never what the other side wrote: that may hold an address."""

    def __init__(self, cause: str, code: int | None = None) -> None:
        super().__init__(f"{cause} {code or ''}".strip())
        self.cause, self.code = cause, code


class Never(NotTaken):
    """It never will be: trying again is no use."""


class Later(NotTaken):
    """Not now: try this message again later."""


class Away(Later):
    """The other side does not answer, so nothing would be taken now."""


class Channel(Protocol):
    """One connection; each line of deliveries has its own."""

    async def send(self, message: Message) -> None:
        """Returns once the message was taken. Raises NotTaken."""
        ...

    async def rest(self) -> None:
        """No more messages for now: let go of the connection. Raises nothing."""
        ...
