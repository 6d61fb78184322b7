"""Charts of the release row, rendered where Helm and their sources are at hand."""

import os
from shutil import which

import pytest

from tests.charts.rendering import SOURCES, RenderedChart, charts


@pytest.fixture(scope="session")
def rendered(planner, tmp_path_factory) -> dict[str, RenderedChart]:
    """Every chart at hand by its name. Skips where nobody asks for them (`make charts`), or Helm is not installed."""
    if SOURCES not in os.environ:
        pytest.skip(f"{SOURCES} names no folder of chart sources, and is not `online`: `make charts`")
    if not which("helm"):
        pytest.skip("helm is not installed")
    return {each.name: each for each in charts(planner, tmp_path_factory.mktemp("charts"))}


@pytest.fixture
def chart(rendered, request) -> RenderedChart:
    """One chart, by the name that the test is given."""
    if request.param not in rendered:
        pytest.skip(f"the folder of sources lacks {request.param}")
    return rendered[request.param]
