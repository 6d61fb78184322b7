import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.platform.karpenter_nodes import NodeConfig
from components.training.capacity import types_of_one_class
from components.training.pool import TrainingPool
from components.training.pool_nodes import JobPoolArgs, node_pool_name

NODE_CLASS = "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass"
NODE_POOL = "kubernetes:karpenter.sh/v1:NodePool"
GROUP = "aws:ec2/placementGroup:PlacementGroup"
NEAR = {"zone": "use1-az4", "efa": True}
KEY = "arn:aws:kms:us-east-1:111122223333:alias/paved-foundation-prod-volumes"
TAGS = {
    "cost-center": "CC-2040",
    "data-class": "confidential",
    "environment": "prod",
    "service": "vision-prod",
    "team": "vision",
}
NODES = NodeConfig(
    ami_alias="al2023@v20260714",
    role_name="paved-foundation-prod-nodes",
    discovery_tag="paved-foundation-prod",
    volumes_key_arn=KEY,
)
ARGS = {
    "stack": "vision-prod",
    "pool": "h100",
    "types": types_of_one_class(["p5.48xlarge"]),
    "capacity": ("on-demand",),
    "most": 32,
    "zone": None,
    "efa": False,
    "disk_gib": 500,
    "idle_minutes": 15,
    "max_node_hours": 168,
    "drain_hours": 48,
    "serving_only": False,
    "volume_drivers": ("ebs.csi.aws.com",),
    "node_config": NODES,
    "tags": TAGS,
}
SLUG = st.from_regex(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", fullmatch=True)
NAMES = st.tuples(SLUG.filter(lambda s: len(s) <= 40), SLUG.filter(lambda s: len(s) <= 30))


@pytest.fixture
def planned(plan_program):
    def plan(**changes):
        return plan_program(lambda: TrainingPool("vision-h100", JobPoolArgs(**{**ARGS, **changes})))

    return plan


def spec(plan, kind):
    return plan.one(kind).inputs["spec"]


def test_a_pool_matches_its_golden_file(planned, golden):
    plan = planned()
    golden("components/training_pool.json", {r.type: r.inputs for r in plan.resources if r.custom})


def test_the_pool_names_its_accelerator_class(plan_program):
    pools = []
    plan_program(lambda: pools.append(TrainingPool("vision-h100", JobPoolArgs(**ARGS))))
    assert (pools[0].accelerator, pools[0].node_pool) == ("h100", "paved-vision-prod.h100")


def test_only_pods_that_tolerate_the_stack_and_the_gpu_come_onto_a_node(planned):
    assert spec(planned(), NODE_POOL)["template"]["spec"]["taints"] == [
        {"key": "paved.dev/stack", "value": "vision-prod", "effect": "NoSchedule"},
        {"key": "nvidia.com/gpu", "value": "true", "effect": "NoSchedule"},
    ]


def test_nodes_carry_what_queues_select_by_and_who_pays(planned):
    assert spec(planned(), NODE_POOL)["template"]["metadata"]["labels"] == {
        "paved.dev/stack": "vision-prod",
        "paved.dev/pool": "h100",
        "paved.dev/accelerator": "h100",
        "team": "vision",
        "cost-center": "CC-2040",
    }


def test_instances_carry_the_tags_of_the_stack_and_a_name(planned):
    assert spec(planned(), NODE_CLASS)["tags"] == {**TAGS, "Name": "paved-vision-prod.h100"}


def test_karpenter_would_refuse_none_of_the_tags(planned):
    reserved = re.compile(r"karpenter\.|kubernetes\.io/cluster|eks:")
    assert not [key for key in spec(planned(), NODE_CLASS)["tags"] if reserved.match(key)]


def test_the_root_volume_is_encrypted_with_the_key_of_the_platform(planned):
    (mapping,) = spec(planned(), NODE_CLASS)["blockDeviceMappings"]
    assert mapping["rootVolume"] is True
    assert mapping["ebs"] == {
        "volumeType": "gp3",
        "volumeSize": "500Gi",
        "encrypted": True,
        "kmsKeyID": KEY,
        "deleteOnTermination": True,
    }


def test_a_pod_cannot_take_the_identity_of_its_node(planned):
    options = spec(planned(), NODE_CLASS)["metadataOptions"]
    assert options["httpTokens"] == "required"
    assert options["httpPutResponseHopLimit"] == 1


def test_nodes_have_no_public_address_and_lie_where_the_discovery_tag_is(planned):
    node_class = spec(planned(), NODE_CLASS)
    tagged = [{"tags": {"karpenter.sh/discovery": "paved-foundation-prod"}}]
    assert node_class["associatePublicIPAddress"] is False
    assert node_class["subnetSelectorTerms"] == node_class["securityGroupSelectorTerms"] == tagged


def test_a_pool_takes_the_capacity_that_was_asked_for_and_no_other(planned):
    wanted = {
        each["key"]: each["values"]
        for each in spec(planned(capacity=("spot", "on-demand")), NODE_POOL)["template"]["spec"][
            "requirements"
        ]
        if each["operator"] == "In"
    }
    assert wanted == {
        "node.kubernetes.io/instance-type": ["p5.48xlarge"],
        "karpenter.sh/capacity-type": ["spot", "on-demand"],
        "kubernetes.io/arch": ["amd64"],
        "kubernetes.io/os": ["linux"],
    }


def test_empty_nodes_go_after_the_idle_time_and_busy_ones_never_for_thrift(planned):
    disruption = spec(planned(), NODE_POOL)["disruption"]
    assert disruption["consolidationPolicy"] == "WhenEmpty"
    assert disruption["consolidateAfter"] == "15m"
    assert {"nodes": "1", "reasons": ["Drifted"]} in disruption["budgets"]


def test_a_node_lives_and_drains_for_the_hours_that_were_asked_for(planned):
    node = spec(planned(), NODE_POOL)["template"]["spec"]
    assert (node["expireAfter"], node["terminationGracePeriod"]) == ("168h", "48h")


def test_a_node_takes_no_pod_before_the_drivers_of_its_volumes_are_ready(planned):
    drivers = ("ebs.csi.aws.com", "fsx.csi.aws.com")
    assert spec(planned(volume_drivers=drivers), NODE_POOL)["template"]["spec"]["startupTaints"] == [
        {"key": "ebs.csi.aws.com/agent-not-ready", "effect": "NoExecute"},
        {"key": "fsx.csi.aws.com/agent-not-ready", "effect": "NoExecute"},
    ]


def test_a_destroy_waits_longer_than_the_last_node_may_drain(planned):
    plan = planned()
    assert plan.one(NODE_POOL).delete_timeout == plan.one(NODE_CLASS).delete_timeout == "49h"


def test_the_pool_goes_before_the_class_its_nodes_need_for_draining(planned):
    plan = planned()
    assert plan.one(NODE_CLASS).urn in plan.one(NODE_POOL).depends_on
    reference = spec(plan, NODE_POOL)["template"]["spec"]["nodeClassRef"]
    assert reference["name"] == plan.one(NODE_CLASS).inputs["metadata"]["name"]


def test_a_pool_with_efa_matches_its_golden_file(planned, golden):
    plan = planned(**NEAR)
    golden("components/training_pool_efa.json", {r.type: r.inputs for r in plan.resources if r.custom})


def test_nodes_with_efa_share_a_cluster_placement_group_that_outlives_them(planned):
    plan = planned(**NEAR)
    group = plan.one(GROUP)
    assert group.inputs["strategy"] == "cluster"
    assert spec(plan, NODE_CLASS)["placementGroupSelector"] == {"name": group.inputs["name"]}
    assert group.urn in plan.one(NODE_CLASS).depends_on


def test_every_node_of_a_pool_with_efa_has_all_interfaces_of_its_type(planned):
    interfaces = spec(planned(**NEAR), NODE_CLASS)["networkInterfaces"]
    assert [each["interfaceType"] for each in interfaces] == ["interface", *["efa-only"] * 32]


def test_nodes_with_efa_are_labelled_for_the_device_plugin(planned):
    labels = spec(planned(**NEAR), NODE_POOL)["template"]["metadata"]["labels"]
    assert labels["paved.dev/efa"] == "true"


def test_a_pool_stays_in_its_zone(planned):
    requirements = spec(planned(zone="use1-az4"), NODE_POOL)["template"]["spec"]["requirements"]
    assert {"key": "topology.k8s.aws/zone-id", "operator": "In", "values": ["use1-az4"]} in requirements


def test_a_pool_without_efa_has_neither_group_nor_interfaces_of_its_own(planned):
    plan = planned()
    assert plan.of(GROUP) == ()
    assert not {"placementGroupSelector", "networkInterfaces"} & set(spec(plan, NODE_CLASS))


def test_a_pool_with_efa_of_a_type_without_is_refused(planned):
    with pytest.raises(ValueError, match="the same number of interfaces"):
        planned(**NEAR, types=types_of_one_class(["g6e.4xlarge"]))


def test_a_pool_of_neuron_devices_is_capped_and_tainted_by_them(planned):
    plan = planned(types=types_of_one_class(["trn1.32xlarge"]))
    node = spec(plan, NODE_POOL)
    assert node["limits"] == {"cpu": "256", "memory": "1024Gi", "aws.amazon.com/neuron": "32"}
    assert {"key": "aws.amazon.com/neuron", "value": "true", "effect": "NoSchedule"} in (
        node["template"]["spec"]["taints"]
    )
    assert node["template"]["metadata"]["labels"]["paved.dev/accelerator"] == "trainium1"


def test_no_job_gets_onto_nodes_of_endpoints_alone(planned):
    def taints(plan):
        return spec(plan, NODE_POOL)["template"]["spec"]["taints"]

    [more] = [each for each in taints(planned(serving_only=True)) if each not in taints(planned())]
    assert more == {"key": "paved.dev/pool", "value": ARGS["pool"], "effect": "NoSchedule"}


def test_jobs_use_the_disks_of_a_node_where_it_has_any(planned):
    assert spec(planned(), NODE_CLASS)["instanceStorePolicy"] == "RAID0"
    assert "instanceStorePolicy" not in spec(planned(types=types_of_one_class(["inf2.xlarge"])), NODE_CLASS)


def test_a_dash_in_the_stack_is_kept_apart_from_one_in_the_pool():
    assert node_pool_name("a-b", "c") != node_pool_name("a", "b-c")


@given(NAMES, NAMES)
def test_two_pools_never_share_a_name_and_every_name_is_a_label_value(one, other):
    names = [node_pool_name(*one), node_pool_name(*other)]
    assert (names[0] == names[1]) == (one == other)
    for name in names:
        assert len(name) <= 63
        assert re.fullmatch(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*", name)


CHANGES = {
    "stack": "vision-dev",
    "pool": "other",
    "types": types_of_one_class(["p5.4xlarge"]),
    "capacity": ("spot",),
    "most": 40,
    "zone": "use1-az4",
    "efa": True,
    "disk_gib": 501,
    "idle_minutes": 16,
    "max_node_hours": 169,
    "drain_hours": 49,
    "serving_only": True,
    "volume_drivers": ("ebs.csi.aws.com", "fsx.csi.aws.com"),
    "node_config": replace(NODES, ami_alias="al2023@v20260801"),
    "tags": {**TAGS, "data-class": "internal"},
}


@pytest.mark.parametrize("field", CHANGES)
def test_every_argument_changes_an_object(planned, field):
    def objects(plan):
        return [resource.inputs for resource in plan.resources if resource.custom]

    assert objects(planned(**{field: CHANGES[field]})) != objects(planned())


def test_no_argument_is_left_untried():
    assert set(CHANGES) == set(ARGS) == set(JobPoolArgs.__dataclass_fields__)


@pytest.mark.parametrize("field", NodeConfig.__dataclass_fields__)
def test_every_setting_of_nodes_changes_their_class(planned, field):
    changed = planned(node_config=replace(NODES, **{field: "other"}))
    assert spec(changed, NODE_CLASS) != spec(planned(), NODE_CLASS)


def test_cpu_nodes_are_limited_in_vcpus_and_tainted_by_their_team_alone(planned):
    found = spec(planned(types=types_of_one_class(["m7i.4xlarge"]), most=64), NODE_POOL)
    assert found["limits"] == {"cpu": "64", "memory": "256Gi"}
    assert found["template"]["metadata"]["labels"]["paved.dev/accelerator"] == "cpu"
    assert [each["key"] for each in found["template"]["spec"]["taints"]] == ["paved.dev/stack"]
