"""The key that signs images, the roles that may sign, and the identity that verifies signatures in the cluster."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import ComponentResource, ResourceOptions

from components.account import Account, ClusterScope
from components.charts import POLICY_CONTROLLER
from components.identity.document import allow, deny, policy_document
from components.identity.image_pulls import pull_through
from components.identity.pod_identity import PodIdentity, PodIdentityArgs
from components.identity.service_role import RoleArgs
from components.security.key_policies import key_policy
from reference.names import physical_name

CONTROLLER_ACCOUNT = "policy-controller-webhook"
"""The service account that the chart makes for the controller."""

READ_KEY = ("kms:DescribeKey", "kms:GetPublicKey")


@dataclass(frozen=True, kw_only=True)
class ImageSigningArgs:
    """`signers` are the names of IAM roles that may sign: CI's. Teams run `cached` images of others."""

    scope: ClusterScope
    cached: Sequence[str] = ()
    signers: Sequence[str]
    deletion_window_days: int
    protect: bool


class ImageSigning(ComponentResource):
    """An asymmetric KMS key whose private half never leaves KMS, and the identity of the controller that verifies.

    `key_uri` is the name of the key for cosign and the policy controller. It is a plain string.
    """

    def __init__(self, name: str, args: ImageSigningArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:security:ImageSigning", name, {}, opts)
        scope = args.scope
        alias = physical_name(scope.stack, "signing", limit=250)
        key = aws.kms.Key(
            name,
            description=f"Signs images that run on {scope.stack}",
            key_usage="SIGN_VERIFY",
            customer_master_key_spec="ECC_NIST_P256",
            policy=signing_key_policy(scope.account, args.signers),
            deletion_window_in_days=args.deletion_window_days,
            opts=ResourceOptions(parent=self, protect=args.protect),
        )
        aws.kms.Alias(
            f"{name}-alias",
            name=f"alias/{alias}",
            target_key_id=key.key_id,
            opts=ResourceOptions(parent=self),
        )
        PodIdentity(
            f"{name}-controller",
            PodIdentityArgs(
                cluster=scope.ref,
                namespace=POLICY_CONTROLLER.namespace,
                service_account=CONTROLLER_ACCOUNT,
                role=verifier_role(scope, alias, args.cached),
            ),
            ResourceOptions(parent=self),
        )
        self.key_uri = f"awskms:///{scope.account.key_alias_arn(alias)}"
        self.register_outputs({"key_uri": self.key_uri})


def signing_key_policy(account: Account, signers: Sequence[str]) -> str:
    """The signers sign; nobody else does, not even an administrator of the account.

    Signers are admitted by the ARN they act under: a principal that does not exist yet would refuse the policy.
    """
    arns = [account.role_arn(name) for name in sorted(signers)]
    return key_policy(
        account,
        allow(
            "SignedByCi",
            [*READ_KEY, "kms:Sign"],
            ["*"],
            principal={"AWS": "*"},
            conditions={
                "ArnEquals": {"aws:PrincipalArn": arns},
                "StringEquals": {"kms:CallerAccount": account.id},
            },
        ),
        deny(
            "DenySigningByOthers",
            ["kms:Sign"],
            ["*"],
            principal="*",
            conditions={"ArnNotEquals": {"aws:PrincipalArn": arns}},
        ),
    )


def verifier_role(scope: ClusterScope, alias: str, cached: Sequence[str] = ()) -> RoleArgs:
    """The role of the controller that verifies signatures with the key of this alias."""
    return RoleArgs(
        name=physical_name(scope.stack, "policy-controller", limit=64),
        description=f"{POLICY_CONTROLLER.namespace}/{CONTROLLER_ACCOUNT} of {scope.cluster_name}",
        inline={"verify": verifier_policy(scope.account, alias, cached)},
    )


def verifier_policy(account: Account, alias: str, cached: Sequence[str] = ()) -> str:
    """Read the public key, and pull signatures, which lie beside their images in the account's registry.

    The controller asks for the digest of an image before any node pulls it: of one in `cached` that is the first pull.
    """
    return policy_document(
        allow(
            "ReadSigningKey",
            READ_KEY,
            [account.arn("kms", "key/*")],
            conditions={"ForAnyValue:StringEquals": {"kms:ResourceAliases": f"alias/{alias}"}},
        ),
        allow(
            "PullSignatures",
            ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
            [account.arn("ecr", "repository/*")],
        ),
        allow("LogInToRegistry", ["ecr:GetAuthorizationToken"], ["*"]),
        *([pull_through(account, cached)] if cached else []),
    )
