"""The text of the policies and their targets. `test_admission_server` asks a real API server for their effect."""

from dataclasses import asdict, replace

import pytest

from components.platform.admission import Admission, AdmissionArgs
from components.platform.admission_frameworks import job_kinds, match_conditions
from components.platform.admission_grants import Grants, with_grants
from components.platform.admission_jobs import job_rules, new_pod_rules
from components.platform.admission_objects import (
    entrance_rules,
    member_rules,
    operator_rules,
    service_rules,
)
from components.platform.admission_promotions import promotion_conditions, promotion_rules
from components.platform.admission_rules import JobChoices, name_rules, pod_rules, tenancy_rules
from components.platform.team_images import TeamImages

POLICY = "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy"
BINDING = "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding"
IMAGES = TeamImages(account="111122223333", registry="registry.example.com", shared=["nvcr.io/"], closed=True)
CHOICES = JobChoices(priorities=["urgent", "experiment"], accelerators=["h100", "l40s"], images=IMAGES)
ARGS = AdmissionArgs(
    environment="prod",
    data_classes=["internal", "public"],
    dedicated_to=None,
    choices=CHOICES,
    frameworks=["ray", "trainer"],
    labels={"team": "platform"},
)


GRANTS = Grants(
    platform="platform-prod",
    stacks={
        "vision-prod": {"rack": "platform-prod.rack", "block": "platform-prod.block"},
        "search-prod": {"rack": "platform-prod.rack"},
    },
)


@pytest.fixture
def planned(plan_program):
    return plan_program(lambda: Admission("admission", ARGS))


def test_every_rule_matches_its_golden_file(golden):
    """A rule is a sentence of CEL: a changed word shows as a diff."""
    policies = {
        "pods": pod_rules(),
        "new-pods": new_pod_rules(IMAGES),
        "new-pods-open": new_pod_rules(replace(IMAGES, shared=[], closed=False)),
        "services": service_rules(),
        "entrances": entrance_rules(),
        "operators": operator_rules(),
        "members": member_rules(),
        "promotions": promotion_rules(),
        **{kind.policy: kind.rules for kind in job_kinds(["ray", "trainer"], CHOICES)},
        "pods-granted": with_grants(pod_rules(), GRANTS),
        "jobs-granted": with_grants(job_rules(CHOICES), GRANTS),
        "names": name_rules("prod"),
        "tenants": tenancy_rules(["public", "internal"], None),
        "tenants-dedicated": tenancy_rules(["regulated"], "risk"),
    }
    golden("components/admission_rules.json", {name: asdict(rules) for name, rules in policies.items()})


def test_a_request_that_cannot_be_judged_is_refused(planned):
    assert [policy.inputs["spec"]["failurePolicy"] for policy in planned.of(POLICY)] == ["Fail"] * 15


def test_every_policy_is_bound_and_denies(planned):
    bindings = {b.inputs["spec"]["policyName"]: b for b in planned.of(BINDING)}
    assert sorted(bindings) == sorted(p.inputs["metadata"]["name"] for p in planned.of(POLICY))
    for policy in planned.of(POLICY):
        binding = bindings[policy.inputs["metadata"]["name"]]
        assert binding.inputs["spec"]["validationActions"] == ["Deny"]
        assert policy.urn in binding.depends_on


def test_only_namespaces_of_stacks_are_judged(planned):
    of_stacks = {"matchExpressions": [{"key": "paved.dev/stack", "operator": "Exists"}]}
    matches = {p.inputs["metadata"]["name"]: p.inputs["spec"]["matchConstraints"] for p in planned.of(POLICY)}
    assert matches.pop("paved-tenants")["objectSelector"] == of_stacks
    # By its name a namespace may be a stack's without the label: then nothing else would judge what is in it.
    assert set(matches.pop("paved-names")) == {"resourceRules"}
    assert {name for name, each in matches.items() if each["namespaceSelector"] != of_stacks} == set()


def test_a_toleration_added_later_is_judged_too(planned):
    [rule] = planned.one(POLICY, "admission-paved-pods").inputs["spec"]["matchConstraints"]["resourceRules"]
    assert rule["operations"] == ["CREATE", "UPDATE"]


def test_a_platform_judges_the_jobs_of_its_own_frameworks():
    assert [kind.policy for kind in job_kinds([], CHOICES)] == ["paved-jobs", "paved-cron-jobs"]
    assert [kind.policy for kind in job_kinds(["ray"], CHOICES)] == [
        "paved-jobs",
        "paved-cron-jobs",
        "paved-ray-clusters",
        "paved-ray-jobs",
    ]


def test_controllers_that_make_jobs_of_judged_jobs_are_trusted():
    trusted = match_conditions()["made-by-hand"]
    for namespace in ("kubeflow-system", "kuberay-system", "kueue-system"):
        assert f"system:serviceaccount:{namespace}:" in trusted
    assert "keda" not in trusted


def test_no_controller_is_a_way_to_the_account_of_promotions(planned):
    [policy] = [p for p in planned.of(POLICY) if p.inputs["metadata"]["name"] == "paved-promotions"]
    conditions = {each["name"]: each["expression"] for each in policy.inputs["spec"]["matchConditions"]}
    assert conditions == promotion_conditions()
    assert "made-by-hand" in match_conditions() and "made-by-hand" not in conditions
    assert not any("system:serviceaccount:" in each for each in conditions.values())


def test_a_policy_on_every_kind_leaves_the_kinds_of_no_namespace_alone(planned):
    """The selector of namespaces would not hold back requests for nodes or volumes."""
    for policy in planned.of(POLICY):
        for rule in policy.inputs["spec"]["matchConstraints"]["resourceRules"]:
            assert rule["scope"] == ("Cluster" if rule["resources"] == ["namespaces"] else "Namespaced")


def test_the_order_of_data_classes_changes_nothing():
    assert tenancy_rules(["b", "a"], None) == tenancy_rules(["a", "b"], None)


def test_grants_of_nothing_change_nothing():
    assert with_grants(pod_rules(), Grants(platform="platform-prod")) == pod_rules()


def test_grants_replace_the_rules_of_placement_wherever_pods_are_judged():
    for kind in job_kinds(["ray", "trainer"], CHOICES):
        messages = " ".join(rule.message for rule in with_grants(kind.rules, GRANTS).rules)
        places = "runs on nodes of its own team" in messages
        assert "the queue adds the toleration" in messages
        assert places == (kind.policy != "paved-train-jobs")


def test_a_dedicated_platform_has_one_rule_more():
    assert len(tenancy_rules(["a"], "risk").rules) == len(tenancy_rules(["a"], None).rules) + 1


def test_repositories_of_the_account_are_held_apart_by_each_of_their_names():
    """`dkr.ecr`, `dkr.ecr-fips` and `dkr-ecr` lead to the same images, and nodes pull by all three."""
    closed, open_to_others = (new_pod_rules(replace(IMAGES, closed=each)) for each in (True, False))
    [rule] = [each for each in open_to_others.rules if each.message.startswith("'images come from")]
    assert "!c.?image.orValue('').startsWith('111122223333.')" in rule.expression
    assert rule not in closed.rules
