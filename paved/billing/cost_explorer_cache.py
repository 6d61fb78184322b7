"""Cost Explorer behind a cache on disk: AWS charges a cent for every page, so each is asked for once and counted."""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from paved.errors import BadInput, Refused
from paved.files import write_text
from paved.live_account import BILLING_REGION, LiveAccount, answered
from stacks.reading.problems import shown

PAGE_USD = Decimal("0.01")
"""The price of a request that is paginated."""

SETTLED_AFTER = timedelta(days=10)
"""Days after the end of a period by which AWS has invoiced it, so that an answer may be kept for good."""

MOST_PAGES = 200
"""Above which a query is a mistake, not a month."""

Page = list[dict[str, Any]]


@dataclass(kw_only=True)
class CostExplorerCache:
    """Queries of one account on one day. `asked` and `kept` count pages from AWS and from the cache."""

    client: Any
    account: str
    as_of: date
    cache: Path | None
    asked: int = field(default=0)
    kept: int = field(default=0)

    def results(self, request: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """The results of a query, page by page. Raises Refused when AWS says no, BadInput when it cannot be asked."""
        path = self._path(request)
        pages = self._from_cache(path, request)
        if pages is None:
            pages = list(self._from_aws(request))
            if path is not None:
                self._keep(path, pages)
        for page in pages:
            yield from page

    @property
    def cost(self) -> Decimal:
        """The price of the pages that AWS was asked for, in US dollars."""
        return PAGE_USD * self.asked

    def _path(self, request: Mapping[str, Any]) -> Path | None:
        if self.cache is None:
            return None
        # Two profiles may ask the same of two accounts.
        key = json.dumps([self.account, request], sort_keys=True)
        return self.cache / f"{hashlib.sha256(key.encode()).hexdigest()[:32]}.json"

    def _keep(self, path: Path, pages: list[Page]) -> None:
        text = json.dumps({"asked_on": self.as_of.isoformat(), "pages": pages}, sort_keys=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, text)

    def _from_cache(self, path: Path | None, request: Mapping[str, Any]) -> list[Page] | None:
        """Pages of the same day, or of a period that had been over for long when it was asked for."""
        if path is None:
            return None
        try:
            kept = json.loads(path.read_text(encoding="utf-8"))
            asked_on = date.fromisoformat(kept["asked_on"])
            pages: list[Page] = kept["pages"]
        except (OSError, ValueError, KeyError, TypeError):
            return None  # a cache that cannot be read is no cache
        end = date.fromisoformat(request["TimePeriod"]["End"])
        if asked_on != self.as_of and asked_on < end + SETTLED_AFTER:
            return None
        self.kept += len(pages)
        return pages

    def _from_aws(self, request: Mapping[str, Any]) -> Iterator[Page]:
        from botocore.exceptions import BotoCoreError, ClientError

        token: dict[str, str] = {}
        for _ in range(MOST_PAGES):
            query: Any = {**request, **token}
            try:
                # boto3 has no paginator for this operation.
                answer: Any = self.client.get_cost_and_usage(**query)
            except ClientError as error:
                raise _refused(error.response.get("Error", {})) from error
            except BotoCoreError as error:
                raise BadInput(f"Cost Explorer cannot be asked: {shown(str(error), limit=160)}") from error
            self.asked += 1
            yield answer["ResultsByTime"]
            if not answer.get("NextPageToken"):
                return
            token = {"NextPageToken": answer["NextPageToken"]}
        raise Refused(f"Cost Explorer has more than {MOST_PAGES} pages for one query, which cost a cent each")


def _refused(error: Mapping[str, Any]) -> Refused:
    code, message = str(error.get("Code", "Unknown")), shown(str(error.get("Message", "")), limit=160)
    hint = "the caller needs `ce:GetCostAndUsage`, which the payer may have to grant to a member account"
    return Refused(f"Cost Explorer says {code}: {message}", hint=hint)


def account_cost_explorer(as_of: date, cache: Path, profile: str | None = None) -> CostExplorerCache:
    """Cost Explorer of the account whose credentials are at hand.

    Raises BadInput without credentials, Refused when AWS does not take them.
    """
    account = LiveAccount(profile)
    with answered("no account can be asked"):
        caller = account.client("sts", BILLING_REGION).get_caller_identity()
    return CostExplorerCache(
        client=account.client("ce", BILLING_REGION),
        account=str(caller["Account"]),
        as_of=as_of,
        cache=cache,
    )


def page_cache() -> Path:
    """The user's folder for pages of Cost Explorer."""
    home = os.environ.get("XDG_CACHE_HOME")
    folder = Path(home) if home else Path.home() / ".cache"
    return folder / "paved" / "cost-explorer"
