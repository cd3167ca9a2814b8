"""The story of the hospital, played once a run."""

import pytest

from deploy.embedded.servers import Embedded
from tests.campaigns.story import Told, rehearse, run
from tests.campaigns.yangpu.given import CAMPAIGN
from tests.campaigns.yangpu.story import NOT_RIGHT, story


@pytest.fixture(scope="session")
def told(embedded: Embedded, tmp_path_factory: pytest.TempPathFactory) -> Told:
    asked = [f"/api/campaigns/{CAMPAIGN}/summary", f"/api/campaigns/{CAMPAIGN}/kpis", f"/api/told/{NOT_RIGHT}?source=medical"]
    return run(story(), embedded, tmp_path_factory.mktemp("yangpu"), asked)


@pytest.fixture(scope="session")
def rehearsed() -> Told:
    """So that whoever changes the story sees within seconds what becomes of it."""
    return rehearse(story())
