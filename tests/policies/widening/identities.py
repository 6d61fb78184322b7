"""Identities that may do more: actions, resources and conditions of their documents, and other ways to rights."""

import json

from tests.policies.widening.documents import any_account, foreign, spellings, with_statement
from tests.policies.widening.model import FOREIGN, document, put

OF_TEAMS = ("s3", "secretsmanager", "kms", "iam", "sqs")
"""Services whose resources "identities of foundations and platforms" name no others of."""
KINDS = ("aws:iam/rolePolicy:RolePolicy", "aws:iam/policy:Policy")
ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"
EVERYTHING = {
    "*": {"Action": "*"},
    "**": {"Action": "**"},
    "?*": {"Action": ["?*"]},
    "*:*": {"Action": "*:*"},
    "nearly all services": {"Action": [f"{letter}*" for letter in "abcdefghijklmnopqrstuvwxyz"]},
    "all but billing": {"NotAction": ["aws-portal:*"]},
}
"""ID-02: "no identity may do everything", however it is spelt."""
ANYWHERE = {"*": "*", "arn:*": "arn:*", "*:*": ["*:*"], "any ARN": "arn:aws:*:*:*:*", "?*": "?*"}
ESCALATIONS = {
    "passes any role": {"Action": "iam:PassRole"},
    "passes any role, in capitals": {"Action": "IAM:PASSROLE"},
    "passes any role, by a question mark": {"Action": "iam:Pass?ole"},
    "passes any role, by a prefix": {"Action": "iam:P*"},
    "passes any role to any service": {
        "Action": "iam:PassRole",
        "Condition": {"StringLike": {"iam:PassedToService": "*"}},
    },
    "passes any role of the account": {"Action": "iam:PassRole", "Resource": "arn:aws:iam::{account}:role/*"},
    "rewrites policies": {"Action": "iam:CreatePolicyVersion"},
    "rewrites policies, by a pattern": {"Action": "iam:*Policy*"},
    "attaches policies": {"Action": ["iam:Attach*"]},
    "attaches policies that are not one": {
        "Action": "iam:AttachRolePolicy",
        "Condition": {"ArnNotEquals": {"iam:PolicyARN": ADMIN}},
    },
    "attaches the policy of administrators": {
        "Action": "iam:AttachRolePolicy",
        "Condition": {"ArnEquals": {"iam:PolicyARN": ADMIN}},
    },
    "writes roles": {"Action": "iam:Put*"},
    "writes trust": {"Action": "iam:Update*"},
    "lifts boundaries": {"Action": "iam:Delete*"},
    "makes keys of users": {"Action": "iam:CreateAccessKey"},
    "makes providers of logins": {"Action": "iam:CreateOpenIDConnectProvider"},
    "takes any role": {"Action": "sts:AssumeRole"},
    "takes any role, by a pattern": {"Action": "sts:Assume*"},
    "lends keys": {"Action": "kms:CreateGrant"},
    "writes the policies of keys": {"Action": "kms:PutKeyPolicy"},
    "runs commands on instances": {"Action": ["ssm:SendCommand", "ssm:StartSession"]},
    "starts functions with a role": {
        "Action": ["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"]
    },
    "changes functions": {"Action": "lambda:UpdateFunctionCode"},
    "makes stacks": {"Action": ["cloudformation:CreateStack", "iam:PassRole"]},
    "makes entries of clusters": {"Action": ["eks:CreateAccessEntry", "eks:AssociateAccessPolicy"]},
    "everything of IAM by letters": {"Action": "i?m:*"},
    "everything of IAM but reading": {"NotAction": ["iam:Get*", "iam:List*"]},
}
"""ID-04: "no identity can raise its own rights": by passing a role or by rewriting a policy."""
OF_RESOURCES = ("lends keys", "writes the policies of keys", "makes entries of clusters")
"""Of these ID-17 says that "no identity decides who else gets at a resource"."""


def widenings(stack):
    seen = set()
    for subject, found in richest(stack):
        if subject.kind not in seen and "boundary" not in subject.name:
            yield from given(subject, found, stack)
        seen.add(subject.kind)
        yield from loosened_statements(subject, found, stack)


