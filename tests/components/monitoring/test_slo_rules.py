"""The rules in the situations in which SLO alerts are known to fail, evaluated by Prometheus itself."""

from decimal import Decimal

import pytest

from components.monitoring.endpoint_rules import endpoint_groups
from tests.components.monitoring.endpoint_series import (
    DOWN,
    FAILED,
    FAST,
    JOB,
    RUNTIMES,
    SERVED,
    SLOW,
    UNSEEN,
    firing,
    healthy,
)

REMAINING = "sum(slo:period_error_budget_remaining:ratio)"
RATIOS = ("sli_error:ratio_rate5m", "sli_error:ratio_rate30d", "period_error_budget_remaining:ratio")
NAN = " or ".join(f"(slo:{name} != slo:{name})" for name in RATIOS)


SILENT = [firing(name) for name in (FAST, SLOW, DOWN, UNSEEN)]


@RUNTIMES
@pytest.mark.parametrize("tier", [1, 2, 3])
def test_every_rule_is_accepted_and_passes_the_linter(promtool, objective, runtime, tier):
    groups = {"groups": endpoint_groups(objective(runtime=runtime, tier=tier))}
    assert "SUCCESS: 34 rules found" in promtool(
        "check", "rules", "--lint=all", "--lint-fatal", "rules.yaml", rules=groups
    )


@RUNTIMES
def test_an_idle_endpoint_has_no_error_ratio_and_never_a_nan(simulate, objective, runtime):
    idle = healthy({SERVED[runtime]: "1000x2880", FAILED[runtime]: "10x2880"})
    simulate(
        objective(runtime=runtime),
        idle,
        {
            ("2h", "slo:sli_error:ratio_rate5m"): [],
            ("2h", "slo:sli_error:ratio_rate30d"): [],
            ("2h", "sum(slo:sli_requests:rate5m)"): [0],
            ("2h", REMAINING): [],
            ("2h", NAN): [],
            **{("2h", alert): [] for alert in SILENT},
        },
    )


@RUNTIMES
def test_an_idle_gap_does_not_spoil_the_budget_of_the_period(simulate, objective, runtime):
    """1 % of requests fail for an hour, nothing comes for an hour, and then another hour like the first."""
    series = healthy(
        {
            SERVED[runtime]: "0+99x60 5940x60 5940+99x60",
            FAILED[runtime]: "0+1x60 60x60 60+1x60",
        }
    )
    simulate(
        objective(runtime=runtime),
        series,
        {
            ("100m", "slo:sli_error:ratio_rate5m"): [],
            ("100m", "round(sum(slo:sli_error:ratio_rate30d), 0.0001)"): [0.01],
            ("3h", "round(sum(slo:sli_error:ratio_rate30d), 0.0001)"): [0.01],
            ("3h", f"round({REMAINING}, 0.01)"): [-1],
            ("3h", NAN): [],
        },
    )


@RUNTIMES
def test_the_period_weighs_requests_and_not_time(simulate, objective, runtime):
    """An hour of 1000 requests a minute with 10 % failed outweighs a quiet hour without a failure."""
    series = healthy(
        {
            SERVED[runtime]: "0+900x60 54000+1x60",
            FAILED[runtime]: "0+100x60 6000x60",
        }
    )
    simulate(
        objective(runtime=runtime),
        series,
        {("2h", "sum(slo:sli_error:ratio_rate30d) > bool 0.09"): [1]},
    )


@RUNTIMES
def test_a_service_that_never_failed_has_an_error_ratio_of_zero(simulate, objective, runtime):
    simulate(
        objective(runtime=runtime),
        healthy({SERVED[runtime]: "0+60x240"}),
        {
            ("2h", "sum(slo:sli_error:ratio_rate5m)"): [0],
            ("2h", "sum(slo:sli_requests:rate5m)"): [1],
            ("2h", REMAINING): [1],
            **{("2h", alert): [] for alert in SILENT},
        },
    )


@RUNTIMES
def test_a_service_that_only_fails_has_an_error_ratio_of_one(simulate, objective, runtime):
    simulate(
        objective(runtime=runtime),
        healthy({FAILED[runtime]: "0+60x240"}),
        {("2h", "sum(slo:sli_error:ratio_rate5m)"): [1], ("2h", firing(FAST, severity="page")): [1]},
    )


LOW = pytest.mark.parametrize(("fewest", "pages"), [(60, []), (1, [1])])


@RUNTIMES
@LOW
def test_one_failure_in_a_quiet_hour_alerts_nobody_because_of_the_minimum(
    simulate, objective, runtime, fewest, pages
):
    """Six requests in an hour, of which one failed: 17 % of them, far above every threshold."""
    series = healthy({SERVED[runtime]: "0+0.1x240", FAILED[runtime]: "0x115 1x125"})
    simulate(
        objective(runtime=runtime, min_events_per_hour=fewest),
        series,
        {("118m", firing(FAST)): pages, ("118m", "sum(slo:sli_error:ratio_rate1h) > bool 0.1"): [1]},
    )


@pytest.mark.parametrize(("tier", "severity"), [(1, "page"), (2, "page-in-hours"), (3, "ticket")])
def test_a_fast_burn_alerts_by_the_tier(simulate, objective, tier, severity):
    series = healthy({SERVED["triton"]: "0+90x180", FAILED["triton"]: "0+10x180"})
    simulate(
        objective(tier=tier),
        series,
        {("90m", firing(FAST, severity=severity)): [1], ("90m", firing(FAST)): [1]},
    )


