"""Roles of Kubernetes that let more be done, and bindings that let more do it."""

from tests.policies.widening.model import FOREIGN, addition, firsts, kubernetes, lookup, put

RBAC = "kubernetes:rbac.authorization.k8s.io/v1:"
CHANGE = ["create", "update", "patch", "delete"]
ADMISSION = "admissionregistration.k8s.io"
RIGHTS = {
    "all": ("*", "*", "*"),
    "all of its groups": ("*", ["pods"], ["get"]),
    "all in lists": (["", "apps", "*"], ["pods", "*"], ["get", "*"]),
    "every subresource of pods": ("", "pods/*", "create"),
    "commands in anything": ("", "*/exec", "create"),
    "commands in pods": ("", "pods/exec", "create"),
    "commands in pods, by get": ("", ["pods", "pods/exec"], ["get"]),
    "attaching": ("", "pods/attach", "create"),
    "containers in pods that run": ("", "pods/ephemeralcontainers", "patch"),
    "ports of pods": ("", "pods/portforward", "create"),
    "ways into pods": ("", "pods/proxy", "get"),
    "ways into services": ("", "services/proxy", "get"),
    "ways into nodes": ("", "nodes/proxy", "get"),
    "every subresource of nodes": ("", "nodes/*", "get"),
    "subresources of everything": ("", "*/proxy", "get"),
    "everything below everything": ("", "*/*", "get"),
    "every secret": ("", "secrets", "get"),
    "lists of secrets": ("", "secrets", "list"),
    "news of secrets": ("", "secrets", "watch"),
    "every verb on secrets": ("", "secrets", "*"),
    "tokens": ("", "serviceaccounts/token", "create"),
    "tokens by a pattern": ("", "serviceaccounts/*", "create"),
    "raising": ("rbac.authorization.k8s.io", "roles", "escalate"),
    "binding": ("rbac.authorization.k8s.io", ["roles", "clusterroles"], "bind"),
    "being users": ("", "users", "impersonate"),
    "being groups": ("", "groups", "impersonate"),
    "being accounts": ("", "serviceaccounts", "impersonate"),
    "being others with more": ("authentication.k8s.io", "userextras/scopes", "impersonate"),
    "writing roles": ("rbac.authorization.k8s.io", "roles", CHANGE),
    "writing bindings": ("rbac.authorization.k8s.io", "rolebindings", ["create"]),
    "webhooks": (ADMISSION, "validatingwebhookconfigurations", "patch"),
    "webhooks that change": (ADMISSION, "mutatingwebhookconfigurations", "create"),
    "admission policies": (ADMISSION, "validatingadmissionpolicies", "delete"),
    "bindings of admission": (ADMISSION, "validatingadmissionpolicybindings", "delete"),
    "policies that change": (ADMISSION, "mutatingadmissionpolicies", "create"),
    "all of admission at once": (ADMISSION, "validatingadmissionpolicies", "deletecollection"),
    "policies of signatures": ("policy.sigstore.dev", "clusterimagepolicies", "delete"),
    "approving certificates": ("certificates.k8s.io", "certificatesigningrequests/approval", "update"),
    "signing": ("certificates.k8s.io", "signers", "approve"),
    "volumes of any path": ("", "persistentvolumes", "create"),
    "labels of namespaces": ("", "namespaces", "patch"),
    "nodes": ("", "nodes", "patch"),
    "nodes' state": ("", "nodes/status", "patch"),
    "custom definitions": ("apiextensions.k8s.io", "customresourcedefinitions", "create"),
    "API servers": ("apiregistration.k8s.io", "apiservices", "create"),
    "network policies": ("networking.k8s.io", "networkpolicies", "delete"),
    "quotas": ("", "resourcequotas", "delete"),
    "queues of all": ("kueue.x-k8s.io", "clusterqueues", "patch"),
    "pools of nodes": ("karpenter.sh", "nodepools", "patch"),
    "config maps of the system": ("", "configmaps", "update"),
}
"""Rules of a role. Secrets, running in pods, admission and what leads to more are named by ID-09's why and fix."""
NAMED = tuple(
    name
    for name in RIGHTS
    if name
    not in (
        "nodes' state",
        "quotas",
        "queues of all",
        "pools of nodes",
        "config maps of the system",
        "network policies",
    )
)
BINDINGS = {
    "cluster-admin": ("ClusterRole", "cluster-admin", None),
    "admin": ("ClusterRole", "admin", None),
    "edit": ("ClusterRole", "edit", None),
    "the scheduler's role": ("ClusterRole", "system:kube-scheduler", None),
    "the node's role": ("ClusterRole", "system:node", None),
    "a role that is in no plan": ("ClusterRole", "theirs", None),
    "everybody who has logged in": ("Role", None, {"kind": "Group", "name": "system:authenticated"}),
    "everybody": ("Role", None, {"kind": "Group", "name": "system:unauthenticated"}),
    "nobody in particular": ("Role", None, {"kind": "User", "name": "system:anonymous"}),
    "masters": ("Role", None, {"kind": "Group", "name": "system:masters"}),
    "every account": ("Role", None, {"kind": "Group", "name": "system:serviceaccounts"}),
    "every account of another namespace": (
        "Role",
        None,
        {"kind": "Group", "name": "system:serviceaccounts:other"},
    ),
    "an account of another namespace": (
        "Role",
        None,
        {"kind": "ServiceAccount", "name": "a", "namespace": "other"},
    ),
    "the account of whoever says nothing": (
        "Role",
        None,
        {"kind": "ServiceAccount", "name": "default", "namespace": "{own}"},
    ),
    "an account by its user's name": (
        "Role",
        None,
        {"kind": "User", "name": "system:serviceaccount:other:a"},
    ),
    "every node": ("Role", None, {"kind": "Group", "name": "system:nodes"}),
    "a person": ("Role", None, {"kind": "User", "name": "eve@example.com"}),
    "the group of another team": ("Role", None, {"kind": "Group", "name": "paved:ranking-prod"}),
}


