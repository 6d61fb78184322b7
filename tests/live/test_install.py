import json
import subprocess
from pathlib import Path

import pytest

from reference.releases import releases as rows
from tests.live import install as installer
from tests.live.install import (
    OPERATORS,
    account,
    additions,
    command,
    definitions,
    hurried,
    install,
    manager_configuration,
    planned,
    releases,
)


def test_operators_are_those_of_the_release_matrix():
    charts = rows()[-1].charts
    assert {name: release["version"] for name, release in releases().items()} == {
        name: charts[name] for name in OPERATORS
    }


def test_a_chart_comes_from_where_the_plan_takes_it():
    for release in releases().values():
        told = command(release, Path("values.yaml"))
        assert told[told.index("--version") + 1] == release["version"]
        assert ("--repo" in told) == (not release["chart"].startswith("oci://"))


def test_images_are_pulled_from_where_they_are_published():
    """The plan's own names are those of an account that a cluster on a laptop has no way into."""
    told = json.dumps([releases(), additions()], default=str)
    assert f"{account()}.dkr." in json.dumps([dict(each.inputs) for each in planned().resources], default=str)
    assert f"{account()}.dkr." not in told
    assert "registry.k8s.io/kueue/kueue" in told


def test_the_container_that_loads_models_is_the_plans():
    [loader] = [each for each in additions() if each["kind"] == "ClusterStorageContainer"]
    assert loader["spec"]["container"]["image"].startswith("docker.io/kserve/storage-initializer:")


def test_a_hurried_queue_differs_in_seconds_alone():
    planned = releases()["kueue"]
    differs = manager_configuration(hurried(planned))
    assert differs["waitForPodsReady"]["timeout"] == "5s"
    differs["waitForPodsReady"] = manager_configuration(planned)["waitForPodsReady"]
    assert differs == manager_configuration(planned)


@pytest.fixture
def ran(monkeypatch):
    """The commands that would run, with their input; Helm renders one definition and one other object."""
    commands = []
    definition = "---\n# Source: c/crds/a.yaml\nkind: CustomResourceDefinition\n"
    rendered = f"{definition}---\n# Source: c/templates/b.yaml\nkind: Pod\n"
    real = subprocess.run

    def run(told, **options):
        if told[0] == "awk":
            return real(told, **options)
        commands.append((told, options.get("input")))
        return subprocess.CompletedProcess(told, 0, stdout=rendered)

    monkeypatch.setattr(installer.subprocess, "run", run)
    return commands


def test_helm_leaves_definitions_to_the_plan():
    for release in releases().values():
        assert "--skip-crds" in command(release, Path("values.yaml"))


def test_definitions_are_those_that_the_plan_makes_of_the_same_charts():
    found = definitions()
    assert {*found} == {"kuberay-operator", "kubeflow-trainer"}
    for name, chart in found.items():
        release = releases()[name]
        assert [chart[key] for key in ("chart", "version")] == [release[key] for key in ("chart", "version")]


def test_definitions_alone_are_applied_before_the_release(ran):
    ray = {"kuberay-operator": releases()["kuberay-operator"]}
    install(ray, definitions())
    (template, _), (apply, text), (upgrade, _) = ran
    assert template[:2] == ["helm", "template"] and "--include-crds" in template
    assert apply[:3] == ["kubectl", "apply", "--server-side"] and "--force-conflicts" in apply
    assert "CustomResourceDefinition" in text and "Pod" not in text
    assert upgrade[:2] == ["helm", "upgrade"]


def test_controllers_are_patched_and_guarded_as_in_the_plan(ran):
    found = additions()
    wanted = {"jobset-controller", "kserve-controller-manager", "kubeflow-trainer-controller-manager"}
    for kind in ("Deployment", "PodDisruptionBudget"):
        assert {each["metadata"]["name"] for each in found if each["kind"] == kind} == wanted
    installer.apply_additions(found)
    waited = [told[3] for told, _ in ran if told[1] == "rollout"]
    assert {*waited} == {f"deployment/{name}" for name in wanted}
    applied = [json.loads(text) for told, text in ran if told[1] == "apply"]
    assert applied == found
