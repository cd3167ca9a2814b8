"""The story of Tengzhou, played once a run."""

import pytest

from deploy.embedded.servers import Embedded
from tests.campaigns.story import Told, run
from tests.campaigns.tengzhou.expected import CARRIED, KPIS, SUMMARY
from tests.campaigns.tengzhou.story import story


@pytest.fixture(scope="session")
def told(embedded: Embedded, tmp_path_factory: pytest.TempPathFactory) -> Told:
    """The story, played once."""
    whole = story()
    asked = (SUMMARY, f"{SUMMARY}?unit=t01", KPIS, CARRIED, *(f"/api/told/{id}" for id in whole.forbidden))
    return run(whole, embedded, tmp_path_factory.mktemp("tengzhou"), asked)
