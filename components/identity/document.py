"""IAM policy documents as plain JSON, which policies and reviewers read before anything exists."""

import json
from collections.abc import Mapping, Sequence
from typing import Literal

Statement = Mapping[str, object]
Principal = Mapping[str, str | Sequence[str]] | Literal["*"]
Conditions = Mapping[str, Mapping[str, str | Sequence[str]]]


def policy_document(*statements: Statement) -> str:
    """The document of these statements, denials first, byte-identical for equal input."""
    ordered = sorted(statements, key=lambda statement: statement["Effect"] != "Deny")
    return json.dumps({"Version": "2012-10-17", "Statement": ordered}, sort_keys=True)


def allow(
    sid: str,
    actions: Sequence[str],
    resources: Sequence[str] | None = None,
    *,
    principal: Principal | None = None,
    conditions: Conditions | None = None,
) -> Statement:
    """A statement that allows. A trust policy has no `resources`, an identity policy no `principal`."""
    return _statement("Allow", sid, actions, resources, principal, conditions)


def deny(
    sid: str,
    actions: Sequence[str],
    resources: Sequence[str] | None = None,
    *,
    principal: Principal | None = None,
    conditions: Conditions | None = None,
) -> Statement:
    """A statement that denies, whatever other statements allow."""
    return _statement("Deny", sid, actions, resources, principal, conditions)


def deny_without_tls(actions: Sequence[str], resources: Sequence[str]) -> Statement:
    """A statement that denies these actions to everybody without TLS."""
    return deny(
        "DenyPlainHttp",
        actions,
        resources,
        principal="*",
        conditions={"Bool": {"aws:SecureTransport": "false"}},
    )


def _statement(
    effect: str,
    sid: str,
    actions: Sequence[str],
    resources: Sequence[str] | None,
    principal: Principal | None,
    conditions: Conditions | None,
) -> Statement:
    parts: dict[str, object | None] = {
        "Sid": sid,
        "Effect": effect,
        "Principal": principal,
        "Action": sorted(actions),
        "Resource": sorted(resources) if resources is not None else None,
        "Condition": conditions,
    }
    return {key: value for key, value in parts.items() if value is not None}
