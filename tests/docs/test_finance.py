"""What the finance guide computes by hand is what the estimate says."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from paved.cost.stack_cost import Costs
from reference.prices import packaged_prices

GUIDE = (Path(__file__).parents[2] / "docs" / "guides" / "finance.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def costs(planner):
    return Costs(planner, packaged_prices(), date(2026, 11, 21))


def figure(costs, stack, name, what):
    (line,) = [
        line
        for line in costs.estimated(stack).lines
        if line.name.startswith(name) and line.charge.what == what
    ][:1]
    return line.amount


def test_the_three_figures_are_those_of_the_estimate(costs):
    h100 = figure(costs, "vision-prod", "vision-prod-h100", "GPU nodes").ceiling
    serving = figure(costs, "vision-prod", "vision-prod-l40s-serving", "GPU nodes").expected
    key = figure(costs, "vision-prod", "vision-prod", "KMS key").floor
    said = re.findall(r"\| ([\d,.]+) \|", GUIDE)
    assert said == [f"{amount:,}" for amount in (h100, serving, key)]
    assert h100 == 4 * Decimal("55.04") * 730
    assert serving == (5 * 730 * Decimal("3.00424")).quantize(Decimal("0.01"))
    assert key == Decimal("1.00") * Decimal("0.94")


def test_the_nat_gateway_is_that_of_the_estimate(costs):
    nat = "foundation-prod-egress-nat"
    assert figure(costs, "foundation-prod", nat, "NAT gateway").floor == Decimal("32.85")
    assert figure(costs, "foundation-prod", nat, "data through NAT").expected == Decimal("36.00")
    assert "730 x 0.045 = 32.85, and 800 GB x 0.045 = 36.00" in GUIDE
