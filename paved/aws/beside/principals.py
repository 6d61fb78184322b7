"""The principals that a policy document lets in from outside an account."""

import json
from collections.abc import Iterator, Mapping
from typing import Any


def lets_others_in(document: str, account: str) -> bool:
    """Whether a statement that allows something names a principal of another account, or everybody.

    Conditions are not looked at: who reads the difference reads them.
    """
    statements = json.loads(document).get("Statement", ())
    listed = statements if isinstance(statements, list) else [statements]
    allowing = [each for each in listed if each.get("Effect") == "Allow"]
    return any("NotPrincipal" in each or _is_foreign(each.get("Principal"), account) for each in allowing)


def _is_foreign(principal: Any, account: str) -> bool:
    return any(account not in name for name in _names(principal))


def _names(principal: Any) -> Iterator[str]:
    """The principals but for services of AWS."""
    if isinstance(principal, Mapping):
        for kind, names in principal.items():
            if kind != "Service":
                yield from names if isinstance(names, list) else [names]
    elif principal is not None:
        yield str(principal)
