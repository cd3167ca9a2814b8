"""What the stories share."""

import pytest

from tests.campaigns.story import Told


@pytest.fixture(params=["rehearsed", "told"])
def either(request: pytest.FixtureRequest) -> Told:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Told)
    return found
