"""A day that a fact names is a plan, or it has come: what is still to come did not happen."""

from datetime import date, timedelta
from typing import Any

import pytest

from shared.events.catalogue import CATALOGUE
from shared.events.fact import Fact, Teller
from tests.ledger.duties.activities import DAY as HELD_DAY
from tests.ledger.duties.activities import LECTURE, clinic
from tests.ledger.duties.indicators import DAY as MEASURED_DAY
from tests.ledger.duties.indicators import SURVEY, VISIT, measured
from tests.ledger.given import Story
from tests.ledger.sample import changed

PLANNED = {
    ("ExtensionGranted", "until"),
    ("ExtensionRequested", "until"),
    ("FollowUpSet", "due"),
    ("MeasuresPlanned", "milestones"),
    ("PhaseExtended", "until"),
    ("UnitPlanAdopted", "ends"),
    ("CampaignAmended", "plan"),
    ("CampaignAnnounced", "plan"),
}
"""The last day of something, or a plan with its days: these lie ahead."""
HAPPENED: dict[tuple[str, str], tuple[Fact, Any]] = {
    ("ActivityHeld", "on"): (LECTURE, lambda: clinic().on(HELD_DAY)),
    ("SurveyHeld", "on"): (SURVEY, lambda: measured().on(MEASURED_DAY.isoformat())),
    ("VisitLogged", "on"): (VISIT, lambda: measured().on(MEASURED_DAY.isoformat())),
}
"""The day on which something happened, and who tells it."""


def days(schema: dict[str, Any], defs: dict[str, Any], within: tuple[str, ...] = ()) -> bool:
    """Whether a day stands anywhere in what a JSON schema describes."""
    if schema.get("format") == "date":
        return True
    if (name := schema.get("$ref", "").rpartition("/")[2]) and name not in within:
        return days(defs[name], defs, (*within, name))
    parts = [each for value in schema.values() for each in (value if isinstance(value, list) else [value]) if isinstance(each, dict)]
    return any(days(each, defs, within) for each in parts)


def test_every_day_that_a_bureau_names_is_known_for_a_plan_or_for_what_happened() -> None:
    found = set()
    for name, model in CATALOGUE.items():
        if model.teller is Teller.BUREAU:
            schema = model.model_json_schema()
            found |= {(name, field) for field, part in schema["properties"].items() if days(part, schema.get("$defs", {}))}
    assert found == PLANNED | HAPPENED.keys()


@pytest.mark.parametrize("name", HAPPENED, ids=".".join)
def test_what_happened_is_of_no_later_day_than_it_is_told(name: tuple[str, str]) -> None:
    fact, make = HAPPENED[name]
    story: Story = make()
    today = date.fromisoformat(story.day)
    story.when(changed(fact, **{name[1]: today + timedelta(1)}))
    assert story.recorded()[-1].rule in ("day-ahead", "activity-ahead")  # type: ignore[attr-defined]
    make().given(changed(fact, **{name[1]: today}))
