"""Estimates of whole plans: what they add up to, and that nothing is left unsaid."""

from datetime import date
from decimal import Decimal

import pytest

from pricing.catalogue import PRICERS
from pricing.cost_components import CostKind
from pricing.estimate import estimate, total
from pricing.rates import Rates
from pricing.usage import Usage
from reference.prices import packaged_prices

DAY = date(2026, 11, 21)
STACKS = (
    "foundation-dev",
    "foundation-prod",
    "foundation-risk",
    "platform-dev",
    "platform-prod",
    "platform-risk",
    "ranking-dev",
    "risk-prod",
    "vision-prod",
)


@pytest.fixture
def estimated(planner):
    def of(name):
        rates = Rates(book=packaged_prices(), region=planner.config(name).stack.account.region, as_of=DAY)
        return estimate(name, planner.plan(name).resources, rates, Usage())

    return of


@pytest.mark.parametrize("name", STACKS)
def test_every_aws_resource_is_priced_free_or_a_listed_gap(name, planner, estimated):
    priced = estimated(name)
    said = {line.urn for line in priced.lines}
    silent = [r.urn for r in planner.plan(name).resources if r.type.startswith("aws:") and r.urn not in said]
    assert silent == []
    assert sum(priced.coverage.values()) == len(said)


@pytest.mark.parametrize("name", STACKS)
def test_lines_add_up_to_the_total_and_are_in_whole_cents(name, estimated):
    priced = estimated(name)
    by_area = {}
    for line in priced.lines:
        if line.amount:
            assert line.amount == line.amount.rounded()
        by_area.setdefault(line.area, []).append(line)
    areas = [total(lines) for lines in by_area.values()]
    for figure in ("floor", "low", "expected", "ceiling"):
        assert sum(getattr(area, figure) for area in areas) == getattr(priced.total, figure)


def test_a_line_has_figures_if_and_only_if_it_is_priced(estimated):
    for line in estimated("foundation-risk").lines:
        assert (line.amount is not None) == (line.charge.kind in (CostKind.BASELINE, CostKind.ASSUMED))


def test_the_ceiling_of_the_samples_pools_is_what_its_comment_says(estimated):
    # 4 x 55.04, 2 x 10.49264 and 9 x 3.00424 an hour, and their volumes.
    nodes = (4 * Decimal("55.04") + 2 * Decimal("10.49264") + 9 * Decimal("3.00424")) * 730
    volumes = (4 * 500 + (2 + 9) * 200) * Decimal("0.08")
    pools = total(
        line for line in estimated("vision-prod").lines if line.component.startswith("training/TrainingPool")
    )
    assert pools.ceiling == (nodes + volumes).quantize(Decimal("0.01"))


def test_prices_of_another_region_stand_for_nothing(estimated):
    priced = estimated("foundation-risk")
    assert {price.region for price in priced.prices} == {"eu-central-1"}
    assert priced.of(CostKind.UNPRICED)
    assert priced.is_complete  # what is missing is none of the families that fail closed


def test_a_support_date_is_told(estimated):
    (notice,) = estimated("foundation-risk").notices
    assert "2027-03-27" in notice and "six times" in notice


def test_pricers_are_of_types_that_exist(planner):
    seen = {resource.type for name in planner.names for resource in planner.plan(name).resources}
    unseen = set(PRICERS) - seen
    assert unseen <= {
        "aws:fsx/lustreFileSystem:LustreFileSystem",
        "kubernetes:core/v1:PersistentVolumeClaim",
        "kubernetes:core/v1:Service",
        "kubernetes:networking.k8s.io/v1:Ingress",
    }
