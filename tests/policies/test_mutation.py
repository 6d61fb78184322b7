"""Deleting or opening any one property, statement or resource of a sample plan raises exactly what is expected.

tests/golden/policies/mutations.json names it, for one resource of each kind in three stacks. What is changed without
a finding is listed beside: a property that protects must not stand there.
"""

from pathlib import Path

import pytest
import yaml

from paved.policy.plan_evaluator import PlanEvaluator
from policies.registry import RULES
from policies.resources import JudgedStack, Resource
from tests.conftest import AS_OF, STACKS
from tests.policies.reads import Evaluations, findings
from tests.policies.weakening import weakened

SAMPLES = ("foundation-prod", "platform-prod", "vision-prod")
UNRAISED = yaml.safe_load((Path(__file__).parent / "unraised.yaml").read_text(encoding="utf-8"))
EVERY = 60
"""Of so many changes one is judged by every rule on every resource."""


@pytest.fixture(scope="module")
def unchanged(planner):
    """By stack: what the rules find on it as it is."""
    evaluator = PlanEvaluator(planner, STACKS, AS_OF)
    stacks = {name: evaluator.judged_stack(planner.plan(name)) for name in SAMPLES}
    return {name: Evaluations(stack, RULES) for name, stack in stacks.items()}


@pytest.fixture(scope="module")
def mutated(unchanged):
    """By stack: what each deletion raises, as rule ids."""
    return {name: dict(deletions(evaluations)) for name, evaluations in unchanged.items()}


def deletions(evaluations):
    for name, subject, changed in mutations(evaluations.stack):
        yield name, raised(evaluations, subject, changed)


def mutations(stack):
    """What is changed, the resource that is changed, and what it becomes: None where it is deleted."""
    seen = set()
    for subject in stack.resources:
        if subject.kind in seen or subject.kind.startswith(("paved:", "pulumi:pulumi:StackReference")):
            continue
        seen.add(subject.kind)
        yield subject.kind, subject, None
        for path, changed in weakened(subject):
            yield f"{subject.kind} {path}", subject, changed


def raised(evaluations, subject, changed):
    """The rules that find something new, of those that look at the changed resource: no other can differ."""
    stack = without(evaluations.stack, subject, changed)
    found = set()
    for rule, about in evaluations.affected(subject):
        if about.urn in stack.by_urn:
            found |= findings(rule, stack.by_urn[about.urn], stack)
    return sorted({rule for rule, _, _ in found - evaluations.found})


def without(stack: JudgedStack, subject: Resource, changed: Resource | None) -> JudgedStack:
    kept = [changed if each is subject else each for each in stack.resources]
    return JudgedStack([each for each in kept if each is not None], stack.context, stack.settings)


@pytest.mark.parametrize("name", SAMPLES)
def test_rules_that_do_not_look_at_a_resource_find_the_same(name, unchanged):
    evaluations = unchanged[name]
    for _, subject, changed in list(mutations(evaluations.stack))[::EVERY]:
        stack = without(evaluations.stack, subject, changed)
        found = set()
        for rule in RULES:
            for each in stack.of(*rule.kinds):
                found |= findings(rule, each, stack)
        whole = {rule for rule, _, _ in found - evaluations.found}
        assert sorted(whole) == raised(evaluations, subject, changed)


def test_each_deletion_raises_exactly_what_is_expected(mutated, golden):
    golden("policies/mutations.json", mutated)


def test_the_figures_of_the_mutations(mutated, golden):
    total = sum(map(len, mutated.values()))
    caught = [rules for each in mutated.values() for rules in each.values() if rules]
    rules = sorted({rule for found in caught for rule in found})
    lines = [
        f"{total} changes, each deleting or opening one thing, over {len(SAMPLES)} sample stacks",
        f"{len(caught)} of them raise a finding, of {len(rules)} of the {len(RULES)} rules: {' '.join(rules)}",
    ]
    golden("policies/mutations.txt", "\n".join(lines) + "\n")


def test_a_rule_that_no_change_raises_has_a_reason(mutated):
    raised_ones = {rule for each in mutated.values() for rules in each.values() for rule in rules}
    assert set(UNRAISED) == {rule.id for rule in RULES if rule.check} - raised_ones
    assert all(len(why) > 20 for why in UNRAISED.values())


PROTECTIVE = {
    "foundation-prod": {
        "aws:eks/cluster:Cluster encryptionConfig": {"EN-05"},
        "aws:eks/cluster:Cluster vpcConfig.endpointPublicAccess": {"NW-03"},
        "aws:kms/key:Key enableKeyRotation": {"EN-03"},
        "aws:kms/key:Key (protect)": {"DR-04"},
        "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": {"NW-02"},
        "aws:ec2/flowLog:FlowLog": {"NW-05"},
        "aws:ec2/launchTemplate:LaunchTemplate metadataOptions.httpTokens": {"NW-07"},
    },
    "vision-prod": {
        "aws:s3/bucketVersioning:BucketVersioning": {"DR-01"},
        "aws:s3/bucketPolicy:BucketPolicy": {"EN-02", "ID-13", "SE-06"},
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": {"NW-06"},
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": {"EN-01"},
        "aws:budgets/budget:Budget": {"CO-02", "CO-09"},
        "kubernetes:core/v1:ResourceQuota": {"K8-08"},
        "kubernetes:policy/v1:PodDisruptionBudget": {"RE-02"},
        "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass spec.userData": {"K8-12", "RE-11"},
        "kubernetes:core/v1:Namespace metadata.labels.pod-security.kubernetes.io/enforce": {"K8-01"},
    },
}


@pytest.mark.parametrize(
    ("stack", "what", "rules"),
    [(stack, what, rules) for stack, each in PROTECTIVE.items() for what, rules in each.items()],
)
def test_a_protective_property_is_missed_by_its_own_rule(stack, what, rules, mutated):
    assert set(mutated[stack][what]) == rules
