import pytest

from stacks.checks.endpoints import (
    a_batch_has_a_size,
    a_replica_fits_a_node,
    a_target_is_of_the_signal_that_moves,
    endpoints_have_models_and_alerts,
    endpoints_have_names_of_their_own,
    endpoints_on_gpus_have_keda,
    endpoints_run_on_gpus,
    gpus_come_from_a_pool,
    one_failure_alerts_nobody,
    replicas_have_a_range,
    runtime_loads_the_format,
    servers_have_the_gpus_they_start_on,
    tier_1_is_not_on_spot_alone,
    what_serves_was_promoted,
)
from stacks.schema import Team
from tests.stacks.checks.registered import checks_of

ENDPOINT = "serving.endpoints.0"
RESOURCES = f"{ENDPOINT}.resources"


@pytest.mark.parametrize("check", checks_of("endpoints", Team))
def test_a_good_endpoint_and_none_pass(valid, says, check):
    assert says(check, valid.team()) == []
    assert says(check, valid.team({"serving": valid.absent})) == []


def test_an_endpoint_has_a_name_of_its_own(valid, says):
    endpoint = valid.data("vision-prod")["serving"]["endpoints"][0]
    assert says(
        endpoints_have_names_of_their_own, valid.team({"serving.endpoints": [endpoint, endpoint]})
    ) == ["`serving.endpoints[1].name` is `defect-detector`, as entry 1 of the list is: keep one"]


def test_an_endpoint_needs_a_registry_and_monitoring(valid, says):
    team = valid.team({"registry": valid.absent, "monitoring": valid.absent})
    assert says(endpoints_have_models_and_alerts, team) == [
        "`paved:registry` is required with `serving.endpoints`: their models are loaded from its bucket",
        "`paved:monitoring` is required with `serving.endpoints`: it says who hears of their alerts",
    ]
    without = valid.team({"registry": valid.absent, "monitoring": valid.absent, "serving.endpoints": []})
    assert says(endpoints_have_models_and_alerts, without) == []


@pytest.mark.parametrize(
    ("runtime", "model_format", "able"),
    [
        ("mlserver", "onnx", "triton"),
        ("mlserver", "tensorrt", "triton"),
        ("triton", "lightgbm", "mlserver"),
        ("triton", "huggingface", "vllm"),
    ],
)
def test_a_runtime_loads_its_format(valid, says, runtime, model_format, able):
    model = {f"{ENDPOINT}.model.runtime": runtime, f"{ENDPOINT}.model.format": model_format}
    assert says(runtime_loads_the_format, valid.team(model)) == [
        f"`serving.endpoints[0].model.runtime` must be `{able}` for the format `{model_format}`, got `{runtime}`"
    ]
    assert says(runtime_loads_the_format, valid.team({**model, f"{ENDPOINT}.model.runtime": able})) == []


@pytest.mark.parametrize(
    ("resources", "message"),
    [
        ({"gpus": 2}, "pool` is required for 2 GPUs: the name of one of `training.pools`"),
        ({"pool": "l40s"}, "gpus` must be 1 or more on the pool `l40s`, got 0"),
        (
            {"pool": "l40", "gpus": 1},
            "pool` must name one of `training.pools`, got `l40`; did you mean `l40s`?",
        ),
    ],
)
def test_gpus_and_a_pool_come_together(valid, says, resources, message):
    team = valid.team({RESOURCES: {"cpu": 4, "memory_gib": 8, **resources}})
    assert says(gpus_come_from_a_pool, team) == [f"`serving.endpoints[0].resources.{message}"]


def test_an_endpoint_runs_on_no_neuron_device(valid, says):
    team = valid.team({"training.pools.1.instance_types": ["inf2.8xlarge"]})
    assert says(endpoints_run_on_gpus, team) == [
        "`serving.endpoints[0].resources.pool` is `l40s`, of class `inferentia2`: the model servers run on GPUs or none"
    ]


LANGUAGE = {f"{ENDPOINT}.model.runtime": "vllm", f"{ENDPOINT}.model.format": "huggingface"}


def test_a_language_model_runs_on_gpus(valid, says):
    without = valid.team({**LANGUAGE, RESOURCES: {"cpu": 4, "memory_gib": 8}})
    assert says(servers_have_the_gpus_they_start_on, without) == [
        "`serving.endpoints[0].resources.gpus` must be 1 or more with `vllm`, whose image has no build for CPUs, got 0"
    ]
    assert says(servers_have_the_gpus_they_start_on, valid.team(LANGUAGE)) == []


def test_a_language_model_says_how_many_it_answers_together(valid, says):
    assert says(a_batch_has_a_size, valid.team(LANGUAGE)) == [
        "`serving.endpoints[0].replicas.requests_in_flight` is required with `vllm`: as many as a replica of this "
        "model answers together and keeps its promises, by a test of yours"
    ]
    measured = valid.team({**LANGUAGE, f"{ENDPOINT}.replicas.requests_in_flight": 32})
    assert says(a_batch_has_a_size, measured) == []


def test_an_endpoint_may_run_without_gpus(valid, says):
    assert says(gpus_come_from_a_pool, valid.team({RESOURCES: {"cpu": 4, "memory_gib": 8}})) == []


@pytest.mark.parametrize(
    ("resources", "found"),
    [
        ({"gpus": 8}, "8 GPUs, 8 vCPUs, 32 GiB and 402 GiB of disk"),
        ({"cpu": 48}, "1 GPUs, 48 vCPUs, 32 GiB and 87 GiB of disk"),
        ({"memory_gib": 350}, "1 GPUs, 8 vCPUs, 350 GiB and 405 GiB of disk"),
    ],
)
def test_a_replica_fits_a_node_of_its_pool(valid, says, resources, found):
    team = valid.team({f"{RESOURCES}.{key}": value for key, value in resources.items()})
    assert says(a_replica_fits_a_node, team) == [
        "`serving.endpoints[0].resources` must fit one node of pool `l40s`: the largest, g6e.12xlarge, leaves "
        f"4 GPUs, 47 vCPUs, 345 GiB and 2654 GiB of disk, got {found}"
    ]


