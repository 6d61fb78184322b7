"""Rights in a team's namespace: the rules of each, and the Role and the RoleBinding that give them."""

from collections.abc import Iterable, Mapping, Sequence

import pulumi_kubernetes as k8s
from pulumi import ResourceOptions

from reference.vocabulary import RESTART_VERB, Rights

READ = ("get", "list", "watch")
WRITE = (*READ, "create", "update", "patch", "delete")
OPERATE = (*READ, "patch", "delete")
SUBMIT = (*READ, "create")

JOBS: Mapping[str, list[str]] = {
    "batch": ["jobs", "cronjobs"],
    "ray.io": ["rayclusters", "rayjobs"],
    "trainer.kubeflow.org": ["trainjobs"],
    "jobset.x-k8s.io": ["jobsets"],
}
"""The kinds of workload that a team makes itself, by API group."""
RUNS: Mapping[str, list[str]] = {**JOBS, "batch": ["jobs"], "ray.io": ["rayjobs"]}
"""Those of them that end."""
SEEN: Mapping[str, list[str]] = {
    "": ["events", "limitranges", "pods/log", "resourcequotas", "serviceaccounts", "services"],
    "apps": ["deployments", "replicasets", "statefulsets"],
    "autoscaling": ["horizontalpodautoscalers"],
    "networking.k8s.io": ["networkpolicies"],
    "keda.sh": ["scaledjobs", "scaledobjects"],
    "policy": ["poddisruptionbudgets"],
    "kueue.x-k8s.io": ["localqueues", "workloads"],
    "serving.kserve.io": ["inferenceservices"],
}
"""The kinds that everybody of a team reads and that its stack file, or a controller, makes. Secrets are not there."""
FILES = ["configmaps", "persistentvolumeclaims"]


def rules_of(rights: Rights) -> list[k8s.rbac.v1.PolicyRuleArgs]:
    """The rules of some rights. Nobody reads Secrets, has tokens, or gives rights.

    There is no `pods/exec`, `attach` or `ephemeralcontainers`: a shell would hold the pod's own identity, and nothing
    would record what it did. There is no `portforward` either: it leads past the network policies to every port of a
    pod, that of Ray's dashboard too, which runs whatever it is sent.
    """
    match rights:
        case "develop":
            return [
                *each_of(JOBS, WRITE),
                rule([""], FILES, WRITE),
                rule([""], ["pods"], (*READ, "delete")),
                *each_of(SEEN, READ),
            ]
        case "operate":
            stopped = rule(["kueue.x-k8s.io"], ["workloads"], ("patch",))
            seen = [
                rule([""], FILES, READ),
                rule([""], ["pods"], (*READ, "delete", RESTART_VERB)),
                *each_of(SEEN, READ),
            ]
            return [*each_of(JOBS, OPERATE), stopped, *seen]
        case "view":
            return [*each_of(JOBS, READ), rule([""], [*FILES, "pods"], READ), *each_of(SEEN, READ)]
        case "submit":
            watched = {"": ["events", "pods", "pods/log"], "kueue.x-k8s.io": ["localqueues", "workloads"]}
            return [
                *each_of(RUNS, SUBMIT),
                rule([""], ["configmaps"], ("get", "create")),
                *each_of(watched, READ),
            ]


def each_of(kinds: Mapping[str, list[str]], verbs: tuple[str, ...]) -> list[k8s.rbac.v1.PolicyRuleArgs]:
    """The same verbs on kinds of several groups: a rule for each group."""
    return [rule([group], resources, verbs) for group, resources in kinds.items()]


def rule(groups: list[str], resources: list[str], verbs: tuple[str, ...]) -> k8s.rbac.v1.PolicyRuleArgs:
    """One rule of a Role."""
    return k8s.rbac.v1.PolicyRuleArgs(api_groups=groups, resources=resources, verbs=list(verbs))


def grant(
    name: str,
    metadata: k8s.meta.v1.ObjectMetaArgs,
    rules: Sequence[k8s.rbac.v1.PolicyRuleArgs],
    groups: Iterable[str],
    opts: ResourceOptions,
) -> None:
    """Make a Role and bind it to groups."""
    role = k8s.rbac.v1.Role(name, metadata=metadata, rules=rules, opts=opts)
    api_group = "rbac.authorization.k8s.io"
    k8s.rbac.v1.RoleBinding(
        name,
        metadata=metadata,
        role_ref=k8s.rbac.v1.RoleRefArgs(api_group=api_group, kind="Role", name=role.metadata.name),
        subjects=[k8s.rbac.v1.SubjectArgs(api_group=api_group, kind="Group", name=each) for each in groups],
        opts=opts,
    )
