"""The EKS control plane: private, encrypted, logged, and open to nobody by default."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pulumi_aws as aws
from pulumi import ComponentResource, Input, Output, ResourceOptions

from components.account import Account
from components.identity.service_role import RoleArgs, ServiceRole
from components.identity.trust import own_account_trust
from components.security.encryption_key import EncryptionKey

LOG_TYPES = ("api", "audit", "authenticator", "controllerManager", "scheduler")


@dataclass(frozen=True, kw_only=True)
class ClusterArgs:
    """A control plane. `subnet_ids` take its network interfaces, and need no way to the internet."""

    account: Account
    cluster_name: str  # physical, at most 100 characters
    role_name: str  # physical, at most 64 characters
    kubernetes_version: str
    support: Literal["standard", "extended"]
    subnet_ids: Sequence[Input[str]]
    service_cidr: str
    secrets_key: EncryptionKey
    logs_key: EncryptionKey
    log_days: int
    protect: bool


class Cluster(ComponentResource):
    """A cluster that admits only explicit access entries, and has neither add-ons nor nodes yet."""

    def __init__(self, name: str, args: ClusterArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:cluster:Cluster", name, {}, opts)
        role = ServiceRole(
            f"{name}-role",
            RoleArgs(
                name=args.role_name,
                description=f"Control plane of {args.cluster_name}",
                managed={"cluster": args.account.managed_policy_arn("AmazonEKSClusterPolicy")},
            ),
            own_account_trust(
                "eks.amazonaws.com", args.account, source_arn=args.account.cluster_arn(args.cluster_name)
            ),
            ResourceOptions(parent=self),
        )
        # EKS would make the group itself, without encryption or an end, so it must be there first.
        logs = aws.cloudwatch.LogGroup(
            f"{name}-logs",
            name=log_group(args.cluster_name),
            kms_key_id=args.logs_key.key_arn,
            retention_in_days=args.log_days,
            opts=ResourceOptions(parent=self, protect=args.protect),
        )
        cluster = self._make_cluster(
            name, args, role, ResourceOptions(parent=self, protect=args.protect, depends_on=[role, logs])
        )
        self.cluster_name: Output[str] = cluster.name
        self.log_group_name: Output[str] = logs.name
        self.endpoint: Output[str] = cluster.endpoint
        self.certificate_authority = cluster.certificate_authority.apply(lambda ca: str(ca.data))
        self.security_group_id = cluster.vpc_config.apply(lambda vpc: str(vpc.cluster_security_group_id))
        self.register_outputs({"cluster_name": self.cluster_name, "endpoint": self.endpoint})

    def _make_cluster(
        self, name: str, args: ClusterArgs, role: ServiceRole, opts: ResourceOptions
    ) -> aws.eks.Cluster:
        return aws.eks.Cluster(
            name,
            name=args.cluster_name,
            version=args.kubernetes_version,
            role_arn=role.role_arn,
            access_config=aws.eks.ClusterAccessConfigArgs(
                authentication_mode="API", bootstrap_cluster_creator_admin_permissions=False
            ),
            bootstrap_self_managed_addons=False,
            vpc_config=aws.eks.ClusterVpcConfigArgs(
                subnet_ids=args.subnet_ids, endpoint_private_access=True, endpoint_public_access=False
            ),
            kubernetes_network_config=aws.eks.ClusterKubernetesNetworkConfigArgs(
                ip_family="ipv4", service_ipv4_cidr=args.service_cidr
            ),
            encryption_config=aws.eks.ClusterEncryptionConfigArgs(
                provider=aws.eks.ClusterEncryptionConfigProviderArgs(key_arn=args.secrets_key.key_arn),
                resources=["secrets"],
            ),
            enabled_cluster_log_types=list(LOG_TYPES),
            upgrade_policy=aws.eks.ClusterUpgradePolicyArgs(support_type=args.support.upper()),
            deletion_protection=args.protect,
            opts=opts,
        )


def log_group(cluster_name: str) -> str:
    """The log group of a cluster's control plane. EKS gives it this name."""
    return f"/aws/eks/{cluster_name}/cluster"
