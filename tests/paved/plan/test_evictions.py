import pytest

from components.platform.karpenter_nodes import NodeConfig
from components.training.capacity import types_of_one_class
from components.training.pool import TrainingPool
from components.training.pool_nodes import JobPoolArgs
from paved.plan.evictions import evictions
from reference.vocabulary import NODE_POOL

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
    "volume_drivers": (),
    "node_config": NodeConfig(
        ami_alias="al2023@v20260714",
        role_name="nodes",
        discovery_tag="cluster",
        volumes_key_arn="arn:aws:kms:us-east-1:111122223333:alias/volumes",
    ),
    "tags": {"cost-center": "CC-2040", "team": "vision"},
}
DRAINS = "a node that is 168h old or out of date drains: jobs get 48h to end"
BROKEN = "a broken node goes at once"


@pytest.fixture
def planned(plan_program):
    def plan(**changes):
        return plan_program(lambda: TrainingPool("h100", JobPoolArgs(**{**ARGS, **changes})))

    return plan


@pytest.mark.parametrize(
    ("capacity", "said"),
    [
        (("on-demand",), []),
        (("spot", "on-demand"), ["EC2 takes spot nodes back at two minutes' notice"]),
        (("reserved",), ["nodes of a capacity block end with it"]),
    ],
)
def test_a_pool_is_told_what_its_capacity_does_to_jobs(planned, capacity, said):
    assert evictions(planned(capacity=capacity)) == [("h100", "; ".join([DRAINS, *said, BROKEN]))]


def test_nodes_that_never_expire_still_go_when_they_are_out_of_date(planned):
    plan = planned()
    plan.one(NODE_POOL).inputs["spec"]["template"]["spec"]["expireAfter"] = "Never"
    assert evictions(plan)[0][1].startswith("a node that is out of date drains: jobs get 48h to end")


def test_nodes_without_gpus_train_nothing(planned):
    plan = planned()
    plan.one(NODE_POOL).inputs["spec"]["template"]["metadata"]["labels"] = {}
    assert evictions(plan) == []
