"""Unit prices, checked by hand."""

from decimal import Decimal

from pricing.units import gpu_hours, unit_prices
from pricing.usage import EndpointWork, ExpectedRun, Usage


def by_unit(pricing_inputs):
    return {(each.subject, each.unit): (each.low, each.high) for each in unit_prices(pricing_inputs)}


def test_a_gpu_hour_is_between_the_cheapest_and_the_dearest_type(pricing_inputs, pool):
    found = pool(types=("g6e.4xlarge", "g6e.12xlarge"), limits={"nvidia.com/gpu": "8"})
    assert by_unit(pricing_inputs(*found)) == {("pool gpu", "GPU-hour"): (Decimal("2.5"), Decimal(3))}
    assert list(gpu_hours(pricing_inputs(*found)).values()) == [(Decimal("2.5"), Decimal(3))]


def test_a_run_pays_for_whole_nodes(pricing_inputs, pool):
    run = ExpectedRun(name="tune", pool="gpu", units=5, hours=Decimal(10), per_month=Decimal(1))
    found = pool(types=("g6e.4xlarge", "g6e.12xlarge"), limits={"nvidia.com/gpu": "8"})
    prices = by_unit(pricing_inputs(*found, usage=Usage(runs=(run,))))
    # Cheapest: one large and one small node at 13. Dearest of one type: two large ones at 20.
    assert prices[("run tune", "run of 10 h on 5 GPUs")] == (Decimal(130), Decimal(200))


def test_predictions_and_tokens_have_prices_where_they_are_declared(pricing_inputs, pool, endpoint):
    found = pool(types=("g6e.4xlarge",), limits={"nvidia.com/gpu": "8"})
    work = EndpointWork(replicas=Decimal(2), predictions=4_380_000, tokens=876_000_000)
    prices = by_unit(pricing_inputs(*found, endpoint(), usage=Usage(endpoints={"detector": work})))
    # Two GPUs at 3 for 730 h are 4380.
    assert prices[("endpoint detector", "1,000 predictions")] == (Decimal(1), Decimal(1))
    assert prices[("endpoint detector", "1,000,000 tokens")] == (Decimal(5), Decimal(5))
    assert len(by_unit(pricing_inputs(*found, endpoint()))) == 1


def test_a_pool_without_a_price_has_units_without_one(pricing_inputs, pool):
    run = ExpectedRun(name="tune", pool="gpu", units=8, hours=Decimal(10), per_month=Decimal(1))
    prices = by_unit(pricing_inputs(*pool(types=("p5e.48xlarge",)), usage=Usage(runs=(run,))))
    assert set(prices.values()) == {(None, None)}


def test_cpu_nodes_are_priced_by_the_vcpu_hour_and_general_ones_are_not(pricing_inputs, pool):
    run = ExpectedRun(name="nightly", pool="gpu", units=32, hours=Decimal(2), per_month=Decimal(1))
    found = pool(types=("m7i.4xlarge",), limits={"cpu": "64", "memory": "256Gi"})
    prices = by_unit(pricing_inputs(*found, usage=Usage(runs=(run,))))
    assert set(prices) == {("pool gpu", "vCPU-hour"), ("run nightly", "run of 2 h on 32 vCPUs")}
    assert gpu_hours(pricing_inputs(*found)) == {}
