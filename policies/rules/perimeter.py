"""A rule of the network perimeter: a pod's credentials open buckets and queues inside the account's networks alone."""

from collections.abc import Iterator

from policies.conditions import holds_only
from policies.documents import Statement, statements
from policies.ours import Ours, ours
from policies.resources import BUCKETS, JudgedStack, Resource
from policies.rule import EVERYWHERE, Claim, Rule, Severity, claim
from reference.vocabulary import BUCKET_POLICY, SQS_QUEUE_POLICY

POD = "aws:principaltag/kubernetes-namespace"
NETWORKS = ("aws:vpceaccount", "aws:vpceorgid")
FOR_PODS = {
    POD: (("null", "false"),),
    # A service of AWS that acts for a pod comes from a network of its own, by no endpoint of the account.
    "aws:viaawsservice": (("boolifexists", "false"), ("bool", "false")),
}
"""Conditions that a statement about pods may have beside the network's."""

DATA = ("s3:GetObject", "s3:ListBucket", "s3:PutObject")


def _inside(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if subject.kind == SQS_QUEUE_POLICY:
        yield from _queue(subject, stack)
    else:
        yield from _bucket(subject, stack)


def _queue(policy: Resource, stack: JudgedStack) -> Iterator[Claim]:
    found = statements(policy.at("policy"))
    if stack.context.kind != "team" and not any(POD in each.condition_keys for each in found):
        return  # no pod has to do with it
    named = {resource for each in found for resource in each.resources}
    denials = [each for each in found if each.matches("sqs:*") and all(map(each.takes_in, named))]
    # SQS is in the VPC of a request that comes by an endpoint; whose endpoint it is says another key.
    outside = any(_keeps_inside(each, ours(stack)) or _keeps_in_networks(each) for each in denials)
    yield claim(outside, "no statement denies it to pods from outside of VPCs")
    others = any(_keeps_inside(each, ours(stack), where=(("null", "false"),)) for each in denials)
    yield claim(others, "no statement denies it to pods that come by endpoints of other accounts")


def _keeps_in_networks(each: Statement) -> bool:
    whole = {**FOR_PODS, "aws:sourcevpc": (("null", "true"),)}
    return each.denies_everybody and bool(each.actions) and holds_only(each, whole)


def _bucket(bucket: Resource, stack: JudgedStack) -> Iterator[Claim]:
    policies = stack.companions(bucket, BUCKET_POLICY, "bucket", own="bucket")
    found: list[Statement] = []
    for policy in policies:
        found += statements(policy.at("policy"))
    if stack.context.kind != "team" and not any(POD in each.condition_keys for each in found):
        return  # no pod has to do with it
    arn = f"arn:{ours(stack).partition}:s3:::{bucket.properties.get('bucket')}"
    denied: set[str] = set()
    for each in found:
        if _keeps_inside(each, ours(stack)) and each.takes_in(arn) and each.takes_in(f"{arn}/*"):
            denied.update(each.matches(*DATA))
    open_actions = [action for action in DATA if action not in denied]
    yield claim(not open_actions, f"its policy lets pods from outside do {', '.join(open_actions)}")


def _keeps_inside(each: Statement, us: Ours, where: tuple[tuple[str, str], ...] = ()) -> bool:
    """Whether a statement denies pods that come by no endpoint of ours; `where` may be said of the endpoint beside."""
    # StringNotEquals holds where a request has no such key, so what comes by no endpoint at all is denied too.
    # The id of a VPC or an endpoint says nothing of whose it is: the account's endpoints are known by its own id.
    networks: list[str] = []
    for key in NETWORKS:
        networks += each.condition(key, "stringnotequals")
    inside = bool(networks) and all(us.has_name(value) for value in networks)
    # Conditions add up: one more that is not about pods would let some of them out.
    about_pods = {key: FOR_PODS.get(key, ()) for key in each.condition_keys}
    of_us = tuple(("stringnotequals", value) for value in networks)
    about_pods |= dict.fromkeys(NETWORKS, of_us + where)
    return each.denies_everybody and bool(each.actions) and inside and holds_only(each, about_pods)


RULES = (
    Rule(
        id="SE-06",
        name="pods-inside",
        title="A hardened bucket or queue lets pods in through the account's own VPC endpoints alone",
        why="Credentials that a pod gives away work from anywhere, until they expire.",
        fix="Deny pods whose request comes by no VPC endpoint of the account, with `aws:VpceAccount`.",
        severity=Severity.MEDIUM,
        enforcement=EVERYWHERE,
        owner="security",
        controls=("AC-4", "SC-7"),
        scope="stack",
        security="hardened",
        kinds=(*BUCKETS, SQS_QUEUE_POLICY),
        check=_inside,
        note="Whoever is no pod (the deploy role, people) is not meant: a mistake here must not lock out its remedy.",
    ),
)
