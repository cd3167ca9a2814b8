"""The story of the county, played once a run."""

import pytest

from deploy.embedded.servers import Embedded
from tests.campaigns.safety.story import IDS, asked, story
from tests.campaigns.story import Told, run


@pytest.fixture(scope="session")
def told(embedded: Embedded, tmp_path_factory: pytest.TempPathFactory) -> Told:
    return run(story()[0], embedded, tmp_path_factory.mktemp("safety"), asked(IDS))