def test_a_replica_may_take_all_a_node_leaves(valid, says):
    most = {"gpus": 4, "cpu": 47, "memory_gib": 345}
    team = valid.team({f"{RESOURCES}.{key}": value for key, value in most.items()})
    assert says(a_replica_fits_a_node, team) == []


def test_replicas_are_a_range(valid, says):
    assert says(replicas_have_a_range, valid.team({f"{ENDPOINT}.replicas.max": 1})) == [
        "`serving.endpoints[0].replicas.max` must be at least `min`, which is 2, got 1"
    ]


def test_replicas_may_be_one_number(valid, says):
    assert says(replicas_have_a_range, valid.team({f"{ENDPOINT}.replicas.max": 2})) == []


def test_tier_1_has_two_replicas(valid, says):
    assert says(replicas_have_a_range, valid.team({f"{ENDPOINT}.replicas.min": 1})) == [
        "`serving.endpoints[0].replicas.min` must be at least 2 for tier 1, got 1"
    ]
    lower = {f"{ENDPOINT}.replicas.min": 1, f"{ENDPOINT}.tier": 2}
    assert says(replicas_have_a_range, valid.team(lower)) == []


def test_a_target_that_nothing_reads_is_refused(valid, says):
    on_gpus = valid.team({f"{ENDPOINT}.replicas.cpu_percent": 55})
    assert says(a_target_is_of_the_signal_that_moves, on_gpus) == [
        "`serving.endpoints[0].replicas.cpu_percent` is not read on GPUs: say `requests_in_flight`, or leave it out"
    ]
    without = {f"{RESOURCES}.gpus": 0, f"{RESOURCES}.pool": valid.absent}
    by_requests = valid.team({**without, f"{ENDPOINT}.replicas.requests_in_flight": 8})
    assert says(a_target_is_of_the_signal_that_moves, by_requests) == [
        "`serving.endpoints[0].replicas.requests_in_flight` is not read without GPUs: say `cpu_percent`, "
        "or leave it out"
    ]
    by_cpu = valid.team({**without, f"{ENDPOINT}.replicas.cpu_percent": 55})
    assert says(a_target_is_of_the_signal_that_moves, by_cpu) == []


def test_an_endpoint_on_gpus_that_scales_needs_keda(valid, says):
    without = valid.organisation(platform_prod=valid.platform({"events": valid.absent}))
    assert says(endpoints_on_gpus_have_keda, without) == [
        "platform-prod: `events.keda` must be true: `defect-detector` of `vision-prod` scales by requests in flight; "
        "or give it as many `replicas.max` as `min`"
    ]
    assert says(endpoints_on_gpus_have_keda, valid.organisation()) == []


@pytest.mark.parametrize(
    "changes", [{"replicas.max": 2}, {"resources.gpus": 0, "resources.pool": None}], ids=["fixed", "cpu"]
)
def test_an_endpoint_that_keda_does_not_scale_needs_none(valid, says, changes):
    team = valid.team({f"{ENDPOINT}.{key}": value for key, value in changes.items()})
    without = valid.organisation(vision_prod=team, platform_prod=valid.platform({"events": valid.absent}))
    assert says(endpoints_on_gpus_have_keda, without) == []


def test_tier_1_is_not_on_spot_alone(valid, says):
    spot = {"training.pools.1.capacity": ["spot"]}
    assert says(tier_1_is_not_on_spot_alone, valid.team(spot)) == [
        "`serving.endpoints[0].resources.pool` is `l40s`, which is spot only: tier 1 needs on-demand capacity"
    ]
    assert says(tier_1_is_not_on_spot_alone, valid.team({**spot, f"{ENDPOINT}.tier": 2})) == []


def test_the_traffic_floor_is_above_what_one_failure_would_burn(valid, says):
    low = valid.team({f"{ENDPOINT}.slo": {"availability_percent": 99.95, "min_requests_per_hour": 138}})
    assert says(one_failure_alerts_nobody, low) == [
        "`serving.endpoints[0].slo.min_requests_per_hour` must be at least 139 for 99.95 %, "
        "or one failed request alerts, got 138"
    ]
    enough = valid.team({f"{ENDPOINT}.slo": {"availability_percent": 99.95, "min_requests_per_hour": 139}})
    assert says(one_failure_alerts_nobody, enough) == []


@pytest.mark.parametrize("folder", ["candidates", "checkpoints", "lineage", "mlflow", "scratch"])
def test_what_training_writes_is_not_served(valid, says, folder):
    team = valid.team({"serving.endpoints.0.model.path": f"{folder}/detector/2026-11-03"})
    assert says(what_serves_was_promoted, team) == [
        f"`serving.endpoints[0].model.path` must lie outside `{folder}`, which training writes to: promote the model, "
        "and name the copy"
    ]


@pytest.mark.parametrize("path", ["detector/latest", "2026/current"])
def test_a_model_is_named_by_its_version(valid, says, path):
    [message] = says(what_serves_was_promoted, valid.team({"serving.endpoints.0.model.path": path}))
    assert "must end in a version or digest, such as `2026-11-03`" in message


@pytest.mark.parametrize(
    "path", ["detector/2026-11-03", "detector/v2", "candidates-of-2025/v1", "a/sha256-0f9e"]
)
def test_a_promoted_model_is_served(valid, says, path):
    assert says(what_serves_was_promoted, valid.team({"serving.endpoints.0.model.path": path})) == []
