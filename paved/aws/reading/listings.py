"""Lists of what an account has, whoever made it, and the registry of the functions that make them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from paved.aws.reading.account import AccountReader
from paved.aws.reading.facts import Content
from paved.aws.reading.lookup import TargetAccount
from paved.aws.services import service_modules


@dataclass(frozen=True, kw_only=True)
class AccountListing:
    """An account in one region, as a function that lists something of it sees it."""

    account: AccountReader
    region: str
    target: TargetAccount

    def ask(self, call: str, **params: Any) -> Mapping[str, Any]:
        """One call in the region."""
        return self.account.ask(call, self.region, **params)

    def pages(self, call: str, key: str, **params: Any) -> list[Any]:
        """Every page of a call in the region."""
        return self.account.pages(call, self.region, key, **params)

    def arn(self, service: str, resource: str, *, regional: bool = True, account: bool = True) -> str:
        """An ARN of the account."""
        region = self.region if regional else ""
        number = self.target.account if account else ""
        return f"arn:{self.target.partition}:{service}:{region}:{number}:{resource}"


Lister = Callable[[AccountListing], Iterable[Content]]


@dataclass(frozen=True, kw_only=True)
class AccountList:
    """One kind of thing of an account. `everywhere`: one list answers for all regions."""

    kind: str
    list: Lister
    everywhere: bool


_LISTS: dict[str, AccountList] = {}


def lists(kind: str, *, everywhere: bool = False) -> Callable[[Lister], Lister]:
    """Register a function as the one that lists a kind of thing. Raises ValueError for a second one."""

    def register(lister: Lister) -> Lister:
        if kind in _LISTS:
            raise ValueError(f"{kind} has two lists")
        _LISTS[kind] = AccountList(kind=kind, list=lister, everywhere=everywhere)
        return lister

    return register


def account_lists() -> Mapping[str, AccountList]:
    """Every kind of thing that an account is asked for, in the order of their names."""
    service_modules()
    return dict(sorted(_LISTS.items()))
