"""The rule of Kubernetes access: roles and bindings by what they let one do."""

from collections.abc import Iterator
from functools import partial

from policies.cluster_rights import ANYWHERE, IN_THE_CLUSTER, PORTS, granted, is_group_of, is_harmless
from policies.pods import namespace
from policies.resources import JudgedStack, Resource
from policies.rule import EVERYWHERE, Claim, Rule, Severity, claim
from policies.values import MISSING, Truth, Value, any_of
from reference.vocabulary import HUBS, NAMESPACE, OIDC_PREFIX

ROLES = tuple(f"kubernetes:rbac.authorization.k8s.io/v1:{kind}" for kind in ("Role", "ClusterRole"))
BINDINGS = tuple(
    f"kubernetes:rbac.authorization.k8s.io/v1:{kind}" for kind in ("RoleBinding", "ClusterRoleBinding")
)
AGGREGATES = "rbac.authorization.k8s.io/aggregate-to-"
RAISING = ("bind", "escalate", "impersonate")
BUILT_IN = (
    *("view", "system:basic-user", "system:discovery", "system:public-info-viewer"),
    "system:service-account-issuer-discovery",
)
"""Roles that every cluster has and that let one read no secret and change nothing."""


def _privileges(subject: Resource, stack: JudgedStack) -> Iterator[Claim]:
    if subject.kind in BINDINGS:
        yield from _role_bound(subject, stack)
        for each in subject.at("subjects").items():
            yield from _bound_to(each, subject, stack)
        return
    whole = subject.kind == ROLES[1]
    if whole:
        yield from _aggregation(subject)
    for each in subject.at("rules").items():
        yield from _wildcards(each)
        for right, grants in granted(each, IN_THE_CLUSTER if whole else ANYWHERE):
            yield claim(~grants, f"`{each.path}` {right.what}")
        for right, opens in granted(each, PORTS):
            yield claim(~opens | _is_of_a_hub(subject), f"`{each.path}` {right.what}")
        for url in each.at("nonResourceURLs").items():
            yield claim(
                url.test(is_harmless), f"`{url.path}` is more than the version and the health of the API"
            )


def _wildcards(rule: Value) -> Iterator[Claim]:
    for key in ("apiGroups", "resources", "verbs"):
        wide = any_of(each.test(lambda raw: "*" in str(raw)) for each in rule.at(key).items())
        yield claim(~wide, f"`{rule.path}.{key}` holds `*`")
    # Kubernetes lets nobody grant more than he has, unless he may bind, escalate or act as another.
    for verb in RAISING:
        raises = any_of(each.test(partial(_is_verb, verb)) for each in rule.at("verbs").items())
        yield claim(~raises, f"`{rule.path}.verbs` holds `{verb}`")


def _is_verb(verb: str, raw: object) -> bool:
    # `impersonate:user-info` and its like are the same right over some of the names.
    return str(raw).partition(":")[0].partition("-")[0] == verb


def _aggregation(role: Resource) -> Iterator[Claim]:
    yield claim(
        role.at("aggregationRule").is_absent, "`aggregationRule` takes in the rules of any role with a label"
    )
    added = [key for key, _ in role.at("metadata.labels").entries() if key.startswith(AGGREGATES)]
    yield claim(not added, "its labels add what it grants to a role that every cluster has")


def _role_bound(binding: Resource, stack: JudgedStack) -> Iterator[Claim]:
    kind, name = binding.at("roleRef.kind"), binding.at("roleRef.name")
    whole = binding.kind == BINDINGS[1]
    # Over the cluster, a right that is harmless in one namespace is one in every team's.
    yield claim(not whole or stack.context.kind != "team", "it holds in every namespace, for a team")
    if _is_made(binding, stack):
        return
    built_in = kind.equals("ClusterRole") & name.one_of(*BUILT_IN)
    leads = _is_of_kubernetes(name) & ~built_in
    yield claim(~leads, "`roleRef` is a role of Kubernetes that leads to more")
    # A role of another stack is judged there: which one of the name is in the cluster is not known here.
    yield claim(
        built_in | leads | Truth.UNSURE,
        "`roleRef` is a role of another stack, of which nothing is known here",
    )


def _is_of_kubernetes(name: Value) -> Truth:
    return name.test(
        lambda raw: str(raw) in ("admin", "cluster-admin", "edit") or str(raw).startswith("system:")
    )


def _is_made(binding: Resource, stack: JudgedStack) -> bool:
    """Whether the role that a binding names is one of the same plan, where it is judged itself."""
    kind, name = binding.at("roleRef.kind").text(), binding.at("roleRef.name").text()
    if kind == "ClusterRole":
        return any(each.at("metadata.name").equals(name) is Truth.YES for each in stack.of(ROLES[1]))
    there = [each for each in stack.of(ROLES[0]) if each.at("metadata.name").equals(name) is Truth.YES]
    return any(namespace(each) == namespace(binding) for each in there)


def _bound_to(subject: Value, binding: Resource, stack: JudgedStack) -> Iterator[Claim]:
    kind, name = subject.at("kind"), subject.at("name")
    if kind.equals("ServiceAccount"):
        default = name.test(lambda raw: raw in ("", "default"), missing=True)
        yield claim(~default, f"`{subject.path}` is the account of every pod that names none")
        yield claim(
            _is_near(subject.at("namespace"), binding, stack), f"`{subject.path}` is of another's namespace"
        )
        return
    system = name.test(lambda raw: str(raw).startswith("system:"), missing=True)
    yield claim(~system, f"`{subject.path}` is a name of the system")
    if kind.equals("Group"):
        yield claim(
            name.test(lambda raw: is_group_of(str(raw), stack.context.stack)),
            f"`{subject.path}` is a group of another team",
        )
    else:
        known = name.test(lambda raw: str(raw).startswith(OIDC_PREFIX))
        yield claim(known, f"`{subject.path}` is a user whom nobody declares: bind a group of the stack file")


def _is_near(where: Value, binding: Resource, stack: JudgedStack) -> Truth:
    """Whether a service account is in the namespace of its binding, or in one that the stack makes."""
    if where.raw is MISSING:
        return Truth.of(binding.kind == BINDINGS[0])
    made = [each.at("metadata.name") for each in stack.of(NAMESPACE)]
    here = where.test(lambda raw: binding.kind == BINDINGS[0] and raw == namespace(binding))
    return here | any_of(each.equals(where.plain()) for each in made)


def _is_of_a_hub(role: Resource) -> Truth:
    """Whether a role holds in the namespace of a hub of notebooks alone, whose every pod asks who comes."""
    is_bound = role.kind == ROLES[0]
    return role.at("metadata.namespace").test(lambda name: is_bound and str(name).endswith(HUBS))


RULES = (
    Rule(
        id="ID-09",
        name="rbac-least-privilege",
        title="A Kubernetes role names what it allows, and nothing that leads to more",
        why="Reading secrets, running in pods and changing admission are each a way to everything else.",
        fix="List API groups, resources and verbs; leave secrets, exec, proxies and webhooks out; bind groups and "
        "accounts of the stack to roles of its plan.",
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
        scope="stack",
        kinds=(*ROLES, *BINDINGS),
        check=_privileges,
        note="Rules are read as Kubernetes' authorizer reads them. Names of objects excuse nothing: a name is as good "
        "a way in as a list. A binding to a role that is not in the plan is undetermined, and to one of Kubernetes "
        "that leads to more refused.",
    ),
)
