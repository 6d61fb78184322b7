"""An IAM identity for one Kubernetes service account."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi_aws as aws
from pulumi import ComponentResource, Input, Output, ResourceOptions

from components.identity.service_role import ServiceRole, ServiceRoleArgs
from components.identity.trust import pod_identity_trust


@dataclass(frozen=True, kw_only=True)
class PodIdentityArgs:
    """Which service account of which cluster, and what it may do."""

    cluster_name: Input[str]
    cluster_arn: Input[str]
    namespace: str
    service_account: str
    role_name: str  # physical, at most 64 characters
    description: str
    inline: Mapping[str, Input[str]] = field(default_factory=dict)  # id -> policy document
    managed: Mapping[str, str] = field(default_factory=dict)  # id -> policy ARN
    boundary_arn: Input[str] | None = None  # the most that the policies may grant


class PodIdentity(ComponentResource):
    """A role that only this service account can assume, and its EKS Pod Identity association.

    The service account may come later; a pod gets credentials only if it starts after the association.
    """

    def __init__(self, name: str, args: PodIdentityArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:identity:PodIdentity", name, {}, opts)
        role = ServiceRole(
            f"{name}-role",
            ServiceRoleArgs(
                role_name=args.role_name,
                description=args.description,
                trust=trust(args),
                inline=args.inline,
                managed=args.managed,
                boundary_arn=args.boundary_arn,
            ),
            ResourceOptions(parent=self),
        )
        aws.eks.PodIdentityAssociation(
            name,
            cluster_name=args.cluster_name,
            namespace=args.namespace,
            service_account=args.service_account,
            role_arn=role.role_arn,
            # Credentials must not arrive before the permissions they stand for.
            opts=ResourceOptions(parent=self, depends_on=[role]),
        )
        self.role_name: Output[str] = role.role_name
        self.role_arn: Output[str] = role.role_arn
        self.register_outputs({"role_name": self.role_name, "role_arn": self.role_arn})


def trust(args: PodIdentityArgs) -> Output[str]:
    """The role's trust policy. It is known at plan time whenever the cluster's ARN is."""
    return Output.from_input(args.cluster_arn).apply(
        lambda arn: pod_identity_trust(
            cluster_arn=arn, namespace=args.namespace, service_account=args.service_account
        )
    )
