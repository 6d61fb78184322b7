"""Rules of VPC endpoints: their policies let through the account's own, and reading of what they name."""

import re
from collections.abc import Iterator

from policies.documents import Statement, allow_statements
from policies.resources import JudgedStack, Resource, exists
from policies.rule import EVERYWHERE, Claim, Rule, Severity, claim
from reference.vocabulary import VPC_ENDPOINT

SEPARATE = "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy"
OWNERS = (
    "aws:principalaccount",
    "aws:principalorgid",
    "aws:resourceaccount",
    "aws:resourceorgid",
)
"""Condition keys that hold a call to the account or organisation of the caller, or of what is called."""

READING = ("get", "list", "describe", "assumerolewith")
"""Beginnings of actions that change nothing, or only begin a session which a trust policy has to admit."""

NAMED = re.compile(r"arn:[^:]+:[^:]+:[^:]*:(:(?!\*).+|[0-9]{12}:.+)")
"""An ARN with the name of a resource, or with an account: a bucket's has no account in it."""


def _closed(endpoint: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if endpoint.at("vpcEndpointType").equals("GatewayLoadBalancer"):
        return  # it takes no policy
    separate = stack.companions(endpoint, SEPARATE, "vpcEndpointId")
    given = endpoint.at("policy").is_given | exists(separate, stack.unresolved(SEPARATE, "vpcEndpointId"))
    yield claim(given, "it has no `policy`, so AWS gives it one that allows everything to everybody")
    documents = [endpoint.at("policy")]
    documents += [each.at("policy") for each in separate]
    for document in documents:
        for each in allow_statements(document):
            yield from _limited(each)


def _limited(each: Statement) -> Iterator[Claim]:
    # StringEquals alone: StringNotEquals lets in every account but one, StringLike whatever a `*` takes in.
    owners: list[str] = []
    for key in OWNERS:
        owners += each.condition(key, "stringequals")
    if not each.is_for_anyone or (owners and not any("*" in value for value in owners)):
        return
    named = bool(each.resources) and all(NAMED.fullmatch(arn) for arn in each.resources)
    yield claim(named, f"statement `{each.sid}` opens everything to everybody")
    changing = [action for action in each.actions if not _reads(action)]
    yield claim(not changing, f"statement `{each.sid}` lets everybody do {', '.join(changing)}")


def _reads(action: str) -> bool:
    return action.lower().partition(":")[2].startswith(READING)


RULES = (
    Rule(
        id="NW-10",
        name="endpoint-policy",
        title="A VPC endpoint lets through what is the account's own",
        why="Through an open endpoint anybody's credentials carry data out of the network, past every firewall.",
        fix="Give it a `policy` that pins `aws:PrincipalAccount` or names what is read of others.",
        severity=Severity.HIGH,
        enforcement=EVERYWHERE,
        owner="security",
        scope="stack",
        kinds=(VPC_ENDPOINT,),
        check=_closed,
        note="Reading what is named of others is let through: an image's layers are in a bucket of its registry.",
    ),
)
