"""Pods on general nodes, checked by hand: by the cheapest node that they fit, on nobody's budget but the platform's."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.general_nodes import OTHER_PODS, Shape, general_use, hourly
from pricing.node_pool import pools
from pricing.node_pools import pool_rates
from pricing.usage import EndpointWork, Usage

GENERAL = {"types": ("m7i.large", "m7i.2xlarge"), "limits": {"cpu": "512", "memory": "2048Gi"}}
# m7i.large has 2 vCPUs and 8 GiB at 0.10, m7i.2xlarge 8 and 32 at 0.40: 0.05 a vCPU, or four GiB, in both.


@pytest.fixture
def platform(pricing_inputs, pool):
    return pricing_inputs(*pool("general", **GENERAL))


@pytest.fixture
def serving(fake):
    def make(cpu="2", memory="8Gi", least=6, most=6, name="ranker", **more):
        requests = {"cpu": cpu, "memory": memory}
        rolling = {"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}
        predictor = {
            "minReplicas": least,
            "maxReplicas": most,
            "deploymentStrategy": rolling,
            "nodeSelector": {"paved.dev/pool": "general"},
            "model": {"resources": {"requests": requests, "limits": requests}},
            **more,
        }
        return fake(
            type="kubernetes:serving.kserve.io/v1beta1:InferenceService",
            name=name,
            inputs={"metadata": {"name": name}, "spec": {"predictor": predictor}},
        )

    return make


@pytest.fixture
def quota(fake):
    def make(cpu, memory):
        hard = {"requests.cpu": cpu, "requests.memory": memory}
        return fake(type="kubernetes:core/v1:ResourceQuota", inputs={"spec": {"hard": hard}})

    return make


@pytest.fixture
def queue(fake):
    def make(cpu, memory):
        resources = [{"name": "cpu", "nominalQuota": cpu}, {"name": "memory", "nominalQuota": memory}]
        groups = [{"flavors": [{"name": "h100", "resources": resources}]}]
        return fake(
            type="kubernetes:kueue.x-k8s.io/v1beta2:ClusterQueue", inputs={"spec": {"resourceGroups": groups}}
        )

    return make


def test_six_replicas_and_a_batch_of_64_vcpus_cost_what_their_nodes_cost(
    pricing_inputs, platform, serving, quota, figures
):
    # Six replicas of 2 vCPUs and 8 GiB are six m7i.large: 6 x 0.10 x 730. The quota holds a seventh in a rollout.
    team = pricing_inputs(serving(), quota("78", "312Gi"))
    endpoint, others = general_use(team, platform)
    assert figures(endpoint) == ("438.00",) * 4
    assert (endpoint.note, endpoint.is_default) == ("6 replicas of 2 vCPUs and 8 GiB", False)
    # 64 vCPUs with 256 GiB: 3.20 an hour, for 176 h where nobody declares it, and 730 h at most.
    assert (others.name, figures(others)) == (OTHER_PODS, ("0.00", "563.20", "563.20", "2336.00"))
    assert (
        others.is_default and others.note == "at most 64 vCPUs and 256 GiB by the quota; all of it for 176 h"
    )


def test_the_agent_of_a_logged_endpoint_is_part_of_its_replicas(pricing_inputs, platform, serving, figures):
    # 2.1 vCPUs are 2.1/8 of an m7i.2xlarge at 0.40, for they fit no m7i.large: 6 x 0.105 x 730.
    [endpoint] = general_use(pricing_inputs(serving(logger={"url": "http://log:8081"})), platform)
    assert figures(endpoint) == ("459.90",) * 4
    assert endpoint.note == "6 replicas of 2.1 vCPUs and 8.1 GiB"


def test_declared_vcpus_run_all_month_and_go_no_further_than_the_quota(
    pricing_inputs, platform, quota, figures
):
    for declared, expected in ((16, "584.00"), (1000, "2336.00")):
        usage = Usage(amounts={"general_vcpus": Decimal(declared)})
        [others] = general_use(pricing_inputs(quota("64", "256Gi"), usage=usage), platform)
        assert figures(others) == ("0.00", expected, expected, "2336.00")
        assert not others.is_default


def test_what_the_queue_has_for_accelerators_is_on_their_nodes(
    pricing_inputs, platform, quota, queue, figures
):
    [others] = general_use(pricing_inputs(quota("832", "3328Gi"), queue("768", "3072Gi")), platform)
    assert figures(others)[3] == "2336.00"


def test_memory_counts_where_there_is_more_of_it(pricing_inputs, platform, serving, figures):
    usage = Usage(endpoints={"ranker": EndpointWork(replicas=Decimal(1))})
    found = general_use(pricing_inputs(serving("500m", "16Gi", 1, 2), usage=usage), platform)
    # 16 GiB are two m7i.large, which hold 8, or half an m7i.2xlarge: 0.20 an hour.
    assert figures(found[0]) == ("146.00", "146.00", "146.00", "292.00")


def test_a_deployment_runs_all_month_and_is_no_other_pod(pricing_inputs, platform, quota, fake, figures):
    container = {"name": "exporter", "resources": {"requests": {"cpu": "50m", "memory": "128Mi"}}}
    pod = {"nodeSelector": {"paved.dev/pool": "general"}, "containers": [container]}
    exporter = fake(
        type="kubernetes:apps/v1:Deployment",
        inputs={
            "metadata": {"name": "model-health"},
            "spec": {"replicas": 2, "template": {"spec": pod}},
        },
    )
    found, others = general_use(pricing_inputs(exporter, quota("64", "256Gi")), platform)
    # A tenth of a vCPU at 0.05 an hour.
    assert (found.name, figures(found)) == ("model-health", ("3.65",) * 4)
    assert others.note.startswith("at most 63.9 vCPUs and 255.75 GiB")


def test_a_pod_that_no_node_holds_has_no_price(pricing_inputs, platform, serving):
    [found] = general_use(pricing_inputs(serving("16", "8Gi")), platform)
    assert found.amount is None


def test_endpoints_on_accelerators_take_nothing_of_general_nodes(pricing_inputs, platform, endpoint):
    assert general_use(pricing_inputs(endpoint()), platform) == ()


def test_a_platform_without_general_nodes_has_none_to_share(pricing_inputs, serving):
    assert general_use(pricing_inputs(serving()), pricing_inputs()) == ()


@given(vcpus=st.integers(1, 8), memory=st.integers(1, 32))
def test_pods_cost_no_less_than_their_vcpus_and_no_more_than_a_node_each(pricing_inputs, pool, vcpus, memory):
    platform = pricing_inputs(*pool("general", **GENERAL))
    [(_, general)] = pools(platform)
    each = hourly(
        Shape(vcpus=Decimal(vcpus), memory_gib=Decimal(memory)), general, pool_rates(general, platform)
    )
    assert Decimal("0.05") * vcpus <= each <= Decimal("0.40")
