"""An endpoint in the cluster, as rendered or with a change, and what KServe makes of it."""

import copy
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from reference.vocabulary import INFERENCE_SERVICE_LABEL
from tests.live.cluster import Manifest
from tests.live.conftest import Deployed
from tests.live.jobs import messages, unscheduled
from tests.live.nodes import ZONES

ZONE = "topology.kubernetes.io/zone"


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
            and status.get("observedGeneration") == found["metadata"]["generation"]
            and counts == {replicas}
        )

    def renew_nodes(self) -> None:
        """Put an empty node where a replica waits for its zone.

        So does Karpenter, which removes a node that is empty for long enough and makes another. Nodes here stay.
        """
        pods = self.pods()
        for pod in pods:
            if not pod["spec"].get("nodeName") and "topology spread" in str(messages(pod)):
                self._renew_node(pods, pod["metadata"]["labels"]["pod-template-hash"])

    def _renew_node(self, pods: list[Manifest], version: str) -> None:
        selector = ",".join(f"{key}={value}" for key, value in self.predictor["nodeSelector"].items())
        zones: dict[str, str] = {}
        for node in self.cluster.items("nodes", "-l", selector):
            zones[node["metadata"]["name"]] = node["metadata"]["labels"][ZONE]
        counts = dict.fromkeys(ZONES, 0)
        for pod in pods:
            if pod["metadata"]["labels"]["pod-template-hash"] == version and pod["spec"].get("nodeName"):
                counts[zones[pod["spec"]["nodeName"]]] += 1
        wanted = min(counts, key=lambda zone: counts[zone])
        empty = sorted(zones.keys() - {pod["spec"].get("nodeName") for pod in pods})
        for name in empty[:1]:
            self.cluster.kubectl("label", "node", name, f"{ZONE}={wanted}", "--overwrite")

    def await_replicas(self, replicas: int) -> None:
        """Wait for a rollout. Fails with the scheduler's own words."""

        def look() -> bool:
            self.renew_nodes()
            return self.rolled_out(replicas)

        try:
            self.cluster.wait(f"{replicas} replicas of {self.name}", look)
        except AssertionError as error:
            found = self.made("deployment")
            said = messages(found) if found else []
            raise AssertionError(f"{error}: {unscheduled(self.pods())} {said}") from None


def container(deployment: Manifest) -> Manifest:
    """The container that serves."""
    [found] = deployment["spec"]["template"]["spec"]["containers"]
    return dict(found)


def made(each: Served, kind: str) -> Manifest:
    """What KServe made. Fails where it made nothing."""
    found = each.made(kind)
    assert found, f"KServe made no {kind} {each.name}-predictor"
    return found


def named(manifests: list[Manifest], name: str) -> Manifest:
    """The manifest of a name."""
    [found] = [each for each in manifests if each["metadata"]["name"] == name]
    return found


def port_named(model: Manifest, name: str) -> Manifest:
    """A port of the model's container, to be changed."""
    [found] = [port for port in model["ports"] if port["name"] == name]
    return found


def changed(each: Served, change: Callable[[Manifest], object]) -> AbstractContextManager[None]:
    """A mutation: an endpoint with a change of its model's container, until it is as rendered again."""
    return with_predictor(each, lambda predictor: change(predictor["model"]))


@contextmanager
def with_predictor(each: Served, change: Callable[[Manifest], object]) -> Iterator[None]:
    """A mutation: an endpoint with a change of its pods, until it is as rendered again."""
    mutant = copy.deepcopy(each.service)
    change(mutant["spec"]["predictor"])
    before = made(each, "deployment")["metadata"]["generation"]
    each.cluster.apply([mutant])
    try:
        each.cluster.wait(
            "the mutant's version", lambda: made(each, "deployment")["metadata"]["generation"] > before
        )
        yield
    finally:
        each.cluster.apply([each.service])
        each.await_replicas(each.predictor["minReplicas"])


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
