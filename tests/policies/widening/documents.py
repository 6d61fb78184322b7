"""Policy documents that let in more: other principals, conditions that never bite, denials that deny little."""

import copy
import json

from tests.policies.widening.model import FOREIGN, change, document, tables

TABLES = tables("documents")
TRUST = "aws:iam/role:Role"
BUCKET_POLICY = "aws:s3/bucketPolicy:BucketPolicy"
KEY = "aws:kms/key:Key"
QUEUE_POLICY = "aws:sqs/queuePolicy:QueuePolicy"
TOPIC_POLICY = "aws:sns/topicPolicy:TopicPolicy"
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
RESOURCE_POLICIES = {
    BUCKET_POLICY: "policy",
    KEY: "policy",
    QUEUE_POLICY: "policy",
    TOPIC_POLICY: "policy",
    ENDPOINT: "policy",
    TRUST: "assumeRolePolicy",
}
"""The kinds that let somebody in, and the property that says whom."""
OPENING = {
    TRUST: ("ID-05",),
    KEY: ("EN-04",),
    ENDPOINT: ("NW-10",),
    "bucket of a team": ("ID-10",),
}
"""Who forbids that a document lets in others: a role is "taken by exactly whom it is for", a key is "closed to other
accounts", an endpoint "lets through what is the account's own", and a team's bucket is reached by "nobody else's"."""
NEGATED = {
    "StringEquals": "StringNotEquals",
    "StringLike": "StringNotLike",
    "ArnEquals": "ArnNotEquals",
    "ArnLike": "ArnNotLike",
}
PINS = tuple(NEGATED)
"""Operators that pin a value."""
NARROWED_BY_SID = {
    (BUCKET_POLICY, "DenyPlainHttp"): ("EN-02",),
    (BUCKET_POLICY, "DenyOtherEncryption"): ("EN-01",),
    (BUCKET_POLICY, "DenyCustomerKeys"): ("EN-01",),
    (BUCKET_POLICY, "DenyEarlyDeletion"): ("DR-02",),
    (QUEUE_POLICY, "DenyPlainHttp"): ("EN-02",),
    (TOPIC_POLICY, "DenyPlainHttp"): ("EN-02",),
    (BUCKET_POLICY, "DenyPodsOutsideEndpoints"): ("SE-06",),
    (BUCKET_POLICY, "DenyPodsOfOtherNamespaces"): ("ID-13",),
    (BUCKET_POLICY, "DenyStrangers1"): ("ID-13",),
    (BUCKET_POLICY, "DenyWriters1"): ("ID-13",),
    (KEY, "DenyPodsOfOtherNamespaces"): ("ID-13",),
}
"""Denials that a rule asks for: a bucket, a queue and a topic answer "TLS alone", a bucket lets pods in "through the
account's own VPC endpoints alone" and "refuses pods of other teams". That others bite is nobody's claim."""
BOUNDING = {"NoOtherRights": "iam:PutRolePolicy", "KeepProtection": "s3:DeleteBucket"}
"""Denials of a boundary, by ID-06's note over "rights, keys and buckets", and an action that each keeps from a team."""


def widenings(stack):
    for subject, key, found in documents(stack):
        claims = opening_claims(subject, stack)
        yield from opened(subject, key, found, stack, claims)
        yield from loosened(subject, key, found, claims)
        yield from undenied(subject, key, found)
    for subject in stack.of("aws:iam/policy:Policy"):
        yield from unbound(subject, document(subject, "policy"))


def documents(stack):
    """The document with the most statements of each kind; of roles one for each kind of principal."""
    for kind, key in RESOURCE_POLICIES.items():
        found = [(each, document(each, key)) for each in stack.of(kind)]
        by_principal = {}
        for each, content in found:
            if content is None:
                continue
            who = json.dumps(content["Statement"][0].get("Principal"))[:18] if kind == TRUST else ""
            longest = by_principal.get(who)
            if longest is None or len(content["Statement"]) > len(longest[1]["Statement"]):
                by_principal[who] = each, content
        for each, content in by_principal.values():
            yield each, key, content


def opening_claims(subject, stack):
    if subject.kind == BUCKET_POLICY and stack.context.kind == "team":
        return ("ID-12", "ID-10")
    return (
        OPENING[subject.kind]
        if subject.kind in (TRUST, ENDPOINT)
        else ("ID-12", *OPENING.get(subject.kind, ()))
    )


