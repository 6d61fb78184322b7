"""Commands of the documents find the plans of the sample stacks."""

import pytest


@pytest.fixture(autouse=True)
def commands_find_plans(sample_plans: None) -> None:
    """Plan the sample stacks once for all commands."""
