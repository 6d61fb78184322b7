"""Those whom a statement lets in: principals of every form, after what its conditions keep out."""

import re
from collections.abc import Iterator

from policies.conditions import keeps_callers, keeps_service
from policies.documents import Statement, is_everything
from policies.ours import ACCOUNT, Ours
from reference.vocabulary import EC2_SERVICE, ECR_SERVICE, EVENTS_SERVICE

UNIQUE_ID = re.compile(r"A[A-Z]{3}[A-Z0-9]{12,}")
"""An id of IAM's, which stands in a document where the principal has been deleted."""
ACT_FOR_NOBODY_ELSE = (EC2_SERVICE, ECR_SERVICE, "ec2.amazonaws.com.cn")
"""Services that take a role for a resource of the role's own account alone, and name no source.

ECR takes a role of the registry's own account (API, `customRoleArn`), and its guide names no source to ask for.
"""
WITHOUT_SOURCE = ((EVENTS_SERVICE, "sns:Publish"),)
"""A service and what it does without saying for whom: SNS refuses every message of EventBridge under a condition."""
IN_PATHS = ("logdelivery.elasticloadbalancing.amazonaws.com",)
"""Services that put the account of what they act for into the path of each object that they write."""
NAME_SOURCE_AT_TIMES = ("sagemaker.amazonaws.com",)
"""Services of which AWS does not document that they always say for whom: a condition may let their silence through."""


def strangers(statement: Statement, ours: Ours) -> list[str]:
    """Those that a statement lets in who are not ours, each as a reader names it; none where it denies."""
    if not statement.allows:
        return []
    if statement.not_principals:
        return [] if keeps_callers(statement, ours) else ["everybody whom `NotPrincipal` does not name"]
    found: list[str] = []
    for kind, names in statement.principals.items():
        for name in names:
            found += _told(kind, name, statement, ours)
    return found


def _told(kind: str, name: str, statement: Statement, ours: Ours) -> Iterator[str]:
    if is_everything(name):
        if not keeps_callers(statement, ours):
            yield "everybody"
    elif kind == "Service":
        if not keeps_service(statement, ours) and not _needs_no_source(name, statement, ours):
            yield f"`{name}` on behalf of others (`aws:SourceAccount` must be ours)"
    elif kind == "AWS":
        yield from _of_aws(name, statement, ours)
    elif kind == "Federated":
        if not ours.has_arn(name):
            yield f"tokens of `{name}`, which is no provider of this account"
    elif kind == "CanonicalUser":
        yield "a canonical user, of whom no account can be told"
    else:
        yield f"principals of the kind `{kind}`, which is none of IAM's"


def _of_aws(name: str, statement: Statement, ours: Ours) -> Iterator[str]:
    owner = name.split(":")[4] if name.startswith("arn:") and name.count(":") > 4 else name
    if "*" in owner or "?" in owner:
        # IAM takes no such principal; read as what it would mean.
        if not keeps_callers(statement, ours):
            yield f"`{name}`, of every account that fits"
    elif UNIQUE_ID.fullmatch(name):
        yield f"`{name}`, a deleted principal of which no account can be told"
    elif not ours.has_name(name):
        yield f"`{name}`, which is of no account of ours"


def _needs_no_source(service: str, statement: Statement, ours: Ours) -> bool:
    if service in ACT_FOR_NOBODY_ELSE:
        return True
    if service in NAME_SOURCE_AT_TIMES:
        return keeps_service(statement, ours, absent=True)
    if service in IN_PATHS:
        paths = [f"/AWSLogs/{account}/" for account in ours.accounts]
        return bool(statement.resources) and all(
            any(path in arn for path in paths) for arn in statement.resources
        )
    named = [action for known, action in WITHOUT_SOURCE if known == service]
    return bool(named) and bool(statement.actions) and set(statement.actions) <= set(named)


def stranger(name: str, ours: Ours) -> str | None:
    """A principal or an account that a property names, told where it is not ours; None where it is."""
    if name.lower() in ("*", "all", "public"):
        return "everybody"
    return None if ours.has_name(name) else f"`{name}`, which is of no account of ours"


def is_account(name: str) -> bool:
    """Whether a text is the id of an account, or stands for every account."""
    return bool(ACCOUNT.fullmatch(name)) or name.lower() in ("*", "all", "public")
