"""Names and mailboxes, which stand in no book."""

from typing import Annotated

from pydantic import StringConstraints

from shared.events.fact import Fact, Teller
from shared.values import Code, Line, Person


class PersonNamed(Fact):
    """A person's name and mailbox were told; kept on `campaign.people` alone, never in a book (H16)."""

    teller, kind = Teller.BUREAU, "person"
    zh = "人员登记"
    person: Person
    unit: Code
    name: Line
    phone: Annotated[str, StringConstraints(max_length=40)] | None = None
    mail: Annotated[str, StringConstraints(pattern=r"^[^@\s<>]{1,64}@[^@\s<>]{1,190}$")] | None = None
