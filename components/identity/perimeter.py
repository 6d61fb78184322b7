"""Denials of credentials that were carried away: requests that come by no VPC endpoint of the account."""

from collections.abc import Iterator, Sequence

from components.account import Account
from components.identity.document import Conditions, Principal, Statement, deny

DIRECT: Conditions = {"BoolIfExists": {"aws:ViaAWSService": "false"}}
"""The condition of a request that no service of AWS makes in somebody's name, from a network of its own."""


def deny_outside(
    account: Account,
    actions: Sequence[str],
    resources: Sequence[str],
    *,
    principal: Principal | None = None,
    conditions: Conditions | None = None,
) -> Iterator[Statement]:
    """Deny requests from the internet, and those through endpoints of other accounts where the service tells whose.

    Not every service tells (`aws:VpceAccount`), so the second denial needs the key to be there. Further
    `conditions` narrow both. The network must have an endpoint of the service: through NAT all is denied.
    """
    common = {**DIRECT, **(conditions or {})}
    present = {**common.get("Null", {})}
    yield deny(
        "DenyFromInternet",
        actions,
        resources,
        principal=principal,
        conditions={**common, "Null": {**present, "aws:SourceVpc": "true"}},
    )
    yield deny(
        "DenyThroughEndpointsOfOthers",
        actions,
        resources,
        principal=principal,
        conditions={
            **common,
            "Null": {**present, "aws:VpceAccount": "false"},
            "StringNotEquals": {"aws:VpceAccount": account.id},
        },
    )
