"""Charts of the release row, rendered where Helm and their sources are at hand."""

import os
from shutil import which

import pytest

from reference.registries import EKS_ADDONS, addons_registry
from tests.charts.rendering import PLATFORMS, SOURCES, RenderedChart, charts


@pytest.fixture(scope="session")
def rendered(planner, tmp_path_factory) -> dict[str, RenderedChart]:
    """Every chart at hand by its name. Skips where nobody asks for them (`make charts`), or Helm is not installed."""
    if SOURCES not in os.environ:
        pytest.skip(f"{SOURCES} names no folder of chart sources, and is not `online`: `make charts`")
    if not which("helm"):
        pytest.skip("helm is not installed")
    return {each.name: each for each in charts(planner, tmp_path_factory.mktemp("charts"))}


@pytest.fixture(scope="session")
def own_registries(planner) -> dict[str, str]:
    """The starts of the names of images that come from here: of each sample account, and of AWS's add-ons there."""
    found: dict[str, str] = {}
    for platform in PLATFORMS:
        account = planner.config(platform).stack.account
        found[f"{account.id}.dkr.ecr.{account.region}.amazonaws.com/upstream/"] = ""
        found[f"{addons_registry(account.region)}/"] = f"{EKS_ADDONS}/"
    return found


@pytest.fixture
def chart(rendered, request) -> RenderedChart:
    """One chart, by the name that the test is given."""
    if request.param not in rendered:
        pytest.skip(f"the folder of sources lacks {request.param}")
    return rendered[request.param]
