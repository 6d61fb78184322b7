"""Root hands file systems over where that is done, by the platform's own image, and nowhere else."""

import copy
from dataclasses import replace

import pytest

from paved.policy.plan_evaluator import PlanEvaluator
from policies.evaluation import evaluate_rule
from policies.registry import BY_ID
from policies.resources import JudgedStack
from reference.releases import release
from reference.vocabulary import UNKNOWN
from tests.conftest import AS_OF, STACKS

JOB = "kubernetes:batch/v1:Job"
NAMESPACE = "kubernetes:core/v1:Namespace"
RULES = ("K8-02", "K8-03", "K8-04", "K8-05", "K8-06", "ID-08")
IMAGE = release("2026.11").tools["busybox"].reference
CONTAINER = "spec.template.spec.containers.0"


@pytest.fixture(scope="module")
def vision(planner):
    return PlanEvaluator(planner, STACKS, AS_OF).judged_stack(planner.plan("vision-prod"))


@pytest.fixture(scope="module")
def platform(planner):
    return PlanEvaluator(planner, STACKS, AS_OF).judged_stack(planner.plan("platform-prod"))


def assigned(properties, path, value):
    changed = copy.deepcopy(properties)
    *outer, last = (int(step) if step.isdigit() else step for step in path.split("."))
    inner = changed
    for step in outer:
        inner = inner[step]
    inner[last] = value
    return changed


def judged(stack, kind, name, rules, path=None, value=None):
    """The rules that a resource of a stack breaks, and those that cannot tell, with one property set to a value."""
    [subject] = [each for each in stack.of(kind) if each.name.endswith(name)]
    changed = replace(subject, properties=assigned(subject.properties, path, value)) if path else subject
    resources = [changed if each is subject else each for each in stack.resources]
    other = JudgedStack(resources, stack.context, stack.settings)
    results = {rule: evaluate_rule(BY_ID[rule], changed, other) for rule in rules}
    broken = {rule for rule, result in results.items() if result.broken}
    return broken, {rule for rule, result in results.items() if result.unsure}


def test_a_hand_over_passes(vision):
    assert judged(vision, JOB, "hand-over", RULES) == (set(), set())


@pytest.mark.parametrize(
    ("path", "value", "broken"),
    [
        ("metadata.namespace", "vision-prod", {"K8-03", "K8-04"}),
        (f"{CONTAINER}.image", IMAGE.partition("@")[0], {"K8-03", "K8-04", "K8-06"}),
        (f"{CONTAINER}.image", IMAGE.replace("busybox", "debian"), {"K8-03", "K8-04", "K8-06"}),
        (f"{CONTAINER}.image", f"{IMAGE[:-1]}0", {"K8-03", "K8-04", "K8-06"}),
        (f"{CONTAINER}.securityContext.capabilities.add", ["CHOWN", "DAC_OVERRIDE"], {"K8-03"}),
        (f"{CONTAINER}.securityContext.capabilities.drop", [], {"K8-03"}),
        (f"{CONTAINER}.securityContext.allowPrivilegeEscalation", True, {"K8-03"}),
        (f"{CONTAINER}.securityContext.privileged", True, {"K8-02"}),
        ("spec.template.spec.securityContext.seccompProfile", {"type": "Unconfined"}, {"K8-04"}),
        ("spec.template.spec.volumes", [{"name": "volume", "hostPath": {"path": "/"}}], {"K8-02", "K8-04"}),
        ("spec.template.spec.automountServiceAccountToken", None, {"ID-08"}),
        ("spec.template.spec.serviceAccountName", "default", {"ID-08"}),
    ],
)
def test_a_hand_over_that_is_more_than_one_is_found(vision, path, value, broken):
    assert judged(vision, JOB, "hand-over", RULES, path, value)[0] == broken


def test_a_hand_over_of_an_image_that_is_not_known_is_not_passed(vision):
    _, unsure = judged(vision, JOB, "hand-over", RULES, f"{CONTAINER}.image", UNKNOWN)
    assert {"K8-03", "K8-04", "K8-06"} <= unsure


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("metadata.name", "kserve"),
        ("metadata.labels", {"pod-security.kubernetes.io/enforce": "privileged"}),
        (
            "metadata.labels",
            {"paved.dev/stack": "vision-prod", "pod-security.kubernetes.io/enforce": "baseline"},
        ),
    ],
)
def test_no_other_namespace_is_at_the_baseline_level(platform, path, value):
    assert judged(platform, NAMESPACE, "hand-overs", ["K8-01"]) == (set(), set())
    assert judged(platform, NAMESPACE, "hand-overs", ["K8-01"], path, value)[0] == {"K8-01"}
