"""An in-memory AWS account for each test."""

from collections.abc import Iterator

import pytest

from paved.aws.creating.memory import MemoryAws
from tests.paved.rehearsed_account import RehearsedAccount


@pytest.fixture
def account() -> Iterator[RehearsedAccount]:
    with MemoryAws() as memory:
        yield RehearsedAccount(memory)
