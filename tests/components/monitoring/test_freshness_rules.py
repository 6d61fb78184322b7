"""Objectives of freshness in the situations in which alerts on age are known to fail, by Prometheus itself."""

import pytest

from tests.components.monitoring.endpoint_series import firing
from tests.components.monitoring.objectives import fresh, groups_of

OLD_FAST, OLD_SLOW, UNMEASURED = (
    "FreshnessBudgetBurnsFast",
    "FreshnessBudgetBurnsSlowly",
    "ObjectiveUnmeasured",
)
OF = 'namespace="vision-prod"'
CRON = f'{OF},cronjob="scores"'
SERIES = {
    "table": f'paved_table_written_timestamp_seconds{{{OF},pod="a",table="scores"}}',
    "stream": f'paved_stream_newest_record_timestamp_seconds{{{OF},pod="a",stream="scores"}}',
    "batch": f"kube_cronjob_status_last_successful_time{{{CRON}}}",
}
SOURCES = pytest.mark.parametrize("source", sorted(SERIES))
REMAINING = "sum(slo:period_error_budget_remaining:ratio)"
RATIOS = ("sli_error:ratio_rate5m", "sli_error:ratio_rate30d", "period_error_budget_remaining:ratio")
NAN = " or ".join(f"(slo:{name} != slo:{name})" for name in RATIOS)
SILENT = [firing(name) for name in (OLD_FAST, OLD_SLOW, UNMEASURED)]
# The clock of these tests starts at 0, of which no data can be: all of it comes after the first minute.
WRITTEN_EACH_MINUTE = "60+60x600"
WRITTEN_ONCE = "60x600"


@pytest.mark.parametrize("tier", [1, 2, 3])
@SOURCES
def test_every_rule_is_accepted_and_passes_the_linter(promtool, source, tier):
    groups = {"groups": groups_of(fresh(source, tier=tier))}
    assert "SUCCESS: 33 rules found" in promtool(
        "check", "rules", "--lint=all", "--lint-fatal", "rules.yaml", rules=groups
    )


@SOURCES
def test_data_that_is_written_again_and_again_is_fresh(simulate, source):
    expected = {("9h", alert): [] for alert in SILENT}
    expected |= {("9h", "sum(slo:sli_error:ratio_rate1h)"): [0], ("9h", REMAINING): [1], ("9h", NAN): []}
    simulate(fresh(source), {SERIES[source]: WRITTEN_EACH_MINUTE}, expected)


@SOURCES
def test_data_that_nobody_writes_any_more_alerts_an_hour_later(simulate, source):
    """Fresh for its hour; then 14.4 times 1 % of an hour is 9 minutes."""
    simulate(
        fresh(source),
        {SERIES[source]: WRITTEN_ONCE},
        {
            ("1h", firing(OLD_FAST)): [],
            ("64m", firing(OLD_FAST)): [],
            ("80m", firing(OLD_FAST, severity="page", data="scores", namespace="vision-prod")): [1],
        },
    )


@SOURCES
def test_an_exporter_that_says_nan_leaves_no_sample_and_is_reported(simulate, source):
    expected = {
        ("3h", "slo:sli_good:ratio"): [],
        ("3h", "slo:sli_error:ratio_rate5m"): [],
        ("3h", NAN): [],
        ("3h", firing(OLD_FAST)): [],
        ("3h", firing(UNMEASURED, severity="ticket")): [1],
    }
    simulate(fresh(source), {SERIES[source]: "NaN " * 600}, expected)


@SOURCES
def test_a_gap_of_nan_does_not_spoil_the_budget_of_the_period(simulate, source):
    series = {SERIES[source]: f"60+60x120 {'NaN ' * 60}10860+60x300"}
    expected = {
        ("5h", "sum(slo:sli_error:ratio_rate30d)"): [0],
        ("5h", REMAINING): [1],
        ("5h", NAN): [],
    }
    simulate(fresh(source), series, expected)


@SOURCES
def test_a_source_that_is_gone_is_reported(simulate, source):
    series = {SERIES[source]: "60+60x60 stale"}
    simulate(
        fresh(source),
        series,
        {("1h", firing(UNMEASURED)): [], ("3h", firing(UNMEASURED, severity="ticket")): [1]},
    )


@pytest.mark.parametrize("source", ["stream", "table"])
def test_a_source_that_never_came_is_reported(simulate, source):
    simulate(fresh(source), {"nothing": "1x600"}, {("2h", firing(UNMEASURED)): [1]})


def test_a_cron_job_that_never_succeeded_is_as_old_as_it_is(simulate):
    created = {f"kube_cronjob_created{{{CRON}}}": "60x600"}
    expected = {("1h", firing(OLD_FAST)): [], ("80m", firing(OLD_FAST)): [1], ("5h", firing(UNMEASURED)): []}
    simulate(fresh("batch"), created, expected)


@pytest.mark.parametrize("source", ["stream", "table"])
def test_a_clock_that_is_ahead_makes_nothing_fresh(simulate, source):
    ahead = {SERIES[source]: "1000000x600"}
    simulate(fresh(source), ahead, {("3h", "slo:sli_good:ratio"): [], ("3h", firing(UNMEASURED)): [1]})


def test_the_newest_of_two_pods_counts(simulate):
    second = SERIES["table"].replace('pod="a"', 'pod="b"')
    series = {SERIES["table"]: WRITTEN_ONCE, second: WRITTEN_EACH_MINUTE}
    simulate(fresh(), series, {("5h", firing(OLD_FAST)): []})


def test_the_data_of_another_team_says_nothing_of_this_ones(simulate):
    other = SERIES["table"].replace("vision-prod", "ranking-dev")
    simulate(fresh(), {other: WRITTEN_EACH_MINUTE}, {("3h", firing(UNMEASURED)): [1]})
