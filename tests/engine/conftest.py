"""The real engine, where it is installed: stand-in providers, and the sample stacks deployed to them."""

import shutil
from collections.abc import Iterator, Mapping

import pytest

from tests.engine.chains import Deployed, deploy_samples
from tests.engine.standin import Servers

COMMANDS = ("pulumi", "pulumi-language-python")


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """Stand-ins for the AWS and Kubernetes providers; skips where there is no engine to attach them to."""
    missing = [command for command in COMMANDS if not shutil.which(command)]
    if missing:
        pytest.skip(f"the real engine is not here: no `{'`, `'.join(missing)}` on PATH")
    with Servers(aws=True, kubernetes=False) as running:
        yield running


@pytest.fixture(scope="session")
def deployed(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Deployed]:
    """Every sample stack, deployed twice."""
    return deploy_samples(tmp_path_factory.mktemp("samples"), servers.ports)
