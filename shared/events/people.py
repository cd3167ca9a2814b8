"""Names and mailboxes, which stand in no book."""

from typing import Annotated

from pydantic import StringConstraints

from shared.events.fact import Fact, Teller
from shared.values import ON_ONE_LINE, Code, Line, OnOneLine, Person, Shown, Text

MAILBOX = r"^[^@\s<>\x00-\x1f\x7f]{1,64}@[^@\s<>\x00-\x1f\x7f]{1,190}$"


class PersonNamed(Fact):
    """A person's name and mailbox were told; kept on `campaign.people` alone, never in a book (H16). Told again with the same id, within a week, it undoes
    nothing that was told of the person since.
    """

    teller, kind = Teller.BUREAU, "person"
    zh = "人员登记"
    person: Person
    unit: Code
    name: Line
    phone: Annotated[str, StringConstraints(max_length=40, pattern=ON_ONE_LINE), OnOneLine, Shown] | None = None
    mail: Annotated[str, StringConstraints(pattern=MAILBOX), Shown] | None = None


class _NoMore(Fact):
    teller, kind = Teller.BUREAU, "book"
    person: Person
    reason: Text


class PersonReleased(_NoMore):
    """An operator took the name from the id of a person, which another may be named under from here on; recorded in the root's book by the id alone (H16)."""

    zh = "人员编号释放"


class PersonErased(_NoMore):
    """An operator erased a person everywhere but for the opaque id in the books; nobody is named under it until one releases it. In the root's book (H16)."""

    zh = "人员信息删除"
