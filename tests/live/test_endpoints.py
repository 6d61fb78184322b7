"""Endpoints go through the real KServe to what the objects beside them select; a rollout at the maximum finds room."""

import copy
import json
import re
from collections.abc import Iterator

import pytest

from components.charts import PROMETHEUS_BLACKBOX_EXPORTER
from reference.vocabulary import EPHEMERAL_STORAGE, GPU_RESOURCE, INFERENCE_SERVICE_LABEL
from tests.live.cluster import Manifest
from tests.live.conftest import PRODUCTION, Deployed
from tests.live.jobs import unscheduled
from tests.live.ready import controllers
from tests.live.serving import (
    Served,
    bring_another_model,
    changed,
    container,
    exceeded,
    made,
    named,
    port_named,
    roll_out,
)

pytestmark = PRODUCTION
AUTOSCALER_CLASS = "serving.kserve.io/autoscalerClass"


@pytest.fixture(scope="module")
def served(deployment: Deployed) -> Iterator[list[Served]]:
    """Every endpoint of a platform's teams at its least replicas. Skips where the cluster has no KServe."""
    if "kserve" not in controllers(deployment.cluster):
        pytest.skip("the cluster does not run kserve")
    if "keda" not in controllers(deployment.cluster):
        pytest.skip("the cluster does not run keda, which scales endpoints on GPUs")
    found: list[Served] = []
    for team in deployment.teams.values():
        found += [Served(deployment, each) for each in team.of("InferenceService")]
    assert found
    for each in found:
        each.cluster.apply([each.beside("PodDisruptionBudget"), each.service, *each.scaled_objects()])
        each.await_replicas(each.predictor["minReplicas"])
    yield found
    for each in found:
        for scaled in each.scaled_objects():
            each.cluster.delete("scaledobjects.keda.sh", scaled["metadata"]["name"], "-n", each.namespace)
        each.cluster.delete("inferenceservice", each.name, "-n", each.namespace)
        each.cluster.wait(f"pods of {each.name} to be gone", lambda each=each: not each.pods())


def callers_come_in(policy: Manifest, service: Manifest, deployment: Manifest) -> bool:
    """Whether a Service sends callers to the one port of its pods that a NetworkPolicy lets them in on."""
    declared = {port["name"]: port["containerPort"] for port in container(deployment)["ports"]}
    [port] = [port for port in service["spec"]["ports"] if port["port"] == 80]
    target = declared.get(str(port["targetPort"]), port["targetPort"])
    [rule] = policy["spec"]["ingress"]
    return [allowed["port"] for allowed in rule["ports"]] == [target]


def is_scraped(monitor: Manifest, policy: Manifest, deployment: Manifest) -> bool:
    """Whether a PodMonitor selects pods, by a port that they declare and that a NetworkPolicy lets Prometheus in on."""
    labels = deployment["spec"]["template"]["metadata"]["labels"]
    [scraped] = monitor["spec"]["podMetricsEndpoints"]
    declared = [port["containerPort"] for port in container(deployment)["ports"]]
    allowed = [port["port"] for port in policy["spec"]["ingress"][0]["ports"]]
    return (
        monitor["spec"]["selector"]["matchLabels"].items() <= labels.items()
        and scraped["portNumber"] in declared
        and scraped["portNumber"] in allowed
    )


def is_computed_of(rules: Manifest, monitor: Manifest) -> bool:
    """Whether every series that rules name a job of is scraped by a PodMonitor, or by the Probe of the same name."""
    jobs = set(re.findall(r'job="([^"]*)"', json.dumps(rules).replace('\\"', '"')))
    scraped = f"{monitor['metadata']['namespace']}/{monitor['metadata']['name']}"
    return scraped in jobs <= {scraped, f"probe/{scraped}", PROMETHEUS_BLACKBOX_EXPORTER.name}


def test_its_service_sends_callers_to_the_port_that_they_are_let_in_on(served: list[Served]):
    for each in served:
        policy = named(each.of("NetworkPolicy"), "allow-from-callers")
        assert callers_come_in(policy, made(each, "service"), made(each, "deployment"))


def test_the_prober_asks_the_port_that_it_is_let_in_on(served: list[Served]):
    probed = [
        each for each in served if each.name in {probe["metadata"]["name"] for probe in each.of("Probe")}
    ]
    assert probed
    for each in probed:
        policy = named(each.of("NetworkPolicy"), "allow-from-prober")
        assert callers_come_in(policy, made(each, "service"), made(each, "deployment"))


def test_an_endpoint_that_serves_elsewhere_is_not_reached(served: list[Served]):
    """The mutation that would turn the claim above red."""
    [each, *_] = served
    policy = named(each.of("NetworkPolicy"), "allow-from-callers")

    def reached() -> bool:
        return callers_come_in(policy, made(each, "service"), made(each, "deployment"))

    with changed(each, lambda model: port_named(model, "http").update(containerPort=8081)):
        each.cluster.wait("the Service to send callers elsewhere", lambda: not reached())
    each.cluster.wait("the Service to send callers where they are let in", reached)


def test_its_metrics_are_scraped_where_they_are_served_and_let_in(served: list[Served]):
    for each in served:
        policy = named(each.of("NetworkPolicy"), "allow-from-monitoring")
        assert is_scraped(each.beside("PodMonitor"), policy, made(each, "deployment"))


