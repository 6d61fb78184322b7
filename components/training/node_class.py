"""How a GPU node is made: the EC2NodeClass of a pool, whoever owns it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pulumi import Input

from components.training.capacity import efa_interfaces, has_instance_store, network_interfaces
from reference.vocabulary import DISCOVERY_TAG


@dataclass(frozen=True, kw_only=True)
class GpuNodeClass:
    """What the nodes of one pool are made of. `name` is the pool's in its cluster, and its placement group's."""

    name: str
    instance_types: tuple[str, ...]
    efa: bool
    disk_gib: int
    ami_alias: Input[str]
    node_role_name: Input[str]
    discovery_tag: Input[str]
    volumes_key_arn: Input[str]
    tags: Mapping[str, str]


def node_class_spec(nodes: GpuNodeClass) -> dict[str, Any]:
    """The spec of an EC2NodeClass. Raises ValueError when types with `efa` differ in their EFA interfaces."""
    discovery = [{"tags": {DISCOVERY_TAG: nodes.discovery_tag}}]
    return {
        "role": nodes.node_role_name,
        "amiSelectorTerms": [{"alias": nodes.ami_alias}],
        "subnetSelectorTerms": discovery,
        "securityGroupSelectorTerms": discovery,
        "associatePublicIPAddress": False,
        "blockDeviceMappings": [root_volume(nodes)],
        **instance_store(nodes.instance_types),
        **(fabric(nodes.instance_types, nodes.name) if nodes.efa else {}),
        "metadataOptions": {
            "httpEndpoint": "enabled",
            "httpTokens": "required",
            "httpPutResponseHopLimit": 1,
        },
        "tags": {**nodes.tags, "Name": nodes.name},
    }


def root_volume(nodes: GpuNodeClass) -> dict[str, Any]:
    """The root volume, encrypted with the platform's key and gone with its node."""
    return {
        "deviceName": "/dev/xvda",
        "rootVolume": True,
        "ebs": {
            "volumeType": "gp3",
            "volumeSize": f"{nodes.disk_gib}Gi",
            "encrypted": True,
            "kmsKeyID": nodes.volumes_key_arn,
            "deleteOnTermination": True,
        },
    }


def instance_store(instance_types: tuple[str, ...]) -> dict[str, str]:
    """Images and scratch data go to the NVMe disks of a node; a type without any keeps its root volume."""
    return {"instanceStorePolicy": "RAID0"} if has_instance_store(instance_types) else {}


def fabric(instance_types: tuple[str, ...], placement_group: str) -> dict[str, Any]:
    """Every node has all its EFA interfaces, near the others.

    Left to itself, Karpenter attaches them only where the first pod asks for them, and the node of a small job
    would stay without for good.
    """
    return {
        "placementGroupSelector": {"name": placement_group},
        "networkInterfaces": network_interfaces(efa_interfaces(instance_types)),
    }
