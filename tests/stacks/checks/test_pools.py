import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference.instances import instance_type
from stacks.checks.pools import (
    a_pinned_zone_offers_the_types,
    a_pool_is_of_one_class,
    accelerator,
    capacity_is_in_the_order_it_is_tried,
    nodes_fit_under_the_ceiling,
    pool_types_are_known,
    pools_have_names_of_their_own,
)

H100 = "training.pools.0"
TYPES = f"{H100}.instance_types"


@pytest.mark.parametrize(
    "check",
    [
        pools_have_names_of_their_own,
        pool_types_are_known,
        a_pool_is_of_one_class,
        capacity_is_in_the_order_it_is_tried,
        nodes_fit_under_the_ceiling,
        a_pinned_zone_offers_the_types,
    ],
)
def test_good_pools_and_no_pools_pass(valid, says, check):
    assert says(check, valid.team()) == []
    assert says(check, valid.team({"training": valid.absent})) == []


def test_a_pool_has_a_name_of_its_own(valid, says):
    assert says(pools_have_names_of_their_own, valid.team({"training.pools.1.name": "h100"})) == [
        "`training.pools[1].name` is `h100`, as entry 1 of the list is: keep one"
    ]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("p5.48xlarg", "is p5.48xlarg, which is not a known instance type; did you mean `p5.48xlarge`?"),
        ("trn9.32xlarge", "is trn9.32xlarge, which is not a known instance type"),
        (
            "m7g.xlarge",
            "is m7g.xlarge, which is no type for jobs: its processor is arm64, and images of teams are taken to be "
            "built for amd64 alone. Take one such as m7i.4xlarge",
        ),
        (
            "t3.xlarge",
            "is t3.xlarge, which is no type for jobs: its CPUs are throttled, or billed by credits",
        ),
        (
            "m7i.large",
            "is m7i.large, which is no type for jobs: kubelet and the agents leave pods too little of its 2 vCPUs",
        ),
        ("g7.48xlarge", "is g7.48xlarge, which Paved does not know: it needs NVIDIA's driver 595"),
        (
            "trn2.3xlarge",
            "is trn2.3xlarge, which eu-west-1 does not offer: "
            "it is offered in ap-south-2, ap-southeast-4, sa-east-1",
        ),
        (
            "p6-b200.48xlarge",
            "is p6-b200.48xlarge, which eu-west-1 does not offer: it is offered in eu-north-1, eu-west-3, ap-south-1, ",
        ),
    ],
)
def test_a_type_exists_is_for_jobs_and_is_offered(valid, says, name, message):
    (found,) = says(pool_types_are_known, valid.team({TYPES: [name], "account.region": "eu-west-1"}))[:1]
    assert found.startswith(f"`training.pools[0].instance_types[0]` {message}")


def test_a_type_is_listed_once(valid, says):
    assert says(pool_types_are_known, valid.team({TYPES: ["p5.48xlarge", "p5.48xlarge"]})) == [
        "`training.pools[0].instance_types[1]` is `p5.48xlarge`, as entry 1 of the list is: keep one"
    ]


def test_a_pool_is_of_one_accelerator_class(valid, says):
    assert says(a_pool_is_of_one_class, valid.team({TYPES: ["p5.48xlarge", "g6.xlarge"]})) == [
        "`training.pools[0].instance_types` must be of one accelerator class, "
        "got p5.48xlarge (h100), g6.xlarge (l4)"
    ]


def test_nodes_without_accelerators_have_a_pool_of_their_own(valid, says):
    assert says(a_pool_is_of_one_class, valid.team({TYPES: ["p5.48xlarge", "m7i.4xlarge"]})) == [
        "`training.pools[0].instance_types` must be of one accelerator class, "
        "got p5.48xlarge (h100), m7i.4xlarge (cpu): give each class a pool of its own"
    ]


