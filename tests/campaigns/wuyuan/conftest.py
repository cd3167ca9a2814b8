"""The story of the hospital, played once a run."""

import pytest

from deploy.embedded.servers import Embedded
from tests.campaigns.story import Told, rehearse, run
from tests.campaigns.wuyuan.given import CAMPAIGN, ROOT
from tests.campaigns.wuyuan.story import NO_MILESTONES, story


@pytest.fixture(scope="session")
def told(embedded: Embedded, tmp_path_factory: pytest.TempPathFactory) -> Told:
    asked = [f"/api/campaigns/{CAMPAIGN}/summary", f"/api/told/{NO_MILESTONES}?source={ROOT}"]
    return run(story(), embedded, tmp_path_factory.mktemp("wuyuan"), asked)


@pytest.fixture(scope="session")
def rehearsed() -> Told:
    """So that whoever changes the story sees within seconds what becomes of it."""
    return rehearse(story())
