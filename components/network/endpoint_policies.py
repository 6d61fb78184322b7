"""Policies of a VPC's endpoints: they admit the account's own identities and data, and the reads nodes boot with."""

from collections.abc import Iterator, Sequence

from components.account import Account
from components.identity.document import Conditions, Statement, allow, policy_document

SIZE = 20_480
"""Characters that a policy of an endpoint may have, white space included."""

AWS_BUCKETS = (
    "al2023-repos-{region}-de612dc2",  # packages of the node's operating system
    "amazon-ssm-packages-{region}",
    "amazon-ssm-{region}",
    "aws-ssm-distributor-file-{region}",
    "aws-ssm-document-attachments-{region}",
    "aws-ssm-{region}",
    "patch-baseline-snapshot-{region}",
    "prod-{region}-starport-layer-bucket",  # the layers of every image in ECR
    "{region}-birdwatcher-prod",
)
"""AWS's buckets that nodes read: of its own registry, its Linux and its Session Manager."""

IMAGE_BUCKETS = ("docker-images-prod*", "prod-registry-k8s-io-{region}", "quayio-production-s3")
"""The buckets that Docker Hub, registry.k8s.io and Quay send clients inside AWS to for an image's layers."""

LONDON_IMAGES = "767373bbdcb8270361b96548387bf2a9ad0d48758c35-eu-west-2"
"""The bucket of registry.k8s.io in eu-west-2, which does not follow its naming."""

OWN_RESOURCES = frozenset({"kms", "logs", "secretsmanager", "sns", "sqs"})
"""Services that are used for the account's resources alone. ECR, EC2 and SSM also serve what AWS publishes."""


def bucket_endpoint_policy(account: Account, public_buckets: Sequence[str]) -> str:
    """Open the account's buckets to the account's identities; buckets of others can only be read.

    Layers of images come by links that their owner signed, so reading asks for no identity of the account.
    """
    own_to_own = _of_account(account, "aws:PrincipalAccount", "aws:ResourceAccount")
    statements = [
        allow("OwnBuckets", ["s3:*"], ["*"], principal="*", conditions=own_to_own),
        allow("WhatNodesRead", ["s3:GetObject"], _objects(account, boot_buckets(account)), principal="*"),
    ]
    if public_buckets:
        arns = [account.bucket_arn(bucket) for bucket in public_buckets]
        reading = ["s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket"]
        resources = [*arns, *_objects(account, public_buckets)]
        statements.append(allow("WhatTheFileNames", reading, resources, principal="*"))
    return policy_document(*statements)


def boot_buckets(account: Account) -> list[str]:
    """The buckets of others that a cluster in this region reads to start nodes and pods."""
    buckets = [name.format(region=account.region) for name in AWS_BUCKETS + IMAGE_BUCKETS]
    if account.region == "eu-west-2":
        buckets.append(LONDON_IMAGES)
    return buckets


def service_endpoint_policy(account: Account, service: str) -> str:
    """Open a service to the account's identities alone: credentials of another account open nothing from here."""
    return policy_document(*_service_statements(account, service))


def _service_statements(account: Account, service: str) -> Iterator[Statement]:
    keys = ["aws:PrincipalAccount"]
    if service in OWN_RESOURCES:
        keys.append("aws:ResourceAccount")
    yield allow("OwnIdentities", ["*"], ["*"], principal="*", conditions=_of_account(account, *keys))
    if service == "sts":
        # A caller with a token of another issuer has no account before it has taken the role.
        yield allow(
            "OwnRolesByToken",
            ["sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"],
            [account.role_arn("*")],
            principal="*",
        )


def _of_account(account: Account, *keys: str) -> Conditions:
    return {"StringEquals": dict.fromkeys(keys, account.id)}


def _objects(account: Account, buckets: Sequence[str]) -> list[str]:
    return [f"{account.bucket_arn(bucket)}/*" for bucket in buckets]
