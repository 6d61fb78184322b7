"""The one kind of volume that a claim gets unless it asks for another."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi_kubernetes as k8s
from pulumi import ComponentResource, Input, ResourceOptions

GP3 = "gp3"
EBS_DRIVER = "ebs.csi.aws.com"


@dataclass(frozen=True, kw_only=True)
class StorageArgs:
    """Volumes of namespaces that end in `-environment` bear their team's tags, all others `tags`."""

    volumes_key_arn: Input[str]  # of the key or of an alias of it
    environment: str
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
                **tag_parameters(args.tags, args.environment),
            },
            allow_volume_expansion=True,
            reclaim_policy="Delete",
            # An EBS volume stays in its zone: created before its pod is placed, it could keep the pod off every node.
            volume_binding_mode="WaitForFirstConsumer",
            opts=ResourceOptions(parent=self),
        )
        self.register_outputs({"storage_class": GP3})


def tag_parameters(tags: Mapping[str, str], environment: str) -> dict[str, str]:
    """The EBS driver's way to tag the volumes of a class. The driver reads every key with this prefix.

    It renders each value as a Go template over the claim (aws-ebs-csi-driver, docs/tagging.md). Of a team's claim it
    knows the team and the stack, by the namespace, which is named `team-environment`; the team's cost center and data
    class it does not know, and another's would be wrong.
    """
    of_team = {**dict.fromkeys(tags, ""), **team_tags(environment)}
    return {
        f"tagSpecification_{key}": f"{key}={of_claim(environment, of_team[key], own)}"
        for key, own in sorted(tags.items())
    }


def team_tags(environment: str) -> dict[str, str]:
    """The tags of a volume that a team claims, as templates of the driver."""
    end = len(environment) + 1
    return {
        "environment": environment,
        "service": "{{ .PVCNamespace }}",
        # Templates cannot subtract: without its first characters a name is as long as without its last.
        "team": f"{{{{ slice .PVCNamespace 0 (len (slice .PVCNamespace {end})) }}}}",
    }


def of_claim(environment: str, of_team: str, own: str) -> str:
    """The one value for claims of teams' namespaces, the other for those of the platform's own."""
    if of_team == own:
        return own
    suffix = f"-{environment}"
    ends = f"(slice .PVCNamespace (len (slice .PVCNamespace {len(suffix)})))"
    is_team = f'and (gt (len .PVCNamespace) {len(suffix)}) (eq {ends} "{suffix}")'
    return f"{{{{ if {is_team} }}}}{of_team}{{{{ else }}}}{own}{{{{ end }}}}"
