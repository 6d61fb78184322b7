"""EKS add-ons, and the AWS identities of those that call AWS."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import ComponentResource, Resource, ResourceOptions

from components.account import ClusterScope
from components.charts import KUBE_SYSTEM
from components.identity.document import allow, policy_document
from components.identity.service_role import RoleArgs, ServiceRole
from components.identity.trust import pod_identity_trust
from reference.names import physical_name

DRIVERS: Mapping[str, str] = {
    "fsx-lustre": "aws-fsx-csi-driver",
    # Without a role: each volume is mounted under the role of the pod that mounts it.
    "mountpoint-s3": "aws-mountpoint-s3-csi-driver",
}
"""The add-ons that mount volumes of a kind. A foundation has those that it asks for."""

BEFORE_NODES = frozenset({"eks-pod-identity-agent", "kube-proxy", "vpc-cni"})
"""DaemonSets without which a node never becomes ready. The others need a node to run on."""

TOLERATES_ALL: Mapping[str, object] = {"node": {"tolerateAllTaints": True}}
"""A driver runs on every node, of any team, from its start: it takes off its own startup taint, which keeps pods away.

The charts' own default is the same today; a driver without it would keep nodes empty for good. EKS's guide shows the
key for Mountpoint; that FSx's add-on takes it is read in its chart (v1.9.0), the add-on's own schema is not published.
"""

SETTINGS: Mapping[str, Mapping[str, object]] = {
    "aws-fsx-csi-driver": TOLERATES_ALL,
    "aws-mountpoint-s3-csi-driver": TOLERATES_ALL,
    # Its GPU half tolerates no taint by default, so it would see no GPU node of any team.
    "eks-node-monitoring-agent": {"dcgmAgent": {"tolerations": [{"operator": "Exists"}]}},
    # Without it the VPC CNI accepts NetworkPolicies and enforces none.
    "vpc-cni": {"enableNetworkPolicy": "true"},
}


@dataclass(frozen=True, kw_only=True)
class AddonIdentity:
    """The service account of an add-on in kube-system, and its rights: a policy of AWS, or actions on any resource."""

    service_account: str
    policy: str | None = None
    actions: Sequence[str] = ()


IDENTITIES: Mapping[str, AddonIdentity] = {
    "aws-ebs-csi-driver": AddonIdentity(
        service_account="ebs-csi-controller-sa", policy="AmazonEBSCSIDriverPolicyV2"
    ),
    # AWS recommends AmazonFSxFullAccess, to make and delete file systems. Paved's are made by stacks.
    "aws-fsx-csi-driver": AddonIdentity(
        service_account="fsx-csi-controller-sa", actions=("fsx:DescribeFileSystems",)
    ),
    "vpc-cni": AddonIdentity(service_account="aws-node", policy="AmazonEKS_CNI_Policy"),
}


@dataclass(frozen=True, kw_only=True)
class AddonsArgs:
    """Add-ons by name. EKS chooses the version it recommends for the cluster's Kubernetes."""

    scope: ClusterScope
    addons: Iterable[str]
    after: Sequence[Resource] = ()  # resources that must exist before these run


class Addons(ComponentResource):
    """Add-ons with Pod Identity, so that no permission of theirs rests with the nodes."""

    def __init__(self, name: str, args: AddonsArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:cluster:Addons", name, {}, opts)
        for addon in sorted(args.addons):
            self._make_addon(f"{name}-{addon}", args, addon)
        self.register_outputs({})

    def _make_addon(self, name: str, args: AddonsArgs, addon: str) -> None:
        settings, identity = SETTINGS.get(addon), IDENTITIES.get(addon)
        after, associations = list(args.after), []
        if identity:
            role = self._make_role(f"{name}-role", args.scope, addon, identity)
            after.append(role)
            associations.append(
                aws.eks.AddonPodIdentityAssociationArgs(
                    role_arn=role.role_arn, service_account=identity.service_account
                )
            )
        aws.eks.Addon(
            name,
            cluster_name=args.scope.created_name,
            addon_name=addon,
            configuration_values=json.dumps(settings, sort_keys=True) if settings else None,
            pod_identity_associations=associations or None,
            resolve_conflicts_on_create="OVERWRITE",
            opts=ResourceOptions(parent=self, depends_on=after),
        )

    def _make_role(self, name: str, scope: ClusterScope, addon: str, identity: AddonIdentity) -> ServiceRole:
        trust = pod_identity_trust(
            cluster_arn=scope.arn, namespace=KUBE_SYSTEM, service_account=identity.service_account
        )
        return ServiceRole(name, role_args(scope, addon, identity), trust, ResourceOptions(parent=self))


def role_args(scope: ClusterScope, addon: str, identity: AddonIdentity) -> RoleArgs:
    """The role of an add-on, with the policy or the actions that its identity names."""
    managed, inline = {}, {}
    if identity.policy:
        managed["addon"] = scope.account.managed_policy_arn(identity.policy)
    if identity.actions:
        inline["addon"] = policy_document(allow("Addon", identity.actions, ["*"]))
    return RoleArgs(
        name=physical_name(scope.stack, addon, limit=64),
        description=f"EKS add-on {addon}",
        inline=inline,
        managed=managed,
    )


def before_nodes(addons: Iterable[str]) -> tuple[str, ...]:
    """The add-ons that nodes wait for."""
    return tuple(sorted(BEFORE_NODES & set(addons)))


def after_nodes(addons: Iterable[str]) -> tuple[str, ...]:
    """The add-ons that wait for nodes."""
    return tuple(sorted(set(addons) - BEFORE_NODES))
