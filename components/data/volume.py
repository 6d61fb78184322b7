"""A volume that is there already, claimed in a team's namespace: by the one claim it is reserved for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pulumi_kubernetes as k8s
from pulumi import ComponentResource, CustomTimeouts, Input, Resource, ResourceOptions

from reference.vocabulary import owned

CLAIM_DELETE_TIMEOUT = "30m"
"""The time to delete a claim, which waits for the last pod that uses it: a training pod may take long to end."""


@dataclass(frozen=True, kw_only=True)
class VolumeSource:
    """The driver that mounts a volume, the handle and attributes by which it finds it, and the mount's options."""

    driver: str
    handle: Input[str]  # kubelet takes two volumes of one handle for the same
    attributes: Mapping[str, Input[str]]
    mount_options: Input[Sequence[str]]
    access_mode: Literal["ReadWriteMany", "ReadOnlyMany"]


@dataclass(frozen=True, kw_only=True)
class VolumeArgs:
    """A claim called `claim`. `storage_gib` counts against the namespace's quota; `after` is there before it."""

    volume: str  # the name of the PersistentVolume, which the whole cluster shares
    claim: str
    namespace: Input[str]
    storage_gib: int
    source: VolumeSource
    labels: Mapping[str, str]
    after: Sequence[Resource] = ()


class Volume(ComponentResource):
    """A PersistentVolume and its claim. Deleting them leaves the data where it is."""

    def __init__(self, name: str, args: VolumeArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:data:Volume", name, {}, opts)
        capacity = {"storage": f"{args.storage_gib}Gi"}
        volume = k8s.core.v1.PersistentVolume(
            name,
            metadata=k8s.meta.v1.ObjectMetaArgs(name=args.volume, labels=dict(args.labels)),
            spec=self._spec(args, capacity),
            opts=ResourceOptions(parent=self, depends_on=list(args.after)),
        )
        k8s.core.v1.PersistentVolumeClaim(
            f"{name}-claim",
            metadata=k8s.meta.v1.ObjectMetaArgs(
                name=args.claim, namespace=args.namespace, labels=owned(args.labels)
            ),
            spec=k8s.core.v1.PersistentVolumeClaimSpecArgs(
                access_modes=[args.source.access_mode],
                storage_class_name="",  # left out it would mean the default class, and a new disk
                volume_name=args.volume,
                resources=k8s.core.v1.VolumeResourceRequirementsArgs(requests=capacity),
            ),
            opts=ResourceOptions(
                parent=self,
                depends_on=[volume],
                custom_timeouts=CustomTimeouts(delete=CLAIM_DELETE_TIMEOUT),
            ),
        )
        self.register_outputs({})

    def _spec(self, args: VolumeArgs, capacity: Mapping[str, str]) -> k8s.core.v1.PersistentVolumeSpecArgs:
        source = args.source
        return k8s.core.v1.PersistentVolumeSpecArgs(
            capacity=dict(capacity),
            access_modes=[source.access_mode],
            persistent_volume_reclaim_policy="Retain",
            storage_class_name="",
            volume_mode="Filesystem",
            # Reserved: no claim of another name or namespace can ever be bound to it.
            claim_ref=k8s.core.v1.ObjectReferenceArgs(
                api_version="v1",
                kind="PersistentVolumeClaim",
                name=args.claim,
                namespace=args.namespace,
            ),
            mount_options=source.mount_options,
            csi=k8s.core.v1.CSIPersistentVolumeSourceArgs(
                driver=source.driver,
                volume_handle=source.handle,
                volume_attributes=dict(source.attributes),
            ),
        )


def volume_name(stack: str, claim: str) -> str:
    """The name of a volume in its cluster. The dot keeps `a-b` + `c` apart from `a` + `b-c`."""
    return f"{stack}.{claim}"
