"""The order in which a platform is made, and so the reverse of that in which it goes."""

from datetime import timedelta

import pytest

from components.charts import (
    AWS_EFA_DEVICE_PLUGIN,
    KARPENTER_CRD,
    KSERVE_CRD,
    KUBE_SYSTEM,
    NEURON,
    NVIDIA_DEVICE_PLUGIN,
    PROMETHEUS_OPERATOR_CRDS,
    owner,
)
from tests.stacks.program.plans import RELEASE, installed, needs

NAMESPACE = "kubernetes:core/v1:Namespace"
NODE_CLASS = "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass"
NODE_POOL = "kubernetes:karpenter.sh/v1:NodePool"
STORAGE_CLASS = "kubernetes:storage.k8s.io/v1:StorageClass"
SAMPLES = ("platform-dev", "platform-prod", "platform-risk")
NO_SERVICES = {
    AWS_EFA_DEVICE_PLUGIN.name,
    KARPENTER_CRD.name,
    KSERVE_CRD.name,
    NEURON.name,
    NVIDIA_DEVICE_PLUGIN.name,
    PROMETHEUS_OPERATOR_CRDS.name,
}
"""Charts without a Service, as their templates were read."""


@pytest.fixture
def prod(plan_stack):
    return plan_stack("platform-prod")


def duration(text):
    return timedelta(**{{"h": "hours", "m": "minutes"}[text[-1]]: int(text[:-1])})


@pytest.mark.parametrize("name", SAMPLES)
def test_every_custom_resource_comes_after_the_release_that_owns_its_kind(plan_stack, name):
    plan = plan_stack(name)
    found = 0
    for resource in plan.resources:
        api_version = resource.inputs.get("apiVersion", "")
        if "." in api_version and ".k8s.io" not in api_version:  # those are built in
            chart = owner(api_version, resource.inputs["kind"])
            assert installed(plan, chart.name).urn in needs(plan, resource), resource.urn
            found += 1
    assert found >= 10


@pytest.mark.parametrize("name", SAMPLES)
def test_what_makes_a_service_comes_after_the_webhook_that_sees_each(plan_stack, name):
    plan = plan_stack(name)
    webhook = installed(plan, "aws-load-balancer-controller")
    for resource in plan.of(RELEASE):
        if resource.inputs["name"] not in NO_SERVICES and resource != webhook:
            assert webhook.urn in needs(plan, resource), resource.urn


@pytest.mark.parametrize("name", SAMPLES)
def test_every_release_comes_after_its_namespace(plan_stack, name):
    plan = plan_stack(name)
    made = {r.inputs["metadata"]["name"]: r.urn for r in plan.of(NAMESPACE)}
    for resource in plan.of(RELEASE):
        namespace = resource.inputs["namespace"]
        if namespace != KUBE_SYSTEM:
            assert made[namespace] in needs(plan, resource), resource.urn


def test_nodes_go_before_their_class_and_both_before_their_controller(prod):
    pool, node_class = prod.one(NODE_POOL), prod.one(NODE_CLASS)
    assert node_class.urn in needs(prod, pool)
    for chart in ("karpenter", "karpenter-crd"):
        assert installed(prod, chart).urn in needs(prod, node_class)


def test_the_metrics_store_goes_before_its_nodes_and_volumes(prod):
    before = needs(prod, installed(prod, "kube-prometheus-stack"))
    assert {prod.one(NODE_POOL).urn, prod.one(STORAGE_CLASS).urn} <= before


def test_certificates_come_before_those_who_ask_for_one(prod):
    certificates = installed(prod, "cert-manager").urn
    for chart in ("kserve-resources", "kube-prometheus-stack"):
        assert certificates in needs(prod, installed(prod, chart))


def test_deleting_a_pool_may_take_longer_than_draining_its_nodes(prod):
    pool = prod.one(NODE_POOL)
    drain = pool.inputs["spec"]["template"]["spec"]["terminationGracePeriod"]
    assert duration(pool.delete_timeout) > duration(drain)
