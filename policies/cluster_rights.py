"""Rights of Kubernetes that lead to more than their names say, and whether a rule of RBAC grants them.

A rule grants a request as Kubernetes' own authorizer sees it: verb, group and resource each by name or by `*`, a
subresource by `*/name` as well. `pods/*` grants nothing there; it is held for what its writer meant.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from policies.values import Truth, Value, all_of, any_of
from reference.vocabulary import UNKNOWN, rights_group

READ = ("get", "list", "watch")
WRITE = ("create", "update", "patch", "delete", "deletecollection")
MAKE = ("create", "update", "patch")
EVERY = (*READ, *WRITE)
APPROVE = ("update", "patch", "approve", "sign", "attest")
OPEN = ("create", "get")
"""A websocket opens by GET: either verb is enough to get in."""


@dataclass(frozen=True, kw_only=True)
class ClusterRight:
    """Some verbs on some resources of a group, and the sentence that says what they let one do."""

    group: str
    resources: tuple[str, ...]
    verbs: tuple[str, ...]
    what: str


def _rights(
    what: str, verbs: tuple[str, ...], resources: Mapping[str, tuple[str, ...]]
) -> Iterator[ClusterRight]:
    for group, names in resources.items():
        yield ClusterRight(group=group, resources=names, verbs=verbs, what=what)


_ADMISSION = {
    "admissionregistration.k8s.io": (
        "validatingwebhookconfigurations",
        "mutatingwebhookconfigurations",
        "validatingadmissionpolicies",
        "validatingadmissionpolicybindings",
        "mutatingadmissionpolicies",
        "mutatingadmissionpolicybindings",
    ),
    "policy.sigstore.dev": ("clusterimagepolicies", "trustroots"),
    "kyverno.io": ("clusterpolicies", "policies", "policyexceptions"),
    "templates.gatekeeper.sh": ("constrainttemplates",),
    "constraints.gatekeeper.sh": ("*",),
}
_NODES = {
    "": ("nodes", "nodes/status"),
    "karpenter.sh": ("nodepools", "nodeclaims", "nodeoverlays"),
    "karpenter.k8s.aws": ("ec2nodeclasses",),
    "node.k8s.io": ("runtimeclasses",),
}
_API = {
    "apiextensions.k8s.io": ("customresourcedefinitions",),
    "apiregistration.k8s.io": ("apiservices",),
    "flowcontrol.apiserver.k8s.io": ("flowschemas", "prioritylevelconfigurations"),
}
_QUEUES = {
    "kueue.x-k8s.io": (
        *("clusterqueues", "localqueues", "cohorts", "resourceflavors", "admissionchecks", "topologies"),
        *("workloadpriorityclasses", "workloads/status"),
    ),
    "scheduling.k8s.io": ("priorityclasses",),
    "resource.k8s.io": ("deviceclasses", "resourceslices"),
}
_NETWORKS = {
    "networking.k8s.io": ("networkpolicies", "ingressclasses", "servicecidrs"),
    "policy.networking.k8s.io": ("adminnetworkpolicies", "baselineadminnetworkpolicies"),
    "vpcresources.k8s.aws": ("securitygrouppolicies",),
    "elbv2.k8s.aws": ("targetgroupbindings",),
}
_VOLUMES = {"storage.k8s.io": ("storageclasses", "csidrivers", "csinodes", "volumeattachments")}
_MADE_OF = {
    "serving.kserve.io": ("clusterservingruntimes", "clusterstoragecontainers"),
    "trainer.kubeflow.org": ("clustertrainingruntimes",),
}
_KUBELETS = ("nodes/proxy", "nodes/exec", "nodes/pods", "nodes/configz", "nodes/checkpoint")
_CERTIFICATES = (
    *("certificatesigningrequests/approval", "certificatesigningrequests/status"),
    *("signers", "clustertrustbundles"),
)
_BINDINGS = ("roles", "rolebindings", "clusterroles", "clusterrolebindings")

ANYWHERE: tuple[ClusterRight, ...] = (
    # A list holds every secret's content, not its names; a new one may be a token of any account.
    *_rights("reads secrets", READ, {"": ("secrets",)}),
    *_rights("writes secrets, of which an account's token is one", MAKE, {"": ("secrets",)}),
    *_rights("runs commands in pods", OPEN, {"": ("pods/exec",)}),
    *_rights("attaches to pods", OPEN, {"": ("pods/attach",)}),
    *_rights("puts containers into pods that run", ("update", "patch"), {"": ("pods/ephemeralcontainers",)}),
    *_rights("reaches pods past network policies", EVERY, {"": ("pods/proxy", "services/proxy")}),
    *_rights("reaches kubelets past the API server", EVERY, {"": _KUBELETS}),
    *_rights("makes tokens of service accounts", ("create",), {"": ("serviceaccounts/token",)}),
    *_rights("approves certificates", APPROVE, {"certificates.k8s.io": _CERTIFICATES}),
    *_rights("changes admission", WRITE, _ADMISSION),
    *_rights("lifts the level of a namespace", WRITE, {"": ("namespaces", "namespaces/finalize")}),
    *_rights("lifts quotas and limits", WRITE, {"": ("resourcequotas", "limitranges")}),
    *_rights("makes volumes of any path", MAKE, {"": ("persistentvolumes",)}),
    *_rights("changes nodes", WRITE, _NODES),
    *_rights("places pods past the scheduler", ("create",), {"": ("pods/binding", "bindings")}),
    *_rights("sends the traffic of Services elsewhere", WRITE, {"": ("endpoints",)}),
    *_rights("sends the traffic of Services elsewhere", WRITE, {"discovery.k8s.io": ("endpointslices",)}),
    *_rights("hands rights on", MAKE, {"rbac.authorization.k8s.io": _BINDINGS}),
    *_rights("asks whose a token is", ("create",), {"authentication.k8s.io": ("tokenreviews",)}),
    *_rights("changes what the API serves", WRITE, _API),
    *_rights("changes the quotas of queues", WRITE, _QUEUES),
    *_rights("opens networks", WRITE, _NETWORKS),
    *_rights("changes how volumes are made", WRITE, _VOLUMES),
    *_rights("changes what every job or server is made of", WRITE, _MADE_OF),
)
"""What no role grants, in whichever namespace it holds."""
_WORKLOADS = {
    "": ("pods", "replicationcontrollers", "serviceaccounts"),
    "apps": ("deployments", "statefulsets", "daemonsets", "replicasets"),
    "batch": ("jobs", "cronjobs"),
}
IN_THE_CLUSTER = (*ANYWHERE, *_rights("changes workloads of every namespace", WRITE, _WORKLOADS))
"""What no role of the whole cluster grants: workloads, which one of a namespace may."""
PORTS = tuple(_rights("opens ports of pods", OPEN, {"": ("pods/portforward",)}))
"""A way past network policies, to every port of a pod: that of Ray's dashboard runs whatever it is sent."""

