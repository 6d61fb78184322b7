from dataclasses import replace

import pulumi_kubernetes as k8s
import pytest

from components.platform.general_nodes import (
    DRAIN_HOURS,
    GeneralNodes,
    GeneralNodesArgs,
    general_class_spec,
    general_pool_spec,
)
from components.platform.karpenter_nodes import NodeConfig

NODE_CLASS = "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass"
NODE_POOL = "kubernetes:karpenter.sh/v1:NodePool"
ARGS = GeneralNodesArgs(
    instance_families=["m7i", "c7i"],
    max_vcpus=256,
    max_memory_gib=1024,
    disk_gib=100,
    node_config=NodeConfig(
        ami_alias="al2023@v20260714",
        role_name="node-role",
        discovery_tag="paved-foundation-prod",
        volumes_key_arn="arn:aws:kms:us-east-1:111122223333:alias/volumes",
    ),
    labels={"team": "platform"},
    tags={"team": "platform", "service": "platform-prod"},
    after=[],
)


@pytest.fixture
def planned(plan_program):
    def program():
        metadata = k8s.meta.v1.ObjectMetaArgs(name="controller")
        GeneralNodes("general", replace(ARGS, after=[k8s.core.v1.Namespace("controller", metadata=metadata)]))

    return plan_program(program)


def test_plan_matches_golden(planned, golden):
    golden("components/general_nodes.json", {r.type: r.inputs for r in planned.resources if r.custom})


def test_a_pool_goes_before_its_class_and_both_before_the_controller(planned):
    node_class, pool = planned.one(NODE_CLASS), planned.one(NODE_POOL)
    [controller] = node_class.depends_on
    assert controller.endswith("::controller")
    assert set(pool.depends_on) == {node_class.urn, controller}


def test_a_pool_may_take_longer_to_delete_than_a_node_to_drain(planned):
    for resource in (planned.one(NODE_CLASS), planned.one(NODE_POOL)):
        assert int(resource.delete_timeout.removesuffix("h")) > DRAIN_HOURS
    template = planned.one(NODE_POOL).inputs["spec"]["template"]["spec"]
    assert template["terminationGracePeriod"] == f"{DRAIN_HOURS}h"


def test_an_endpoint_without_gpus_finds_the_nodes_by_their_pool():
    assert general_pool_spec(ARGS)["template"]["metadata"] == {"labels": {"paved.dev/pool": "general"}}


def test_nodes_are_found_in_the_clusters_subnets_and_group():
    spec = general_class_spec(ARGS)
    found = [{"tags": {"karpenter.sh/discovery": "paved-foundation-prod"}}]
    assert spec["subnetSelectorTerms"] == spec["securityGroupSelectorTerms"] == found


def test_disks_are_encrypted_with_the_platforms_key():
    [disk] = general_class_spec(ARGS)["blockDeviceMappings"]
    assert disk["ebs"]["encrypted"] is True
    assert disk["ebs"]["kmsKeyID"] == ARGS.node_config.volumes_key_arn


def test_a_nodes_credentials_are_out_of_reach_for_pods():
    options = general_class_spec(ARGS)["metadataOptions"]
    assert (options["httpTokens"], options["httpPutResponseHopLimit"]) == ("required", 1)


def test_instances_carry_the_tags_of_the_stack():
    assert general_class_spec(ARGS)["tags"] == ARGS.tags


def test_the_pool_stops_at_its_limits():
    assert general_pool_spec(ARGS)["limits"] == {"cpu": "256", "memory": "1024Gi"}


def test_only_the_families_asked_for_are_started():
    requirements = general_pool_spec(ARGS)["template"]["spec"]["requirements"]
    families = {"key": "karpenter.k8s.aws/instance-family", "operator": "In", "values": ["m7i", "c7i"]}
    assert families in requirements
