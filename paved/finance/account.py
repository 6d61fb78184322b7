"""The account whose credentials are at hand, as whose bill Cost Explorer is asked."""

import os
from datetime import date
from pathlib import Path

from paved.errors import BadInput
from paved.finance.ledger import Ledger
from stacks.problems import shown

HOME = "us-east-1"
"""Cost Explorer has one endpoint, whatever the region of a stack."""


def account_ledger(as_of: date, cache: Path) -> Ledger:
    """Whom to ask. Raises BadInput when no credentials are at hand."""
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        session = boto3.Session(region_name=HOME)
        account = str(session.client("sts").get_caller_identity()["Account"])
    except (BotoCoreError, ClientError) as error:
        hint = "sign in as for `pulumi up`, or name a FOCUS file"
        raise BadInput(f"no account can be asked: {shown(str(error), limit=160)}", hint=hint) from error
    return Ledger(client=session.client("ce"), account=account, as_of=as_of, cache=cache)


def page_cache() -> Path:
    """Where pages of Cost Explorer are kept, which cost a cent each."""
    home = os.environ.get("XDG_CACHE_HOME")
    return (Path(home) if home else Path.home() / ".cache") / "paved" / "cost-explorer"
