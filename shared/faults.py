"""What can go wrong while a batch is handled, named by what has to be done about it."""


class Conflict(Exception):
    """Another copy wrote first: abort and read again."""


class Held(Conflict):
    """A transaction that is not over holds what this one needs; that of a copy killed inside it does so until the database ends it (60 s)."""


class Unavailable(Exception):
    """Broker or database cannot do it now: the same batch is tried again in place, for ever."""


class TooLarge(Unavailable):
    """As Unavailable, and it may be the batch's size: one that keeps failing so is halved."""


class StoreBehind(Exception):
    """The topic holds what the store does not (a database put back to an older copy): refuse to go on until the store is refilled."""