HARMLESS_URLS = (
    *("/.well-known", "/api", "/apis", "/healthz", "/livez", "/openapi", "/openid", "/readyz", "/version"),
)
"""Paths of the API server that tell nothing of what runs: they and what lies below them."""


def granted(rule: Value, rights: Iterable[ClusterRight]) -> Iterator[tuple[ClusterRight, Truth]]:
    """Those of some rights of whose groups a rule is, each with whether it grants one of its verbs on a resource."""
    groups = rule.at("apiGroups").items()
    # A list: what is no text is held for no group, and cannot be hashed.
    listed = [each.raw for each in groups]
    verbs, resources = rule.at("verbs"), rule.at("resources")
    every = "*" in listed or UNKNOWN in listed
    for right in rights:
        # Most rules are of groups of which nothing is forbidden.
        if every or right.group in listed:
            of_group = any_of(each.one_of(right.group, "*") for each in groups)
            about = any_of(_is_about(resources, each) for each in right.resources)
            yield right, all_of((of_group, about, _holds(verbs, (*right.verbs, "*"))))


def _is_about(resources: Value, resource: str) -> Truth:
    return resources.is_given if resource == "*" else _holds(resources, _spellings(resource))


@lru_cache(maxsize=512)
def _spellings(resource: str) -> tuple[str, ...]:
    """The texts by which a rule of RBAC is about a resource, `pods/*` with them."""
    name, _, sub = resource.partition("/")
    return ("*", resource, f"*/{sub}", f"{name}/*", "*/*") if sub else ("*", resource)


def _holds(value: Value, wanted: tuple[str, ...]) -> Truth:
    raw = value.raw
    if isinstance(raw, list) and all(each.__class__ is str for each in raw):
        return Truth.YES if any(each in wanted for each in raw) else Truth.NO
    return any_of(each.test(lambda raw: raw in wanted) for each in value.items())


def is_harmless(url: object) -> bool:
    """Whether a path of the API server, or a pattern of some, tells nothing of what runs."""
    text = str(url).rstrip("*").rstrip("/")
    return any(text == each or text.startswith(f"{each}/") for each in HARMLESS_URLS)


def is_group_of(group: str, stack: str) -> bool:
    """Whether a group is of a stack's people, or of no team that Paved knows."""
    own = rights_group(stack)
    return not group.startswith(rights_group("")) or group == own or group.startswith(f"{own}:")
