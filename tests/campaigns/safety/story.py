"""The sixth plan, of another field: safety at work in a county, from October 2024 to June 2025, told day by day.

It runs by its plan alone, and shows what the five health campaigns do not need (L1 to L15).
"""

from tests.campaigns.safety.awards import awards
from tests.campaigns.safety.duties import launch, returns, search
from tests.campaigns.safety.given import API
from tests.campaigns.safety.issues import handed_over, held, late_facts_and_extensions, lights_and_scores, major_hazard, rest
from tests.campaigns.story import Story, files


def story() -> tuple[Story, dict[str, str]]:
    """All that is told, and the ids of some tellings by what they are."""
    plan, units = files("mine-safety-2024")
    whole, ids = Story(plan, units), dict[str, str]()
    launch(whole)
    returns(whole)
    search(whole)
    major_hazard(whole)
    handed_over(whole)
    late_facts_and_extensions(whole)
    lights_and_scores(whole)
    held(whole, ids)
    awards(whole)
    rest(whole, ids)
    return whole, ids


SUMMARY, KPIS = f"{API}/summary", f"{API}/kpis"
LIT, SCORED = ("mine-2", "mine-3", "chem-3"), ("chem-2", "mine-3", "chem-3", "school-2", "school-3", "south")


def asked(ids: dict[str, str]) -> list[str]:
    lights = [f"{API}/lights?unit={unit}" for unit in LIT]
    scores = [f"{API}/scores?unit={unit}" for unit in SCORED]
    return [SUMMARY, KPIS, *lights, *scores, *(f"/api/told/{id}" for id in ids.values())]


IDS = story()[1]
