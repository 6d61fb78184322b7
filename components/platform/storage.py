"""The one kind of volume that a claim gets unless it asks for another."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi_kubernetes as k8s
from pulumi import ComponentResource, Input, ResourceOptions

GP3 = "gp3"
EBS_DRIVER = "ebs.csi.aws.com"


@dataclass(frozen=True, kw_only=True)
class StorageArgs:
    volumes_key_arn: Input[str]  # of the key or of an alias of it
    labels: Mapping[str, str]
    tags: Mapping[str, str]


class Storage(ComponentResource):
    """The default storage class: EBS gp3, encrypted with the platform's own key, created in the zone of its pod."""

    def __init__(self, name: str, args: StorageArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:platform:Storage", name, {}, opts)
        self.storage_class = k8s.storage.v1.StorageClass(
            f"{name}-{GP3}",
            metadata=k8s.meta.v1.ObjectMetaArgs(
                name=GP3,
                labels=dict(args.labels),
                annotations={"storageclass.kubernetes.io/is-default-class": "true"},
            ),
            provisioner=EBS_DRIVER,
            parameters={
                "type": "gp3",
                "encrypted": "true",
                "kmsKeyId": args.volumes_key_arn,
                **tag_parameters(args.tags),
            },
            allow_volume_expansion=True,
            reclaim_policy="Delete",
            # An EBS volume stays in its zone: created before its pod is placed, it could keep the pod off every node.
            volume_binding_mode="WaitForFirstConsumer",
            opts=ResourceOptions(parent=self),
        )
        self.register_outputs({"storage_class": GP3})


def tag_parameters(tags: Mapping[str, str]) -> dict[str, str]:
    """The EBS driver's way to tag the volumes of a class. The driver reads every key with this prefix."""
    return {f"tagSpecification_{key}": f"{key}={value}" for key, value in sorted(tags.items())}