def richest(stack):
    """The policy with the most statements of each kind, those of a team also by what they are called."""
    for kind in KINDS:
        by_name = {}
        for each in stack.of(kind):
            content = document(each, "policy")
            name = each.properties.get("name") if stack.context.kind == "team" and kind == KINDS[0] else ""
            held = by_name.get(name)
            if content is not None and (
                held is None or len(content["Statement"]) > len(held[1]["Statement"])
            ):
                by_name[name] = each, content
        yield from by_name.values()


def loosened_statements(subject, found, stack):
    if subject.kind == KINDS[0]:
        for index, statement in enumerate(found["Statement"][:6]):
            if statement["Effect"] == "Allow":
                yield from loosened(subject, found, index, stack)


def given(subject, found, stack):
    """A statement more."""
    for what, actions in EVERYTHING.items():
        yield added(subject, found, stack, {**actions, "Resource": "*"}, f"may do {what} on *", ("ID-02",))
    for what, where in ANYWHERE.items():
        yield added(
            subject, found, stack, {"Action": "*", "Resource": where}, f"may do all on {what}", ("ID-02",)
        )
    split = [{"Action": "*", "Resource": "arn:aws:s3:::*"}, {"Action": "*", "NotResource": "arn:aws:s3:::*"}]
    yield added(subject, found, stack, split, "may do all in two statements", ("ID-02",))
    for what, statement in ESCALATIONS.items():
        claims = ("ID-17", "ID-04") if what in OF_RESOURCES else ("ID-04",)
        yield added(subject, found, stack, {"Resource": "*", **statement}, what, claims)
    for what, statement in strangers(stack).items():
        yield added(subject, found, stack, statement, f"reaches {what}", reaching(stack, statement))
    wide = {"Action": "s3:GetObject", "NotResource": "arn:aws:s3:::one/*"}
    yield added(subject, found, stack, wide, "reads all but one bucket", ("ID-03",))
    wide = {"NotAction": "iam:*", "Resource": "arn:aws:s3:::one/*"}
    yield added(subject, found, stack, wide, "may do all but IAM", ("ID-03",))


def strangers(stack):
    """What is not of a team's stack, by how a document may name it."""
    account, region = stack.context.account, stack.context.region
    bucket = f"arn:aws:s3:::paved-{stack.context.stack}"
    read = {"Action": ["s3:GetObject"]}
    return {
        "a bucket of others": {**read, "Resource": "arn:aws:s3:::theirs/*"},
        "buckets by a prefix of ours": {**read, "Resource": f"{bucket}*/*"},
        "buckets by a question mark": {**read, "Resource": f"{bucket}-models-?????????????/*"},
        "buckets of every stack": {**read, "Resource": "arn:aws:s3:::paved-*"},
        "an access point of another account": {
            **read,
            "Resource": f"arn:aws:s3:{region}:{FOREIGN}:accesspoint/a/object/*",
        },
        "secrets of another account": {
            "Action": "secretsmanager:GetSecretValue",
            "Resource": f"arn:aws:secretsmanager:{region}:{FOREIGN}:secret:{stack.context.stack}/a",
        },
        "secrets of every account": {
            "Action": "secretsmanager:GetSecretValue",
            "Resource": f"arn:aws:secretsmanager:*:*:secret:{stack.context.stack}/*",
        },
        "secrets of every stack": {
            "Action": "secretsmanager:GetSecretValue",
            "Resource": f"arn:aws:secretsmanager:{region}:{account}:secret:*/{stack.context.stack}/*",
        },
        "queues of another account": {
            "Action": "sqs:ReceiveMessage",
            "Resource": f"arn:aws:sqs:{region}:{FOREIGN}:paved-{stack.context.stack}-retrain-drift",
        },
        "topics of every account": {
            "Action": "sns:Publish",
            "Resource": f"arn:aws:sns:*:*:paved-{stack.context.stack}-alerts",
        },
        "every key": {"Action": "kms:Decrypt", "Resource": f"arn:aws:kms:{region}:{account}:key/*"},
        "keys by an alias of all": {
            "Action": "kms:Decrypt",
            "Resource": f"arn:aws:kms:*:{account}:key/*",
            "Condition": {"ForAnyValue:StringLike": {"kms:ResourceAliases": "alias/*"}},
        },
        "keys by no alias": {
            "Action": "kms:Decrypt",
            "Resource": f"arn:aws:kms:*:{account}:key/*",
            "Condition": {
                "ForAllValues:StringEquals": {"kms:ResourceAliases": f"alias/paved-{stack.context.stack}"}
            },
        },
        "images of every stack": {
            "Action": "ecr:BatchGetImage",
            "Resource": f"arn:aws:ecr:{region}:{account}:repository/*",
        },
    }


