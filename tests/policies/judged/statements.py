"""Statements of a bucket's policy: every form of principal under every form of condition.

    python -m tests.policies.judged.statements > /tmp/statements.json
    node tests/policies/judged/judge.mjs < /tmp/statements.json > tests/policies/judged/verdicts.json

records anew what `@cloud-copilot/iam-simulate` (npm, a simulator of IAM that is no part of Paved) decides of them for
strangers: a role of another account with every right there, somebody without an account, and a service of AWS that acts
for another account. `npm install --no-save @cloud-copilot/iam-simulate` has it first.
"""

import itertools
import json
import sys

OURS, FOREIGN = "111122223333", "999900001111"
PRINCIPALS = {
    "everybody": "*",
    "everybody of AWS": {"AWS": "*"},
    "our account": {"AWS": OURS},
    "our root": {"AWS": f"arn:aws:iam::{OURS}:root"},
    "our role": {"AWS": f"arn:aws:iam::{OURS}:role/reader"},
    "another account": {"AWS": FOREIGN},
    "another root": {"AWS": f"arn:aws:iam::{FOREIGN}:root"},
    "another role": {"AWS": f"arn:aws:iam::{FOREIGN}:role/reader"},
    "another session": {"AWS": f"arn:aws:sts::{FOREIGN}:assumed-role/reader/me"},
    "ours and another": {"AWS": [f"arn:aws:iam::{OURS}:root", FOREIGN]},
    "a service": {"Service": "cloudtrail.amazonaws.com"},
    "a service and ours": {"Service": "cloudtrail.amazonaws.com", "AWS": OURS},
}
VALUES = {
    "aws:PrincipalAccount": (OURS, FOREIGN, "*"),
    "aws:PrincipalArn": (
        f"arn:aws:iam::{OURS}:role/reader",
        f"arn:aws:iam::{OURS}:*",
        "arn:aws:iam::*:role/reader",
        "arn:*",
        f"arn:aws:iam::{FOREIGN}:role/reader",
    ),
    "aws:PrincipalOrgID": ("o-ours123456", "o-theirs1234", "o-*"),
    "aws:PrincipalOrgPaths": ("o-ours123456/r-1/*", "o-theirs1234/*", "*"),
    "aws:SourceAccount": (OURS, FOREIGN, "?*"),
    "aws:SourceArn": (
        f"arn:aws:cloudtrail:*:{OURS}:trail/*",
        "arn:aws:cloudtrail:*:*:trail/*",
        f"arn:aws:*:{OURS}:*",
        "arn:aws:s3:::theirs",
    ),
    "aws:SourceVpce": ("vpce-1", "*"),
    "aws:PrincipalTag/team": ("vision",),
}
OPERATORS = (
    "StringEquals",
    "StringLike",
    "StringEqualsIgnoreCase",
    "ArnEquals",
    "ArnLike",
    "StringNotEquals",
)
FORMS = ("{}", "{}IfExists", "ForAllValues:{}", "ForAnyValue:{}")
OTHERS = (
    {},
    {"Null": {"aws:PrincipalAccount": "false"}},
    {"Null": {"aws:PrincipalAccount": "true"}},
    {"Bool": {"aws:SecureTransport": "true"}},
    {"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}},
    {"IpAddress": {"aws:SourceIp": ["0.0.0.0/1", "128.0.0.0/1"]}},
    {"DateGreaterThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}},
    {"StringEquals": {"aws:PrincipalAccount": [OURS, FOREIGN]}},
    {"StringEquals": {"aws:PrincipalAccount": "${aws:PrincipalAccount}"}},
    {"StringEquals": {"aws:PrincipalAccount": OURS}, "StringLike": {"aws:PrincipalArn": "*"}},
    {"StringEqualsIfExists": {"aws:SourceAccount": OURS}, "Null": {"aws:SourceAccount": "false"}},
    {"ForAllValues:StringEquals": {"aws:PrincipalAccount": OURS}, "Null": {"aws:PrincipalAccount": "false"}},
)


def conditions():
    """Each condition: a form of an operator over one key and one value, and some that are put together."""
    yield from OTHERS
    for key, values in VALUES.items():
        for value, operator, form in itertools.product(values, OPERATORS, FORMS):
            if not (operator.startswith("Arn") and not key.endswith("Arn")):
                yield {form.format(operator): {key: value}}


def statements():
    """Every statement, in the order in which the verdicts are recorded."""
    for principal, condition in itertools.product(PRINCIPALS.values(), conditions()):
        statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::ours/*"}
        yield statement | {"Principal": principal} | ({"Condition": condition} if condition else {})


if __name__ == "__main__":
    json.dump(list(statements()), sys.stdout)