def opened(subject, key, found, stack, claims):
    """A statement more, like the first that allows, for somebody else."""
    model = next((each for each in found["Statement"] if each["Effect"] == "Allow"), None)
    action, resource = ("sts:AssumeRole", None) if subject.kind == TRUST else ("*", "*")
    if model is None or subject.kind == TRUST:
        model = {"Effect": "Allow", "Action": action} | ({"Resource": resource} if resource else {})
    for what, principal in TABLES["principals"].items():
        statement = {key: each for key, each in model.items() if key not in ("Condition", "NotPrincipal")}
        own = f"arn:aws:iam::{stack.context.account}:root"
        statement |= {"Sid": "Added", "Principal": json.loads(json.dumps(principal).replace("{root}", own))}
        if "Federated" in str(principal) and subject.kind == TRUST:
            statement["Action"] = "sts:AssumeRoleWithSAML"
        yield with_statement(subject, key, found, statement, f"lets in {what}", claims)
    statement = {**model, "Sid": "Added", "NotPrincipal": {"AWS": f"arn:aws:iam::{FOREIGN}:root"}}
    statement.pop("Principal", None)
    statement.pop("Condition", None)
    yield with_statement(subject, key, found, statement, "lets in all but one account", claims)
    yield from pinned_badly(subject, key, found, model, claims)


def pinned_badly(subject, key, found, model, claims):
    """A statement more, for everybody under a condition that lets others in."""
    for what, condition in TABLES["conditions"].items():
        statement = {**model, "Sid": "Added", "Principal": {"AWS": "*"}, "Condition": condition}
        yield with_statement(subject, key, found, statement, f"lets in everybody under {what}", claims)


def loosened(subject, key, found, claims):
    """A condition that pins who may, written so that it never bites."""
    for index, statement in enumerate(found["Statement"]):
        condition = statement.get("Condition", {})
        pins = {operator: keys for operator, keys in condition.items() if operator in PINS}
        if statement["Effect"] == "Allow" and pins:
            for what, changed in spellings(condition):
                if only_respelt(condition, changed):
                    continue
                where = f"{statement.get('Sid', index)} pins {what}"
                other = {**statement, "Condition": changed}
                yield with_statement(subject, key, found, other, where, claims, at=index)


