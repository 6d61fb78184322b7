import pytest

from components.serving.namespace import ServingNamespace, ServingNamespaceArgs
from components.serving.quota import NamespaceLimits


@pytest.fixture
def rules(plan_program):
    args = ServingNamespaceArgs(
        stack="vision-prod",
        labels={},
        kubernetes_version="1.35",
        quota=NamespaceLimits(vcpus=1, memory_gib=1, gpus=0, neurons=0, efas=0, pods=5, storage_gib=0),
        vpc_cidr="10.16.0.0/16",
        monitoring_namespace="monitoring",
        endpoints_only=False,
        nodes=[],
        identities=[],
        protect=False,
    )
    planned = plan_program(lambda: ServingNamespace("vision-prod", args))
    return planned.one("kubernetes:rbac.authorization.k8s.io/v1:Role").inputs["rules"]


def verbs(rules, group, resource):
    return {
        verb
        for rule in rules
        if group in rule["apiGroups"] and resource in rule["resources"]
        for verb in rule["verbs"]
    }


READ = {"get", "list", "watch"}


@pytest.mark.parametrize(
    ("group", "resource"),
    [
        ("batch", "jobs"),
        ("jobset.x-k8s.io", "jobsets"),
        ("ray.io", "rayjobs"),
        ("trainer.kubeflow.org", "trainjobs"),
    ],
)
def test_members_run_jobs(rules, group, resource):
    assert verbs(rules, group, resource) == READ | {"create", "update", "patch", "delete"}


@pytest.mark.parametrize(
    ("group", "resource"),
    [
        ("", "resourcequotas"),
        ("", "serviceaccounts"),
        ("", "services"),
        ("networking.k8s.io", "networkpolicies"),
        ("kueue.x-k8s.io", "localqueues"),
        ("serving.kserve.io", "inferenceservices"),
    ],
)
def test_members_read_what_their_stack_file_makes(rules, group, resource):
    assert verbs(rules, group, resource) == READ


@pytest.mark.parametrize("resource", ["secrets", "pods/exec", "pods/attach", "pods/portforward", "nodes"])
def test_members_have_no_way_to_secrets_or_shells(rules, resource):
    assert verbs(rules, "", resource) == set()


def test_no_rule_has_a_wildcard_or_hands_out_rights(rules):
    words = {word for rule in rules for words in rule.values() for word in words}
    assert not words & {"*", "bind", "escalate", "impersonate", "deletecollection"}
    assert not any("rbac" in group for rule in rules for group in rule["apiGroups"])
