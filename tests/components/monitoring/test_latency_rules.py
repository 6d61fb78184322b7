"""Objectives of latency in the situations in which SLO alerts are known to fail, evaluated by Prometheus itself."""

import pytest

from components.monitoring.endpoint_rules import endpoint_groups
from tests.components.monitoring.endpoint_series import (
    AVAILABLE,
    DOWN,
    FAILED,
    INFER,
    JOB,
    SERVED,
    UNSEEN,
    UP,
    firing,
    healthy,
)
from tests.components.monitoring.objectives import latency, ttft

ANSWERED = f'{JOB},pod="a",{INFER},status_code="200"'
HISTOGRAM = "rest_server_request_duration_seconds"
ALL = f"{HISTOGRAM}_count{{{ANSWERED}}}"
IN_TIME = f'{HISTOGRAM}_bucket{{{ANSWERED},le="0.25"}}'
LATE_FAST, LATE_SLOW = "EndpointLatencyBudgetBurnsFast", "EndpointLatencyBudgetBurnsSlowly"
UNMEASURED = "ObjectiveUnmeasured"
OF_LATENCY = '{sloth_slo="latency"}'
REMAINING = f"sum(slo:period_error_budget_remaining:ratio{OF_LATENCY})"
NAN = " or ".join(
    f"(slo:{name}{OF_LATENCY} != slo:{name}{OF_LATENCY})"
    for name in (
        "sli_error:ratio_rate5m",
        "sli_error:ratio_rate30d",
        "period_error_budget_remaining:ratio",
    )
)
SILENT = [firing(name) for name in (LATE_FAST, LATE_SLOW, UNMEASURED, DOWN, UNSEEN)]


@pytest.fixture
def slo(objective):
    return objective(runtime="mlserver", others=[latency])


@pytest.mark.parametrize(("runtime", "other"), [("mlserver", latency), ("vllm", ttft)])
@pytest.mark.parametrize("tier", [1, 2, 3])
def test_every_rule_is_accepted_and_passes_the_linter(promtool, objective, tier, runtime, other):
    groups = {"groups": endpoint_groups(objective(runtime=runtime, tier=tier, others=[other]))}
    assert "SUCCESS: 66 rules found" in promtool(
        "check", "rules", "--lint=all", "--lint-fatal", "rules.yaml", rules=groups
    )


def test_an_idle_endpoint_has_no_share_of_late_answers_and_never_a_nan(simulate, slo):
    idle = healthy({SERVED["mlserver"]: "1000x2880", ALL: "1000x2880", IN_TIME: "900x2880"})
    simulate(
        slo,
        idle,
        {
            ("2h", f"slo:sli_error:ratio_rate5m{OF_LATENCY}"): [],
            ("2h", f"sum(slo:sli_requests:rate5m{OF_LATENCY})"): [0],
            ("2h", REMAINING): [],
            ("2h", NAN): [],
            **{("2h", alert): [] for alert in SILENT},
        },
    )


def test_an_idle_gap_does_not_spoil_the_budget_of_the_period(simulate, slo):
    """Of 100 answers a minute 2 are late for an hour, nothing comes for an hour, and then the first hour again."""
    series = healthy({ALL: "0+100x60 6000x60 6000+100x60", IN_TIME: "0+98x60 5880x60 5880+98x60"})
    simulate(
        slo,
        series,
        {
            ("100m", f"slo:sli_error:ratio_rate5m{OF_LATENCY}"): [],
            ("100m", f"round(sum(slo:sli_error:ratio_rate30d{OF_LATENCY}), 0.0001)"): [0.02],
            ("3h", f"round(sum(slo:sli_error:ratio_rate30d{OF_LATENCY}), 0.0001)"): [0.02],
            ("3h", f"round({REMAINING}, 0.01)"): [-1],
            ("3h", NAN): [],
        },
    )


