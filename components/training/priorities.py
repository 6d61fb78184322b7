"""The priority classes that a job can name: which job of a team starts first, and which gives way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi_kubernetes as k8s
from pulumi import ComponentResource, CustomResource, Resource, ResourceOptions

API_VERSION = "kueue.x-k8s.io/v1beta2"
KIND = "WorkloadPriorityClass"


@dataclass(frozen=True, kw_only=True)
class PriorityClass:
    """One class of jobs. A job that names none has the priority of its pods, as a rule 0."""

    name: str
    value: int
    description: str


@dataclass(frozen=True, kw_only=True)
class PrioritiesArgs:
    """`after` is the release that owns the definition."""

    classes: Sequence[PriorityClass]
    labels: Mapping[str, str]
    after: Sequence[Resource]


class Priorities(ComponentResource):
    """Kueue's priority classes. They order jobs in a queue and leave the priority of pods alone."""

    def __init__(self, name: str, args: PrioritiesArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:training:Priorities", name, {}, opts)
        child = ResourceOptions(parent=self, depends_on=list(args.after))
        for each in args.classes:
            WorkloadPriorityClass(f"{name}-{each.name}", each, args.labels, child)
        self.names = [each.name for each in args.classes]
        self.register_outputs({"names": self.names})


class WorkloadPriorityClass(CustomResource):
    """The object has no `spec`, and the SDK's class for custom resources takes nothing else."""

    def __init__(
        self, name: str, each: PriorityClass, labels: Mapping[str, str], opts: ResourceOptions
    ) -> None:
        inputs = {
            "apiVersion": API_VERSION,
            "kind": KIND,
            "metadata": k8s.meta.v1.ObjectMetaArgs(name=each.name, labels=dict(labels)),
            "value": each.value,
            "description": each.description,
        }
        super().__init__(f"kubernetes:{API_VERSION}:{KIND}", name, inputs, opts)
