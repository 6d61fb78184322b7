"""The permissions boundary of team roles: the most that one may ever do, whatever its own policies allow."""

from collections.abc import Iterator
from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import ComponentResource, ResourceOptions

from components.account import Account
from components.identity.document import Statement, allow, deny, policy_document
from components.identity.mlflow import RECORDING, registration
from reference.names import PREFIX, physical_name
from reference.tags import SERVICE_TAG

POLICY_NAME_LIMIT = 128
OWNER = f"${{aws:PrincipalTag/{SERVICE_TAG}}}"
"""IAM's variable for the stack that made the role, which its tag names. No pod and no service can set the tag."""

USE_DATA = (
    "s3:AbortMultipartUpload",
    "s3:GetBucketLocation",
    "s3:GetObject",
    "s3:GetObjectVersion",
    "s3:ListBucket",
    "s3:ListBucketVersions",
    "s3:ListMultipartUploadParts",
    "s3:PutObject",
)
OTHER_RIGHTS = ("account:*", "iam:*", "organizations:*", "sso:*", "sts:AssumeRole*")
PROTECTION = (
    "kms:CreateGrant",
    "kms:Disable*",
    "kms:PutKeyPolicy",
    "kms:ScheduleKeyDeletion",
    "s3:BypassGovernanceRetention",
    "s3:Delete*",
    "s3:PutBucket*",
    "s3:Put*Configuration",
)
REGIONAL = ("kms:*", "s3:*", "sagemaker-mlflow:*", "sagemaker:*", "secretsmanager:*", "sqs:*")
TAGGED = ("kms:*", "sagemaker-mlflow:*", "sqs:*")
"""Services that report a resource's tags to IAM. S3 does not: its buckets are held apart by their names."""


@dataclass(frozen=True, kw_only=True)
class TeamBoundaryArgs:
    """The foundation in whose account the teams' roles are, and the name of the role that starts its nodes."""

    account: Account
    foundation: str
    provisioner_role: str


class TeamBoundary(ComponentResource):
    """The permissions boundary of every role of the foundation's team stacks.

    It belongs to the foundation, so that no team stack can widen it: a principal that may make roles only
    with this boundary cannot make one that does more.
    """

    def __init__(self, name: str, args: TeamBoundaryArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:security:TeamBoundary", name, {}, opts)
        policy_name = boundary_name(args.foundation)
        aws.iam.Policy(
            f"{name}-team-boundary",
            name=policy_name,
            description=f"The most that a role of a team on {args.foundation} may do",
            policy=team_boundary(args),
            opts=ResourceOptions(parent=self),
        )
        self.arn: str = args.account.policy_arn(policy_name)
        self.register_outputs({"arn": self.arn})


def boundary_name(foundation: str) -> str:
    """The name of the boundary's policy."""
    return physical_name(foundation, "team-boundary", limit=POLICY_NAME_LIMIT)


def team_boundary(args: TeamBoundaryArgs) -> str:
    """One document for every team. Names of stacks end in an environment, so none is the start of another's."""
    return policy_document(*_never(args), *_at_most(args))


def _at_most(args: TeamBoundaryArgs) -> Iterator[Statement]:
    account, own = args.account, f"{PREFIX}-{OWNER}"
    datasets = f"{PREFIX}-{args.foundation}-data*"  # a long name is cut before the end of `datasets`
    buckets = [account.bucket_arn(f"{own}-*"), account.bucket_arn(datasets)]
    yield allow("UseData", USE_DATA, buckets)
    yield allow(
        "UseKeysThroughS3",
        ["kms:Decrypt", "kms:GenerateDataKey"],
        [account.arn("kms", "key/*")],
        conditions={
            "ForAnyValue:StringLike": {"kms:ResourceAliases": [f"alias/{own}", f"alias/{datasets}"]},
            "StringEquals": {"kms:ViaService": account.endpoint("s3")},
        },
    )
    queues = [account.arn("sqs", f"{own}-retrain-*")]
    yield allow("TakeEvents", ["sqs:DeleteMessage", "sqs:ReceiveMessage"], queues)
    secrets = [account.arn("secretsmanager", f"secret:{OWNER}/*")]
    yield allow("ReadOwnSecrets", ["secretsmanager:GetSecretValue"], secrets)
    yield allow("RecordRuns", RECORDING, [account.arn("sagemaker", f"mlflow-tracking-server/{own}")])
    yield registration(account, OWNER)
    yield allow(
        "FreezeAndThaw",
        ["iam:AttachRolePolicy", "iam:DetachRolePolicy"],
        [account.role_arn(args.provisioner_role)],
        conditions={
            "ArnEquals": {
                "aws:PrincipalArn": account.role_arn(f"{own}-freeze"),
                "iam:PolicyARN": account.policy_arn(f"{own}-freeze"),
            }
        },
    )


def _never(args: TeamBoundaryArgs) -> Iterator[Statement]:
    account = args.account
    freeze = account.role_arn(f"{PREFIX}-{OWNER}-freeze")
    yield deny(
        "NoOtherRights", OTHER_RIGHTS, ["*"], conditions={"ArnNotEquals": {"aws:PrincipalArn": freeze}}
    )
    yield deny("KeepProtection", PROTECTION, ["*"])
    yield deny(
        "StayInRegion",
        REGIONAL,
        ["*"],
        conditions={"StringNotEquals": {"aws:RequestedRegion": account.region}},
    )
    # Names of buckets belong to all of AWS: another account may own one that begins like a team's.
    yield deny(
        "StayInAccount",
        ["s3:*"],
        ["*"],
        conditions={
            "Null": {"aws:ResourceAccount": "false"},
            "StringNotEquals": {"aws:ResourceAccount": account.id},
        },
    )
    yield deny(
        "NothingOfOtherTeams",
        TAGGED,
        ["*"],
        conditions={
            "Null": {f"aws:ResourceTag/{SERVICE_TAG}": "false"},
            "StringNotEquals": {f"aws:ResourceTag/{SERVICE_TAG}": [OWNER, args.foundation]},
        },
    )
