"""The objective of probes in the situations in which an endpoint that nobody calls fails, by Prometheus itself."""

import pytest

from components.monitoring.endpoint_rules import endpoint_groups
from tests.components.monitoring.endpoint_series import AVAILABLE, DOWN, SERVED, UP, firing
from tests.components.monitoring.objectives import probed

FAST, SLOW, UNMEASURED = "ProbeBudgetBurnsFast", "ProbeBudgetBurnsSlowly", "ObjectiveUnmeasured"
PROBE = 'probe_success{job="probe/vision-prod/detector",namespace="vision-prod"}'
PROBER = 'up{job="prometheus-blackbox-exporter"}'
NAN = "slo:sli_error:ratio_rate30d != slo:sli_error:ratio_rate30d"
OF_PROBES = 'sum(slo:sli_error:ratio_rate{window}{{sloth_slo="probe"}})'
REMAINING = 'sum(slo:period_error_budget_remaining:ratio{sloth_slo="probe"})'


@pytest.fixture
def slo(objective):
    return objective(others=[probed])


def of_probes(window):
    return OF_PROBES.format(window=window)


def uncalled(probe, **series):
    """An endpoint that is up and that nobody calls, with what its probes found."""
    idle = {SERVED["triton"]: "1000x1200", UP: "1x1200", AVAILABLE: "1x1200", PROBER: "1x1200"}
    return {**idle, PROBE: probe, **series}


@pytest.mark.parametrize("tier", [1, 2, 3])
def test_every_rule_is_accepted_and_passes_the_linter(promtool, objective, tier):
    groups = {"groups": endpoint_groups(objective(tier=tier, others=[probed]))}
    assert "SUCCESS: 67 rules found" in promtool(
        "check", "rules", "--lint=all", "--lint-fatal", "rules.yaml", rules=groups
    )


def test_an_endpoint_that_nobody_calls_has_a_budget_by_its_probes(simulate, slo):
    """Its availability has no ratio, as without a request, and that of its probes is 0 before any failed."""
    expected = {("5h", firing(name)): [] for name in (FAST, SLOW, UNMEASURED, DOWN)}
    expected |= {
        ("5h", 'slo:sli_error:ratio_rate1h{sloth_slo="availability"}'): [],
        ("5h", of_probes("1h")): [0],
        ("5h", REMAINING): [1],
        ("5h", NAN): [],
    }
    simulate(slo, uncalled("1x600"), expected)


@pytest.mark.parametrize(
    ("answers", "fast", "slow"),
    [("0x1200", [1], [1]), ("0x0 1x24 " * 48, [], [1]), ("1x1200", [], [])],
    ids=["none", "one in 25 fails", "all"],
)
def test_the_share_without_an_answer_decides_how_loudly_it_is_told(simulate, slo, answers, fast, slow):
    """Though the server answers its scrapes, is available to Kubernetes and fails no request."""
    expected = {
        ("19h", firing(FAST, severity="page", sloth_slo="probe")): fast,
        ("19h", firing(SLOW, severity="ticket", endpoint="detector")): slow,
        ("19h", firing(DOWN)): [],
    }
    simulate(slo, uncalled(answers), expected)


def test_an_outage_at_night_is_paged_within_minutes(simulate, slo):
    series = uncalled("1x300 0x300")
    simulate(slo, series, {("5h", firing(FAST)): [], ("5h15m", firing(FAST)): [1]})


def test_a_gap_of_nan_does_not_spoil_the_budget_of_the_period(simulate, slo):
    series = uncalled(f"1x120 {'NaN ' * 60}1x300")
    simulate(slo, series, {("5h", of_probes("30d")): [0], ("5h", NAN): []})


def test_probes_that_say_nothing_are_neither_good_nor_bad(simulate, slo):
    expected = {
        ("3h", of_probes("5m")): [],
        ("3h", firing(UNMEASURED, severity="ticket", sloth_slo="probe")): [1],
        ("3h", firing(FAST)): [],
    }
    simulate(slo, uncalled("NaN " * 600), expected)


def test_a_probe_that_is_gone_is_reported(simulate, slo):
    series = uncalled("1x60 stale")
    simulate(slo, series, {("1h", firing(UNMEASURED)): [], ("3h", firing(UNMEASURED)): [1]})


@pytest.mark.parametrize("prober", ["1x60 0x300", "1x60 stale"], ids=["down", "gone"])
def test_a_prober_that_is_down_is_no_fault_of_an_endpoint(simulate, slo, prober):
    """The platform hears of it, by an alert of its own, and not each team."""
    series = uncalled("1x60 stale", **{PROBER: prober})
    simulate(slo, series, {("3h", firing(name)): [] for name in (FAST, SLOW, UNMEASURED)})


def test_probes_of_another_endpoint_are_not_counted(simulate, slo):
    other = PROBE.replace("vision-prod/detector", "vision-prod/other")
    simulate(slo, uncalled("1x600", **{other: "0x600"}), {("5h", of_probes("1h")): [0]})


def test_an_endpoint_without_replicas_is_down_before_its_probes_tell(simulate, slo):
    series = uncalled("1x60 0x60", **{AVAILABLE: "1x60 0x60"})
    simulate(slo, series, {("64m", firing(DOWN)): [1], ("64m", firing(FAST)): []})
