"""What a bureau that feeds by Kafka is answered."""

from pydantic import Field

from shared.events.fact import Fact
from shared.values import Count, Value, Wording


class Mistake(Value):
    """What is wrong in one place of an event, and what would be right."""

    field: str = Field(description="such as `data.category`; a header by its name; empty where it is the whole")
    value: str | bool | int | float | None = Field(default=None, description="as much of it as helps")
    rule: str = Field(description="the same as over HTTP")
    detail: Wording


class InboxAnswered(Fact):
    """A record of an inbox was judged; on `inbox.<bureau>.answers` alone. It may be said again of the same record, after a copy of intake was killed."""

    kind = "answer"
    zh = "直报回执"
    partition: Count = Field(description="where the record stands in the inbox")
    offset: Count = Field(description="the same")
    id: str | None = Field(default=None, description="of the event, where one could be read")
    accepted: bool = Field(description="whether it was told on, as 202 says it over HTTP; the ledger says whether it is recorded")
    mistakes: tuple[Mistake, ...] = Field(default=(), description="why it was not, at most 20")
    unlisted: Count = Field(default=0, description="how many more there are")
    unnamed: tuple[Mistake, ...] = Field(
        default=(), description="where an accepted tree or plan names persons whom nobody named yet, at most 20"
    )
