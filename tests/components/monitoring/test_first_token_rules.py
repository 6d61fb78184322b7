"""Objectives of the time to a first token, by vLLM's own series, evaluated by Prometheus itself."""

import pytest

from components.monitoring.endpoint_rules import endpoint_groups
from tests.components.monitoring.endpoint_series import (
    AVAILABLE,
    BATCH,
    DOWN,
    ENGINE,
    FAILED,
    JOB,
    SERVED,
    UNSEEN,
    UP,
    firing,
    healthy,
)
from tests.components.monitoring.objectives import ttft

FIRST_TOKEN = "vllm:time_to_first_token_seconds"
ALL = f'{FIRST_TOKEN}_count{{{JOB},pod="a",{ENGINE}}}'
IN_TIME = f'{FIRST_TOKEN}_bucket{{{JOB},pod="a",{ENGINE},le="0.5"}}'
LATE_FAST, LATE_SLOW = "EndpointLatencyBudgetBurnsFast", "EndpointLatencyBudgetBurnsSlowly"
UNMEASURED = "ObjectiveUnmeasured"
OF_TTFT = '{sloth_slo="ttft"}'
REMAINING = f"sum(slo:period_error_budget_remaining:ratio{OF_TTFT})"
NAN = f"slo:sli_error:ratio_rate5m{OF_TTFT} != slo:sli_error:ratio_rate5m{OF_TTFT}"
SILENT = [firing(name) for name in (LATE_FAST, LATE_SLOW, UNMEASURED, DOWN, UNSEEN)]


@pytest.fixture
def slo(objective):
    return objective(runtime="vllm", others=[ttft])


@pytest.mark.parametrize(
    ("late", "fast", "slow"),
    [(200, [1], [1]), (40, [], [1]), (8, [], [])],
    ids=["20 times", "4 times", "0.8 times"],
)
def test_each_burn_rate_has_its_alert(simulate, slo, late, fast, slow):
    """So many of 1000 first tokens are late, of which 10 may be."""
    series = healthy({ALL: "0+1000x180", IN_TIME: f"0+{1000 - late}x180"})
    simulate(
        slo,
        series,
        {
            ("90m", firing(LATE_FAST, severity="page", endpoint="detector", sloth_slo="ttft")): fast,
            ("90m", firing(LATE_SLOW, severity="ticket", sloth_slo="ttft")): slow,
        },
    )


def test_an_idle_endpoint_has_no_share_of_late_tokens_and_never_a_nan(simulate, slo):
    idle = healthy({SERVED["vllm"]: "1000x2880", ALL: "1000x2880", IN_TIME: "900x2880"})
    simulate(
        slo,
        idle,
        {
            ("2h", f"slo:sli_error:ratio_rate5m{OF_TTFT}"): [],
            ("2h", REMAINING): [],
            ("2h", NAN): [],
            **{("2h", alert): [] for alert in SILENT},
        },
    )


def test_an_idle_gap_does_not_spoil_the_budget_of_the_period(simulate, slo):
    """Of 100 first tokens a minute 2 are late for an hour, nothing comes for an hour, and then the first hour again."""
    series = healthy({ALL: "0+100x60 6000x60 6000+100x60", IN_TIME: "0+98x60 5880x60 5880+98x60"})
    simulate(
        slo,
        series,
        {
            ("100m", f"round(sum(slo:sli_error:ratio_rate30d{OF_TTFT}), 0.0001)"): [0.02],
            ("3h", f"round(sum(slo:sli_error:ratio_rate30d{OF_TTFT}), 0.0001)"): [0.02],
            ("3h", f"round({REMAINING}, 0.01)"): [-1],
            ("3h", NAN): [],
        },
    )


def test_a_server_that_was_never_late_has_a_share_of_zero(simulate, slo):
    series = healthy({SERVED["vllm"]: "0+60x240", ALL: "0+60x240", IN_TIME: "0+60x240"})
    simulate(slo, series, {("2h", REMAINING): [1], **{("2h", alert): [] for alert in SILENT}})


def test_a_server_whose_histogram_is_renamed_is_reported(simulate, slo):
    series = healthy({SERVED["vllm"]: "0+60x360", ALL: "0+60x60 stale", IN_TIME: "0+60x60 stale"})
    simulate(
        slo,
        series,
        {
            ("1h", firing(UNMEASURED)): [],
            ("5h", firing(UNMEASURED, severity="ticket", sloth_slo="ttft")): [1],
            ("5h", firing(LATE_FAST)): [],
        },
    )


def test_a_model_that_another_engine_serves_is_said_to_be_unseen(simulate, slo):
    """KServe's server takes transformers for a model that vLLM does not know: it is up, and exports none of these."""
    series = {UP: "1x240", AVAILABLE: "1x240"}
    simulate(slo, series, {("2h", firing(UNSEEN, severity="page")): [1], ("2h", firing(DOWN)): []})


def test_a_request_that_its_client_left_is_no_failure(simulate, slo):
    left = FAILED["vllm"].replace('"error"', '"abort"')
    series = healthy({SERVED["vllm"]: "0+50x240", left: "0+50x240"})
    simulate(slo, series, {("2h", 'sum(slo:sli_error:ratio_rate5m{sloth_slo="availability"})'): [0]})


def test_an_answer_that_is_cut_at_its_length_is_served(simulate, slo):
    cut = SERVED["vllm"].replace('"stop"', '"length"')
    series = healthy({SERVED["vllm"]: "0+30x240", cut: "0+30x240", FAILED["vllm"]: "0x240"})
    simulate(slo, series, {("2h", 'sum(slo:sli_requests:rate5m{sloth_slo="availability"})'): [1]})


def test_an_outage_whose_targets_are_gone_pages_by_the_availability_alone(simulate, slo):
    series = dict.fromkeys((SERVED["vllm"], ALL, IN_TIME), "0+60x60 stale")
    series |= dict.fromkeys((UP, AVAILABLE, BATCH), "1x60 stale")
    simulate(
        slo,
        series,
        {
            ("66m", firing(DOWN, severity="page")): [1],
            ("66m", firing(LATE_FAST)): [],
            ("5h", firing(UNMEASURED)): [],
        },
    )


def test_the_sentence_of_an_alert_names_the_first_token(slo):
    alerts = [rule for group in endpoint_groups(slo) for rule in group["rules"] if "alert" in rule]
    [said] = [rule["annotations"]["summary"] for rule in alerts if rule["alert"] == LATE_FAST]
    assert said == (
        "detector of vision-prod takes longer than 500 ms for the first token of {{ $value | humanizePercentage }} of "
        "its requests; 99 % must be in time over 30 days"
    )