@pytest.mark.parametrize(
    ("failed", "fast", "slow"),
    [(100, [1], [1]), (40, [1], [1]), (20, [], [1]), (8, [], [1]), (4, [], [])],
    ids=["20 times", "8 times", "4 times", "1.6 times", "0.8 times"],
)
def test_each_burn_rate_has_its_alert(simulate, objective, failed, fast, slow):
    """So many of 1000 requests fail, of which 5 may: each case lies between two of the four rates."""
    series = healthy({SERVED["triton"]: f"0+{1000 - failed}x180", FAILED["triton"]: f"0+{failed}x180"})
    simulate(
        objective(),
        series,
        {("90m", firing(FAST, severity="page")): fast, ("90m", firing(SLOW, severity="ticket")): slow},
    )


def test_the_alert_ends_soon_after_the_failures_end(simulate, objective):
    """Half of the requests fail for 20 minutes: an hour still shows it when the short windows no longer do."""
    series = healthy(
        {
            SERVED["triton"]: "0+100x60 6000+50x20 7000+100x60",
            FAILED["triton"]: "0x60 0+50x20 1000x60",
        }
    )
    simulate(
        objective(percent=Decimal(99)),
        series,
        {
            ("80m", firing(FAST)): [1],
            ("115m", firing(FAST)): [],
            ("115m", "sum(slo:sli_error:ratio_rate1h) > bool 0.144"): [1],
        },
    )


def test_a_spike_too_short_to_cost_much_pages_nobody(simulate, objective):
    """Half of the requests fail for 5 minutes: the short windows burn, the hour and the 6 hours do not."""
    series = healthy({SERVED["triton"]: "0+100x60 6000+50x5", FAILED["triton"]: "0x60 0+50x5"})
    simulate(
        objective(percent=Decimal(99)),
        series,
        {
            ("65m", firing(FAST)): [],
            ("65m", "sum(slo:sli_error:ratio_rate5m) > bool 0.144"): [1],
            ("65m", "sum(slo:sli_error:ratio_rate30m) > bool 0.06"): [1],
        },
    )


def test_a_cancelled_request_is_no_failure(simulate, objective):
    cancelled = FAILED["triton"].replace("BACKEND", "CANCELED")
    series = healthy({SERVED["triton"]: "0+50x240", cancelled: "0+50x240"})
    simulate(objective(), series, {("2h", "sum(slo:sli_error:ratio_rate5m)"): [0]})


def test_a_failure_of_an_old_triton_has_no_reason_and_counts(simulate, objective):
    old = f'nv_inference_request_failure{{{JOB},pod="a",model="m",version="1"}}'
    series = healthy({SERVED["triton"]: "0+50x240", old: "0+50x240"})
    simulate(objective(), series, {("2h", "sum(slo:sli_error:ratio_rate5m)"): [0.5]})


@pytest.mark.parametrize(
    "other",
    [
        SERVED["mlserver"].replace("200", "400"),
        FAILED["mlserver"].replace("/infer", "/ready"),
        FAILED["mlserver"].replace("vision-prod/detector", "vision-prod/other"),
    ],
    ids=["a caller's mistake", "a probe", "another endpoint"],
)
def test_what_is_not_a_failed_inference_does_not_burn_the_budget(simulate, objective, other):
    series = healthy({SERVED["mlserver"]: "0+50x240", other: "0+50x240"})
    simulate(objective(runtime="mlserver"), series, {("2h", "sum(slo:sli_error:ratio_rate5m)"): [0]})


def test_two_pods_add_up(simulate, objective):
    second = {name.replace('pod="a"', 'pod="b"'): "0+10x240" for name in (SERVED["triton"],)}
    series = healthy({SERVED["triton"]: "0+50x240", FAILED["triton"]: "0+60x240", **second})
    simulate(
        objective(),
        series,
        {
            ("2h", "sum(slo:sli_error:ratio_rate5m)"): [0.5],
            ("2h", "sum(slo:sli_requests:rate5m)"): [2],
            ("2h", "count(slo:sli_error:ratio_rate5m)"): [1],
        },
    )


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("https://git.example.com/docs", "https://git.example.com/docs/EndpointErrorBudgetBurnsFast.md"),
        ("", "docs/runbooks/EndpointErrorBudgetBurnsFast.md"),
    ],
)
def test_an_alert_says_what_burns_and_whom_to_ask(simulate, objective, address, url):
    series = healthy({SERVED["triton"]: "0+90x240", FAILED["triton"]: "0+10x240"})
    alert = {
        "eval_time": "2h",
        "alertname": FAST,
        "exp_alerts": [
            {
                "exp_labels": {
                    "sloth_id": "vision-prod.detector-availability",
                    "sloth_service": "vision-prod.detector",
                    "sloth_slo": "availability",
                    "severity": "page",
                    "sloth_severity": "page",
                    "tier": "1",
                    "team": "vision",
                    "escalation": "ml-vision",
                    "endpoint": "detector",
                    "namespace": "vision-prod",
                },
                "exp_annotations": {
                    "summary": "detector of vision-prod fails 10% of its requests; "
                    "99.5 % must succeed over 30 days",
                    "owner": "team vision, escalation policy ml-vision",
                    "runbook": "docs/runbooks/EndpointErrorBudgetBurnsFast.md",
                    "runbook_url": url,
                },
            }
        ],
    }
    simulate(objective(), series, {}, [alert], {"runbooks": address} if address else None)
