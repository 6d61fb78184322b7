"""How near each other nodes are: the layers of the AWS network, as Kueue reads them from the nodes' labels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi_kubernetes as k8s
from pulumi import ComponentResource, Resource, ResourceOptions

TOPOLOGY = "aws-network"
LAYERS = tuple(f"topology.k8s.aws/network-node-layer-{layer}" for layer in (1, 2, 3))
"""Labels that AWS's cloud controller sets, from the widest part of the network to the narrowest."""
HOSTNAME = "kubernetes.io/hostname"


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
            api_version="kueue.x-k8s.io/v1beta2",
            kind="Topology",
            metadata=k8s.meta.v1.ObjectMetaArgs(name=TOPOLOGY, labels=dict(args.labels)),
            spec={"levels": [{"nodeLabel": label} for label in (*LAYERS, HOSTNAME)]},
            opts=ResourceOptions(parent=self, depends_on=list(args.after)),
        )
        self.register_outputs({"topology": TOPOLOGY})
