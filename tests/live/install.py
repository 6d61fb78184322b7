"""Install the operators of jobs by Helm, as `platform-prod` plans them: `python -m tests.live.install`."""

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
OPERATORS = ("kueue", "kubeflow-trainer", "kuberay-operator")
"""Kueue comes first: its webhooks are to see the jobs of the others."""


def releases() -> dict[str, Mapping[str, Any]]:
    """The inputs of the operators' releases, by their names."""
    found = Planner.of_folder(STACKS, as_of=AS_OF).plan(PLATFORM).of(HELM_RELEASE)
    by_name = {each.inputs["name"]: each.inputs for each in found}
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


def main() -> int:
    """Install one operator after the other."""
    with tempfile.TemporaryDirectory() as folder:
        for name, release in releases().items():
            values = Path(folder) / f"{name}.yaml"
            values.write_text(yaml.safe_dump(dict(release["values"])), encoding="utf-8")
            subprocess.run(command(release, values), check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
