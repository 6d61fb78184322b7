"""Rules of VPC endpoints: their policies let through the account's own, and reading of what they name."""

import re
from collections.abc import Iterator
from dataclasses import replace

from policies.conditions import keeps_resources
from policies.documents import Statement, allow_statements
from policies.ours import Ours, ours
from policies.principals import strangers
from policies.resources import JudgedStack, Resource, exists
from policies.rule import EVERYWHERE, Claim, Rule, Severity, claim
from reference.vocabulary import VPC_ENDPOINT

SEPARATE = "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy"
READING = ("get", "list", "describe", "assumerolewith")
"""Beginnings of actions that change nothing, or only begin a session which a trust policy has to admit."""

NAMED = re.compile(r"arn:[^:*?]+:[^:*?]+:[^:*?]*:(:[^:*?/]{8}.*|(?P<account>[0-9]{12}):.+)")
"""An ARN with the name of a resource, or with an account: a bucket's has no account in it."""


def _closed(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    # The foundation's file may name accounts beside it, which deploy from here or keep Pulumi's state.
    us = replace(ours(stack), accounts=ours(stack).accounts.union(stack.context.endpoint_accounts))
    documents = [subject.at("policy")]
    if subject.at("vpcEndpointType").equals("GatewayLoadBalancer"):
        return  # it takes no policy
    if subject.kind == VPC_ENDPOINT:
        separate, claims = _given(subject, stack)
        yield from claims
        documents = [each.at("policy") for each in (subject, *separate)]
    elif stack.targets(subject, "vpcEndpointId", VPC_ENDPOINT):
        return  # judged with its endpoint
    for document in documents:
        for each in allow_statements(document):
            yield from _limited(each, us)


def _given(endpoint: Resource, stack: JudgedStack) -> tuple[list[Resource], list[Claim]]:
    """The policies beside an endpoint, and whether it has any."""
    separate = stack.companions(endpoint, SEPARATE, "vpcEndpointId")
    given = endpoint.at("policy").is_given | exists(separate, stack.unresolved(SEPARATE, "vpcEndpointId"))
    said = claim(given, "it has no `policy`, so AWS gives it one that allows everything to everybody")
    return separate, [said]


def _limited(each: Statement, us: Ours) -> Iterator[Claim]:
    found = strangers(each, us)
    if not found or keeps_resources(each, us):
        return
    named = bool(each.resources) and all(_is_named(arn, us) for arn in each.resources)
    yield claim(named, f"{each.shown} opens to {', '.join(found)} what it does not name")
    changing = [action for action in each.actions if not _reads(action)]
    changing += [f"all but {action}" for action in each.not_actions]
    yield claim(not changing, f"{each.shown} lets {', '.join(found)} do {', '.join(changing)}")


def _is_named(arn: str, us: Ours) -> bool:
    parts = NAMED.fullmatch(arn)
    return parts is not None and (parts["account"] is None or us.has_arn(arn))


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
        kinds=(VPC_ENDPOINT, SEPARATE),
        check=_closed,
        note="Reading what is named of others is let through: an image's layers are in a bucket of its registry.",
    ),
)
