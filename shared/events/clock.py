"""The time, where it is told."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AwareDatetime, Field

from shared.events.fact import Fact, Teller


class TimeTold(Fact):
    """Under a told clock: it is now this time. Told to every partition; makes the clock look once.

    What falls due because of what it tells needs another, so whoever tells the time tells each day.
    """

    teller, kind = Teller.BUREAU, "time"
    zh = "时间"
    now: Annotated[AwareDatetime, Field(ge=datetime(2000, 1, 1, tzinfo=UTC), lt=datetime(3000, 1, 1, tzinfo=UTC))]
