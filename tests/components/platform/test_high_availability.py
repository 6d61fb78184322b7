import pytest

from components.platform.high_availability import HighAvailability, HighAvailabilityArgs
from components.platform.operator import CRITICAL

SELECTOR = {"control-plane": "controller"}
ARGS = HighAvailabilityArgs(
    deployment="controller", namespace="operators", selector=SELECTOR, labels={"team": "platform"}, after=()
)


@pytest.fixture
def planned(plan_program):
    return plan_program(lambda: HighAvailability("controller", ARGS))


def test_a_controller_has_a_second_replica_that_others_make_room_for(planned):
    spec = planned.one("kubernetes:apps/v1:DeploymentPatch").inputs["spec"]
    assert spec["replicas"] == 2
    assert spec["template"]["spec"]["priorityClassName"] == CRITICAL


def test_replicas_spread_over_zones_and_nodes_where_there_are_several(planned):
    patch = planned.one("kubernetes:apps/v1:DeploymentPatch").inputs["spec"]
    spread = patch["template"]["spec"]["topologySpreadConstraints"]
    assert [each["topologyKey"] for each in spread] == [
        "topology.kubernetes.io/zone",
        "kubernetes.io/hostname",
    ]
    assert {each["whenUnsatisfiable"] for each in spread} == {"ScheduleAnyway"}
    assert all(each["labelSelector"] == {"matchLabels": SELECTOR} for each in spread)


def test_a_drain_takes_one_replica_at_a_time(planned):
    budget = planned.one("kubernetes:policy/v1:PodDisruptionBudget").inputs
    assert budget["spec"] == {"minAvailable": 1, "selector": {"matchLabels": SELECTOR}}
    assert budget["metadata"]["namespace"] == "operators"