def spellings(condition):
    """What a condition becomes where each pin of it is spelt so that it lets through more."""
    yield "everything by pattern", each_pin(condition, lambda operator, keys: ("StringLike", over(keys, "*")))
    yield "any text", each_pin(condition, lambda operator, keys: ("StringLike", over(keys, "?*")))
    yield (
        "any value, in a list",
        each_pin(condition, lambda operator, keys: ("StringLike", over(keys, ["x", "*"]))),
    )
    yield "that a key exists", each_pin(condition, lambda operator, keys: ("Null", over(keys, "false")))
    yield (
        "only where the key is there",
        each_pin(condition, lambda operator, keys: (f"{operator}IfExists", keys)),
    )
    yield (
        "every value of none",
        each_pin(condition, lambda operator, keys: (f"ForAllValues:{operator}", keys)),
    )
    yield (
        "all but a stranger",
        each_pin(condition, lambda operator, keys: (NEGATED[operator], over(keys, "nobody"))),
    )
    yield "a foreign account too", each_pin(condition, lambda operator, keys: (operator, with_foreign(keys)))
    yield (
        "an account by pattern",
        each_pin(condition, lambda operator, keys: ("StringLike", any_account(keys))),
    )
    yield "the time instead", {"DateGreaterThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}
    yield "a key that says nothing of whom", {"Bool": {"aws:SecureTransport": "true"}}


def only_respelt(condition, changed):
    """Whether a condition has the values that it had, and none of them is a pattern."""
    before, after = ([keys for _, keys in sorted(each.items())] for each in (condition, changed))
    return before == after and "IfExists" not in str(changed) and "ForAll" not in str(changed)


def each_pin(condition, spelt):
    changed = {}
    for operator, keys in condition.items():
        other, values = spelt(operator, keys) if operator in PINS else (operator, keys)
        changed[other] = {**changed.get(other, {}), **values}
    return changed


def over(keys, value):
    return dict.fromkeys(keys, value)


def with_foreign(keys):
    """Each list of values with one like its first, of another account."""
    found = {}
    for key, values in keys.items():
        listed = values if isinstance(values, list) else [values]
        found[key] = [*listed, foreign(listed[0])]
    return found


def foreign(value):
    """A text like this one, of somebody else."""
    if ":s3:::" in value:
        return value.replace(":s3:::", ":s3:::theirs-")
    parts = [FOREIGN if part.isdigit() and len(part) == 12 else part for part in value.split(":")]
    other = ":".join(parts)
    return other if other != value else f"{value}-of-others"


def any_account(keys):
    found = {}
    for key, values in keys.items():
        listed = values if isinstance(values, list) else [values]
        found[key] = ["*" if text.isdigit() else accountless(text) for text in listed]
    return found


def accountless(text):
    return ":".join("*" if part.isdigit() and len(part) == 12 else part for part in text.split(":"))


def undenied(subject, key, found):
    """A denial that denies less, or nobody, or never."""
    for index, statement in enumerate(found["Statement"]):
        if statement["Effect"] == "Deny":
            claims = NARROWED_BY_SID.get((subject.kind, statement.get("Sid")), ())
            for what, other in narrowed(statement):
                where = f"{statement.get('Sid', index)} {what}"
                yield with_statement(subject, key, found, other, where, claims, at=index)


def unbound(subject, found):
    """A boundary that allows an action which its denial does not keep back any more: one alone would do no harm."""
    for index, statement in enumerate(found["Statement"] if found else ()):
        action = BOUNDING.get(statement.get("Sid"))
        if action is not None:
            allowed = {"Sid": "Added", "Effect": "Allow", "Action": action, "Resource": "*"}
            more = {**found, "Statement": [*found["Statement"], allowed]}
            for what, other in narrowed(statement):
                name = f"allows {action}, {statement['Sid']} {what}"
                yield with_statement(subject, "policy", more, other, name, ("ID-06",), at=index)


def narrowed(statement):
    condition = statement.get("Condition", {})
    actions = statement.get("Action", ["*"])
    service = (actions if isinstance(actions, list) else [actions])[0].partition(":")[0]
    resources = statement.get("Resource", ["*"])
    first = resources[0] if isinstance(resources, list) else resources
    yield "denies one action", {**statement, "Action": f"{service}:ListNothing"}
    yield "denies all but what it names", inverted(statement, "Action", ["*"])
    yield "denies one thing", {**statement, "Resource": f"{first.rstrip('*')}/one"}
    yield "denies nothing by NotResource", inverted(statement, "Resource", ["*"])
    yield (
        "denies on a day that is past",
        both(statement, condition, {"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}),
    )
    yield (
        "denies a foreign account alone",
        both(statement, condition, {"StringEquals": {"aws:PrincipalAccount": FOREIGN}}),
    )
    yield "denies one address", both(statement, condition, {"IpAddress": {"aws:SourceIp": "192.0.2.1/32"}})
    yield "denies what does not exist", both(statement, condition, {"Null": {"aws:PrincipalType": "true"}})
    yield "denies no value", both(statement, condition, {"ForAnyValue:StringEquals": {"aws:TagKeys": []}})
    if "Principal" in statement:
        yield "denies one role", {**statement, "Principal": {"AWS": f"arn:aws:iam::{FOREIGN}:role/eve"}}
        yield "denies a service", {**statement, "Principal": {"Service": "ec2.amazonaws.com"}}
        yield "denies all but everybody", inverted(statement, "Principal", {"AWS": "*"})
    if "Bool" in condition:
        turned = {key: "true" if value == "false" else "false" for key, value in condition["Bool"].items()}
        yield "denies the other way", {**statement, "Condition": {**condition, "Bool": turned}}


def inverted(statement, key, value):
    kept = {each: content for each, content in statement.items() if each != key}
    return {**kept, f"Not{key}": value}


def both(statement, condition, more):
    merged = copy.deepcopy(condition)
    for operator, keys in more.items():
        merged[operator] = {**merged.get(operator, {}), **keys}
    return {**statement, "Condition": merged}


def with_statement(subject, key, found, statement, what, claims, at=None):
    """A widening by one statement, in the place of another or behind them all."""
    statements = list(found["Statement"])
    if at is None:
        statements.append(statement)
    else:
        statements[at] = statement
    content = json.dumps({**found, "Statement": statements})
    return change(subject, f"{key} {what}", claims, {**subject.properties, key: content})
