"""The rights of a team's members in their namespace."""

import pulumi_kubernetes as k8s

READ = ("get", "list", "watch")
WRITE = (*READ, "create", "update", "patch", "delete")


def member_rules() -> list[k8s.rbac.v1.PolicyRuleArgs]:
    """Run jobs and look at everything but Secrets.

    Endpoints, quotas, queues and roles come from the team's stack file, so members only read them. There is
    no `pods/exec`: a shell would hold the pod's own identity, and nothing would record what it did.
    """
    return [
        rule(["batch"], ["jobs", "cronjobs"], WRITE),
        rule(["ray.io"], ["rayclusters", "rayjobs"], WRITE),
        rule(["trainer.kubeflow.org"], ["trainjobs"], WRITE),
        rule(["jobset.x-k8s.io"], ["jobsets"], WRITE),
        rule([""], ["configmaps", "persistentvolumeclaims"], WRITE),
        rule([""], ["pods"], (*READ, "delete")),
        rule(
            [""],
            ["events", "limitranges", "pods/log", "resourcequotas", "serviceaccounts", "services"],
            READ,
        ),
        rule(["apps"], ["deployments", "replicasets", "statefulsets"], READ),
        rule(["autoscaling"], ["horizontalpodautoscalers"], READ),
        rule(["networking.k8s.io"], ["networkpolicies"], READ),
        rule(["keda.sh"], ["scaledjobs"], READ),
        rule(["policy"], ["poddisruptionbudgets"], READ),
        rule(["kueue.x-k8s.io"], ["localqueues", "workloads"], READ),
        rule(["serving.kserve.io"], ["inferenceservices"], READ),
    ]


def rule(groups: list[str], resources: list[str], verbs: tuple[str, ...]) -> k8s.rbac.v1.PolicyRuleArgs:
    """One rule of a Role."""
    return k8s.rbac.v1.PolicyRuleArgs(api_groups=groups, resources=resources, verbs=list(verbs))
