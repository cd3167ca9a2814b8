"""The time, where it is told."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import Field

from shared.events.fact import Fact, Teller
from shared.values import Moment


class TimeTold(Fact):
    """Under a told clock: it is now this time. Told to every partition; makes the clock look until nothing more is due.

    The clock itself tells it anew behind what it tells, so that one jump over a week opens and misses all that seven mornings would.
    """

    teller, kind = Teller.BUREAU, "time"
    zh = "时间"
    now: Annotated[Moment, Field(ge=datetime(2000, 1, 1, tzinfo=UTC), lt=datetime(3000, 1, 1, tzinfo=UTC))]
