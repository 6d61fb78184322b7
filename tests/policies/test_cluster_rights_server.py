"""Asking a real API server what a role grants: the rules must see each of it.

PAVED_TEST_KUBECONFIG names a server that may be written to. `pods/*` and its like grant nothing there; the rules hold
them for what their writer meant.
"""

import json

import pytest

from policies.cluster_rights import ANYWHERE, ClusterRight, granted
from policies.values import Truth, Value
from tests.components.platform.api_server import kubectl, needs_api_server

RBAC = "rbac.authorization.k8s.io"
SPELLINGS = {
    "by name": lambda right: rule([right.group], list(right.resources), list(right.verbs)),
    "every verb": lambda right: rule([right.group], list(right.resources), ["*"]),
    "every group": lambda right: rule(["*"], [right.resources[0]], [right.verbs[0]]),
    "every resource": lambda right: rule([right.group], ["*"], [right.verbs[0]]),
    "the part of anything": lambda right: rule([right.group], [f"*/{sub(right)}"], [right.verbs[0]]),
    "another group": lambda right: rule(["example.com"], list(right.resources), list(right.verbs)),
    "another verb": lambda right: rule([right.group], list(right.resources), ["restart"]),
}
NAMED = [each for each in ANYWHERE if each.resources != ("*",)]


def sub(right):
    return right.resources[0].partition("/")[2] or "status"


def rule(groups, resources, verbs):
    return {"apiGroups": groups, "resources": resources, "verbs": verbs}


def listed(items):
    return {"apiVersion": "v1", "kind": "List", "items": items}


def objects(name, each):
    head = {"apiVersion": f"{RBAC}/v1", "metadata": {"name": name}}
    ref = {"apiGroup": RBAC, "kind": "ClusterRole", "name": name}
    user = {"apiGroup": RBAC, "kind": "User", "name": name}
    return [
        {**head, "kind": "ClusterRole", "rules": [each]},
        {**head, "kind": "ClusterRoleBinding", "roleRef": ref, "subjects": [user]},
    ]


def review(name, right, resource, verb):
    resource, _, part = resource.partition("/")
    asked = {
        "group": right.group,
        "resource": resource,
        "subresource": part,
        "verb": verb,
        "namespace": "default",
    }
    spec = {"user": name, "resourceAttributes": asked}
    return {"apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview", "spec": spec}


def answers(reviews):
    """What the server says, in order."""
    done = kubectl("create", "-o", "json", "-f", "-", data=listed(reviews))
    assert done.returncode == 0, done.stderr
    decoder, text, found = json.JSONDecoder(), done.stdout.strip(), []
    while text:
        one, end = decoder.raw_decode(text)
        found += one.get("items", [one])
        text = text[end:].strip()
    return [each["status"].get("allowed", False) for each in found]


@needs_api_server
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_what_a_server_authorizes_the_rules_see(spelling):
    roles = {f"right-{place}": SPELLINGS[spelling](right) for place, right in enumerate(NAMED)}
    made = [item for name, each in roles.items() for item in objects(name, each)]
    assert kubectl("apply", "-f", "-", data=listed(made)).returncode == 0
    asked = [
        (name, right, resource, verb)
        for (name, right) in zip(roles, NAMED, strict=True)
        for resource in right.resources
        for verb in right.verbs
    ]
    allowed = answers([review(*each) for each in asked])
    for (name, right, resource, verb), real in zip(asked, allowed, strict=True):
        one = ClusterRight(group=right.group, resources=(resource,), verbs=(verb,), what="")
        ours = any(truth is Truth.YES for _, truth in granted(Value(roles[name]), [one]))
        assert ours == real, (roles[name], resource, verb)
    kubectl("delete", "--ignore-not-found", "-f", "-", data=listed(made))
