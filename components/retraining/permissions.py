"""The permissions of retraining, beyond those that a team's jobs have anyway."""

from collections.abc import Sequence

from components.account import Account
from components.identity.document import allow, policy_document


def runs_policy(account: Account, *, datasets: str, prefixes: Sequence[str], queues: Sequence[str]) -> str:
    """A run lists the versions of its data, and takes the events of its team's queues."""
    bucket = account.bucket_arn(datasets)
    statements = [
        allow(
            "FixVersionOfData",
            ["s3:ListBucketVersions"],
            [bucket],
            conditions={"StringEquals": {"s3:prefix": sorted(set(prefixes))}},
        )
    ]
    if queues:
        arns = [account.arn("sqs", queue) for queue in queues]
        statements.append(allow("TakeEvents", ["sqs:DeleteMessage", "sqs:ReceiveMessage"], arns))
    return policy_document(*statements)
