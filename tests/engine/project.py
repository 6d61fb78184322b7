"""A throw-away copy of a Pulumi project that the real engine runs in, and one of its stacks."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pulumi import automation

from tests.engine import registrations

CHECKOUT = Path(__file__).parents[2]
PROGRAM = ("Pulumi.yaml", "__main__.py", "components", "paved", "policies", "pricing", "reference", "stacks")
SAMPLES = CHECKOUT / "examples" / "organisation" / "stacks"
SMALL = Path(__file__).parent / "small"


def copied(source: Path, names: tuple[str, ...], folder: Path) -> Path:
    """Copy files and folders of `source` into `folder`, since the engine writes to stack files."""
    folder.mkdir(parents=True)
    for name in names:
        if (source / name).is_dir():
            shutil.copytree(source / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source / name, folder / name)
    (folder / ".venv").symlink_to(CHECKOUT / ".venv")
    return folder


def copied_project(folder: Path) -> Path:
    """Copy the program into `folder`, with the sample stacks as its own and none of the checkout's."""
    copied(CHECKOUT, PROGRAM, folder)
    for own in (folder / "stacks").glob("*.yaml"):
        own.unlink()
    for sample in SAMPLES.glob("*.yaml"):
        shutil.copy2(sample, folder / "stacks")
    return folder


def environment(home: Path, ports: Mapping[str, int]) -> dict[str, str]:
    """The environment that keeps the engine on this machine: own state and plugins, stand-ins, no downloads."""
    (home / "state").mkdir(parents=True)
    return {
        "PULUMI_HOME": str(home),
        "PULUMI_BACKEND_URL": (home / "state").as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": "engine-test",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_DEBUG_PROVIDERS": ",".join(f"{name}:{port}" for name, port in sorted(ports.items())),
    }


class EngineStack:
    """A stack of a copied project, driven by the real engine. Raises CommandError where the engine refuses."""

    def __init__(self, folder: Path, name: str, env: Mapping[str, str]):
        """Create or select the stack called `name`."""
        self.file = folder / "stacks" / f"Pulumi.{name}.yaml"
        self._environment = {**os.environ, **env}
        workspace = automation.LocalWorkspace(work_dir=str(folder), env_vars=dict(env))
        self._stack = automation.Stack.create_or_select(name, workspace)

    def preview(self) -> registrations.Registrations:
        """The registrations of a preview: all that the program registers, if nothing is deployed."""
        printed = self._stack.preview(json=True).stdout
        return registrations.of_preview(json.loads(printed)["steps"])

    def judged(self) -> str:
        """The print of a preview under the project's own policy pack. Raises CommandError where a policy refuses."""
        folder = Path(self._stack.workspace.work_dir)
        return str(self._stack.preview(policy_packs=[str(folder / "policies")]).stdout)

    def up(self) -> dict[str, int]:
        """Deploy; returns how many resources each kind of operation touched."""
        return dict(self._stack.up().summary.resource_changes or {})

    def outputs(self) -> dict[str, Any]:
        """The outputs of the deployed stack."""
        return {name: output.value for name, output in self._stack.outputs().items()}

    def destroy(self) -> None:
        """Delete every resource of the stack."""
        self._stack.destroy()

    def urns(self) -> frozenset[str]:
        """The URNs in the stack's state."""
        resources = self._stack.export_stack().deployment.get("resources", [])
        return frozenset(resource["urn"] for resource in resources)

    def printed_output(self, name: str) -> str:
        """The print of `pulumi stack output NAME --json`."""
        command = ["pulumi", "stack", "output", name, "--json", "--stack", self._stack.name]
        folder = self._stack.workspace.work_dir
        done = subprocess.run(
            command, cwd=folder, env=self._environment, capture_output=True, text=True, check=True
        )
        return done.stdout

    def set_config(self, key: str, value: str) -> None:
        """`pulumi config set --path KEY VALUE`."""
        self._stack.set_config(key, automation.ConfigValue(value=value), path=True)
