"""Kueue's flavors, the cohort in which teams lend each other quota, and the topology that jobs are placed by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi_kubernetes as k8s
from pulumi import ComponentResource, Resource, ResourceOptions

from reference.accelerators import CPU_CLASS, device
from reference.vocabulary import (
    ACCELERATOR_LABEL,
    HOSTNAME_LABEL,
    NETWORK_LAYERS,
)

API_VERSION = "kueue.x-k8s.io/v1beta2"
COHORT = "teams"

TOPOLOGY = "aws-network"


@dataclass(frozen=True, kw_only=True)
class FlavorsArgs:
    """`after` is the release that owns the definitions and answers the webhook."""

    accelerators: Sequence[str]
    labels: Mapping[str, str]
    after: Sequence[Resource]


class Flavors(ComponentResource):
    """One ResourceFlavor per class of nodes, shared by every team, so that they can borrow."""

    def __init__(self, name: str, args: FlavorsArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:training:Flavors", name, {}, opts)
        child = ResourceOptions(parent=self, depends_on=list(args.after))
        k8s.apiextensions.CustomResource(
            f"{name}-cohort",
            api_version=API_VERSION,
            kind="Cohort",
            metadata=k8s.meta.v1.ObjectMetaArgs(name=COHORT, labels=dict(args.labels)),
            spec={},
            opts=child,
        )
        for accelerator in args.accelerators:
            k8s.apiextensions.CustomResource(
                f"{name}-{accelerator}",
                api_version=API_VERSION,
                kind="ResourceFlavor",
                metadata=k8s.meta.v1.ObjectMetaArgs(name=accelerator, labels=dict(args.labels)),
                spec=flavor_spec(accelerator),
                opts=child,
            )
        self.cohort = COHORT
        self.flavors = flavor_names(args.accelerators)
        self.register_outputs({"cohort": self.cohort, "flavors": self.flavors})


def flavor_names(accelerators: Sequence[str]) -> dict[str, str]:
    """The flavor of each accelerator class."""
    return {accelerator: accelerator for accelerator in sorted(accelerators)}


def flavor_spec(accelerator: str) -> dict[str, Any]:
    """The label and the taint that the class's nodes have whatever team's they are, and no toleration.

    Nodes without accelerators have no taint of their class: no platform grants such nodes, so every job that selects
    the class is for a pool of its own team.

    A flavor is shared, so the taint of one team's nodes is not its business: pods tolerate that themselves. With
    a toleration here they could not: Kueue writes a flavor's tolerations over those of a TrainJob.
    """
    labels = {"nodeLabels": {ACCELERATOR_LABEL: accelerator}}
    if accelerator == CPU_CLASS:
        return labels
    # A job for a granted pool of this class tolerates nothing by itself, so Kueue does not admit it here.
    return {**labels, "nodeTaints": [{"key": device(accelerator), "value": "true", "effect": "NoSchedule"}]}


@dataclass(frozen=True, kw_only=True)
class TopologyArgs:
    """`after` is the release that owns the definition."""

    labels: Mapping[str, str]
    after: Sequence[Resource]


class Topology(ComponentResource):
    """The Topology that flavors name. With nodes as its lowest level, Kueue heeds their taints."""

    def __init__(self, name: str, args: TopologyArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:training:Topology", name, {}, opts)
        k8s.apiextensions.CustomResource(
            name,
            api_version=API_VERSION,
            kind="Topology",
            metadata=k8s.meta.v1.ObjectMetaArgs(name=TOPOLOGY, labels=dict(args.labels)),
            spec={"levels": [{"nodeLabel": label} for label in (*NETWORK_LAYERS, HOSTNAME_LABEL)]},
            opts=ResourceOptions(parent=self, depends_on=list(args.after)),
        )
        self.register_outputs({"topology": TOPOLOGY})
