"""The dearest and the cheapest choice of nodes, against every choice there is."""

from decimal import Decimal
from itertools import product

from hypothesis import example, given
from hypothesis import strategies as st

from pricing.mixes import Node, bound, cheapest, dearest

PRICES = st.decimals("0.1", 100, places=2) | st.decimals("0.01", 1, places=2)
"""Prices far apart and prices that differ by cents: a choice that is a little worse is found by the latter alone."""
NODES = st.lists(st.tuples(st.sampled_from([1, 2, 4, 8]), PRICES), min_size=1, max_size=3).map(
    lambda found: [Node(name=f"n{i}", units=units, usd=usd) for i, (units, usd) in enumerate(found)]
)


def every_mix(nodes, most):
    for counts in product(*(range(most // node.units + 2) for node in nodes)):
        yield (
            sum(count * node.units for count, node in zip(counts, nodes, strict=True)),
            sum((count * node.usd for count, node in zip(counts, nodes, strict=True)), Decimal(0)),
        )


ALIKE = [Node(name="a", units=1, usd=Decimal("0.50")), Node(name="b", units=1, usd=Decimal("0.49"))]


@given(NODES, st.integers(0, 12))
@example(ALIKE, 1)
@example(ALIKE[::-1], 1)
def test_no_choice_within_the_limit_is_dearer(nodes, limit):
    found = dearest(nodes, limit)
    assert found.usd == max(usd for units, usd in every_mix(nodes, limit) if units <= limit)
    by_name = {node.name: node for node in nodes}
    assert sum(by_name[name].units * count for name, count in found.nodes) <= limit
    assert sum((by_name[name].usd * count for name, count in found.nodes), Decimal(0)) == found.usd


@given(NODES, st.integers(0, 12))
@example(ALIKE, 1)
@example(ALIKE[::-1], 1)
def test_no_choice_that_is_enough_is_cheaper(nodes, need):
    found = cheapest(nodes, need)
    assert found.usd == min(usd for units, usd in every_mix(nodes, need + 8) if units >= need)
    by_name = {node.name: node for node in nodes}
    assert sum(by_name[name].units * count for name, count in found.nodes) >= need


SHAPES = st.lists(
    st.tuples(
        st.sampled_from([Decimal(2), Decimal(4), Decimal(8)]),
        st.sampled_from([Decimal(4), Decimal(8), Decimal(32)]),
        st.decimals("0.05", 5, places=3),
    ),
    min_size=1,
    max_size=3,
)


@given(SHAPES, st.integers(2, 24), st.integers(4, 96))
def test_no_nodes_within_two_limits_cost_more_than_the_bound(shapes, vcpus, memory):
    most = bound(shapes, Decimal(vcpus), Decimal(memory))
    for counts in product(range(7), repeat=len(shapes)):
        used = [
            sum((count * shape[i] for count, shape in zip(counts, shapes, strict=True)), Decimal(0))
            for i in range(3)
        ]
        if used[0] <= vcpus and used[1] <= memory:
            assert used[2] <= most + Decimal("1e-9")


def test_the_bound_is_reached_by_the_mix_that_fills_both_limits():
    # 2 vCPUs with 4 GiB at 1, 2 vCPUs with 12 GiB at 2: 8 vCPUs and 32 GiB are two of each, at 6.
    shapes = [(Decimal(2), Decimal(4), Decimal(1)), (Decimal(2), Decimal(12), Decimal(2))]
    assert abs(bound(shapes, Decimal(8), Decimal(32)) - 6) < Decimal("1e-12")


def test_a_limit_that_the_dearest_node_does_not_fill_is_filled_with_others():
    nodes = [Node(name="big", units=8, usd=Decimal(50)), Node(name="small", units=1, usd=Decimal(4))]
    assert str(dearest(nodes, 20)) == "2 x big, 4 x small"
    assert str(dearest(nodes[:1], 20)) == "2 x big"
    assert str(dearest(nodes[:1], 7)) == "no node"
