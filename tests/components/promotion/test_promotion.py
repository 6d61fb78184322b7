import kubernetes_validate
import pytest

from components.promotion.promotion import Promotion, PromotionArgs
from components.serving.access import rules_of
from paved.render import is_manifest

ARGS = PromotionArgs(
    stack="vision-prod", namespace="vision-prod", labels={"team": "vision", "paved.dev/stack": "vision-prod"}
)
RBAC = "kubernetes:rbac.authorization.k8s.io/v1:"


@pytest.fixture
def planned(plan_program):
    return plan_program(lambda: Promotion("vision-prod", ARGS))


def test_every_object_is_valid_and_in_the_namespace(planned):
    objects = [resource.inputs for resource in planned.resources if is_manifest(resource)]
    assert {each["kind"] for each in objects} == {"ConfigMap", "Role", "RoleBinding"}
    for manifest in objects:
        kubernetes_validate.validate(manifest, "1.35", strict=True)
        assert manifest["metadata"]["namespace"] == "vision-prod"
        assert manifest["metadata"]["labels"].items() >= ARGS.labels.items()


def test_the_script_is_the_stacks_and_stands_alone(planned):
    script = planned.one("kubernetes:core/v1:ConfigMap").inputs
    assert script["metadata"]["labels"]["paved.dev/owned-by"] == "stack"
    text = script["data"]["models.py"]
    assert "def promote(" in text and "from components" not in text


def test_the_promoters_group_is_bound_to_the_promoters_role(planned):
    binding = planned.one(f"{RBAC}RoleBinding").inputs
    assert [(s["kind"], s["name"]) for s in binding["subjects"]] == [("Group", "paved:vision-prod:promoters")]
    assert binding["roleRef"]["name"] == planned.one(f"{RBAC}Role").inputs["metadata"]["name"] == "promoters"


def test_promoters_write_jobs_alone_and_change_none(planned):
    rules = planned.one(f"{RBAC}Role").inputs["rules"]
    writing = {"create", "delete", "deletecollection", "patch", "update"}
    written = {
        (*rule["resources"], *sorted(writing & set(rule["verbs"])))
        for rule in rules
        if writing & set(rule["verbs"])
    }
    assert written == {("jobs", "create", "delete")}


def test_promoters_may_do_nothing_that_members_may_not(planned):
    members = {
        (group, resource, verb)
        for rule in rules_of("develop")
        for group in rule.api_groups
        for resource in rule.resources
        for verb in rule.verbs
    }
    for rule in planned.one(f"{RBAC}Role").inputs["rules"]:
        for resource in rule["resources"]:
            assert {(rule["apiGroups"][0], resource, verb) for verb in rule["verbs"]} <= members
