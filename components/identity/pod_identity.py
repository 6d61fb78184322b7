"""An IAM identity for one Kubernetes service account."""

from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import ComponentResource, Output, ResourceOptions

from components.account import ClusterRef
from components.identity.service_role import RoleArgs, ServiceRole
from components.identity.trust import pod_identity_trust


@dataclass(frozen=True, kw_only=True)
class PodIdentityArgs:
    """A service account of a cluster, and the role that its pods act as."""

    cluster: ClusterRef
    namespace: str
    service_account: str
    role: RoleArgs


class PodIdentity(ComponentResource):
    """A role that only this service account can assume, and its EKS Pod Identity association.

    The service account may come later; a pod gets credentials only if it starts after the association.
    """

    def __init__(self, name: str, args: PodIdentityArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:identity:PodIdentity", name, {}, opts)
        role = ServiceRole(f"{name}-role", args.role, trust(args), ResourceOptions(parent=self))
        aws.eks.PodIdentityAssociation(
            name,
            cluster_name=args.cluster.name,
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
    return Output.from_input(args.cluster.arn).apply(
        lambda arn: pod_identity_trust(
            cluster_arn=arn, namespace=args.namespace, service_account=args.service_account
        )
    )
