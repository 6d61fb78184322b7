"""An identity in AWS is of a controller that some chart of the stack above brings."""

import pytest

from components.charts import KUBE_SYSTEM
from tests.stacks.program.plans import RELEASE

ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
PLATFORMS = ("platform-dev", "platform-prod", "platform-risk")


@pytest.mark.parametrize("name", PLATFORMS)
def test_no_identity_is_made_for_a_controller_that_nobody_installs(planner, plan_stack, name):
    foundation = plan_stack(planner.config(name).stack.foundation)
    releases = plan_stack(name).of(RELEASE)
    namespaces = {each.inputs["namespace"] for each in releases} - {KUBE_SYSTEM}
    # In Kubernetes' own namespace a controller's service account is called as its chart.
    controllers = {each.inputs["name"] for each in releases}
    for association in foundation.of(ASSOCIATION):
        inputs = association.inputs
        assert inputs["namespace"] in namespaces or inputs["serviceAccount"] in controllers, association.urn
