"""Policies of a VPC's endpoints: they admit the account's own identities and data, and the reads nodes boot with."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

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

OWN_RESOURCES = frozenset({"aps-workspaces", "kms", "logs", "secretsmanager", "sns", "sqs"})
"""Services that are used for the account's resources alone. ECR, EC2 and SSM also serve what AWS publishes."""


TAKING_ON = ("sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession")
"""What `AssumeRole` asks for: tags and a source identity of the session are rights beside it (STS guide)."""

STATE_ACTIONS = ("s3:DeleteObject", "s3:GetObject", "s3:PutObject")
"""Calls of Pulumi's state backend on objects; beside them it lists the bucket."""


@dataclass(frozen=True, kw_only=True)
class StateStore:
    """The bucket of another account where Pulumi keeps its state, and the key of that account that it uses itself."""

    bucket: str
    account: str
    key_arn: str | None


@dataclass(frozen=True, kw_only=True)
class Outsiders:
    """Parties that are let through beside the account: buckets to read, accounts that deploy, Pulumi's state."""

    public_buckets: Sequence[str] = ()
    deploy_accounts: Sequence[str] = ()
    state: StateStore | None = None


def bucket_endpoint_policy(account: Account, outsiders: Outsiders) -> str:
    """Open the account's buckets to its identities, and Pulumi's state; other buckets can only be read.

    Layers of images come by links that their owner signed, so reading asks for no identity of the account.
    """
    own_to_own = _of_account(account, "aws:PrincipalAccount", "aws:ResourceAccount")
    statements = [
        allow("OwnBuckets", ["s3:*"], ["*"], principal="*", conditions=own_to_own),
        allow("WhatNodesRead", ["s3:GetObject"], _objects(account, boot_buckets(account)), principal="*"),
    ]
    if outsiders.public_buckets:
        arns = [account.bucket_arn(bucket) for bucket in outsiders.public_buckets]
        reading = ["s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket"]
        resources = [*arns, *_objects(account, outsiders.public_buckets)]
        statements.append(allow("WhatTheFileNames", reading, resources, principal="*"))
    if outsiders.state:
        statements += _state_statements(account, outsiders, outsiders.state)
    return policy_document(*statements)


def _state_statements(account: Account, outsiders: Outsiders, state: StateStore) -> list[Statement]:
    # A name that its owner gives up can be taken by anybody, so the owner is named as well.
    conditions = _deployers(account, outsiders, state)
    bucket = account.bucket_arn(state.bucket)
    return [
        allow("StateList", ["s3:ListBucket"], [bucket], principal="*", conditions=conditions),
        allow("StateUse", STATE_ACTIONS, [f"{bucket}/*"], principal="*", conditions=conditions),
    ]


def _deployers(account: Account, outsiders: Outsiders, state: StateStore) -> Conditions:
    callers = [account.id, *outsiders.deploy_accounts]
    return {"StringEquals": {"aws:PrincipalAccount": callers, "aws:ResourceAccount": state.account}}


def boot_buckets(account: Account) -> list[str]:
    """The buckets of others that a cluster in this region reads to start nodes and pods."""
    buckets = [name.format(region=account.region) for name in AWS_BUCKETS + IMAGE_BUCKETS]
    if account.region == "eu-west-2":
        buckets.append(LONDON_IMAGES)
    return buckets


def service_endpoint_policy(account: Account, service: str, outsiders: Outsiders) -> str:
    """Open a service to the account's identities: others open nothing from here, but roles where they deploy."""
    statements = [*_service_statements(account, service), *_outsiders_statements(account, service, outsiders)]
    return policy_document(*statements)


def _outsiders_statements(account: Account, service: str, outsiders: Outsiders) -> Iterator[Statement]:
    state = outsiders.state
    if service == "sts" and outsiders.deploy_accounts:
        yield allow(
            "DeployersTakeOnRoles",
            TAKING_ON,
            [account.role_arn("*")],
            principal="*",
            conditions={"StringEquals": {"aws:PrincipalAccount": list(outsiders.deploy_accounts)}},
        )
    if service == "kms" and state and state.key_arn:
        yield allow(
            "StateKey",
            ["kms:Decrypt", "kms:Encrypt"],
            [state.key_arn],
            principal="*",
            conditions=_deployers(account, outsiders, state),
        )


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