def reaching(stack, statement):
    """Who forbids that a statement names what is not of the stack: ID-10, of foundations for what it names alone."""
    service = listed(statement.get("Action", "*"))[0].partition(":")[0]
    return ("ID-10",) if stack.context.kind == "team" or service in OF_TEAMS else ()


def added(subject, found, stack, statements, what, claims):
    listed = statements if isinstance(statements, list) else [statements]
    whole = [{"Sid": f"Added{index}", "Effect": "Allow", **each} for index, each in enumerate(listed)]
    text = json.dumps([*found["Statement"], *whole]).replace("{account}", stack.context.account)
    content = {**found, "Statement": json.loads(text)}
    return put(subject, "policy", json.dumps(content), f"{what} too", claims)


def loosened(subject, found, index, stack):
    """A statement that allows, with wider actions, resources and conditions."""
    statement = found["Statement"][index]
    for what, claims, other in wider(statement, stack):
        name = f"{statement.get('Sid', index)} {what}"
        whole = {key: value for key, value in {**statement, **other}.items() if value is not None}
        yield with_statement(subject, "policy", found, whole, name, claims, at=index)


def wider(statement, stack):
    team = reaching(stack, statement)
    actions = listed(statement["Action"])
    service = actions[0].partition(":")[0]
    for spelt in ("*", "?*", "**", "*?", "*e*"):
        yield f"may do {service}:{spelt}", ("ID-03",), {"Action": [f"{service}:{spelt}"]}
    yield "may do a service in capitals", ("ID-03",), {"Action": f"{service.upper()}:*"}
    yield (
        "may do all of a service in two halves",
        ("ID-03",),
        {"Action": [f"{service}:{a}*" for a in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]},
    )
    yield "may do all but one action", ("ID-03",), {"Action": None, "NotAction": [f"{service}:DeleteNothing"]}
    resources = listed(statement.get("Resource", "*"))
    if resources != ["*"]:
        yield "on everything", ("ID-03",), {"Resource": "*"}
        yield "on arn:*", ("ID-03",), {"Resource": ["arn:*"]}
        yield "on ?*", ("ID-03",), {"Resource": "?*"}
        yield "on all of the service", ("ID-03",), {"Resource": f"arn:aws:{service}:*:*:*"}
        yield "on a thing of another account", team, {"Resource": [*resources, foreign(resources[0])]}
        if any(part.isdigit() and len(part) == 12 for part in resources[0].split(":")):
            yield "on things of every account", team, {"Resource": any_account({"all": resources})["all"]}
        # Secrets have their stack's name and a slash before theirs: what begins like one is the stack's own.
        if service != "secretsmanager":
            yield "on what begins like it", team, {"Resource": [begins_like(each) for each in resources]}
        yield "on all but it", ("ID-03",), {"Resource": None, "NotResource": resources}
    keys = {key for part in statement.get("Condition", {}).values() for key in part}
    if "kms:ResourceAliases" in keys:
        for what, condition in spellings(statement["Condition"]):
            yield f"with a key by {what}", team, {"Condition": condition}
        aliases = {"ForAllValues:StringEquals": {"kms:ResourceAliases": "alias/theirs"}}
        yield "with a key by every alias of none", team, {"Condition": aliases}
        theirs = {"ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/paved-theirs"}}
        yield "with a key of others", team, {"Condition": theirs}
    if "iam:PassedToService" in keys:
        for what, condition in spellings(statement["Condition"]):
            yield f"to {what}", ("ID-04",), {"Condition": condition}


def begins_like(arn):
    """A pattern of what begins like a bucket, or like another thing."""
    bucket = arn.partition("/")[0] if ":s3:::" in arn else arn
    return f"{bucket.rstrip('*/')}*"


def listed(value):
    return value if isinstance(value, list) else [value]
