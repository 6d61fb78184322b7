import json
from dataclasses import replace
from decimal import Decimal

import pytest

from components.monitoring.load import RequestsInFlight
from components.serving.endpoint import Endpoint, EndpointArgs
from components.serving.predictor import LOAD_SECONDS, ServerResources
from components.training.pool_nodes import node_taints
from reference.accelerators import device
from tests.components.serving.planned_endpoint import (
    ARGS,
    BUDGET,
    BY_CPU,
    CPU_ONLY,
    LANGUAGE,
    LOG,
    SCALER,
    SERVER,
    SERVICE,
    predictor,
)


def scaled_by(plan):
    return plan.one(SERVICE).inputs["metadata"]["annotations"]["serving.kserve.io/autoscalerClass"]


def test_an_endpoint_matches_its_golden_file(planned, golden):
    plan = planned()
    golden("components/endpoint.json", {r.type: r.inputs for r in plan.resources if r.custom})


def test_the_address_is_that_of_the_service_kserve_makes(plan_program):
    endpoints = []
    plan = plan_program(lambda: endpoints.append(Endpoint("detector", EndpointArgs(**ARGS))))
    (component,) = plan.of("paved:serving:Endpoint")
    assert component.outputs == {"url": "http://defect-detector-predictor.vision-prod.svc.cluster.local"}


def test_kserve_runs_it_without_knative_and_opens_no_way_into_the_cluster(planned):
    metadata = planned().one(SERVICE).inputs["metadata"]
    assert metadata["annotations"] == {
        "serving.kserve.io/deploymentMode": "Standard",
        "serving.kserve.io/autoscalerClass": "external",
    }
    assert metadata["labels"] == {
        "team": "vision",
        "cost-center": "CC-2040",
        "tier": "1",
        "networking.kserve.io/visibility": "cluster-local",
    }


@pytest.mark.parametrize(
    ("runtime", "model_format", "kserve_runtime"),
    [
        ("triton", "pytorch", "kserve-tritonserver"),
        ("mlserver", "lightgbm", "kserve-mlserver"),
        ("vllm", "huggingface", "kserve-huggingfaceserver"),
    ],
)
def test_the_runtime_is_named_and_not_left_to_kserve(planned, runtime, model_format, kserve_runtime):
    model = predictor(planned(runtime=runtime, model_format=model_format))["model"]
    assert (model["runtime"], model["modelFormat"]) == (kserve_runtime, {"name": model_format})
    assert model["protocolVersion"] == "v2"


@pytest.mark.parametrize(("runtime", "metrics"), [("triton", 8002), ("mlserver", 8082)])
def test_the_first_port_serves_and_prometheus_scrapes_the_second(planned, runtime, metrics):
    """KServe's Service sends port 80 to the first port it finds."""
    ports = predictor(planned(runtime=runtime))["model"]["ports"]
    assert [(port["name"], port["containerPort"]) for port in ports] == [("http", 8080), ("metrics", metrics)]


def test_other_servers_start_as_their_runtimes_say(planned):
    assert {"args", "env"} & set(predictor(planned())["model"]) == set()


def test_pods_fit_the_restricted_level_of_pod_security(planned):
    spec = predictor(planned())
    assert spec["securityContext"] == {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}
    assert spec["model"]["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "privileged": False,
        "runAsNonRoot": True,
    }


def test_pods_hold_no_token_of_the_kubernetes_api(planned):
    spec = predictor(planned())
    assert (spec["serviceAccountName"], spec["automountServiceAccountToken"]) == ("server", False)


def test_limits_equal_requests_as_the_runtimes_own_are_smaller(planned):
    resources = predictor(planned())["model"]["resources"]
    # Of disk 32, 45 of an L40S, 10. Without a request the scheduler would count none.
    wanted = {"cpu": "4", "memory": "32Gi", "nvidia.com/gpu": "1", "ephemeral-storage": "87Gi"}
    assert resources == {"requests": wanted, "limits": wanted}


