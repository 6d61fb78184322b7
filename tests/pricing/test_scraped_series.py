"""The plan of a team says how many series are scraped of it, by figures that agree with what exports them."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from components.monitoring.gpu import COUNTERS
from components.monitoring.remote_write import kept_names
from paved.cost.plan_money import plan_money
from paved.cost.stack_cost import Costs
from pricing.pricing_inputs import PricingInputs
from pricing.resources import PricedResources
from pricing.scraped_series import scraped_series
from reference.model_servers import MODEL_SERVERS, model_server
from reference.prices import packaged_prices
from reference.scraped_series import GPU_SERIES, MODEL_SERVER_SERIES, POD_STATE, POD_USE, SCRAPED_TARGET
from reference.vocabulary import INFERENCE_SERVICE

DAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def costs(planner):
    return Costs(planner, packaged_prices(), DAY)


def is_kept(series):
    return re.fullmatch(kept_names(), series) is not None


def said(costs, stack):
    return dict(plan_money(costs.of(stack)).metrics)


def test_a_team_has_the_series_of_its_replicas_pods_and_gpus(costs):
    found = costs.of("vision-prod").scraped
    assert {part.what: (part.count, part.series) for part in found.parts} == {
        "replicas of defect-detector": (8, 8 * (18 + 5)),
        "GPUs as defect-detector reads them": (8, 8 * 6),
        "pods": (301, 301 * (42 + 82)),
        "GPUs": (49, 49 * 32),
    }
    assert found.series == sum(part.series for part in found.parts)
    assert found.kept == 8 + 301 * 9 + 49 * 8


def test_what_is_kept_is_priced_by_its_samples(costs):
    cost = costs.of("vision-prod")
    rate = packaged_prices().service("prometheus-samples", "us-east-1")
    left = 1 - cost.discounts.get("services", Decimal(0)) / 100
    # Two a minute for 730 hours.
    samples = cost.scraped.kept * Decimal(120 * 730)
    assert cost.scraped.usd == pytest.approx(samples / 10_000_000 * rate.usd * left)
    assert "3,109 of them are kept, which is" in said(costs, "vision-prod")["scraped"]


def test_series_of_a_platform_that_keeps_none_have_no_price(costs):
    told = said(costs, "ranking-dev")["scraped"]
    assert "354 of 3 replicas of click-ranker" in told
    assert "USD" not in told
    assert told.endswith("in the cluster's own Prometheus alone, where they cost nothing more")


def test_only_a_team_has_series_of_its_own(costs):
    assert costs.of("platform-prod").scraped is None
    assert "scraped" not in said(costs, "platform-prod")


def test_a_server_that_nobody_has_counted_is_named_and_not_nothing(costs, planner):
    resources = [
        replace(each, inputs=another_server(each.inputs)) if each.type == INFERENCE_SERVICE else each
        for each in planner.plan("ranking-dev").resources
    ]
    inputs = costs._pricing_inputs(planner.config("ranking-dev").stack, resources)
    assert scraped_series(inputs).uncounted == ("click-ranker",)
    cost = replace(costs.of("ranking-dev"), scraped=scraped_series(inputs))
    assert "nobody has counted those of click-ranker" in dict(plan_money(cost).metrics)["scraped"]


def another_server(inputs):
    predictor = inputs["spec"]["predictor"]
    model = {**predictor["model"], "runtime": "kserve-another"}
    return {**inputs, "spec": {**inputs["spec"], "predictor": {**predictor, "model": model}}}


def test_a_plan_without_resources_has_no_series(costs, planner):
    known = costs._pricing_inputs(planner.config("ranking-dev").stack, ())
    assert (
        scraped_series(PricingInputs(resources=PricedResources(()), rates=known.rates, usage=known.usage))
        is None
    )


def test_figures_of_gpus_are_those_of_the_counters_that_are_read():
    names = [name for name, kind, _ in COUNTERS if kind != "label"]
    assert (GPU_SERIES.series, GPU_SERIES.kept) == (len(names), sum(map(is_kept, names)))


def test_figures_of_what_is_kept_agree_with_what_is_written():
    # By how often a pod of one container has each.
    of_pod = {
        "kube_pod_status_phase": 5,
        "kube_pod_owner": 1,
        "kube_pod_container_resource_requests": 3,
        "kube_pod_container_resource_limits": 3,
        "kube_pod_info": 1,
        "kube_pod_status_ready": 3,
    }
    assert POD_STATE.kept == sum(count for name, count in of_pod.items() if is_kept(name))
    assert (SCRAPED_TARGET.kept, is_kept("up"), is_kept("scrape_duration_seconds")) == (1, True, False)
    assert (POD_USE.kept, is_kept("container_memory_working_set_bytes")) == (0, False)
    exported = [series.name for server in MODEL_SERVERS.values() for series in server.series]
    assert not any(is_kept(name) for name in exported)


def test_figures_of_servers_are_of_servers_that_endpoints_run():
    assert MODEL_SERVER_SERIES.keys() <= {server.runtime for server in MODEL_SERVERS.values()}
    # Buckets, one without a bound, their sum and number, and the requests, of five pairs of a path and a status.
    of_status = len(model_server("mlserver").latency.bounds_ms) + 4
    assert MODEL_SERVER_SERIES["kserve-mlserver"].series == 5 * of_status + 23
