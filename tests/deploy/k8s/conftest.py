"""Both overlays, built once."""

import os

import pytest

from deploy.embedded.kustomize import kustomize
from deploy.embedded.tools import ToolsError
from tests.deploy.k8s.built import Built, build


@pytest.fixture(scope="session")
def overlays() -> dict[str, Built]:
    """By name. Where Kustomize cannot be had the test is skipped; with CI_TOOLS=required it fails."""
    try:
        command = kustomize()
    except ToolsError as error:
        if os.environ.get("CI_TOOLS") == "required":
            raise
        pytest.skip(str(error))
    return {name: build(name, command) for name in ("small", "province")}


@pytest.fixture(params=["small", "province"])
def built(request: pytest.FixtureRequest, overlays: dict[str, Built]) -> Built:
    """Each of them."""
    return overlays[request.param]


@pytest.fixture
def province(overlays: dict[str, Built]) -> Built:
    """The one with operators."""
    return overlays["province"]
