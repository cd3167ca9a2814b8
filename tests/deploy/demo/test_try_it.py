"""The campaign to try lies around today, as far as the working calendar reaches."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from deploy.demo import try_it
from shared.workdays import YearMissing


@pytest.mark.parametrize("today", [date(2026, 11, 22), date(2026, 12, 24), date(2024, 2, 29)])
def test_the_campaign_to_try_lies_around_today_and_is_found_again_while_it_lasts(today: date, tmp_path: Path) -> None:
    plan = try_it.plan_of(today, tmp_path / "plan.yaml")
    assert plan.phase_on(today) == "T1"
    assert today < plan.ends <= today + timedelta(try_it.DAYS)
    assert try_it.plan_of(plan.ends, tmp_path / "plan.yaml") == plan
    if plan.ends.month < 12:
        assert try_it.plan_of(plan.ends + timedelta(1), tmp_path / "plan.yaml").campaign != plan.campaign


@pytest.mark.parametrize("today", [date(2026, 12, 30), date(2027, 1, 10)])
def test_there_is_none_where_the_working_calendar_ends_too_soon(today: date, tmp_path: Path) -> None:
    with pytest.raises(YearMissing, match="working calendar of 2027 is not loaded"):
        try_it.plan_of(today, tmp_path / "plan.yaml")
