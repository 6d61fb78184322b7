import pytest

from stacks.rules.budget import the_approved_ceiling_covers_the_budget, thresholds_rise


@pytest.mark.parametrize("key", ["actual_percent", "forecast_percent"])
@pytest.mark.parametrize("found", [[80, 50], [50, 50], [50, 100, 80]])
def test_thresholds_rise(valid, says, key, found):
    shown = ", ".join(map(str, found))
    assert says(thresholds_rise, valid.team({f"budget.{key}": found})) == [
        f"`budget.{key}` must rise from entry to entry, got {shown}"
    ]
    assert says(thresholds_rise, valid.team({f"budget.{key}": sorted(set(found))})) == []


def test_the_approved_ceiling_is_at_least_the_budget(valid, says):
    exact = {"budget.monthly_usd": 0.3, "budget.approved_ceiling_usd": 0.3}
    assert says(the_approved_ceiling_covers_the_budget, valid.team(exact)) == []
    short = {"budget.monthly_usd": 180000, "budget.approved_ceiling_usd": 179999.99}
    assert says(the_approved_ceiling_covers_the_budget, valid.team(short)) == [
        "`budget.approved_ceiling_usd` must be at least `monthly_usd`, which is 180,000, got 179,999.99"
    ]
