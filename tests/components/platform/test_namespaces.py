import pytest

from components.charts import (
    CHARTS,
    JUPYTERHUB,
    KEDA_NAMESPACE,
    KUBE_SYSTEM,
    SIGNATURES_NAMESPACE,
    TRACES_NAMESPACE,
)
from components.platform.namespaces import LEVELS, SystemNamespaces, SystemNamespacesArgs, pod_security
from reference.vocabulary import HAND_OVER_NAMESPACE

NAMESPACE = "kubernetes:core/v1:Namespace"


@pytest.fixture
def planned(plan_program):
    def plan(protect=True, without=()):
        args = SystemNamespacesArgs(
            kubernetes_version="1.35", without=without, labels={"team": "platform"}, protect=protect
        )
        return plan_program(lambda: SystemNamespaces("system", args))

    return plan


def test_every_chart_has_a_namespace():
    """Those of options come with them, and a hub's with its team."""
    of_options = {KEDA_NAMESPACE, SIGNATURES_NAMESPACE, TRACES_NAMESPACE, JUPYTERHUB.namespace}
    of_charts = set(LEVELS) - {HAND_OVER_NAMESPACE}
    assert {chart.namespace for chart in CHARTS} == {*of_charts, KUBE_SYSTEM} | of_options


def test_a_namespace_has_its_own_name_and_the_labels_of_the_stack(planned):
    metadata = planned().one(NAMESPACE, "system-kserve").inputs["metadata"]
    assert metadata["name"] == "kserve"
    assert metadata["labels"]["team"] == "platform"


def test_a_chart_that_is_left_out_has_no_namespace(planned):
    planned_names = [r.inputs["metadata"]["name"] for r in planned(without=["kuberay-system"]).of(NAMESPACE)]
    assert sorted(planned_names) == sorted(set(LEVELS) - {"kuberay-system"})


def test_only_agents_that_mount_the_node_are_privileged():
    assert [name for name, level in LEVELS.items() if level == "privileged"] == ["node-agents"]


def test_only_hand_overs_may_be_root():
    assert [name for name, level in LEVELS.items() if level == "baseline"] == [HAND_OVER_NAMESPACE]


def test_a_pod_security_level_is_pinned_in_every_mode():
    assert pod_security("restricted", "v1.35") == {
        "pod-security.kubernetes.io/enforce": "restricted",
        "pod-security.kubernetes.io/enforce-version": "v1.35",
        "pod-security.kubernetes.io/audit": "restricted",
        "pod-security.kubernetes.io/audit-version": "v1.35",
        "pod-security.kubernetes.io/warn": "restricted",
        "pod-security.kubernetes.io/warn-version": "v1.35",
    }


def test_the_namespace_with_the_volumes_of_the_metrics_store_is_protected(planned):
    def protected(plan):
        return [r.inputs["metadata"]["name"] for r in plan.of(NAMESPACE) if r.protect]

    assert protected(planned()) == ["monitoring"]
    assert protected(planned(protect=False)) == []
