"""An in-memory AWS account for each test, and no API server."""

from collections.abc import Iterator

import pytest

from paved.aws.creating.memory import MemoryAws
from tests.paved.rehearsed_account import RehearsedAccount


@pytest.fixture(autouse=True)
def no_api_server(monkeypatch) -> None:
    """No test asks the cluster that its author happens to work with."""
    monkeypatch.delenv("KUBECONFIG", raising=False)


@pytest.fixture
def account() -> Iterator[RehearsedAccount]:
    with MemoryAws() as memory:
        yield RehearsedAccount(memory)
