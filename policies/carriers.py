"""Policy documents and grants of any resource of AWS, found by their structure and not by a table of types."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from policies.documents import Statement, statements
from policies.resources import Resource
from policies.values import MISSING, Value
from reference.vocabulary import UNKNOWN

OF_AWS = ("aws:", "aws-native:", "awscc:")
DOCUMENT_KEYS = frozenset(
    {
        "accesspolicies",
        "accesspolicy",
        "assumerolepolicy",
        "assumerolepolicydocument",
        "deliverydestinationpolicy",
        "kmspolicydocument",
        "policy",
        "policydocument",
        "policytext",
        "repositorypolicy",
        "repositorypolicytext",
        "resourcepolicy",
        "s3policydocument",
        "stspolicydocument",
    }
)
"""Properties, in lower case, that hold a policy of a resource: whoever may do what with it."""
PRINCIPAL_KEYS = frozenset(
    {
        "admins",
        "allowedprincipals",
        "datalakeprincipal",
        "datalakeprincipalidentifier",
        "granteeidentifier",
        "granteeprincipal",
        "iamprincipalarn",
        "principal",
        "principalarn",
        "principals",
        "readonlyadmins",
        "retiringprincipal",
        "trustedresourceowners",
    }
)
"""Properties, in lower case, that name who is let in: accounts, ARNs or services."""
ACCOUNT_KEYS = frozenset(
    {
        "account",
        "accountid",
        "accountids",
        "accountnumber",
        "accounts",
        "adminaccountid",
        "administratoraccount",
        "administratoraccountid",
        "amiaccountid",
        "associatedgatewayowneraccountid",
        "awsaccountid",
        "awsaccountnumber",
        "bucketaccountid",
        "bucketowneraccountid",
        "collaborationcreatoraccountid",
        "debuglogdeliveryaccounts",
        "delegatedadminaccount",
        "delegatedadminaccountid",
        "destinationaccount",
        "dxgatewayowneraccountid",
        "infrastructureaccountid",
        "instanceownerid",
        "linkedaccounts",
        "masteraccountid",
        "meteredaccount",
        "owneraccount",
        "owneraccountid",
        "ownerid",
        "owningaccount",
        "peeraccountid",
        "peerownerid",
        "prefixlistownerid",
        "principalid",
        "receiveraccountid",
        "senderaccountid",
        "sharedaccounts",
        "sourceaccount",
        "sourceaccountid",
        "targetaccount",
        "targetaccountids",
        "targetaccounts",
        "transitgatewayowneraccountid",
        "usergroups",
        "userids",
        "vpconlytrustedaccounts",
        "vpcownerid",
    }
)
"""Properties, in lower case, that name accounts."""
ORGANISATION_KEYS = frozenset(
    {
        "organizationalunitarn",
        "organizationalunitarns",
        "organizationarn",
        "organizationarns",
        "organizationid",
        "principalorgid",
    }
)
"""Properties, in lower case, that name organisations or parts of one."""
NAMING_KEYS = PRINCIPAL_KEYS | ACCOUNT_KEYS | ORGANISATION_KEYS
LABELS = frozenset({"environment", "inputpaths", "labels", "tags", "tagsall", "variables"})
"""Properties, in lower case, whose keys are whatever somebody calls them."""


@dataclass(frozen=True, kw_only=True)
class NamedPrincipal:
    """Somebody whom a property names. `statement` is what a grant to a principal says, with its conditions beside it.

    `is_limited_later` says that a condition is not known yet.
    """

    value: Value
    kind: Literal["principal", "account", "organisation"]
    statement: Statement | None = None
    is_limited_later: bool = False


def is_of_aws(resource: Resource) -> bool:
    """Whether a resource is made in AWS, by whichever provider."""
    return resource.kind.startswith(OF_AWS)


def documents(resource: Resource) -> list[Value]:
    """Every policy document of a resource, wherever it stands; one that is not known yet where it would stand."""
    found: list[Value] = []
    for name, raw in resource.properties.items():
        if not isinstance(raw, bool | int | float) and raw is not None:
            found += _documents(raw, name, _lower(name))
    return found


@lru_cache(maxsize=4096)
def _lower(name: Any) -> str:
    # A report reads the names of some ten thousand properties, a few hundred different ones.
    return str(name).lower()


def _documents(raw: Any, path: str, key: str) -> Iterator[Value]:
    if isinstance(raw, str):
        yield from _in_text(raw, path, key)
    elif isinstance(raw, Mapping):
        if _is_document(raw):
            yield Value(raw, path)
        elif key not in LABELS:
            for name, item in raw.items():
                yield from _documents(item, f"{path}.{name}", _lower(name))
    elif isinstance(raw, list | tuple):
        for index, item in enumerate(raw):
            yield from _documents(item, f"{path}[{index}]", key)
    elif raw is UNKNOWN and key in DOCUMENT_KEYS:
        yield Value(UNKNOWN, path)


def _is_document(raw: Mapping[str, Any]) -> bool:
    return any(_lower(name) == "statement" for name in raw)


def _in_text(text: str, path: str, key: str) -> Iterator[Value]:
    """The documents that a text holds as JSON. A text that should be one and is none is left for its reader to tell."""
    if key in DOCUMENT_KEYS and '"Statement"' in text:
        yield Value(text, path)
        return
    is_json = text.lstrip()[:1] in ("{", "[")
    # A letter of a name may be spelt by its code, which JSON takes.
    may_hold = is_json and ("tatement" in text or "\\u" in text or "STATEMENT" in text)
    if not text.strip() or not (key in DOCUMENT_KEYS or may_hold):
        return
    data = _read(text)
    if data is None:
        if key in DOCUMENT_KEYS:
            yield Value(text, path)
    elif isinstance(data, Mapping) and _is_document(data):
        yield Value(text, path)
    else:
        yield from _documents(data, path, key)
        yield from _rules_for_principals(data, path)


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _rules_for_principals(data: Any, path: str) -> Iterator[Value]:
    """Access policies of OpenSearch Serverless: a list of rules, each with its principals and no effect."""
    for each in data if isinstance(data, list) else ():
        if isinstance(each, Mapping) and "Principal" in each:
            yield Value({"Statement": [{"Effect": "Allow", "Principal": each["Principal"]}]}, path)


def grants(resource: Resource) -> Iterator[NamedPrincipal]:
    """Everybody whom the properties of a resource name beside its documents."""
    for name, raw in resource.properties.items():
        if raw and (not isinstance(raw, str) or _lower(name) in NAMING_KEYS):
            yield from _grants(raw, name, _lower(name), resource.properties)


def _grants(raw: Any, path: str, key: str, beside: Mapping[str, Any]) -> Iterator[NamedPrincipal]:
    if isinstance(raw, Mapping):
        for name, item in raw.items() if not (key in LABELS or _is_document(raw)) else ():
            yield from _grants(item, f"{path}.{name}", _lower(name), raw)
    elif isinstance(raw, list | tuple):
        for index, item in enumerate(raw):
            yield from _grants(item, f"{path}[{index}]", key, beside)
    elif key in NAMING_KEYS and raw not in (None, MISSING, ""):
        yield _named(Value(raw, path), key, beside)


def _named(value: Value, key: str, beside: Mapping[str, Any]) -> NamedPrincipal:
    if key not in PRINCIPAL_KEYS:
        return NamedPrincipal(value=value, kind="account" if key in ACCOUNT_KEYS else "organisation")
    limits = {SOURCES[_lower(name)]: item for name, item in beside.items() if _lower(name) in SOURCES}
    later = any(item is UNKNOWN for item in limits.values())
    statement = _statement(value.raw, limits) if isinstance(value.raw, str) else None
    return NamedPrincipal(value=value, kind="principal", statement=statement, is_limited_later=later)


SOURCES = {
    "condition": "",
    "organizationid": "aws:PrincipalOrgID",
    "principalorgid": "aws:PrincipalOrgID",
    "sourceaccount": "aws:SourceAccount",
    "sourcearn": "aws:SourceArn",
}
"""Properties, in lower case, that limit a grant which stands beside them, and the condition key that each is."""


def _statement(principal: str, limits: Mapping[str, Any]) -> Statement:
    """A grant as the statement that the service makes of it."""
    conditions: dict[str, dict[str, Any]] = {}
    for key, value in limits.items():
        if isinstance(value, Mapping):
            # EventBridge's own form: `{type: StringEquals, key: aws:PrincipalOrgID, value: …}`.
            conditions.setdefault(str(value.get("type")), {})[str(value.get("key"))] = value.get("value")
        elif isinstance(value, str):
            operator = "ArnLike" if key == "aws:SourceArn" else "StringEquals"
            conditions.setdefault(operator, {})[key] = value
    kind = "Service" if "." in principal and not principal.startswith("arn:") else "AWS"
    raw = {"Effect": "Allow", "Principal": {kind: principal}, "Condition": conditions}
    return statements(Value({"Statement": raw}))[0]