@pytest.mark.parametrize(
    ("gpus", "accelerator", "gib"), [(0, None, 42), (2, "l40s", 132), (1, "nobody-knows", 42)]
)
def test_a_server_may_fill_as_much_disk_as_it_can_load(gpus, accelerator, gib):
    assert replace(SERVER, gpus=gpus, accelerator=accelerator).disk_gib == gib


def test_a_server_with_gpus_runs_on_the_pool_of_the_team(planned):
    spec = predictor(planned())
    assert spec["nodeSelector"] == {
        "paved.dev/stack": "vision-prod",
        "paved.dev/pool": "l40s",
        "paved.dev/accelerator": "l40s",
    }
    for taint in node_taints("vision-prod", device("l40s"), "l40s"):
        assert any(
            toleration["key"] == taint["key"]
            and toleration["effect"] == taint["effect"]
            and (toleration["operator"] == "Exists" or toleration["value"] == taint["value"])
            for toleration in spec["tolerations"]
        )


def test_a_server_without_gpus_asks_for_none_and_runs_on_general_nodes(planned):
    spec = predictor(planned(resources=CPU_ONLY))
    assert spec["nodeSelector"] == {"paved.dev/pool": "general"}
    assert "tolerations" not in spec
    assert "nvidia.com/gpu" not in json.dumps(spec)


@pytest.mark.parametrize("missing", ["pool", "accelerator"])
def test_gpus_without_a_pool_are_refused(planned, missing):
    with pytest.raises(ValueError, match="has 1 GPUs and no pool"):
        planned(resources=replace(SERVER, **{missing: None}))


def test_a_tier_1_endpoint_waits_for_a_second_zone_rather_than_share_one(planned):
    (spread,) = predictor(planned())["topologySpreadConstraints"]
    assert spread["topologyKey"] == "topology.kubernetes.io/zone"
    assert spread["labelSelector"] == {
        "matchLabels": {"serving.kserve.io/inferenceservice": "defect-detector"}
    }
    assert (spread["maxSkew"], spread["whenUnsatisfiable"], spread["minDomains"]) == (1, "DoNotSchedule", 2)


def test_spread_counts_the_nodes_it_may_use_and_each_version_on_its_own(planned):
    (spread,) = predictor(planned())["topologySpreadConstraints"]
    assert (spread["nodeTaintsPolicy"], spread["matchLabelKeys"]) == ("Honor", ["pod-template-hash"])


@pytest.mark.parametrize("tier", [2, 3])
def test_other_tiers_prefer_several_zones_and_start_in_one(planned, tier):
    (spread,) = predictor(planned(tier=tier))["topologySpreadConstraints"]
    assert spread["whenUnsatisfiable"] == "ScheduleAnyway"
    assert "minDomains" not in spread  # the API refuses it here


def test_without_gpus_kserve_scales_it_by_cpu_between_its_bounds(planned):
    plan = planned(resources=CPU_ONLY, signal=BY_CPU)
    bounds = {
        key: predictor(plan)[key] for key in ("minReplicas", "maxReplicas", "scaleMetric", "scaleTarget")
    }
    assert bounds == {"minReplicas": 3, "maxReplicas": 8, "scaleMetric": "cpu", "scaleTarget": 60}
    assert scaled_by(plan) == "hpa"
    assert not plan.of(SCALER)


def test_on_gpus_keda_scales_it_by_requests_in_flight(planned):
    plan = planned()
    spec = plan.one(SCALER).inputs["spec"]
    assert spec["scaleTargetRef"] == {"name": "defect-detector-predictor"}
    assert (spec["minReplicaCount"], spec["maxReplicaCount"]) == (3, 8)
    assert spec["triggers"] == [
        {
            "type": "prometheus",
            "metricType": "AverageValue",
            "metadata": {
                "serverAddress": "http://prometheus:9090",
                "query": ARGS["signal"].query("vision-prod", "defect-detector"),
                "threshold": "4",
                "ignoreNullValues": "false",
            },
        }
    ]


