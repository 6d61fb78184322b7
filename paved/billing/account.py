"""The account whose credentials are at hand, as whose bill Cost Explorer is asked."""

import os
from datetime import date
from pathlib import Path

from paved.billing.cost_explorer_cache import CostExplorerCache
from paved.live_account import LiveAccount, answered

HOME = "us-east-1"
"""Cost Explorer has one endpoint, whatever the region of a stack."""


def account_ledger(as_of: date, cache: Path, profile: str | None = None) -> CostExplorerCache:
    """Whom to ask. Raises BadInput when no credentials are at hand, Refused when AWS does not take them."""
    account = LiveAccount(profile)
    with answered("no account can be asked"):
        caller = account.client("sts", HOME).get_caller_identity()
    return CostExplorerCache(
        client=account.client("ce", HOME), account=str(caller["Account"]), as_of=as_of, cache=cache
    )


def page_cache() -> Path:
    """Where pages of Cost Explorer are kept, which cost a cent each."""
    home = os.environ.get("XDG_CACHE_HOME")
    return (Path(home) if home else Path.home() / ".cache") / "paved" / "cost-explorer"
