"""An IAM role that a service, a node or a pod assumes."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi_aws as aws
from pulumi import ComponentResource, Input, Output, ResourceOptions


@dataclass(frozen=True, kw_only=True)
class RoleArgs:
    """A role but for its trust. Policies have an id of their own, so that one can leave without touching the rest."""

    name: str  # physical, at most 64 characters
    description: str
    inline: Mapping[str, Input[str]] = field(default_factory=dict)  # id -> policy document
    managed: Mapping[str, str] = field(default_factory=dict)  # id -> policy ARN
    boundary_arn: Input[str] | None = None  # the most that the policies may grant


class ServiceRole(ComponentResource):
    """A role with the policies it needs. Depend on the component to depend on its permissions too."""

    def __init__(self, name: str, args: RoleArgs, trust: Input[str], opts: ResourceOptions | None = None):
        super().__init__("paved:identity:ServiceRole", name, {}, opts)
        child = ResourceOptions(parent=self)
        role = aws.iam.Role(
            name,
            name=args.name,
            description=args.description,
            assume_role_policy=trust,
            permissions_boundary=args.boundary_arn,
            opts=child,
        )
        for key, policy in sorted(args.inline.items()):
            aws.iam.RolePolicy(f"{name}-{key}", name=key, role=role.name, policy=policy, opts=child)
        for key, policy_arn in sorted(args.managed.items()):
            aws.iam.RolePolicyAttachment(f"{name}-{key}", role=role.name, policy_arn=policy_arn, opts=child)
        self.role_name: Output[str] = role.name
        self.role_arn: Output[str] = role.arn
        self.register_outputs({"role_name": self.role_name, "role_arn": self.role_arn})
