"""What `paved render` writes for a platform and its teams, divided by who applies it in a cluster."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from paved.cli import run as paved
from stacks.schema.base import AccountSpec

Manifest = dict[str, Any]

OF_PLATFORM = {
    "ClusterTrainingRuntime",
    "Cohort",
    "ResourceFlavor",
    "Topology",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
    "WorkloadPriorityClass",
}
"""The kinds of a platform's objects by which jobs are judged, queued and made into pods."""
POLICIES = {"ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"}
"""Those by which requests are judged."""
OF_TEAM = {
    *POLICIES,
    "ClusterQueue",
    "ConfigMap",
    "LimitRange",
    "LocalQueue",
    "Namespace",
    "NetworkPolicy",
    "ResourceQuota",
    "Role",
    "RoleBinding",
    "Service",
    "ServiceAccount",
}
"""The same of a team. What starts by a clock or an event is started by hand."""
JUDGED = {*OF_TEAM, "PersistentVolumeClaim"} - {"ClusterQueue", "LocalQueue", "Namespace", *POLICIES}
"""Those of a team's that an API server alone knows, and its claims."""


@dataclass(frozen=True)
class Rendered:
    """The manifests of one stack, and its sample jobs by name: what belongs to a job comes before it."""

    stack: str
    manifests: tuple[Manifest, ...]
    samples: dict[str, tuple[Manifest, ...]]

    def of(self, kind: str) -> list[Manifest]:
        """The manifests of a kind."""
        return [each for each in self.manifests if each["kind"] == kind]

    def retraining(self) -> dict[str, Manifest]:
        """The first Job of each retraining trigger, as CronJob and KEDA make it of theirs."""
        templates = {each["metadata"]["name"]: each["spec"]["jobTemplate"] for each in self.of("CronJob")}
        for each in self.of("ScaledJob"):
            templates[each["metadata"]["name"]] = {
                "metadata": {"labels": each["metadata"].get("labels", {})},
                "spec": each["spec"]["jobTargetRef"],
            }
        return {name: self._job(name, template) for name, template in sorted(templates.items())}

    def _job(self, name: str, template: Manifest) -> Manifest:
        metadata = {**template.get("metadata", {}), "name": f"{name}-live", "namespace": self.stack}
        return {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": template["spec"]}


def image(account: AccountSpec, stack: str) -> str:
    """An image of a team's own repositories."""
    registry = f"{account.id}.dkr.ecr.{account.region}.amazonaws.com"
    return f"{registry}/{stack}/train@sha256:" + "a" * 64


def rendered(stack: str, folder: Path, out: Path, image: str | None = None) -> Rendered:
    """Render a stack of a folder, with its sample jobs where they have an image, and read what was written."""
    more = ["--samples", "--image", image] if image else []
    assert paved(["render", stack, "--out", str(out), "--stacks", str(folder), *more]) == 0
    manifests = [yaml.safe_load(path.read_text()) for path in sorted(out.glob("kubernetes/**/*.yaml"))]
    jobs = {
        path.stem: tuple(yaml.safe_load_all(path.read_text())) for path in sorted(out.glob("samples/*.yaml"))
    }
    return Rendered(stack, tuple(manifests), jobs)
