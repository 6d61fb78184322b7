"""STS: the account that the caller's credentials open."""

from paved.aws.reading.account import AccountReader
from paved.aws.services import iam_actions

IAM_ACTIONS = iam_actions("sts", "GetCallerIdentity")


def caller_account(account: AccountReader, region: str) -> str:
    """The number of the account. Raises Denied or NotFound."""
    return str(account.ask("sts.GetCallerIdentity", region)["Account"])
