"""Who may reach what through the endpoints of a VPC: the account's own people and data, and what nodes boot from."""

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
"""Where AWS keeps what nodes read: of its own registry, its Linux and its Session Manager."""

IMAGE_BUCKETS = ("docker-images-prod*", "prod-registry-k8s-io-{region}", "quayio-production-s3")
"""Where Docker Hub, registry.k8s.io and Quay send clients inside AWS for an image's layers."""

LONDON_IMAGES = "767373bbdcb8270361b96548387bf2a9ad0d48758c35-eu-west-2"
"""Where registry.k8s.io keeps its images in eu-west-2, against its own naming."""

OWN_RESOURCES = frozenset({"kms", "logs", "secretsmanager", "sns", "sqs"})
"""Services of which nothing outside the account is used. ECR, EC2 and SSM also show what AWS publishes."""


def bucket_endpoint_policy(account: Account, public_buckets: Sequence[str]) -> str:
    """The account's buckets for the account's identities, whatever else may only be read.

    Layers of images come by signed links of whoever keeps them, so reading asks for no identity of ours.
    """
    both = _own(account, "aws:PrincipalAccount", "aws:ResourceAccount")
    statements = [
        allow("OwnBuckets", ["s3:*"], ["*"], principal="*", conditions=both),
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
    found = [name.format(region=account.region) for name in (*AWS_BUCKETS, *IMAGE_BUCKETS)]
    return [*found, *([LONDON_IMAGES] if account.region == "eu-west-2" else [])]


def service_endpoint_policy(account: Account, service: str) -> str:
    """A service for the account's identities alone: credentials of another account open nothing from here."""
    return policy_document(*_service(account, service))


def _service(account: Account, service: str) -> Iterator[Statement]:
    keys = ["aws:PrincipalAccount", *(["aws:ResourceAccount"] if service in OWN_RESOURCES else [])]
    yield allow("OwnIdentities", ["*"], ["*"], principal="*", conditions=_own(account, *keys))
    if service == "sts":
        # Who comes with a token of another issuer has no account before the role is taken.
        yield allow(
            "OwnRolesByToken",
            ["sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"],
            [account.role_arn("*")],
            principal="*",
        )


def _own(account: Account, *keys: str) -> Conditions:
    return {"StringEquals": dict.fromkeys(keys, account.id)}


def _objects(account: Account, buckets: Sequence[str]) -> list[str]:
    return [f"{account.bucket_arn(bucket)}/*" for bucket in buckets]