def test_kserve_lets_another_scale_what_has_requests_for_its_signal(planned):
    """With its HPA beside it KEDA refuses the ScaledObject, and of a target of CPU two would scale."""
    plan = planned()
    assert scaled_by(plan) == "external"
    assert {"scaleMetric", "scaleTarget"} & set(predictor(plan)) == set()
    assert plan.one(SERVICE).urn in plan.one(SCALER).depends_on


def test_one_number_of_replicas_on_gpus_is_kept_by_kserve_alone(planned):
    plan = planned(min_replicas=3, max_replicas=3)
    assert scaled_by(plan) == "none"
    assert not plan.of(SCALER)


def test_a_rollout_never_has_fewer_replicas_than_before(planned):
    assert predictor(planned())["deploymentStrategy"] == {
        "type": "RollingUpdate",
        "rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1},
    }


def test_a_stopping_pod_outlasts_the_clients_that_still_know_it(planned):
    spec = predictor(planned())
    assert spec["model"]["lifecycle"]["preStop"]["sleep"]["seconds"] < spec["terminationGracePeriodSeconds"]


def test_a_server_is_ready_with_its_model_and_restarts_only_when_it_hangs(planned):
    model = predictor(planned())["model"]
    probed = {name: model[name]["httpGet"] for name in ("startupProbe", "readinessProbe", "livenessProbe")}
    assert probed == {
        "startupProbe": {"path": "/v2/health/ready", "port": 8080},
        "readinessProbe": {"path": "/v2/health/ready", "port": 8080},
        "livenessProbe": {"path": "/v2/health/live", "port": 8080},
    }
    startup = model["startupProbe"]
    assert startup["periodSeconds"] * startup["failureThreshold"] == LOAD_SECONDS


@pytest.mark.parametrize("replicas", [1, 2, 10])
def test_a_drain_takes_one_pod_at_a_time_and_is_never_blocked(planned, replicas):
    budget = planned(min_replicas=replicas).one(BUDGET).inputs["spec"]
    assert budget == {
        "maxUnavailable": 1,
        "unhealthyPodEvictionPolicy": "AlwaysAllow",
        "selector": {"matchLabels": {"serving.kserve.io/inferenceservice": "defect-detector"}},
    }


def test_nothing_waits_for_a_model_that_can_only_be_uploaded_afterwards(planned):
    """`pulumi.com/waitFor` would make the first deployment of every endpoint fail."""
    assert "pulumi.com" not in json.dumps(planned().one(SERVICE).inputs)


CHANGES = {
    "stack": "vision-dev",
    "namespace": "other",
    "name": "other",
    "tier": 2,
    "runtime": "mlserver",
    "model_format": "tensorrt",
    "model_uri": "s3://other",
    "resources": replace(SERVER, cpu=5),
    "min_replicas": 4,
    "max_replicas": 9,
    "signal": RequestsInFlight(runtime="triton", per_replica=5),
    "prometheus_url": "http://other:9090",
    "monitoring_namespace": "other",
    "service_account": "other",
    "labels": {"team": "other"},
    "request_log": LOG,
    "trace_percent": Decimal(10),
}


@pytest.mark.parametrize("field", CHANGES)
def test_every_argument_changes_an_object(planned, field):
    def objects(plan):
        return [resource.inputs for resource in plan.resources if resource.custom]

    of = LANGUAGE if field == "monitoring_namespace" else {}
    assert objects(planned(**{**of, field: CHANGES[field]})) != objects(planned(**of))


def test_no_argument_is_left_untried():
    assert set(CHANGES) == set(ARGS) == set(EndpointArgs.__dataclass_fields__)


@pytest.mark.parametrize(
    ("field", "value"),
    [("cpu", 5), ("memory_gib", 33), ("gpus", 2), ("accelerator", "l4"), ("pool", "other")],
)
def test_every_resource_changes_the_predictor(planned, field, value):
    changed = planned(resources=replace(SERVER, **{field: value}))
    assert predictor(changed) != predictor(planned())


def test_no_resource_is_left_untried():
    assert {"cpu", "memory_gib", "gpus", "accelerator", "pool"} == set(ServerResources.__dataclass_fields__)