def widenings(stack):
    if not stack.of("pulumi:providers:kubernetes"):
        return
    namespace = stack.context.stack if stack.context.kind == "team" else "kueue-system"
    for what, right in RIGHTS.items():
        claims = ("ID-09",) if what in NAMED else ()
        yield addition(f"a Role allows {what}", claims, role(stack, "Role", namespace, right))
    for what in ("all", "every secret", "tokens", "admission policies", "being users"):
        yield addition(
            f"a ClusterRole allows {what}", ("ID-09",), role(stack, "ClusterRole", None, RIGHTS[what])
        )
        for other in ("RoleList", "ClusterRoleList"):
            yield addition(
                f"a {other} allows {what}", ("ID-09",), listed(stack, other, namespace, RIGHTS[what])
            )
        patch = role(stack, "RolePatch", namespace, RIGHTS[what])
        yield addition(f"a RolePatch allows {what}", ("ID-09",), patch)
    yield from wider(stack)
    yield from aggregated(stack)
    yield from bound(stack, namespace)
    yield from accounts(stack)


def rule(groups, resources, verbs):
    as_list = [each if isinstance(each, list) else [each] for each in (groups, resources, verbs)]
    return dict(zip(("apiGroups", "resources", "verbs"), as_list, strict=True))


def role(stack, kind, namespace, right):
    return kubernetes(stack, f"{RBAC}{kind}", "added", {"rules": [rule(*right)]}, namespace)


def listed(stack, kind, namespace, right):
    item = {"metadata": {"name": "added", "namespace": namespace}, "rules": [rule(*right)]}
    return kubernetes(stack, f"{RBAC}{kind}", "added", {"items": [item]})


def wider(stack):
    """A role of the plan with more in a rule that it has."""
    for each in firsts(stack, f"{RBAC}Role", f"{RBAC}ClusterRole"):
        for key in ("apiGroups", "resources", "verbs"):
            yield put(
                each,
                f"rules>0>{key}",
                [*lookup(each.properties, f"rules>0>{key}"), "*"],
                f"holds * in {key}",
                ("ID-09",),
            )
        more = {"apiGroups": [""], "resources": ["pods", "pods/exec"], "verbs": ["create"]}
        yield put(each, "rules>0", more, "runs commands too", ("ID-09",))
        secrets = {"apiGroups": [""], "resources": ["secrets"], "verbs": ["list"], "resourceNames": ["one"]}
        yield put(each, "rules>0", secrets, "lists secrets by the name of one", ("ID-09",))


def aggregated(stack):
    """A cluster's role that others add to, or that adds to one of Kubernetes' own."""
    selector = {"clusterRoleSelectors": [{"matchLabels": {"any": "true"}}]}
    content = {"aggregationRule": selector, "rules": []}
    yield addition(
        "a ClusterRole takes in others", ("ID-09",), kubernetes(stack, f"{RBAC}ClusterRole", "added", content)
    )
    every = {"aggregationRule": {"clusterRoleSelectors": [{}]}, "rules": []}
    yield addition(
        "a ClusterRole takes in all", ("ID-09",), kubernetes(stack, f"{RBAC}ClusterRole", "added", every)
    )
    for name in ("view", "edit", "admin"):
        found = role(stack, "ClusterRole", None, ("example.com", "things", "get"))
        label = f"rbac.authorization.k8s.io/aggregate-to-{name}"
        found.properties["metadata"]["labels"][label] = "true"
        yield addition(f"a ClusterRole adds to {name}", ("ID-09",), found)
    raw = {"rules": [{"nonResourceURLs": ["*"], "verbs": ["get"]}]}
    yield addition(
        "a ClusterRole reads every URL", ("ID-09",), kubernetes(stack, f"{RBAC}ClusterRole", "added", raw)
    )


def bound(stack, namespace):
    own = next((each.properties["metadata"]["name"] for each in stack.of(f"{RBAC}Role")), "members")
    for what, (kind, name, subject) in BINDINGS.items():
        who = subject or {"kind": "Group", "name": f"paved:{stack.context.stack}"}
        who = {key: text.replace("{own}", namespace) for key, text in who.items()}
        content = {
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": name or own},
            "subjects": [who],
        }
        claims = () if what == "a role that is in no plan" else ("ID-09",)
        for form in ("RoleBinding", "ClusterRoleBinding"):
            where = namespace if form == "RoleBinding" else None
            found = kubernetes(stack, f"{RBAC}{form}", "added", content, where)
            yield addition(f"a {form} of {what}", claims, found)


def accounts(stack):
    for each in firsts(stack, "kubernetes:core/v1:ServiceAccount"):
        yield put(each, "automountServiceAccountToken", True, "gives its token to every pod", ("ID-08",))
        yield put(each, "secrets", [{"name": "token"}], "has a token that never ends", ("ID-18",))
        annotation = {"eks.amazonaws.com/role-arn": f"arn:aws:iam::{FOREIGN}:role/a"}
        yield put(each, "metadata>annotations", annotation, "has a role by an annotation", ("ID-18",))
    token = {"type": "kubernetes.io/service-account-token"}
    found = kubernetes(stack, "kubernetes:core/v1:Secret", "added", token, "default")
    found.properties["metadata"]["annotations"] = {"kubernetes.io/service-account.name": "trainer"}
    yield addition("a Secret holds a token that never ends", ("ID-18",), found)
