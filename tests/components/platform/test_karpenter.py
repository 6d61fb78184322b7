from dataclasses import replace

import pytest

from components.charts import KARPENTER, KARPENTER_CRD
from components.platform.karpenter import Karpenter, KarpenterArgs, karpenter_values
from components.platform.operator import SYSTEM_NODES
from tests.image_names import PUBLISHED

RELEASE = "kubernetes:helm.sh/v3:Release"
VERSIONS = {KARPENTER.name: "1.14.1", KARPENTER_CRD.name: "1.14.0"}
ARGS = KarpenterArgs(
    versions=VERSIONS,
    cluster_name="cluster",
    interruption_queue_name="queue",
    repair=True,
    image_names=PUBLISHED,
    after=[],
    protect=True,
)


@pytest.fixture
def planned(plan_program):
    return plan_program(lambda: Karpenter("karpenter", ARGS))


def test_definitions_come_before_the_controller(planned):
    crds, controller = planned.one(RELEASE, "karpenter-crd"), planned.one(RELEASE, "karpenter")
    assert controller.depends_on == (crds.urn,)


def test_each_chart_has_its_own_version(planned):
    assert {r.inputs["name"]: r.inputs["version"] for r in planned.of(RELEASE)} == VERSIONS


def test_the_controller_knows_its_cluster_and_listens_for_interruptions():
    settings = karpenter_values(ARGS)["settings"]
    assert (settings["clusterName"], settings["interruptionQueue"]) == ("cluster", "queue")


@pytest.mark.parametrize("repair", [True, False])
def test_broken_nodes_are_replaced_where_the_platform_says_so(repair):
    settings = karpenter_values(replace(ARGS, repair=repair))["settings"]
    assert settings["featureGates"] == {"nodeRepair": repair}


def test_static_pools_are_switched_on_where_there_is_one():
    values = karpenter_values(replace(ARGS, static_capacity=True))
    assert values["settings"]["featureGates"] == {"nodeRepair": True, "staticCapacity": True}


def test_the_controller_has_the_service_account_of_the_pod_identity():
    values = karpenter_values(ARGS)
    assert (KARPENTER.namespace, values["serviceAccount"]["name"]) == ("kube-system", "karpenter")


def test_the_controller_never_runs_on_nodes_of_its_own():
    assert karpenter_values(ARGS)["nodeSelector"] == SYSTEM_NODES
