"""Endpoints go through the real KServe to what the objects beside them select; a rollout at the maximum finds room."""

import copy
import json
from collections.abc import Iterator

import pytest

from reference.vocabulary import EPHEMERAL_STORAGE, GPU_RESOURCE, INFERENCE_SERVICE_LABEL
from tests.live.cluster import Manifest
from tests.live.conftest import PRODUCTION, Deployed
from tests.live.jobs import messages, unscheduled
from tests.live.ready import controllers

pytestmark = PRODUCTION
AUTOSCALER_CLASS = "serving.kserve.io/autoscalerClass"


class Served:
    """An endpoint of a team in the cluster, and the manifests that are rendered beside it."""

    def __init__(self, deployed: Deployed, service: Manifest):
        self.cluster, self.service = deployed.cluster, service
        self.name, self.namespace = service["metadata"]["name"], service["metadata"]["namespace"]
        self.predictor = service["spec"]["predictor"]
        self._team = deployed.teams[self.namespace]

    def beside(self, kind: str) -> Manifest:
        """The manifest of a kind that has the endpoint's name."""
        [found] = [each for each in self._team.of(kind) if each["metadata"]["name"] == self.name]
        return found

    def scaled_objects(self) -> list[Manifest]:
        """The manifests by which KEDA scales the endpoint: one on GPUs, none elsewhere."""
        return [each for each in self._team.of("ScaledObject") if each["metadata"]["name"] == self.name]

    def of(self, kind: str) -> list[Manifest]:
        """The team's manifests of a kind."""
        return self._team.of(kind)

    def made(self, kind: str) -> Manifest | None:
        """The object that KServe makes for the endpoint's pods."""
        found: Manifest | None = self.cluster.read(kind, f"{self.name}-predictor", "-n", self.namespace)
        return found

    def pods(self) -> list[Manifest]:
        """The endpoint's pods."""
        return self.cluster.items(
            "pods", "-n", self.namespace, "-l", f"{INFERENCE_SERVICE_LABEL}={self.name}"
        )

    def rolled_out(self, replicas: int) -> bool:
        """Whether so many replicas of the newest version are available, and no other is left."""
        found = self.made("deployment")
        status = (found or {}).get("status", {})
        counts = {status.get(each) for each in ("replicas", "updatedReplicas", "availableReplicas")}
        return (
            bool(found)
            and status["observedGeneration"] == found["metadata"]["generation"]
            and counts == {replicas}
        )

    def await_replicas(self, replicas: int) -> None:
        """Wait for a rollout. Fails with the scheduler's own words."""
        try:
            self.cluster.wait(f"{replicas} replicas of {self.name}", lambda: self.rolled_out(replicas))
        except AssertionError as error:
            found = self.made("deployment")
            said = messages(found) if found else []
            raise AssertionError(f"{error}: {unscheduled(self.pods())} {said}") from None


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


def container(deployment: Manifest) -> Manifest:
    """The container that serves."""
    [found] = deployment["spec"]["template"]["spec"]["containers"]
    return dict(found)


def made(each: Served, kind: str) -> Manifest:
    """What KServe made. Fails where it made nothing."""
    found = each.made(kind)
    assert found, f"KServe made no {kind} {each.name}-predictor"
    return found


def test_its_service_sends_callers_to_the_port_that_they_are_let_in_on(served: list[Served]):
    for each in served:
        declared = {
            port["name"]: port["containerPort"] for port in container(made(each, "deployment"))["ports"]
        }
        [port] = [port for port in made(each, "service")["spec"]["ports"] if port["port"] == 80]
        target = declared.get(str(port["targetPort"]), port["targetPort"])
        [policy] = [
            one for one in each.of("NetworkPolicy") if one["metadata"]["name"] == "allow-from-callers"
        ]
        [rule] = policy["spec"]["ingress"]
        assert [allowed["port"] for allowed in rule["ports"]] == [target]


def test_its_metrics_are_scraped_where_they_are_served_and_let_in(served: list[Served]):
    for each in served:
        monitor = each.beside("PodMonitor")
        labels = made(each, "deployment")["spec"]["template"]["metadata"]["labels"]
        assert monitor["spec"]["selector"]["matchLabels"].items() <= labels.items()
        [scraped] = monitor["spec"]["podMetricsEndpoints"]
        declared = [port["containerPort"] for port in container(made(each, "deployment"))["ports"]]
        assert scraped["portNumber"] in declared
        [policy] = [
            one for one in each.of("NetworkPolicy") if one["metadata"]["name"] == "allow-from-monitoring"
        ]
        assert scraped["portNumber"] in [port["port"] for port in policy["spec"]["ingress"][0]["ports"]]


def test_its_objectives_are_computed_of_the_job_that_is_scraped(served: list[Served]):
    for each in served:
        monitor = each.beside("PodMonitor")["metadata"]
        job = f'job="{monitor["namespace"]}/{monitor["name"]}"'
        text = json.dumps(each.beside("PrometheusRule")).replace('\\"', '"')
        assert job in text
        assert text.count('job="') == text.count(job)


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


def test_the_scheduler_counts_the_disk_that_it_may_fill(served: list[Served]):
    for each in served:
        for pod in each.pods():
            resources = pod["spec"]["containers"][0]["resources"]
            assert resources["requests"][EPHEMERAL_STORAGE] == resources["limits"][EPHEMERAL_STORAGE] != "0"


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


def exceeded(each: Served) -> bool:
    """Whether no new replica can be made for want of quota."""
    return any("exceeded quota" in message for message in messages(made(each, "deployment")))


def bring_another_model(each: Served, replicas: int) -> None:
    """Scale an endpoint, as its autoscaler would, and then change its model."""
    scale = ("scale", "deployment", f"{each.name}-predictor", "-n", each.namespace, f"--replicas={replicas}")
    each.cluster.kubectl(*scale)
    each.await_replicas(replicas)
    before = made(each, "deployment")["metadata"]["generation"]
    model = {"storageUri": f"{each.predictor['model']['storageUri']}{before}/"}
    patched = json.dumps({"spec": {"predictor": {"model": model}}})
    named = (each.name, "-n", each.namespace)
    each.cluster.kubectl("patch", "inferenceservice", *named, "--type=merge", "-p", patched)
    each.cluster.wait("the new version", lambda: made(each, "deployment")["metadata"]["generation"] > before)


def roll_out(each: Served, replicas: int) -> None:
    """Bring another model to so many replicas."""
    bring_another_model(each, replicas)
    each.await_replicas(replicas)
