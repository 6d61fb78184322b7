"""Rules of Kubernetes access: service accounts, and the rights of roles."""

from collections.abc import Iterator

from policies.pods import pod_specs
from policies.resources import PODS, JudgedStack, Resource
from policies.rule import EVERYWHERE, Claim, Rule, Severity, claim
from policies.values import MISSING, Truth, Value, any_of
from reference.vocabulary import HUBS

ACCOUNT = "kubernetes:core/v1:ServiceAccount"
ROLES = tuple(f"kubernetes:rbac.authorization.k8s.io/v1:{kind}" for kind in ("Role", "ClusterRole"))
BINDINGS = tuple(
    f"kubernetes:rbac.authorization.k8s.io/v1:{kind}" for kind in ("RoleBinding", "ClusterRoleBinding")
)
ANYBODY = ("system:masters", "system:authenticated", "system:unauthenticated", "system:anonymous")
FORBIDDEN: tuple[tuple[str, tuple[str, ...], str], ...] = (
    # A list holds every secret's content, not its names.
    ("secrets", ("get", "list", "watch"), "reads secrets"),
    # A websocket opens by GET: either verb is enough to get in.
    ("pods/exec", ("create", "get"), "runs commands in pods"),
    ("pods/attach", ("create", "get"), "attaches to pods"),
    ("pods/ephemeralcontainers", ("update", "patch"), "puts containers into pods that run"),
    ("nodes/proxy", ("get", "create"), "reaches kubelets past the API server"),
    ("serviceaccounts/token", ("create",), "makes tokens of service accounts"),
    ("certificatesigningrequests/approval", ("update", "patch"), "approves certificates"),
    ("validatingwebhookconfigurations", ("create", "update", "patch", "delete"), "changes admission"),
    ("mutatingwebhookconfigurations", ("create", "update", "patch", "delete"), "changes admission"),
    ("validatingadmissionpolicies", ("create", "update", "patch", "delete"), "changes admission"),
    ("persistentvolumes", ("create",), "makes volumes of any path"),
)
PORTS = "pods/portforward"
"""A way past network policies, to every port of a pod: that of Ray's dashboard runs whatever it is sent."""


def _accounts(subject: Resource, _stack: JudgedStack) -> Iterator[Claim]:
    if subject.kind == ACCOUNT:
        mounted = subject.at("automountServiceAccountToken").equals(False)
        yield claim(mounted, "`automountServiceAccountToken` is not false")
        return
    for pod in pod_specs(subject):
        name = pod.at("serviceAccountName")
        if subject.is_patch and name.raw is MISSING:
            yield claim(Truth.UNSURE, f"`{name.path}` is left as it is")
            continue
        yield claim(name.test(lambda raw: raw != "default"), f"`{name.path}` is not an account of its own")
        token = pod.at("automountServiceAccountToken")
        yield claim(
            token.test(lambda raw: True), f"`{token.path}` is not set: pods get a token that few need"
        )


def _privileges(subject: Resource, _stack: JudgedStack) -> Iterator[Claim]:
    if subject.kind in BINDINGS:
        for each in subject.at("subjects").items():
            yield claim(~each.at("name").one_of(*ANYBODY), f"`{each.path}` is a group of the system")
        admin = subject.at("roleRef.name").equals("cluster-admin")
        yield claim(~admin, "`roleRef` is `cluster-admin`")
        return
    for each in subject.at("rules").items():
        for key in ("apiGroups", "resources", "verbs"):
            wide = each.at(key).contains("*")
            yield claim(~wide, f"`{each.path}.{key}` holds `*`")
        # Kubernetes lets nobody grant more than he has, unless he may bind, escalate or act as another.
        for verb in ("bind", "escalate", "impersonate"):
            raises = each.at("verbs").contains(verb)
            yield claim(~raises, f"`{each.path}.verbs` holds `{verb}`")
        for resource, verbs, what in FORBIDDEN:
            yield claim(~_grants(each, resource, verbs), f"`{each.path}` {what}")
        opens = _grants(each, PORTS, ("create", "get"))
        yield claim(~opens | _is_of_a_hub(subject), f"`{each.path}` opens ports of pods")


def _is_of_a_hub(role: Resource) -> Truth:
    """Whether a role holds in the namespace of a hub of notebooks alone, whose every pod asks who comes."""
    is_bound = role.kind == ROLES[0]
    return role.at("metadata.namespace").test(lambda name: is_bound and str(name).endswith(HUBS))


def _grants(rule: Value, resource: str, verbs: tuple[str, ...]) -> Truth:
    about = rule.at("resources").contains(resource)
    if about is Truth.NO:
        return about
    return about & any_of(rule.at("verbs").contains(verb) for verb in verbs)


RULES = (
    Rule(
        id="ID-08",
        name="service-account-hygiene",
        title="A workload has a service account of its own, and a token only if it says so",
        why="The default account's token is in every pod that says nothing, and what it may do grows unseen.",
        fix="Name a service account; set `automountServiceAccountToken`, to false unless the pod calls the API.",
        cluster=(
            "`paved-new-pods` and the policies of jobs: pods of a team run as `trainer` or `server`, "
            "and mount no token"
        ),
        severity=Severity.MEDIUM,
        enforcement=EVERYWHERE,
        owner="platform",
        controls=("CKV_K8S_38", "CKV_K8S_41", "CKV_K8S_42", "CIS K8s 5.1.5", "CIS K8s 5.1.6"),
        kinds=(ACCOUNT, PODS),
        check=_accounts,
    ),
    Rule(
        id="ID-09",
        name="rbac-least-privilege",
        title="A Kubernetes role names what it allows, and nothing that leads to more",
        why="Reading secrets, running in pods and changing admission are each a way to everything else.",
        fix="List API groups, resources and verbs; leave secrets, exec, proxies and webhooks out.",
        cluster=(
            "RBAC lets nobody grant more than he has; what the deployer grants, who has all, only the"
            " plan sees. `paved-operators`: operators grant nothing in teams' namespaces"
        ),
        severity=Severity.HIGH,
        enforcement=EVERYWHERE,
        owner="security",
        controls=(
            "CKV_K8S_49",
            "CKV_K8S_155",
            "CKV_K8S_156",
            "CKV_K8S_157",
            "CKV_K8S_158",
            "CIS K8s 5.1.2",
            "CIS K8s 5.1.3",
        ),
        kinds=(*ROLES, *BINDINGS),
        check=_privileges,
    ),
)
