"""The story of the city union, played once a run."""

import pytest

from deploy.embedded.servers import Embedded
from shared.events.refusal import Refused
from tests.campaigns.qingdao.story import story
from tests.campaigns.story import Told, rehearse, run


@pytest.fixture(scope="session")
def rehearsed() -> Told:
    """The same in memory."""
    return rehearse(story())


@pytest.fixture(scope="session")
def asked(rehearsed: Told) -> dict[str, str]:
    """By rule, where reporting says what became of an event that is refused."""
    refused = {each.fact.rule: each for each in rehearsed.recorded if isinstance(each.fact, Refused)}
    return {rule: f"/api/told/{each.told_id}?source={each.told_source}" for rule, each in refused.items()}


@pytest.fixture(scope="session")
def told(embedded: Embedded, tmp_path_factory: pytest.TempPathFactory, asked: dict[str, str]) -> Told:
    """The story through the running services."""
    more = ["/api/campaigns/qingdao-2023/summary", "/api/campaigns/qingdao-2023/kpis"]
    return run(story(), embedded, tmp_path_factory.mktemp("qingdao"), [*more, *asked.values()])
