"""The plan of an endpoint, with arguments of the test's own."""

import pytest

from components.serving.endpoint import Endpoint, EndpointArgs
from tests.components.serving.planned_endpoint import ARGS


@pytest.fixture
def planned(plan_program):
    def plan(**changes):
        return plan_program(lambda: Endpoint("detector", EndpointArgs(**{**ARGS, **changes})))

    return plan
