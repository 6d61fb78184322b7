"""Pools, checked by hand: limits, instance choices, spot, endpoints and declared work."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pricing.cost_components import CostKind
from pricing.requirements import reach
from pricing.usage import EndpointWork, ExpectedRun, PoolWork, Usage


def test_an_undeclared_pool_runs_full_in_working_hours_and_is_starred(charged, pool, figures):
    nodes = charged(*pool())["GPU nodes"]
    # 32 GPUs are 4 nodes at 50: 176 h make 35200, and 730 h make 146000.
    assert figures(nodes) == ("0.00", "35200.00", "35200.00", "146000.00")
    assert (nodes.kind, nodes.starred) == (CostKind.ASSUMED, True)
    assert "4 x p5.48xlarge" in nodes.note


def test_declared_hours_and_gpus_are_not_starred(charged, pool, figures):
    usage = Usage(pools={"gpu": PoolWork(hours=Decimal(500), units=Decimal(16))})
    nodes = charged(*pool(), usage=usage)["GPU nodes"]
    assert figures(nodes) == ("0.00", "50000.00", "50000.00", "146000.00")  # 500 h x 16 GPUs x 50/8
    assert not nodes.starred


def test_declared_runs_stand_for_the_work_of_their_pool(charged, pool, figures):
    runs = tuple(
        ExpectedRun(name=name, pool="gpu", units=8, hours=Decimal(30), per_month=Decimal(times))
        for name, times in (("tune", 4), ("check", 6))
    )
    nodes = charged(*pool(), usage=Usage(runs=runs))["GPU nodes"]
    assert figures(nodes)[2] == "15000.00"  # 10 runs x 30 h x 50


def test_work_beyond_the_limits_costs_no_more_than_the_ceiling(charged, pool, figures):
    usage = Usage(pools={"gpu": PoolWork(hours=Decimal(730), units=Decimal(4000))})
    assert figures(charged(*pool(), usage=usage)["GPU nodes"])[2:] == ("146000.00", "146000.00")


def test_a_limit_that_is_not_a_multiple_of_a_node_is_not_rounded_up(charged, pool, figures):
    nodes = charged(*pool(limits={"nvidia.com/gpu": "20"}))["GPU nodes"]
    assert figures(nodes)[3] == "73000.00"  # two nodes


def test_expected_is_the_dearest_type_and_low_the_cheapest(charged, pool, figures):
    usage = Usage(pools={"gpu": PoolWork(hours=Decimal(100), units=Decimal(4))})
    found = pool(types=("g6e.4xlarge", "g6e.12xlarge"), limits={"nvidia.com/gpu": "5"})
    # A GPU-hour is 3 in the small type and 2.50 in the large one; five small nodes are the ceiling, at 15.
    assert figures(charged(*found, usage=usage)["GPU nodes"]) == ("0.00", "1000.00", "1200.00", "10950.00")


def test_spot_lowers_low_alone(charged, pool, figures):
    usage = Usage(pools={"gpu": PoolWork(hours=Decimal(100), units=Decimal(8))})
    found = pool(capacity=("spot", "on-demand"), limits={"nvidia.com/gpu": "8"})
    nodes = charged(*found, usage=usage)["GPU nodes"]
    assert figures(nodes) == ("0.00", "2000.00", "5000.00", "36500.00")
    assert "low is spot as once seen" in nodes.note


def test_spot_that_nobody_has_seen_lowers_nothing(charged, pool, figures):
    found = pool(types=("g6e.4xlarge",), capacity=("spot",), limits={"nvidia.com/gpu": "4"})
    nodes = charged(*found)["GPU nodes"]
    assert figures(nodes)[1] == figures(nodes)[2]
    assert "no spot price was seen" in nodes.note


def test_endpoints_hold_their_least_replicas_with_no_request_at_all(charged, pool, endpoint, figures):
    found = pool(types=("g6e.4xlarge", "g6e.12xlarge"), limits={"nvidia.com/gpu": "16"})
    served = endpoint(gpus=1, least=3, most=8)
    usage = Usage(endpoints={"detector": EndpointWork(replicas=Decimal(4))})
    nodes = charged(*found, served, usage=usage)["GPU nodes"]
    # Three GPUs are three small nodes at 9 (one large costs 10): 6570. Four all month: 7300 to 8760. Sixteen: 35040.
    assert figures(nodes) == ("6570.00", "7300.00", "8760.00", "35040.00")
    assert not nodes.starred


def test_replicas_that_nobody_declares_are_assumed_in_the_middle(charged, pool, endpoint, figures):
    found = pool(types=("g6e.4xlarge",), limits={"nvidia.com/gpu": "16"})
    nodes = charged(*found, endpoint(least=2, most=6))["GPU nodes"]
    assert figures(nodes)[2] == "8760.00"  # four replicas at 3 for 730 h
    assert nodes.starred


def test_endpoints_come_on_top_of_declared_work(charged, pool, endpoint, figures):
    found = pool(types=("g6e.4xlarge",), limits={"nvidia.com/gpu": "16"})
    usage = Usage(
        pools={"gpu": PoolWork(hours=Decimal(100), units=Decimal(2))},
        endpoints={"detector": EndpointWork(replicas=Decimal(1))},
    )
    nodes = charged(*found, endpoint(), usage=usage)["GPU nodes"]
    assert figures(nodes)[2] == "2790.00"  # 100 x 2 x 3 and 730 x 3


def test_an_endpoint_of_another_pool_is_not_counted(charged, pool, endpoint, figures):
    assert figures(charged(*pool(), endpoint(pool="other"))["GPU nodes"])[0] == "0.00"


def test_root_volumes_follow_the_nodes(charged, pool, figures):
    usage = Usage(pools={"gpu": PoolWork(hours=Decimal(365), units=Decimal(16))})
    volumes = charged(*pool(disk="500Gi"), usage=usage)["root volumes gp3"]
    assert figures(volumes) == (
        "0.00",
        "40.00",
        "40.00",
        "160.00",
    )  # 500 GiB x 0.08 = 40 a node; 2 for half, 4 at most


def test_a_pool_of_fixed_size_always_costs_the_same(charged, pool, figures):
    found = charged(*pool(replicas=2, limits={"nvidia.com/gpu": "16"}))
    assert figures(found["GPU nodes"]) == ("73000.00", "73000.00", "73000.00", "73000.00")
    assert found["GPU nodes"].kind is CostKind.BASELINE
    assert figures(found["root volumes gp3"])[0] == "16.00"


def test_a_general_pool_is_bound_by_vcpus_and_memory(charged, pool, figures):
    found = pool(
        "general",
        types=("m7i.large", "m7i.2xlarge"),
        limits={"cpu": "32", "memory": "64Gi"},
    )
    nodes = charged(*found)["vCPU nodes"]
    # 0.05 a vCPU. 64 GiB hold 16 vCPUs' worth of nodes, which is half of the vCPU limit: 0.80 an hour.
    assert figures(nodes) == ("0.00", "584.00", "584.00", "584.00")


@pytest.mark.parametrize("types", [("p5e.48xlarge",), ("p5.48xlarge", "p5e.48xlarge")])
def test_a_pool_with_a_type_that_has_no_price_fails_closed(charged, pool, types):
    nodes = charged(*pool(types=types))["GPU nodes"]
    assert (nodes.kind, nodes.amount, nodes.fails_closed) == (CostKind.UNPRICED, None, True)
    assert "no price of p5e.48xlarge was read for us-east-1" in nodes.note


def test_a_static_pool_is_limited_by_its_nodes_and_costs_them_all_month(charged, pool, figures):
    found = charged(*pool(replicas=8, limits={"nodes": "9"}))
    # 8 nodes at 50 for 730 h, and 100 GiB x 0.08 of each.
    assert figures(found["GPU nodes"]) == ("292000.00",) * 4
    assert figures(found["root volumes gp3"]) == ("64.00",) * 4
    assert found["GPU nodes"].note == "8 nodes at all times; 9 while one is replaced, which is in no figure"


def test_reservations_cost_the_same_with_and_without_nodes(charged, pool, figures):
    static = charged(*pool(capacity=("reserved",), replicas=4, limits={"nodes": "4"}))["GPU nodes"]
    elastic = charged(*pool(capacity=("reserved",)))["GPU nodes"]
    for nodes in (static, elastic):
        assert figures(nodes) == ("146000.00",) * 4
        assert nodes.kind is CostKind.BASELINE
        assert "a Capacity Block was paid when it was bought" in nodes.note
    mixed = charged(*pool(types=("p5.48xlarge",), capacity=("reserved", "on-demand")))["GPU nodes"]
    assert mixed.kind is CostKind.ASSUMED


UNPRICED = {"types": ("p5e.48xlarge",)}


@pytest.mark.parametrize(
    "shape",
    [
        UNPRICED,
        {**UNPRICED, "replicas": 8, "limits": {"nodes": "9"}},
        {**UNPRICED, "capacity": ("reserved",)},
        {**UNPRICED, "capacity": ("reserved",), "replicas": 8, "limits": {"nodes": "8"}},
        {**UNPRICED, "capacity": ("spot",)},
        {"types": ("p5.48xlarge", "p5e.48xlarge"), "replicas": 2, "limits": {"nodes": "2"}},
    ],
)
def test_an_accelerator_of_no_price_fails_closed_in_a_pool_of_any_shape(charged, pool, shape):
    nodes = charged(*pool(**shape))["GPU nodes"]
    assert (nodes.kind, nodes.amount, nodes.fails_closed) == (CostKind.UNPRICED, None, True)
    assert "no price of p5e.48xlarge was read for us-east-1" in nodes.note


def test_a_price_of_an_accelerator_holds_after_180_days(charged, pool):
    on_time = charged(*pool(), as_of=date(2027, 1, 28))["GPU nodes"]
    late = charged(*pool(), as_of=date(2027, 1, 29))["GPU nodes"]
    assert not late.fails_closed
    assert late.amount == on_time.amount


@pytest.mark.parametrize(
    ("shape", "why"),
    [
        ({"limits": {"cpu": "5"}}, "its limits do not say how many accelerators it may have"),
        ({"types": ("m7i.large",)}, "its limits do not say how many vCPUs it may have"),
        ({"types": ("q1.large",)}, "nobody has read facts or a price of q1.large"),
        (
            {"types": ("p5.48xlarge", "m7i.large")},
            "its requirements reach types with accelerators (p5.48xlarge)",
        ),
    ],
)
def test_a_pool_that_lets_anything_be_fails_closed(charged, pool, shape, why):
    nodes = charged(*pool(**shape))["nodes"]
    assert (nodes.kind, nodes.fails_closed) == (CostKind.UNPRICED, True)
    assert nodes.note.startswith(why)


def in_(key, *values, operator="In"):
    return {"key": key, "operator": operator, "values": list(values)}


CATEGORY, FAMILY = "karpenter.k8s.aws/instance-category", "karpenter.k8s.aws/instance-family"
CPU, ARCH = "karpenter.k8s.aws/instance-cpu", "kubernetes.io/arch"
GPUS, TYPE = "karpenter.k8s.aws/instance-gpu-count", "node.kubernetes.io/instance-type"


@pytest.mark.parametrize(
    ("requirements", "in_reach", "out_of_reach"),
    [
        ([in_(CATEGORY, "p")], "p5en.48xlarge", "g6.xlarge"),
        ([in_(CATEGORY, "trn")], "trn2.48xlarge", "p5.48xlarge"),
        ([in_(CATEGORY, "p", "g", operator="NotIn")], "m7i.large", "p5e.48xlarge"),
        ([in_(FAMILY, "p5")], "p5.48xlarge", "p5e.48xlarge"),
        ([in_(CPU, "190", operator="Gt")], "p5e.48xlarge", "m7i.large"),
        ([in_(CPU, "4", operator="Lt")], "m7i.large", "p5.48xlarge"),
        ([in_(GPUS, operator="Exists")], "p5e.48xlarge", "trn2.48xlarge"),
        ([in_(GPUS, operator="DoesNotExist")], "trn2.48xlarge", "p5e.48xlarge"),
        ([in_(ARCH, "arm64")], "m7g.large", "p5.48xlarge"),
        ([in_("example.com/anything", "x")], "p5e.48xlarge", "m7i.metal-24xl"),
        ([], "p5e.48xlarge", "q1.large"),
        ([in_(TYPE, "p5.48xlarge"), in_(ARCH, "amd64")], "p5.48xlarge", "p5e.48xlarge"),
    ],
)
def test_requirements_reach_what_karpenter_may_choose(requirements, in_reach, out_of_reach):
    names = {each.name for each in reach(requirements).types}
    assert in_reach in names and out_of_reach not in names


@settings(max_examples=60, deadline=None)
@given(
    gpus=st.integers(1, 64),
    hours=st.integers(1, 730),
    busy=st.integers(1, 80),
    least=st.integers(1, 10),
    more=st.integers(0, 10),
    capacity=st.sampled_from([("spot",), ("on-demand",), ("spot", "on-demand")]),
    types=st.sampled_from([("g6.4xlarge",), ("g6.4xlarge", "g6.12xlarge"), ("p5.48xlarge",)]),
)
def test_figures_rise_whatever_is_planned_and_declared(
    charged, pool, endpoint, gpus, hours, busy, least, more, capacity, types
):
    usage = Usage(pools={"gpu": PoolWork(hours=Decimal(hours), units=Decimal(busy))})
    found = pool(types=types, capacity=capacity, limits={"nvidia.com/gpu": str(gpus)})
    for charge in charged(*found, endpoint(least=least, most=least + more), usage=usage).values():
        amount = charge.amount
        assert 0 <= amount.floor <= amount.low <= amount.expected <= amount.ceiling
