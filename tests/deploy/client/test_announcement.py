"""A campaign is announced at any hour of the day on which it is issued, and ahead of it: nothing is told before it happened."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deploy.client.announcement import announcement, naming
from deploy.demo import try_it
from shared.kafka.cloudevents import instant
from shared.plan import Plan
from shared.workdays import BEIJING, local_date

MIDNIGHT = datetime(2026, 3, 2, tzinfo=BEIJING)


def issued_on_that_day(folder: Path) -> Plan:
    """The campaign to try, as it is made on that day."""
    return try_it.plan_of(MIDNIGHT.date(), folder / "plan.yaml")


@pytest.mark.parametrize("hour", [-24, -1, *range(24), 48])
def test_at_no_hour_is_anything_announced_or_named_ahead_of_time(tmp_path: Path, hour: int) -> None:
    plan, units, now = issued_on_that_day(tmp_path), try_it.units(), MIDNIGHT + timedelta(hours=hour, seconds=1)
    told = [instant(each["time"]) for each in (*announcement(plan, units, now), *naming(plan, units[0].id, try_it.staff(), now))]
    assert max(told) <= now.astimezone(UTC)
    assert told == sorted(told)
    if hour >= 9:
        assert {local_date(each) for each in told} == {plan.issued}
