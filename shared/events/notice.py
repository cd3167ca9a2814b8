"""What people were told."""

from pydantic import Field

from shared.events.fact import Fact
from shared.values import Code, Count, Line


class _Notice(Fact):
    kind = "notice"
    event: Line = Field(description="id of the recorded event, `<book>@<position>`")
    channel: Code
    template: Code = Field(description="what kind of notice it was, such as `assigned`")
    tries: Count


class NoticeSent(_Notice):
    """A person was told of a recorded event; on `campaign.notices` alone, ids only."""

    zh = "通知已发"


class NoticeFailed(_Notice):
    """A person could not be told of a recorded event, and will not be; on `campaign.notices` alone, ids only."""

    zh = "通知未达"
    reason: Code = Field(
        description="`no-mailbox`, `bad-mailbox`, `not-in-line`, `erased`, `refused`, `gave-up`, `outdated` (it would not hold any more), or `bug`"
    )
    code: int | None = Field(default=None, description="what the other side answered, such as 550")
