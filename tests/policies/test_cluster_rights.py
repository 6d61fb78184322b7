"""A rule of RBAC is read as Kubernetes reads it: by its own roles, and by its authorizer's own words.

tests/fixtures/kubernetes/cluster-roles.yaml are the roles that Kubernetes v1.35.4 makes in every cluster, as its
repository holds them (plugin/pkg/auth/authorizer/rbac/bootstrappolicy/testdata).
"""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from policies.cluster_rights import ANYWHERE, IN_THE_CLUSTER, PORTS, granted, is_harmless
from policies.rules.rbac import BUILT_IN
from policies.values import Truth, Value

FILE = Path(__file__).parents[1] / "fixtures" / "kubernetes" / "cluster-roles.yaml"
ROLES = {
    each["metadata"]["name"]: each.get("rules") or []
    for each in yaml.safe_load(FILE.read_text(encoding="utf-8"))["items"]
}
GROUPS, VERBS, RESOURCES = set(), set(), set()
for right in (*IN_THE_CLUSTER, *PORTS):
    GROUPS.add(right.group)
    VERBS.update(right.verbs)
    RESOURCES.update(right.resources)
RULES = st.fixed_dictionaries(
    {
        "apiGroups": st.lists(st.sampled_from([*sorted(GROUPS), "*", "example.com"]), max_size=3),
        "resources": st.lists(
            st.sampled_from([*sorted(RESOURCES), "*", "*/exec", "*/proxy", "pods", "things"]), max_size=3
        ),
        "verbs": st.lists(st.sampled_from([*sorted(VERBS), "*", "restart"]), max_size=3),
    }
)


def leads(rules):
    """What a role leads to, as rules see it."""
    found = set()
    for each in rules:
        for right, grants in granted(Value(each), (*IN_THE_CLUSTER, *PORTS)):
            if grants is Truth.YES:
                found.add(right.what)
        found |= {"reads paths" for url in each.get("nonResourceURLs", ()) if not is_harmless(url)}
    return found


def authorized(rule, verb, group, resource):
    """Kubernetes' own RuleAllows (pkg/apis/rbac/v1/evaluation_helpers.go), for a request without a name."""
    sub = resource.partition("/")[2]
    of_resource = any(each in ("*", resource) or (sub and each == f"*/{sub}") for each in rule["resources"])
    of_group = "*" in rule["apiGroups"] or group in rule["apiGroups"]
    return of_resource and of_group and ("*" in rule["verbs"] or verb in rule["verbs"])


@pytest.mark.parametrize("name", BUILT_IN)
def test_a_built_in_role_that_may_be_bound_leads_to_nothing(name):
    # `view` is put together of the role below by the label that it bears.
    assert leads(ROLES["system:aggregate-to-view" if name == "view" else name]) == set()


@pytest.mark.parametrize(
    "name",
    [
        "cluster-admin",
        "system:aggregate-to-admin",
        "system:aggregate-to-edit",
        "system:kube-controller-manager",
        "system:kube-scheduler",
        "system:node",
        "system:kubelet-api-admin",
        "system:auth-delegator",
        "system:persistent-volume-provisioner",
        "system:certificates.k8s.io:kube-apiserver-client-approver",
    ],
)
def test_a_built_in_role_of_components_of_kubernetes_leads_to_more(name):
    assert leads(ROLES[name])


@given(RULES)
def test_what_the_authorizer_grants_is_found(rule):
    found = {right.what for right, grants in granted(Value(rule), ANYWHERE) if grants is Truth.YES}
    for right in ANYWHERE:
        for resource in right.resources:
            for verb in right.verbs:
                if resource != "*" and authorized(rule, verb, right.group, resource):
                    assert right.what in found


@given(RULES)
def test_what_is_found_is_granted_but_for_parts_by_a_pattern(rule):
    # `pods/*` grants nothing in Kubernetes, and is held for what its writer meant.
    plain = {**rule, "resources": [each for each in rule["resources"] if not each.endswith("/*")]}
    for right, grants in granted(Value(plain), ANYWHERE):
        every = right.resources == ("*",)
        asked = [(verb, resource) for verb in right.verbs for resource in right.resources]
        allowed = any(authorized(plain, verb, right.group, resource) for verb, resource in asked)
        assert allowed or every or grants is not Truth.YES


@pytest.mark.parametrize("url", ["*", "/*", "/logs/*", "/debug/pprof/*", "/metrics", "/configz", ""])
def test_a_path_that_tells_of_what_runs_is_not_harmless(url):
    assert not is_harmless(url)


@pytest.mark.parametrize("url", ["/healthz", "/healthz/*", "/api", "/apis/*", "/openapi/v3", "/version/"])
def test_a_path_of_health_and_versions_is_harmless(url):
    assert is_harmless(url)
