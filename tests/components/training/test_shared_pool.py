from dataclasses import replace

import pytest
from pulumi_kubernetes.core.v1 import Namespace

from components.platform.karpenter_nodes import NodeConfig
from components.training.capacity import types_of_one_class
from components.training.flavors import TOPOLOGY
from components.training.shared_pool import (
    ReservationTerm,
    SharedPool,
    SharedPoolArgs,
    selector_term,
    shared_class_spec,
    shared_flavor_spec,
    shared_pool_spec,
    static_size,
)

CLASS = "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass"
POOL = "kubernetes:karpenter.sh/v1:NodePool"
FLAVOR = "kubernetes:kueue.x-k8s.io/v1beta2:ResourceFlavor"
NAME = "paved-platform-prod.block"
ARGS = SharedPoolArgs(
    stack="platform-prod",
    pool="block",
    types=types_of_one_class(["p5.48xlarge"]),
    zone="use1-az4",
    capacity=("reserved",),
    reservations=(ReservationTerm(id="cr-0a1b2c3d4e5f60718"),),
    nodes=4,
    most=32,
    topology=TOPOLOGY,
    efa=True,
    disk_gib=500,
    idle_minutes=10,
    max_node_hours=336,
    drain_hours=24,
    serving_only=False,
    volume_drivers=("ebs.csi.aws.com",),
    node_config=NodeConfig(
        ami_alias="al2023@v20260714",
        role_name="node",
        discovery_tag="cluster",
        volumes_key_arn="arn:aws:kms:us-east-1:111122223333:alias/volumes",
    ),
    tags={"team": "platform", "cost-center": "CC-1001"},
    after=[],
)
ELASTIC = replace(
    ARGS, capacity=("reserved", "spot", "on-demand"), nodes=None, most=64, topology=None, efa=False
)


@pytest.fixture
def planned(plan_program):
    def program():
        before = Namespace("before", metadata={"name": "before"})
        SharedPool("shared", replace(ARGS, after=[before]))

    return plan_program(program)


def test_a_pool_matches_its_golden_file(planned, golden):
    inputs_by_type = {
        r.type: r.inputs for r in planned.resources if r.custom and r.type != "kubernetes:core/v1:Namespace"
    }
    golden("components/shared_pool.json", inputs_by_type)


def test_the_nodes_come_after_their_class_and_the_flavor_after_the_nodes(planned):
    before = planned.one("kubernetes:core/v1:Namespace").urn
    node_class, pool, flavor = planned.one(CLASS), planned.one(POOL), planned.one(FLAVOR)
    assert before in node_class.depends_on
    assert node_class.urn in pool.depends_on
    assert {pool.urn, before} <= set(flavor.depends_on)


def test_a_static_pool_has_what_karpenter_takes_of_one():
    """`limits` of anything but nodes, and a weight, are refused by its definition."""
    spec = shared_pool_spec(ARGS)
    assert (spec["replicas"], set(spec["limits"]), "weight" in spec) == (4, {"nodes"}, False)


def test_an_elastic_pool_is_limited_and_may_be_empty():
    spec = shared_pool_spec(ELASTIC)
    assert "replicas" not in spec
    assert spec["limits"]["nvidia.com/gpu"] == "64"
    assert spec["disruption"]["consolidateAfter"] == "10m"


@pytest.mark.parametrize(
    ("capacity", "most"), [(["reserved"], "4"), (["reserved", "on-demand"], "5"), (["on-demand"], "5")]
)
def test_a_node_is_replaced_before_it_goes_where_one_more_can_be_had(capacity, most):
    assert static_size(4, capacity)["limits"] == {"nodes": most}


@pytest.mark.parametrize("args", [ARGS, ELASTIC])
def test_only_who_tolerates_this_very_pool_gets_onto_its_nodes(args):
    taints = shared_pool_spec(args)["template"]["spec"]["taints"]
    assert {"key": "paved.dev/stack", "value": NAME, "effect": "NoSchedule"} in taints
    [own, gpu] = shared_flavor_spec(args)["tolerations"]
    assert own == {"key": "paved.dev/stack", "operator": "Equal", "value": NAME, "effect": "NoSchedule"}
    assert gpu["key"] == "nvidia.com/gpu"


@pytest.mark.parametrize("args", [ARGS, ELASTIC])
def test_the_flavor_is_of_nodes_that_the_pool_makes(args):
    labels = shared_pool_spec(args)["template"]["metadata"]["labels"]
    wanted = shared_flavor_spec(args)["nodeLabels"]
    assert wanted.items() <= labels.items()
    assert wanted["paved.dev/pool"] == "block"


def test_the_queue_places_jobs_by_topology_where_the_pool_says_so():
    assert shared_flavor_spec(ARGS)["topologyName"] == "aws-network"
    assert "topologyName" not in shared_flavor_spec(ELASTIC)


def test_the_nodes_start_in_reservations_and_in_no_placement_group():
    spec = shared_class_spec(ARGS)
    assert spec["capacityReservationSelectorTerms"] == [{"id": "cr-0a1b2c3d4e5f60718"}]
    assert "placementGroupSelector" not in spec
    assert len(spec["networkInterfaces"]) == 33
    bare = shared_class_spec(replace(ARGS, reservations=(), efa=False))
    assert not {"capacityReservationSelectorTerms", "networkInterfaces"} & set(bare)


def test_a_reservation_is_selected_by_id_or_by_tags_of_an_owner():
    tags = ReservationTerm(tags={"purpose": "research"})
    assert selector_term(ReservationTerm(id="cr-1")) == {"id": "cr-1"}
    assert selector_term(tags) == {"tags": {"purpose": "research"}}
    owned = replace(tags, owner_account="111122223333")
    assert selector_term(owned) == {"tags": {"purpose": "research"}, "ownerID": "111122223333"}
