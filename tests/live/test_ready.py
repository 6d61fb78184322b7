"""A cluster that is not fit for the tests is named as such. The clusters here only answer; none is needed."""

import json
import subprocess
from typing import Any

import pytest

from reference.releases import releases
from reference.vocabulary import STACK_LABEL
from tests.live.cluster import RUN_LABEL, Cluster, Manifest
from tests.live.ready import DEFINITIONS, controllers, lacking, without_definitions

FIT = releases()[-1].kubernetes
KWOK = {"kwok.x-k8s.io/node": "fake"}


class Answering(Cluster):
    """A cluster of a version, or None for none, that has these objects."""

    def __init__(self, version: str | None, **objects: list[Manifest]):
        super().__init__(run="0")
        self._version, self._objects = version, objects

    def kubectl(self, *arguments: str, data: object = None) -> subprocess.CompletedProcess[str]:
        if arguments[0] == "version":
            return self._versions()
        kind = arguments[1].partition(".")[0]
        found = {"items": self._objects.get(kind, [])}
        if "-l" in arguments:
            found["items"] = [each for each in found["items"] if matches(each, arguments)]
        return subprocess.CompletedProcess(arguments, 0, json.dumps(found), "")

    def _versions(self) -> subprocess.CompletedProcess[str]:
        if self._version is None:
            return subprocess.CompletedProcess([], 1, "", "dial tcp 127.0.0.1:1: connection refused\n")
        major, minor = self._version.split(".")
        told = {"serverVersion": {"major": major, "minor": f"{minor}+"}}
        return subprocess.CompletedProcess([], 0, json.dumps(told), "")


def matches(thing: Manifest, arguments: tuple[str, ...]) -> bool:
    """Whether an object has the labels of a selector of `key` and `!key`."""
    labels = thing["metadata"].get("labels", {})
    selector = arguments[arguments.index("-l") + 1].split(",")
    return all((part.lstrip("!") in labels) != part.startswith("!") for part in selector)


def definitions(**served: str) -> list[Manifest]:
    """Kueue's definitions, some in other versions; those of version "" are not there."""
    versions = {**DEFINITIONS, **{f"{name}.kueue.x-k8s.io": version for name, version in served.items()}}
    found: list[Manifest] = []
    for name, version in versions.items():
        if version:
            spec = {"versions": [{"name": version, "served": True}, {"name": "v1beta2", "served": False}]}
            found.append({"metadata": {"name": name}, "spec": spec})
    return found


def thing(name: str, **metadata: dict[str, str]) -> Manifest:
    """An object by its name, with labels or annotations."""
    return {"metadata": {"name": name, **metadata}, "spec": {}}


def fit(**objects: list[Manifest]) -> Answering:
    """A cluster that is fit for the tests but for these objects."""
    return Answering(FIT, **{"customresourcedefinitions": definitions(), **objects})


def test_a_cluster_of_the_tests_own_lacks_nothing():
    played = thing("node-1", annotations=KWOK)
    kind: dict[str, Any] = {"metadata": {"name": "control-plane"}, "spec": {"providerID": "kind://docker/a"}}
    assert lacking(fit(nodes=[played, kind], namespaces=[thing("default")])) is None


def test_a_cluster_that_is_not_there_is_told_in_the_words_of_kubectl():
    assert lacking(Answering(None)) == "there is no cluster: dial tcp 127.0.0.1:1: connection refused"


def test_another_version_is_told_with_those_that_releases_run_on():
    assert lacking(Answering("1.31")) == f"the cluster is Kubernetes 1.31, and Paved's releases run on {FIT}"


@pytest.mark.parametrize("version", ["", "v1beta1"])
def test_half_of_the_definitions_are_told_by_name(version: str):
    some = definitions(topologies=version, cohorts=version)
    assert without_definitions(fit(customresourcedefinitions=some)) == (
        "the cluster lacks definitions of Kueue: cohorts.kueue.x-k8s.io, topologies.kueue.x-k8s.io, version v1beta2"
    )


def test_a_cluster_in_which_pods_would_run_is_refused():
    real = thing("ip-10-0-1-7.ec2.internal")
    assert "of which these are not kwok's or kind's: ip-10-0-1-7.ec2.internal" in str(
        lacking(fit(nodes=[real]))
    )


def test_a_cluster_with_teams_is_refused():
    team = thing("vision-prod", labels={STACK_LABEL: "vision-prod"})
    assert lacking(fit(namespaces=[team])) == "the cluster has teams: vision-prod"


def test_what_an_earlier_run_left_behind_is_told_with_its_label():
    left = thing("vision-prod", labels={STACK_LABEL: "vision-prod", RUN_LABEL: "1"})
    told = lacking(fit(namespaces=[left]))
    assert told == (
        f"an earlier run left namespaces behind: vision-prod. Delete what has the label {RUN_LABEL}"
    )


def test_a_controller_is_known_by_its_webhook_or_its_lease():
    hooks = [
        {"metadata": {"name": "jobset"}, "webhooks": [{"rules": [{"resources": ["jobsets"]}]}]},
        {
            "metadata": {"name": "kueue"},
            "webhooks": [{"rules": [{"resources": ["clustertrainingruntimes"]}]}],
        },
    ]
    found = fit(validatingwebhookconfigurations=hooks, leases=[thing("ray-operator-leader")])
    assert controllers(found) == {"jobset", "ray"}