def test_metrics_that_are_served_elsewhere_are_not_scraped(served: list[Served]):
    """The mutation that would turn the claim above red."""
    [each, *_] = served
    policy = named(each.of("NetworkPolicy"), "allow-from-monitoring")
    with changed(each, lambda model: port_named(model, "metrics").update(containerPort=9000)):
        assert not is_scraped(each.beside("PodMonitor"), policy, made(each, "deployment"))


def test_its_objectives_are_computed_of_the_job_that_is_scraped(served: list[Served]):
    for each in served:
        assert is_computed_of(each.beside("PrometheusRule"), each.beside("PodMonitor"))


def test_objectives_of_a_monitor_by_another_name_are_computed_of_nothing(served: list[Served]):
    """The mutation that would turn the claim above red."""
    for each in served:
        monitor = copy.deepcopy(each.beside("PodMonitor"))
        monitor["metadata"]["name"] = f"{each.name}-predictor"
        assert not is_computed_of(each.beside("PrometheusRule"), monitor)


def test_who_scales_it_is_whom_the_endpoint_names(served: list[Served]):
    for each in served:
        scaler, limits = made_scaler(each), (each.predictor["minReplicas"], each.predictor["maxReplicas"])
        match each.service["metadata"]["annotations"][AUTOSCALER_CLASS]:
            case "hpa":
                assert scaler
                spec = scaler["spec"]
                assert (spec["minReplicas"], spec["maxReplicas"]) == limits
                assert (
                    spec["metrics"][0]["resource"]["target"]["averageUtilization"]
                    == each.predictor["scaleTarget"]
                )
            case "external":
                spec = each.beside("ScaledObject")["spec"]
                assert (spec["minReplicaCount"], spec["maxReplicaCount"]) == limits
                assert made(each, "deployment")["metadata"]["name"] == spec["scaleTargetRef"]["name"]
                assert scaler is None
            case other:
                assert (other, limits[0]) == ("none", limits[1])


def made_scaler(each: Served) -> Manifest | None:
    """The autoscaler that KServe made."""
    return each.made("horizontalpodautoscaler")


def test_its_disruption_budget_counts_its_pods(served: list[Served]):
    for each in served:
        count = each.predictor["minReplicas"]
        each.cluster.wait(
            "the budget to count its pods", lambda each=each, count=count: counted(each) == (count, 1)
        )


def counted(each: Served) -> tuple[int, int]:
    """The pods that the budget has found, and how many of them may be drained at once."""
    status = each.cluster.read("poddisruptionbudget", each.name, "-n", each.namespace).get("status", {})
    return status.get("expectedPods", 0), status.get("disruptionsAllowed", 0)


def test_a_budget_of_another_label_counts_nothing(served: list[Served]):
    """The mutation that would turn the claim above red."""
    [each, *_] = served
    other = copy.deepcopy(each.beside("PodDisruptionBudget"))
    other["spec"]["selector"]["matchLabels"] = {INFERENCE_SERVICE_LABEL: f"{each.name}-predictor"}
    try:
        each.cluster.apply([other])
        each.cluster.wait("the budget to count nothing", lambda: counted(each) == (0, 0))
    finally:
        each.cluster.apply([each.beside("PodDisruptionBudget")])


def requests_its_disk(pod: Manifest) -> bool:
    """Whether a pod requests all of the disk that it may fill."""
    [served, *_] = pod["spec"]["containers"]
    resources = served["resources"]
    return bool(resources["requests"][EPHEMERAL_STORAGE] == resources["limits"][EPHEMERAL_STORAGE] != "0")


def test_the_scheduler_counts_the_disk_that_it_may_fill(served: list[Served]):
    for each in served:
        assert all(requests_its_disk(pod) for pod in each.pods())


def test_a_replica_that_requests_no_disk_is_found(served: list[Served]):
    """The mutation that would turn the claim above red."""
    [each, *_] = served
    with changed(each, lambda model: model["resources"]["requests"].update({EPHEMERAL_STORAGE: "0"})):
        each.cluster.wait("a pod of the mutant", lambda: not all(map(requests_its_disk, each.pods())))


def test_a_replica_of_more_disk_than_a_node_has_waits(served: list[Served]):
    """The scheduler, and not the endpoint alone, counts: the rendered replica has a node, this one has none."""
    [each, *_] = served

    def ask(model: Manifest) -> None:
        for amounts in model["resources"].values():
            amounts[EPHEMERAL_STORAGE] = "100Ti"

    with changed(each, ask):
        each.cluster.wait("it to wait for disk", lambda: lacks_disk(each))


def lacks_disk(each: Served) -> bool:
    """Whether the scheduler keeps a replica for want of disk."""
    said = str(unscheduled(each.pods()))
    return "Insufficient ephemeral-storage" in said


def test_a_rollout_at_the_maximum_finds_room(served: list[Served]):
    for each in served:
        roll_out(each, each.predictor["maxReplicas"])


def test_a_rollout_past_the_quota_finds_none(served: list[Served]):
    """The mutation that would turn the claim above red: quota of as many GPUs as serve, and none for a new replica."""
    [each, *_] = [one for one in served if GPU_RESOURCE in one.predictor["model"]["resources"]["limits"]]
    [quota] = copy.deepcopy(each.of("ResourceQuota"))
    most = each.predictor["maxReplicas"]
    quota["spec"]["hard"][f"requests.{GPU_RESOURCE}"] = str(most)
    try:
        each.cluster.apply([quota])
        bring_another_model(each, most)
        each.cluster.wait("its quota to be exceeded", lambda: exceeded(each))
    finally:
        each.cluster.apply(each.of("ResourceQuota"))
