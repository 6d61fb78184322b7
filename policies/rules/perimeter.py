"""A rule of where from: what a pod's credentials open, they open inside the account's networks alone."""

from collections.abc import Iterator

from policies.documents import Statement, statements
from policies.resources import JudgedStack, Resource
from policies.rule import EVERYWHERE, Claim, Rule, Severity, claim
from policies.rules.storage import BUCKETS
from reference.vocabulary import BUCKET_POLICY

POD = "aws:principaltag/kubernetes-namespace"
NETWORKS = ("aws:vpceaccount", "aws:vpceorgid", "aws:sourcevpc", "aws:sourcevpce")
ASIDE = {("null", POD), ("boolifexists", "aws:viaawsservice"), ("bool", "aws:viaawsservice")}
"""Conditions that leave pods in: those that a statement about pods has beside the network's."""

DATA = ("s3:GetObject", "s3:ListBucket", "s3:PutObject")


def _inside(bucket: Resource, stack: JudgedStack) -> Iterator[Claim]:
    policies = stack.companions(bucket, BUCKET_POLICY, "bucket", own="bucket")
    found = [each for policy in policies for each in statements(policy.at("policy"))]
    if stack.context.kind != "team" and not any(POD in each.condition_keys for each in found):
        return  # no pod has to do with it
    held = {action for each in found if _keeps_inside(each) for action in each.matches(*DATA)}
    lost = [action for action in DATA if action not in held]
    yield claim(not lost, f"its policy lets pods from outside do {', '.join(lost)}")


def _keeps_inside(each: Statement) -> bool:
    networks = [value for key in NETWORKS for value in each.condition(key, "stringnotequals")]
    beside = {
        (operator, key) for operator, keys in each.conditions.items() for key in keys if key not in NETWORKS
    }
    whole = any(arn.endswith("/*") for arn in each.resources) and len(each.resources) > 1
    return not each.allows and each.is_for_anyone and bool(networks) and whole and beside <= ASIDE


RULES = (
    Rule(
        id="SE-06",
        name="pods-inside",
        title="A hardened bucket lets pods in through the account's own VPC endpoints alone",
        why="Credentials that a pod gives away work from anywhere, until they expire.",
        fix="Deny pods whose request comes by no VPC endpoint of the account, with `aws:VpceAccount`.",
        severity=Severity.MEDIUM,
        enforcement=EVERYWHERE,
        owner="security",
        controls=("AC-4", "SC-7"),
        scope="stack",
        security="hardened",
        kinds=BUCKETS,
        check=_inside,
        note="Whoever is no pod (the deploy role, people) is not meant: a mistake here must not lock out its remedy.",
    ),
)
