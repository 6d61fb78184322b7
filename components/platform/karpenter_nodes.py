"""The parts of EC2NodeClasses and NodePools that every Karpenter node of a platform shares."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pulumi import Input

from reference.vocabulary import DISCOVERY_TAG


@dataclass(frozen=True, kw_only=True)
class NodeConfig:
    """The platform's settings of its nodes. `volumes_key_arn` is that of the key or of an alias of it."""

    ami_alias: Input[str]
    role_name: Input[str]
    discovery_tag: Input[str]
    volumes_key_arn: Input[str]


def node_class_base(config: NodeConfig, root_volume_gib: int) -> dict[str, Any]:
    """The image, role, network and root volume of an EC2NodeClass."""
    discovery = [{"tags": {DISCOVERY_TAG: config.discovery_tag}}]
    return {
        "role": config.role_name,
        "amiSelectorTerms": [{"alias": config.ami_alias}],
        "subnetSelectorTerms": discovery,
        "securityGroupSelectorTerms": discovery,
        "blockDeviceMappings": [root_volume(config, root_volume_gib)],
    }


def root_volume(config: NodeConfig, gib: int) -> dict[str, Any]:
    """The root volume, encrypted with the platform's key and deleted with its node."""
    return {
        "deviceName": "/dev/xvda",
        "rootVolume": True,
        "ebs": {
            "volumeType": "gp3",
            "volumeSize": f"{gib}Gi",
            "encrypted": True,
            "kmsKeyID": config.volumes_key_arn,
            "deleteOnTermination": True,
        },
    }


def node_class_ref(name: str) -> dict[str, str]:
    """The reference of a NodePool to its EC2NodeClass."""
    return {"group": "karpenter.k8s.aws", "kind": "EC2NodeClass", "name": name}


def requirement(key: str, values: Sequence[str]) -> dict[str, Any]:
    """One requirement of a NodePool: the node's label must have one of these values."""
    return {"key": key, "operator": "In", "values": list(values)}


def startup_taints(drivers: Sequence[str]) -> list[dict[str, str]]:
    """Taints that keep pods off a new node until the CSI drivers, by name, are ready to mount their volumes.

    Each driver takes its own taint off: a driver that is not installed would keep the node empty for good.
    """
    return [{"key": f"{driver}/agent-not-ready", "effect": "NoExecute"} for driver in drivers]
