"""The rules read what the planned scrape exports, and each recorded name is recorded before it is read."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.monitoring.endpoint_rules import endpoint_groups
from components.monitoring.indicators import OUTCOMES
from components.monitoring.load import LOADS
from components.monitoring.series import LONG_WINDOWS, WINDOWS
from components.monitoring.slo import pod_monitor
from reference.model_servers import MODEL_SERVERS
from tests.components.monitoring.objectives import detector, latency, ttft

PLATFORM = {
    "up": {"job"},  # Prometheus writes it for every target
    "kube_deployment_status_replicas_available": {"namespace", "deployment"},  # kube-state-metrics
}
SELECTOR = re.compile(r"([a-zA-Z_:][\w:]*)\{([^}]*)\}")
MATCHER = re.compile(r"(\w+)\s*(?:=~|!~|!=|=)\s*\"")
SLUG = st.from_regex(r"[a-z][a-z0-9]{0,4}(-[a-z0-9]{1,3}){0,2}", fullmatch=True)
RUNTIMES = pytest.mark.parametrize("runtime", sorted(MODEL_SERVERS))


def rules(objective):
    return [rule for group in endpoint_groups(objective) for rule in group["rules"]]


def selectors(expr):
    """Names and label keys of every selector; a template of a regular expression holds no braces."""
    return [
        (name, set(MATCHER.findall(matchers)))
        for name, matchers in SELECTOR.findall(re.sub(r'"[^"]*"', '""', expr))
    ]


def recorded(name):
    """Whether a rule of ours makes the series."""
    return name.startswith(("slo:", "sloth_"))


@RUNTIMES
def test_the_server_exports_each_raw_series_on_the_scraped_port(objective, runtime):
    server = MODEL_SERVERS[runtime]
    exported = {series.name: {"job", *series.labels} for series in server.series}
    raw = [
        (name, labels)
        for rule in rules(objective(runtime=runtime))
        for name, labels in selectors(rule["expr"])
        if not recorded(name)
    ]
    assert {name for name, _ in raw} == set(PLATFORM) | {
        OUTCOMES[runtime].served.metric,
        OUTCOMES[runtime].failed.metric,
        *(name for name, _ in selectors(LOADS[runtime].in_flight("vision-prod/detector"))),
    }
    for name, labels in raw:
        assert labels <= {**exported, **PLATFORM}[name]
    assert pod_monitor("detector", runtime)["podMetricsEndpoints"] == [
        {"portNumber": server.metrics_port, "path": server.metrics_path, "interval": "30s"}
    ]


@pytest.mark.parametrize(
    ("runtime", "measure", "promised"),
    [("mlserver", "latency", latency), ("vllm", "first_token", ttft)],
)
def test_the_histogram_of_an_objective_is_the_servers(objective, runtime, measure, promised):
    histogram = getattr(MODEL_SERVERS[runtime], measure)
    exported = {
        f"{histogram.name}_count": set(histogram.labels) - {"le"},
        f"{histogram.name}_bucket": set(histogram.labels),
    }
    plain = {name for rule in rules(objective(runtime=runtime)) for name, _ in selectors(rule["expr"])}
    read = [
        (name, labels)
        for rule in rules(objective(runtime=runtime, others=[promised]))
        for name, labels in selectors(rule["expr"])
        if name not in plain and not recorded(name)
    ]
    assert {name for name, _ in read} == set(exported)
    for name, labels in read:
        assert labels <= {"job", *exported[name]}


def test_every_server_that_an_endpoint_may_run_has_its_outcomes():
    assert set(OUTCOMES) == set(LOADS) == set(MODEL_SERVERS)


@RUNTIMES
def test_what_a_rule_reads_an_earlier_rule_records_for_the_same_slo(objective, runtime):
    slo, seen = objective(runtime=runtime), set()
    for rule in rules(slo):
        names = {name for name, _ in selectors(rule["expr"]) if recorded(name)}
        assert names <= seen
        assert rule["expr"].count(f'sloth_id="{slo.availability.id}"') >= len(names)
        if "record" in rule:
            assert rule["labels"]["sloth_id"] == slo.availability.id
            seen.add(rule["record"])


def test_dashboards_made_for_sloth_find_their_series(objective):
    made = {rule["record"] for rule in rules(objective()) if "record" in rule}
    assert made >= {
        *(f"slo:sli_error:ratio_rate{window}" for window in (*WINDOWS, *LONG_WINDOWS, "30d")),
        "slo:objective:ratio",
        "slo:error_budget:ratio",
        "slo:time_period:days",
        "slo:current_burn_rate:ratio",
        "slo:period_burn_rate:ratio",
        "slo:period_error_budget_remaining:ratio",
        "sloth_slo_info",
    }
    assert all(
        re.fullmatch(r"[A-Za-z0-9][-A-Za-z0-9_.]*[A-Za-z0-9]", name)
        for name in (objective().availability.id, objective().availability.subject.service)
    )


def test_the_objective_and_its_budget_are_recorded_as_they_were_written(objective):
    values = {rule.get("record"): rule["expr"] for rule in rules(objective(percent=Decimal("99.9")))}
    assert values["slo:objective:ratio"] == "vector(0.999)"
    assert values["slo:error_budget:ratio"] == "vector(0.001)"
    assert values["slo:time_period:days"] == "vector(30)"


@given(st.tuples(SLUG, SLUG), st.tuples(SLUG, SLUG))
def test_two_endpoints_never_share_the_name_of_an_slo(one, other):
    first, second = (
        detector(stack=stack, endpoint=endpoint).availability for stack, endpoint in (one, other)
    )
    assert (first.id == second.id) == (one == other)


def test_an_slo_name_keeps_a_dash_of_the_stack_apart_from_the_endpoints():
    assert (
        detector(stack="a-b", endpoint="c").availability.id
        != detector(stack="a", endpoint="b-c").availability.id
    )
