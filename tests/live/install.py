"""Install the operators by Helm, as `platform-prod` plans them: `python -m tests.live.install`.

With `--hurried` Kueue alone, which gives up in seconds on a job whose nodes do not come.
"""

import copy
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from paved.plan.planner import Planner
from reference.vocabulary import HELM_RELEASE
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


def releases() -> dict[str, Mapping[str, Any]]:
    """The inputs of the operators' releases, by their names."""
    found = Planner.of_folder(STACKS, as_of=AS_OF).plan(PLATFORM).of(HELM_RELEASE)
    by_name = {each.inputs["name"]: dict(each.inputs) for each in found}
    environment = [{"name": name, "value": value} for name, value in NOBODY.items()]
    by_name["keda"]["values"] = {**by_name["keda"]["values"], "env": environment}
    return {name: by_name[name] for name in OPERATORS}


def command(release: Mapping[str, Any], values: Path) -> list[str]:
    """The command that installs a release at its version, with its values."""
    repository = release.get("repositoryOpts", {}).get("repo")
    return [
        *("helm", "upgrade", "--install", release["name"], release["chart"]),
        *("--version", release["version"], "--namespace", release["namespace"], "--create-namespace"),
        *("--values", str(values), "--wait", "--timeout", "10m"),
        *(("--repo", repository) if repository else ()),
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


def main() -> int:
    """Install one operator after the other."""
    wanted = releases()
    if "--hurried" in sys.argv:
        wanted = {"kueue": hurried(wanted["kueue"])}
    with tempfile.TemporaryDirectory() as folder:
        for name, release in wanted.items():
            values = Path(folder) / f"{name}.yaml"
            values.write_text(yaml.safe_dump(dict(release.get("values", {}))), encoding="utf-8")
            subprocess.run(command(release, values), check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