def test_a_server_that_was_never_late_has_a_share_of_zero(simulate, slo):
    series = healthy({SERVED["mlserver"]: "0+60x240", ALL: "0+60x240", IN_TIME: "0+60x240"})
    simulate(
        slo,
        series,
        {
            ("2h", f"sum(slo:sli_error:ratio_rate5m{OF_LATENCY})"): [0],
            ("2h", REMAINING): [1],
            **{("2h", alert): [] for alert in SILENT},
        },
    )


def test_a_server_without_the_bucket_counts_every_answer_as_late(simulate, slo):
    series = healthy({SERVED["mlserver"]: "0+60x240", ALL: "0+60x240"})
    simulate(
        slo,
        series,
        {("2h", f"sum(slo:sli_error:ratio_rate5m{OF_LATENCY})"): [1], ("2h", firing(LATE_FAST)): [1]},
    )


def test_a_server_whose_histogram_is_gone_is_reported(simulate, slo):
    """An upgrade renames the series after an hour: the counter of requests goes on, no burn rate could alert."""
    series = healthy({SERVED["mlserver"]: "0+60x360", ALL: "0+60x60 stale", IN_TIME: "0+60x60 stale"})
    simulate(
        slo,
        series,
        {
            ("1h", firing(UNMEASURED)): [],
            ("5h", firing(UNMEASURED, severity="ticket", sloth_slo="latency")): [1],
            ("5h", firing(LATE_FAST)): [],
        },
    )


def test_an_outage_whose_targets_are_gone_pages_by_the_availability_alone(simulate, slo):
    series = {
        SERVED["mlserver"]: "0+60x60 stale",
        ALL: "0+60x60 stale",
        IN_TIME: "0+60x60 stale",
        UP: "1x60 stale",
        AVAILABLE: "1x60 stale",
    }
    simulate(
        slo,
        series,
        {
            ("66m", firing(DOWN, severity="page")): [1],
            ("66m", firing(LATE_FAST)): [],
            ("5h", firing(UNMEASURED)): [],
        },
    )


def test_a_server_that_only_fails_is_not_said_to_be_unmeasured(simulate, slo):
    simulate(slo, healthy({FAILED["mlserver"]: "0+60x360"}), {("5h", firing(UNMEASURED)): []})


@pytest.mark.parametrize(
    ("late", "fast", "slow"),
    [(200, [1], [1]), (40, [], [1]), (8, [], [])],
    ids=["20 times", "4 times", "0.8 times"],
)
def test_each_burn_rate_has_its_alert(simulate, slo, late, fast, slow):
    """So many of 1000 answers are late, of which 10 may be."""
    series = healthy({ALL: "0+1000x180", IN_TIME: f"0+{1000 - late}x180"})
    simulate(
        slo,
        series,
        {
            ("90m", firing(LATE_FAST, severity="page", endpoint="detector")): fast,
            ("90m", firing(LATE_SLOW, severity="ticket")): slow,
        },
    )


def test_a_failed_request_is_no_late_answer(simulate, slo):
    failed = ALL.replace('"200"', '"500"')
    series = healthy({ALL: "0+50x240", IN_TIME: "0+50x240", failed: "0+50x240"})
    simulate(slo, series, {("2h", f"sum(slo:sli_error:ratio_rate5m{OF_LATENCY})"): [0]})


def test_a_late_answer_in_a_quiet_hour_alerts_nobody(simulate, slo):
    series = healthy({ALL: "0+0.1x240", IN_TIME: "0+0.1x114 11.4x6 11.4+0.1x120"})
    simulate(slo, series, {("118m", firing(LATE_FAST)): []})


def test_an_alert_says_what_is_late_and_by_how_much(slo):
    alerts = [rule for group in endpoint_groups(slo) for rule in group["rules"] if "alert" in rule]
    [said] = [rule["annotations"]["summary"] for rule in alerts if rule["alert"] == LATE_FAST]
    assert said == (
        "detector of vision-prod takes longer than 250 ms for the answer to {{ $value | humanizePercentage }} of its "
        "requests; 99 % must be in time over 30 days"
    )
