"""The credentials of an audit: the permissions that they need, and the account that they must open."""

from typing import Any

from paved.aws.reading.account import LOG_IN, AccountReader, Denied, NotFound
from paved.aws.services import actions_by_call
from paved.aws.sts import caller_account
from paved.errors import BadInput


def policy_document() -> dict[str, Any]:
    """The IAM policy that an auditor needs, and nothing more."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "PavedAudit",
                "Effect": "Allow",
                "Action": sorted(set(actions_by_call().values())),
                # Resources that nobody planned must be seen as well, so no ARN narrows the policy.
                "Resource": "*",
            }
        ],
    }


def check_caller(account: AccountReader, planned: str, region: str, stack: str) -> None:
    """Check that the credentials open the account of the stack. Raises BadInput where they do not."""
    try:
        found = caller_account(account, region)
    except (Denied, NotFound) as refused:
        raise BadInput(f"these credentials open no account ({refused})", hint=LOG_IN) from None
    if found != planned:
        raise BadInput(
            f"`{stack}` belongs in the account {planned}, these credentials open {found}: nothing was read",
            hint="name a profile of that account with `--profile`",
        )
