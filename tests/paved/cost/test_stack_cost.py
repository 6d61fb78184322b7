"""What teams share is shared out to the cent, and what AWS takes off is taken off."""

import shutil
from datetime import date
from decimal import Decimal

import pytest

from paved.cost.stack_cost import Costs
from paved.plan.planner import Planner
from reference.prices import packaged_prices
from tests.conftest import STACKS

DAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def three_teams(tmp_path_factory):
    """The samples, with two more teams on platform-dev whose budgets are 1000 and 2500."""
    folder = tmp_path_factory.mktemp("stacks")
    for path in STACKS.glob("Pulumi.*.yaml"):
        shutil.copy(path, folder)
    foundation = folder / "Pulumi.foundation-dev.yaml"
    shared = foundation.read_text(encoding="utf-8").replace(
        "owner: ranking-dev", "owner: ranking-dev\n        readers: [ads-dev, maps-dev]"
    )
    first = shared[shared.index("      - team: ranking") : shared.index("  paved:storage")].rstrip() + "\n"
    entries = [first.replace("ranking", team) for team in ("ads", "maps")]
    shared = shared.replace(first, first + "".join(entries))
    foundation.write_text(shared, encoding="utf-8")
    platform = folder / "Pulumi.platform-dev.yaml"
    enough = platform.read_text(encoding="utf-8").replace("vcpus: 64", "vcpus: 96")
    platform.write_text(enough, encoding="utf-8")
    text = (STACKS / "Pulumi.ranking-dev.yaml").read_text(encoding="utf-8")
    for team, budget in (("ads", 1000), ("maps", 2500)):
        other = text.replace("ranking", team).replace("monthly_usd: 4000", f"monthly_usd: {budget}")
        other = (
            other.replace("max_gpus: 8", "max_gpus: 4")
            .replace("gpus: 8", "gpus: 4")
            .replace("access: write", "access: read")
        )
        (folder / f"Pulumi.{team}-dev.yaml").write_text(other, encoding="utf-8")
    return Costs(Planner.of_folder(folder), packaged_prices(), DAY)


@pytest.mark.parametrize("shared", ["platform-dev", "foundation-dev"])
def test_what_teams_share_adds_up_to_the_cent(three_teams, shared):
    names = ("ads-dev", "maps-dev", "ranking-dev")
    parts = {name: {s.stack: s for s in three_teams.shares(name)}[shared] for name in names}
    whole = three_teams.estimated(shared).total
    for figure in ("floor", "low", "expected", "ceiling"):
        assert sum(part.amounts[figure] for part in parts.values()) == getattr(whole, figure)
    assert all(part.teams == names for part in parts.values())
    exact = whole.expected * 1000 / 7500
    assert abs(parts["ads-dev"].amounts["expected"] - exact) < Decimal("0.01")


def test_a_discount_of_the_foundation_counts_in_every_stack_on_it(planner):
    costs = Costs(planner, packaged_prices(), DAY)
    assert costs.of("vision-prod").discounts == {"compute": Decimal(6), "services": Decimal(6)}
    (key,) = [line for line in costs.of("vision-prod").estimate.lines if line.charge.what == "KMS key"]
    assert key.amount.floor == Decimal("0.94")
    assert costs.of("risk-prod").discounts == {}


def test_only_teams_have_shares_and_limits(planner):
    costs = Costs(planner, packaged_prices(), DAY)
    assert costs.shares("platform-prod") == ()
    assert costs.of("platform-prod").limits is None
