"""Three resources priced by hand again, from prices that others published, with the book that is shipped."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from pricing.catalogue import charges
from pricing.pricing_inputs import PricingInputs
from pricing.rates import Rates
from pricing.resources import PricedResources
from pricing.usage import Usage
from reference.prices import packaged_prices

GUIDE = (Path(__file__).parents[2] / "docs" / "guides" / "finance.md").read_text(encoding="utf-8")


@pytest.fixture
def amounts(fake):
    """The expected amounts of one resource in a region, by what is charged."""

    def of(region, type, inputs=None, **usage):
        resource = fake(type=type, inputs=inputs or {})
        rates = Rates(book=packaged_prices(), region=region, as_of=date(2026, 11, 30))
        declared = Usage(amounts={name: Decimal(amount) for name, amount in usage.items()})
        found = PricingInputs(resources=PricedResources([resource]), rates=rates, usage=declared)
        return {each.what: each.amount.expected for each in charges(resource, found) if each.amount}

    return of


def test_an_h100_node_for_a_month_costs_what_karpenters_list_says(amounts):
    # aws/karpenter-provider-aws 1d92708, zz_generated.pricing_aws.go of 2026-07-20: p5.48xlarge 55.04.
    one = {"minSize": 1, "desiredSize": 1, "maxSize": 1}
    node = {"scalingConfig": one, "instanceTypes": ["p5.48xlarge"]}
    found = amounts("us-east-1", "aws:eks/nodeGroup:NodeGroup", node)
    assert found["nodes"] == Decimal("40179.20")
    assert "730 x 55.04 = 40,179.20" in GUIDE


def test_a_nat_gateway_in_tokyo_costs_what_two_readings_say(amounts):
    # catchmeif404/aws-cost-calculator ap-northeast-1-pricing.json of 2026-09-03, and a cost estimate of 2026-09-25.
    found = amounts("ap-northeast-1", "aws:ec2/natGateway:NatGateway", nat_gb=1000)
    assert found == {"NAT gateway": Decimal("45.26"), "data through NAT": Decimal("62.00")}
    assert "730 x 0.062 + 1,000 x 0.062 = 107.26" in GUIDE


def test_a_file_system_costs_what_c3x_says(amounts):
    # c3xdev/c3x 5c227c2 of 2026-06-14; its page of the resource: 1,200 GB at 125 MB/s/TiB, about 174 USD a month.
    inputs = {"storageCapacity": 2400, "deploymentType": "PERSISTENT_2", "perUnitStorageThroughput": 125}
    found = amounts("us-east-1", "aws:fsx/lustreFileSystem:LustreFileSystem", inputs)
    assert found["FSx for Lustre"] == Decimal("348.00")
    assert "2,400 x 0.145 = 348.00" in GUIDE
