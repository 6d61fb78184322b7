"""Objectives of quality in the situations in which alerts on checks are known to fail, by Prometheus itself."""

import pytest

from components.monitoring.endpoint_rules import endpoint_groups
from tests.components.monitoring.endpoint_series import firing
from tests.components.monitoring.objectives import quality

FAST, SLOW, UNMEASURED = "QualityBudgetBurnsFast", "QualityBudgetBurnsSlowly", "ObjectiveUnmeasured"
KINDS = {"data-quality": "data-drift", "model-quality": "performance"}
PROMISES = pytest.mark.parametrize("promise", sorted(KINDS))
NAN = "slo:sli_error:ratio_rate30d != slo:sli_error:ratio_rate30d"


def check(promise, monitor="a", **changes):
    labels = {"namespace": "vision-prod", "endpoint": "detector", "kind": KINDS[promise], "monitor": monitor}
    inner = ",".join(f'{key}="{value}"' for key, value in {**labels, **changes}.items())
    return f"model_health_check_passed{{{inner}}}"


@pytest.fixture
def slo(objective):
    return lambda promise: objective(others=[quality(promise)])


@PROMISES
@pytest.mark.parametrize("tier", [1, 2, 3])
def test_every_rule_is_accepted_and_passes_the_linter(promtool, objective, tier, promise):
    groups = {"groups": endpoint_groups(objective(tier=tier, others=[quality(promise)]))}
    assert "SUCCESS: 67 rules found" in promtool(
        "check", "rules", "--lint=all", "--lint-fatal", "rules.yaml", rules=groups
    )


@PROMISES
def test_checks_that_all_pass_have_a_share_of_zero_before_any_failed(simulate, slo, promise):
    expected = {("5h", firing(name, sloth_slo=promise)): [] for name in (FAST, SLOW, UNMEASURED)}
    expected |= {("5h", "sum(slo:sli_error:ratio_rate1h)"): [0], ("5h", NAN): []}
    simulate(slo(promise), {check(promise): "1x600", check(promise, "b"): "1x600"}, expected)


@PROMISES
@pytest.mark.parametrize(
    ("failed", "fast", "slow"), [(10, [1], [1]), (2, [], [1]), (0, [], [])], ids=["all", "two of ten", "none"]
)
def test_the_share_of_failed_checks_decides_how_loudly_it_is_told(simulate, slo, promise, failed, fast, slow):
    series = {check(promise, str(number)): f"{int(number >= failed)}x1200" for number in range(10)}
    expected = {
        ("20h", firing(FAST, severity="page", sloth_slo=promise)): fast,
        ("20h", firing(SLOW, severity="ticket", endpoint="detector")): slow,
    }
    simulate(slo(promise), series, expected)


@PROMISES
def test_a_check_that_cannot_tell_has_neither_passed_nor_failed(simulate, slo, promise):
    """Its series is missing, or NaN by an exporter that does not keep to that."""
    series = {check(promise): "1x600", check(promise, "b"): "NaN " * 600}
    simulate(slo(promise), series, {("5h", "sum(slo:sli_error:ratio_rate1h)"): [0], ("5h", NAN): []})


@PROMISES
def test_a_gap_of_nan_does_not_spoil_the_budget_of_the_period(simulate, slo, promise):
    series = {check(promise): f"1x120 {'NaN ' * 60}1x300"}
    simulate(slo(promise), series, {("5h", "sum(slo:sli_error:ratio_rate30d)"): [0], ("5h", NAN): []})


@PROMISES
def test_checks_of_which_none_can_tell_are_reported(simulate, slo, promise):
    expected = {
        ("3h", "slo:sli_error:ratio_rate5m"): [],
        ("3h", firing(UNMEASURED, severity="ticket", sloth_slo=promise)): [1],
        ("3h", firing(FAST)): [],
    }
    simulate(slo(promise), {check(promise): "NaN " * 600}, expected)


@PROMISES
def test_an_exporter_that_is_gone_is_reported(simulate, slo, promise):
    series = {check(promise): "1x60 stale"}
    simulate(slo(promise), series, {("1h", firing(UNMEASURED)): [], ("3h", firing(UNMEASURED)): [1]})


@pytest.mark.parametrize(
    "changes", [{"endpoint": "other"}, {"namespace": "ranking-dev"}, {"kind": "performance"}]
)
def test_checks_of_something_else_are_not_counted(simulate, slo, changes):
    series = {check("data-quality"): "1x600", check("data-quality", "b", **changes): "0x600"}
    simulate(slo("data-quality"), series, {("5h", "sum(slo:sli_error:ratio_rate1h)"): [0]})


def test_of_two_exporters_the_one_that_says_failed_is_believed(simulate, slo):
    series = {check("data-quality", pod="a"): "1x600", check("data-quality", pod="b"): "0x600"}
    simulate(slo("data-quality"), series, {("5h", "sum(slo:sli_error:ratio_rate1h)"): [1]})