@pytest.mark.parametrize(
    ("max_vcpus", "message"),
    [
        (96, None),
        (8, "must hold a node of every type: m7i.4xlarge has 16 vCPUs, got 8"),
        (100, "must be a multiple of 16, the vCPUs that nodes of the pool come in, got 100"),
    ],
)
def test_a_ceiling_of_vcpus_holds_whole_nodes(with_cpus, says, max_vcpus, message):
    expected = [f"`training.pools[2].max_vcpus` {message}"] if message else []
    assert says(nodes_fit_under_the_ceiling, with_cpus({"max_vcpus": max_vcpus}))[:1] == expected


def test_capacity_is_spot_then_on_demand(valid, says):
    assert says(
        capacity_is_in_the_order_it_is_tried, valid.team({f"{H100}.capacity": ["on-demand", "spot"]})
    ) == ["`training.pools[0].capacity` must be [spot, on-demand], the order in which capacity is tried"]
    assert says(capacity_is_in_the_order_it_is_tried, valid.team({f"{H100}.capacity": ["spot", "spot"]})) == [
        "`training.pools[0].capacity[1]` is `spot`, as entry 1 of the list is: keep one"
    ]


def test_a_ceiling_holds_a_node_of_every_type(valid, says):
    assert says(nodes_fit_under_the_ceiling, valid.team({f"{H100}.max_gpus": 4})) == [
        "`training.pools[0].max_gpus` must hold a node of every type: p5.48xlarge has 8 GPUs, got 4",
        "`training.pools[0].max_gpus` must be a multiple of 8, the GPUs that nodes of the pool come in, got 4",
    ]


def test_a_ceiling_may_be_one_node(valid, says):
    assert says(nodes_fit_under_the_ceiling, valid.team({f"{H100}.max_gpus": 8})) == []


def test_a_pool_of_unknown_types_has_no_ceiling_to_check(valid, says):
    changes = {TYPES: ["trn9.32xlarge"], f"{H100}.max_gpus": 3}
    assert says(nodes_fit_under_the_ceiling, valid.team(changes)) == []


def test_a_ceiling_is_one_that_nodes_add_up_to(valid, says):
    assert says(nodes_fit_under_the_ceiling, valid.team({f"{H100}.max_gpus": 20})) == [
        "`training.pools[0].max_gpus` must be a multiple of 8, the GPUs that nodes of the pool come in, got 20"
    ]
    mixed = {TYPES: ["p5.48xlarge", "p5.4xlarge"], f"{H100}.max_gpus": 21}
    assert says(nodes_fit_under_the_ceiling, valid.team(mixed)) == []


@given(st.sets(st.sampled_from(["g6.xlarge", "g6.12xlarge", "g6.48xlarge"]), min_size=1), st.integers(1, 64))
def test_a_ceiling_that_passes_is_reached_by_some_number_of_nodes(valid, types, most):
    team = valid.team({TYPES: sorted(types), f"{H100}.max_gpus": most})
    sizes = [instance_type(name).gpus for name in types]
    reachable = {0}
    for total in range(1, most + 1):
        if any(total - size in reachable for size in sizes):
            reachable.add(total)
    if not [p for p in nodes_fit_under_the_ceiling(team) if p.path[2] == 0]:
        assert most in reachable


def test_the_class_of_a_pool_is_that_of_its_types(valid):
    assert accelerator(valid.team().training.pools[1]) == "l40s"
    assert accelerator(valid.team({TYPES: ["p5.48xlarge", "g6.xlarge"]}).training.pools[0]) is None


def test_a_pool_is_pinned_to_a_zone_that_offers_each_of_its_types(valid, says):
    assert says(a_pinned_zone_offers_the_types, valid.team({"training.pools.1.zone": "use1-az5"})) == [
        f"`training.pools[1].zone` must offer {name}, as `use1-az1`, `use1-az2`, `use1-az4` or `use1-az6` does, "
        "got use1-az5"
        for name in ("g6e.4xlarge", "g6e.12xlarge")
    ]
    assert says(a_pinned_zone_offers_the_types, valid.team({f"{H100}.zone": "use1-az4"})) == []
