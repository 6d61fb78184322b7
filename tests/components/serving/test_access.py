"""The rules of each rights: what may be made, changed, ended and read, and what nobody may."""

import pytest

from components.serving.namespace import ROLES, ServingNamespace
from reference.vocabulary import RIGHTS
from tests.components.serving.test_namespace import ARGS, ServingNamespaceArgs

READ = {"get", "list", "watch"}
WORK = [
    ("batch", "jobs"),
    ("batch", "cronjobs"),
    ("jobset.x-k8s.io", "jobsets"),
    ("ray.io", "rayjobs"),
    ("ray.io", "rayclusters"),
    ("trainer.kubeflow.org", "trainjobs"),
]
RUNS = [each for each in WORK if each[1] not in ("cronjobs", "rayclusters")]
OF_STACK = [
    ("", "resourcequotas"),
    ("", "serviceaccounts"),
    ("", "services"),
    ("networking.k8s.io", "networkpolicies"),
    ("kueue.x-k8s.io", "localqueues"),
    ("serving.kserve.io", "inferenceservices"),
]


@pytest.fixture
def verbs(plan_program):
    """The verbs that some rights have on a kind."""
    groups = {rights: [f"g:{rights}"] for rights in RIGHTS}
    args = ServingNamespaceArgs(**{**vars(ARGS), "groups": groups})
    planned = plan_program(lambda: ServingNamespace("vision-prod", args))
    roles = planned.of("kubernetes:rbac.authorization.k8s.io/v1:Role")
    rules = {role.inputs["metadata"]["name"]: role.inputs["rules"] for role in roles}

    def of(rights, group=None, resource=None):
        found = set()
        for rule in rules[ROLES[rights]]:
            if group is None or (group in rule["apiGroups"] and resource in rule["resources"]):
                found |= {*rule["verbs"]} if resource else {word for words in rule.values() for word in words}
        return found

    return of


@pytest.mark.parametrize(("group", "resource"), WORK)
def test_who_develops_makes_what_who_operates_stops_and_who_views_reads(verbs, group, resource):
    assert verbs("develop", group, resource) == READ | {"create", "update", "patch", "delete"}
    assert verbs("operate", group, resource) == READ | {"patch", "delete"}
    assert verbs("view", group, resource) == READ


def test_a_ci_submits_runs_and_changes_nothing(verbs):
    for group, resource in WORK:
        expected = READ | {"create"} if (group, resource) in RUNS else set()
        assert verbs("submit", group, resource) == expected
    assert not verbs("submit") & {"update", "patch", "delete"}


def test_a_server_is_restarted_by_who_operates_and_nobody_else(verbs):
    assert [rights for rights in RIGHTS if "restart" in verbs(rights, "", "pods")] == ["operate"]


@pytest.mark.parametrize("rights", ["develop", "operate", "view"])
@pytest.mark.parametrize(("group", "resource"), OF_STACK)
def test_people_read_what_their_stack_file_makes(verbs, rights, group, resource):
    assert verbs(rights, group, resource) == READ


@pytest.mark.parametrize("rights", RIGHTS)
@pytest.mark.parametrize(
    "resource",
    [
        "secrets",
        "pods/exec",
        "pods/attach",
        "pods/ephemeralcontainers",
        "pods/portforward",
        "pods/proxy",
        "serviceaccounts/token",
        "nodes",
    ],
)
def test_nobody_has_a_way_to_secrets_or_shells(verbs, rights, resource):
    assert verbs(rights, "", resource) == set()


@pytest.mark.parametrize("rights", RIGHTS)
def test_no_rule_has_a_wildcard_or_hands_out_rights(verbs, rights):
    words = verbs(rights)
    assert not words & {"*", "bind", "escalate", "impersonate", "deletecollection"}
    assert not any("rbac" in word for word in words)


@pytest.mark.parametrize("rights", ["operate", "view", "submit"])
def test_only_who_develops_writes_what_pods_read(verbs, rights):
    assert not verbs(rights, "", "persistentvolumeclaims") & {"create", "update", "patch", "delete"}
    assert not verbs(rights, "", "configmaps") & {"update", "patch", "delete"}


def test_only_who_operates_stops_a_workload_and_nobody_writes_it_anew(verbs):
    kind = ("kueue.x-k8s.io", "workloads")
    others = {rights: verbs(rights, *kind) for rights in RIGHTS if rights != "operate"}
    assert verbs("operate", *kind) == READ | {"patch"}
    assert set(map(frozenset, others.values())) == {frozenset(READ)}
