import pytest

from stacks.checks.efa import (
    efa_is_in_one_zone,
    efa_joins_nodes,
    nodes_have_efa_alike,
    types_have_efa,
)
from stacks.schema import Team
from tests.stacks.checks.registered import checks_of

H100, L40S = "training.pools.0", "training.pools.1"
NEAR = {f"{H100}.efa": True, f"{H100}.zone": "use1-az4"}


@pytest.mark.parametrize("check", checks_of("efa", Team))
def test_pools_with_efa_and_without_pass(valid, says, check):
    assert says(check, valid.team(NEAR)) == []
    assert says(check, valid.team()) == []
    assert says(check, valid.team({"training": valid.absent})) == []


def test_a_type_without_efa_is_refused_with_those_of_its_class_with_it(valid, says):
    team = valid.team({f"{L40S}.efa": True, f"{L40S}.instance_types": ["g6e.4xlarge", "g6e.12xlarge"]})
    assert says(types_have_efa, team) == [
        "`training.pools[1].instance_types[0]` is g6e.4xlarge, which has no EFA: of `l40s`, `g6e.12xlarge`, "
        "`g6e.16xlarge`, `g6e.24xlarge`, `g6e.48xlarge` or `g6e.8xlarge` has it"
    ]


def test_the_nodes_of_a_pool_have_the_same_interfaces(valid, says):
    team = valid.team({f"{L40S}.efa": True, f"{L40S}.instance_types": ["g6e.24xlarge", "g6e.48xlarge"]})
    assert says(nodes_have_efa_alike, team) == [
        "`training.pools[1].instance_types` must have the same number of EFA interfaces, "
        "got g6e.24xlarge (2), g6e.48xlarge (4)"
    ]


def test_efa_is_in_one_zone(valid, says):
    assert says(efa_is_in_one_zone, valid.team({f"{H100}.efa": True})) == [
        "`training.pools[0].zone` must be given with `efa`: its nodes are near each other in one zone"
    ]


def test_efa_joins_at_least_two_nodes(valid, says):
    assert says(efa_joins_nodes, valid.team({**NEAR, f"{H100}.max_gpus": 8})) == [
        "`training.pools[0].max_gpus` must hold 2 nodes of every type with `efa`: p5.48xlarge has 8 GPUs, got 8"
    ]
    assert says(efa_joins_nodes, valid.team({**NEAR, f"{H100}.max_gpus": 16})) == []


def test_a_ceiling_below_one_node_is_said_once(valid, says):
    assert says(efa_joins_nodes, valid.team({**NEAR, f"{H100}.max_gpus": 4})) == []
