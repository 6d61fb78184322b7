from dataclasses import replace

import pulumi_kubernetes as k8s
import pytest

from components.training.flavors import (
    TOPOLOGY,
    Flavors,
    FlavorsArgs,
    Topology,
    TopologyArgs,
    flavor_names,
    flavor_spec,
)

COHORT = "kubernetes:kueue.x-k8s.io/v1beta2:Cohort"
FLAVOR = "kubernetes:kueue.x-k8s.io/v1beta2:ResourceFlavor"
ARGS = FlavorsArgs(accelerators=["h100", "l40s"], labels={"team": "platform"}, after=[])


@pytest.fixture
def planned(plan_program):
    def plan(args=ARGS):
        def program():
            metadata = k8s.meta.v1.ObjectMetaArgs(name="kueue")
            Flavors("flavors", replace(args, after=[k8s.core.v1.Namespace("kueue", metadata=metadata)]))

        return plan_program(program)

    return plan


def test_there_is_one_flavor_for_each_accelerator_class(planned):
    found = planned().of(FLAVOR)
    assert [flavor.inputs["metadata"]["name"] for flavor in found] == ["h100", "l40s"]


def test_a_flavor_is_keyed_by_its_class_and_not_by_its_place(planned):
    def urns(accelerators):
        return {f.urn for f in planned(replace(ARGS, accelerators=accelerators)).of(FLAVOR)}

    assert urns(["l40s", "h100"]) == urns(["h100", "l40s"])
    assert urns(["l40s"]) < urns(["h100", "l40s"])


def test_cohort_and_flavors_wait_for_kueue(planned):
    plan = planned()
    for resource in (plan.one(COHORT), *plan.of(FLAVOR)):
        [kueue] = resource.depends_on
        assert kueue.endswith("::kueue")


def test_a_flavor_leads_to_the_nodes_of_its_class():
    assert flavor_spec("h100")["nodeLabels"] == {"paved.dev/accelerator": "h100"}


@pytest.mark.parametrize(
    ("accelerator", "device"), [("h100", "nvidia.com/gpu"), ("trainium1", "aws.amazon.com/neuron")]
)
def test_a_flavor_has_the_taint_that_every_node_of_its_class_has(accelerator, device):
    taint = {"key": device, "value": "true", "effect": "NoSchedule"}
    assert flavor_spec(accelerator)["nodeTaints"] == [taint]


def test_a_flavor_leaves_the_tolerations_of_a_job_alone():
    """Those of a flavor replace a TrainJob's, and with them the one of its team's nodes."""
    assert "tolerations" not in flavor_spec("h100")


def test_a_flavor_bears_the_name_of_its_class():
    assert flavor_names(["l40s", "a100-80g"]) == {"a100-80g": "a100-80g", "l40s": "l40s"}


def test_the_topology_has_the_layers_of_the_network_and_nodes_below_them(plan_program):
    plan = plan_program(lambda: Topology("topology", TopologyArgs(labels={}, after=[])))
    topology = plan.one("kubernetes:kueue.x-k8s.io/v1beta2:Topology").inputs
    assert topology["metadata"]["name"] == TOPOLOGY
    assert [level["nodeLabel"] for level in topology["spec"]["levels"]] == [
        "topology.k8s.aws/network-node-layer-1",
        "topology.k8s.aws/network-node-layer-2",
        "topology.k8s.aws/network-node-layer-3",
        "kubernetes.io/hostname",
    ]


def test_cpu_nodes_are_a_flavor_by_their_class_and_have_no_taint_of_it():
    assert flavor_spec("cpu") == {"nodeLabels": {"paved.dev/accelerator": "cpu"}}
