"""A throw-away copy of the checkout that the real `pulumi` runs in, and one of its stacks."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pulumi import automation

CHECKOUT = Path(__file__).parents[2]
PROGRAM = ("Pulumi.yaml", "__main__.py", "components", "paved", "stacks")


def copied_checkout(folder: Path) -> Path:
    """Copy the program into `folder`: the engine writes to stack files. Returns `folder`."""
    for name in PROGRAM:
        source, target = CHECKOUT / name, folder / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, target)
    (folder / ".venv").symlink_to(CHECKOUT / ".venv")
    return folder


def environment(home: Path, ports: Mapping[str, int]) -> dict[str, str]:
    """What keeps the engine on this machine: state and plugins of its own, stand-in providers, no downloads."""
    (home / "state").mkdir(parents=True, exist_ok=True)
    return {
        "PULUMI_HOME": str(home),
        "PULUMI_BACKEND_URL": (home / "state").as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": "engine-test",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_DEBUG_PROVIDERS": ",".join(f"{name}:{port}" for name, port in sorted(ports.items())),
    }


@dataclass(frozen=True)
class EngineStack:
    """A stack of a copied checkout, driven by the real engine."""

    stack: automation.Stack
    folder: Path

    @classmethod
    def open(cls, folder: Path, name: str, env: Mapping[str, str]) -> "EngineStack":
        """Create or select the stack called `name`."""
        workspace = automation.LocalWorkspace(work_dir=str(folder), env_vars=dict(env))
        return cls(automation.Stack.create_or_select(name, workspace), folder)

    def preview(self) -> dict[str, Any]:
        """Preview, and return the update plan that the engine made: its goal for each URN."""
        saved = self.folder / f"{self.stack.name}.update-plan.json"
        self.stack.preview(plan=str(saved))
        return json.loads(saved.read_text())

    def up(self) -> dict[str, int]:
        """Deploy; returns how many resources each kind of operation touched."""
        summary = self.stack.up().summary
        return dict(summary.resource_changes or {})

    def outputs(self) -> dict[str, Any]:
        """The outputs of the deployed stack as `pulumi stack output --json` prints them."""
        return {name: output.value for name, output in self.stack.outputs().items()}

    def destroy(self) -> None:
        """Destroy every resource of the stack."""
        self.stack.destroy()

    def state(self) -> list[dict[str, Any]]:
        """Every resource in the stack's state."""
        return self.stack.export_stack().deployment.get("resources", [])
