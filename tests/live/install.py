"""Install the operators as `platform-prod` plans them: `python -m tests.live.install`.

Images come from where they are published: the account's registry, by which the plan names them, is not there. The
definitions of a chart's `crds` folder are applied on the server's side before its release, which leaves them out,
and the plan's patches and budgets of its controllers after it, as Pulumi does.

With `--hurried` Kueue alone, which gives up in seconds on a job whose nodes do not come.
"""

import copy
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from paved.plan.model import Plan
from paved.plan.planner import Planner
from reference.registries import upstream_name
from reference.vocabulary import DEFINITIONS_ALONE, HELM_CHART, HELM_RELEASE, STORAGE_CONTAINER
from tests.conftest import AS_OF, STACKS

PLATFORM = "platform-prod"
OPERATORS = (
    # Definitions of monitors, which most charts bring; certificates of KServe's webhooks.
    "prometheus-operator-crds",
    "cert-manager",
    # Before the others: its webhooks are to see their jobs.
    "kueue",
    "kubeflow-trainer",
    "kuberay-operator",
    "kserve-crd",
    "kserve-resources",
    "kserve-runtime-configs",
    "keda",
)
"""The charts to install, in this order."""
NOBODY = {"AWS_ACCESS_KEY_ID": "nobody", "AWS_SECRET_ACCESS_KEY": "nobody"}
"""The environment of an operator that asks a stand-in for AWS, which takes anybody."""


FIELD_MANAGER = "paved"
PATCH = "kubernetes:apps/v1:DeploymentPatch"
BUDGET = "kubernetes:policy/v1:PodDisruptionBudget"


@cache
def planned() -> Plan:
    """The plan of the platform."""
    return Planner.of_folder(STACKS, as_of=AS_OF).plan(PLATFORM)


def releases() -> dict[str, Mapping[str, Any]]:
    """The inputs of the operators' releases, by their names."""
    by_name = {each.inputs["name"]: dict(each.inputs) for each in planned().of(HELM_RELEASE)}
    environment = [{"name": name, "value": value} for name, value in NOBODY.items()]
    by_name["keda"]["values"] = {**by_name["keda"]["values"], "env": environment}
    return {name: published(by_name[name]) for name in OPERATORS}


def published(value: Any) -> Any:
    """A value of the plan in which images and registries have the names that they are published by."""
    if isinstance(value, Mapping):
        return {key: published(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [published(item) for item in value]
    return upstream_name(value, account()) if isinstance(value, str) else value


@cache
def account() -> str:
    """The account of the platform."""
    return str(Planner.of_folder(STACKS, as_of=AS_OF).config(PLATFORM).stack.account.id)


def definitions() -> dict[str, Mapping[str, Any]]:
    """The inputs of the charts whose definitions the plan makes itself, by the name of their release."""
    by_name = {each.inputs["name"]: each.inputs for each in planned().of(HELM_CHART)}
    return {name: by_name[name] for name in OPERATORS if name in by_name}


def additions() -> list[dict[str, Any]]:
    """Objects beside the operators, for an apply on the server's side: patches, budgets, the container of models."""
    plan = planned()
    namespaces = {release["namespace"] for release in releases().values()}
    found = [dict(each.inputs) for each in [*plan.of(PATCH), *plan.of(BUDGET)]]
    beside = [each for each in found if each["metadata"]["namespace"] in namespaces]
    return beside + [published(each.inputs) for each in plan.of(STORAGE_CONTAINER)]


def command(release: Mapping[str, Any], values: Path) -> list[str]:
    """The command that installs a release at its version, with its values and as many definitions as the plan has."""
    return [
        *("helm", "upgrade", "--install", release["name"], release["chart"]),
        *options(release, values),
        *("--create-namespace", "--wait", "--timeout", "10m"),
        *(("--skip-crds",) if release.get("skipCrds") else ()),
    ]


def rendering(chart: Mapping[str, Any], values: Path) -> list[str]:
    """The command that renders a chart with the definitions of its folder."""
    return ["helm", "template", chart["name"], chart["chart"], *options(chart, values), "--include-crds"]


def options(chart: Mapping[str, Any], values: Path) -> list[str]:
    """The options by which Helm finds a chart at its version, and gives it its values."""
    repository = chart.get("repositoryOpts", {}).get("repo")
    return [
        *("--version", chart["version"], "--namespace", chart["namespace"], "--values", str(values)),
        *(("--repo", repository) if repository else ()),
    ]


def applied() -> list[str]:
    """The command that applies objects as Pulumi does: on the server's side, also fields of another manager."""
    return [
        "kubectl",
        "apply",
        "--server-side",
        "--force-conflicts",
        "--field-manager",
        FIELD_MANAGER,
        "-f",
        "-",
    ]


def manager_configuration(release: Mapping[str, Any]) -> Any:
    """The configuration that a release gives Kueue's manager."""
    return yaml.safe_load(release["values"]["managerConfig"]["controllerManagerConfigYaml"])


def hurried(release: Mapping[str, Any]) -> dict[str, Any]:
    """Kueue's release with seconds for each wait, and as many attempts as planned."""
    configuration = manager_configuration(release)
    waiting = configuration["waitForPodsReady"]
    waiting |= {"timeout": "5s", "recoveryTimeout": "5s"}
    waiting["requeuingStrategy"] |= {"backoffBaseSeconds": 1, "backoffMaxSeconds": 1}
    values = copy.deepcopy(dict(release["values"]))
    values["managerConfig"]["controllerManagerConfigYaml"] = yaml.safe_dump(configuration)
    return {**release, "values": values}


def apply_definitions(chart: Mapping[str, Any], values: Path) -> None:
    """Apply the definitions of a chart's folder, by the filter of the plan."""
    text = subprocess.run(rendering(chart, values), check=True, capture_output=True, text=True).stdout
    kept = [DEFINITIONS_ALONE["command"], *DEFINITIONS_ALONE["args"]]
    text = subprocess.run(kept, input=text, check=True, capture_output=True, text=True).stdout
    subprocess.run(applied(), input=text, check=True, text=True)


def apply_additions(objects: Iterable[Mapping[str, Any]]) -> None:
    """Apply patches and budgets, and wait until what was patched runs."""
    for each in objects:
        subprocess.run(applied(), input=json.dumps(each), check=True, text=True)
        if each["kind"] == "Deployment":
            name, namespace = each["metadata"]["name"], each["metadata"]["namespace"]
            rollout = ["kubectl", "rollout", "status", f"deployment/{name}", "--namespace", namespace]
            subprocess.run([*rollout, "--timeout", "10m"], check=True)


def install(wanted: Mapping[str, Mapping[str, Any]], owned: Mapping[str, Mapping[str, Any]]) -> None:
    """Install one operator after the other, each after the definitions that the plan makes of it."""
    with tempfile.TemporaryDirectory() as folder:
        for name, release in wanted.items():
            values = Path(folder) / f"{name}.yaml"
            values.write_text(yaml.safe_dump(dict(release.get("values", {}))), encoding="utf-8")
            if name in owned:
                apply_definitions(owned[name], values)
            subprocess.run(command(release, values), check=True)


def main() -> int:
    """Install the operators, or Kueue in a hurry."""
    wanted = releases()
    if "--hurried" in sys.argv:
        install({"kueue": hurried(wanted["kueue"])}, {})
        return 0
    install(wanted, definitions())
    apply_additions(additions())
    return 0


if __name__ == "__main__":
    sys.exit(main())
