"""An endpoint in the cluster, as rendered or with a change, and what KServe makes of it."""

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from reference.vocabulary import INFERENCE_SERVICE_LABEL
from tests.live.cluster import Manifest
from tests.live.conftest import Deployed
from tests.live.jobs import messages, unscheduled


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

    def await_replicas(self, replicas: int) -> None:
        """Wait for a rollout. Fails with the scheduler's own words."""
        try:
            self.cluster.wait(f"{replicas} replicas of {self.name}", lambda: self.rolled_out(replicas))
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


@contextmanager
def changed(each: Served, change: Callable[[Manifest], object]) -> Iterator[None]:
    """A mutation: an endpoint with a change of its model's container, until it is as rendered again."""
    mutant = copy.deepcopy(each.service)
    change(mutant["spec"]["predictor"]["model"])
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
