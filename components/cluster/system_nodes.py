"""The managed nodes that the platform's own controllers run on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import ComponentResource, Input, Resource, ResourceOptions

from components.account import Account
from components.cluster.node_roles import SharedImages, node_role
from components.identity.service_role import ServiceRole
from components.identity.trust import service_trust
from components.security.encryption_key import EncryptionKey
from reference.instances import instance_type
from reference.vocabulary import EC2_SERVICE, POOL_LABEL

SYSTEM_POOL = "system"

AMI_TYPES = {"amd64": "AL2023_x86_64_STANDARD", "arm64": "AL2023_ARM_64_STANDARD"}


@dataclass(frozen=True, kw_only=True)
class SystemNodesArgs:
    """A node group: the number and types of its nodes and their subnets. Instances and disks carry `tags`."""

    account: Account
    name: str  # physical, at most 63 characters
    role_name: str  # physical, at most 64 characters
    cluster_name: Input[str]
    kubernetes_version: str
    subnet_ids: Sequence[Input[str]]  # of at least two zones
    instance_types: tuple[str, ...]
    min_nodes: int
    max_nodes: int
    disk_gib: int
    volumes_key: EncryptionKey
    tags: Mapping[str, str]
    shared_images: SharedImages
    after: Sequence[Resource] = ()  # add-ons and routes without which a node cannot boot


class SystemNodes(ComponentResource):
    """An on-demand node group across zones, on encrypted disks and IMDSv2.

    It has no taint: most charts of the platform tolerate none, and a controller that stays pending (the
    node provisioner among them) could not make the node it waits for. Endpoints and GPU pods select other
    nodes, and admission refuses a pod of a team that selects these or none (decision 18).
    """

    def __init__(self, name: str, args: SystemNodesArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:cluster:SystemNodes", name, {}, opts)
        role = ServiceRole(
            f"{name}-role",
            node_role(
                args.account,
                args.role_name,
                f"System nodes {args.name}",
                args.shared_images,
            ),
            service_trust(EC2_SERVICE),
            ResourceOptions(parent=self),
        )
        template = self._make_template(name, args)
        self.group: Resource = aws.eks.NodeGroup(
            name,
            cluster_name=args.cluster_name,
            node_group_name=args.name,
            node_role_arn=role.role_arn,
            subnet_ids=args.subnet_ids,
            version=args.kubernetes_version,
            ami_type=ami_type(args.instance_types),
            capacity_type="ON_DEMAND",
            instance_types=list(args.instance_types),
            scaling_config=aws.eks.NodeGroupScalingConfigArgs(
                min_size=args.min_nodes, desired_size=args.min_nodes, max_size=args.max_nodes
            ),
            update_config=aws.eks.NodeGroupUpdateConfigArgs(max_unavailable=1),
            node_repair_config=aws.eks.NodeGroupNodeRepairConfigArgs(enabled=True),
            labels={POOL_LABEL: SYSTEM_POOL},
            launch_template=aws.eks.NodeGroupLaunchTemplateArgs(
                id=template.id, version=template.latest_version.apply(str)
            ),
            opts=ResourceOptions(parent=self, depends_on=[*args.after, role]),
        )
        self.register_outputs({})

    def _make_template(self, name: str, args: SystemNodesArgs) -> aws.ec2.LaunchTemplate:
        return aws.ec2.LaunchTemplate(
            name,
            name=args.name,
            block_device_mappings=[
                aws.ec2.LaunchTemplateBlockDeviceMappingArgs(
                    device_name="/dev/xvda",
                    ebs=aws.ec2.LaunchTemplateBlockDeviceMappingEbsArgs(
                        volume_type="gp3",
                        volume_size=args.disk_gib,
                        encrypted="true",
                        kms_key_id=args.volumes_key.alias_arn,
                        delete_on_termination="true",
                    ),
                )
            ],
            # One hop: pods on the pod network cannot reach the node's credentials.
            metadata_options=aws.ec2.LaunchTemplateMetadataOptionsArgs(
                http_endpoint="enabled", http_tokens="required", http_put_response_hop_limit=1
            ),
            # Default tags of the provider reach the template, never the instances it starts.
            tag_specifications=[
                aws.ec2.LaunchTemplateTagSpecificationArgs(
                    resource_type=kind, tags={**args.tags, "Name": args.name}
                )
                for kind in ("instance", "network-interface", "volume")
            ],
            opts=ResourceOptions(parent=self, depends_on=[args.volumes_key]),
        )


def ami_type(instance_types: Sequence[str]) -> str:
    """The AMI type that fits every one of these instance types.

    Raises ValueError when a type is unknown, has an accelerator, or differs in architecture.
    """
    architectures = {architecture(name) for name in instance_types}
    if len(architectures) != 1:
        raise ValueError(
            f"instance types of system nodes must share one architecture, got {', '.join(instance_types)}"
        )
    return AMI_TYPES[architectures.pop()]


def architecture(name: str) -> str:
    """The architecture of a type without accelerators. Raises ValueError for any other type."""
    try:
        facts = instance_type(name)
    except KeyError:
        raise ValueError(f"{name} is not an instance type this release of Paved knows") from None
    if facts.accelerator or facts.gpus:
        raise ValueError(f"system nodes run no accelerated work, got {name}")
    return facts.arch
