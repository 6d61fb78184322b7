"""KEDA: it starts jobs when there are events in a queue, and scales endpoints by what Prometheus knows of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi_kubernetes as k8s
from pulumi import ComponentResource, Resource, ResourceOptions

from components.charts import KEDA as CHART
from components.images import ImageNames
from components.platform.admission import Policy, make_policy, target
from components.platform.admission_rule import AdmissionRule, AdmissionRules
from components.platform.namespaces import restricted_namespace
from components.platform.operator import CRITICAL, SYSTEM_NODES, Operator, OperatorArgs
from reference.vocabulary import STACK_LABEL

RESOURCES = {"requests": {"cpu": "100m", "memory": "256Mi"}, "limits": {"memory": "512Mi"}}

ACCOUNT = f"system:serviceaccount:{CHART.namespace}:keda-operator"
SCOPE = "paved-keda"
"""The name of the policy that keeps the operator to the namespaces of stacks."""


@dataclass(frozen=True, kw_only=True)
class KedaArgs:
    """`after` is Prometheus's definitions, and the webhook that every Service passes."""

    version: str
    kubernetes_version: str
    image_names: ImageNames
    labels: Mapping[str, str]
    after: Sequence[Resource]
    protect: bool


class Keda(ComponentResource):
    """The operator, which calls AWS by the pod identity that the foundation gives to `keda/keda-operator`."""

    def __init__(self, name: str, args: KedaArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:platform:Keda", name, {}, opts)
        namespace = restricted_namespace(
            f"{name}-namespace", CHART.namespace, args.labels, args.kubernetes_version, parent=self
        )
        scope = make_policy(f"{name}-scope", scope_policy(), args.labels, self)
        Operator(
            name,
            OperatorArgs(
                chart=CHART,
                version=args.version,
                values=keda_values(),
                image_names=args.image_names,
                after=[namespace, scope, *args.after],
                protect=args.protect,
            ),
            ResourceOptions(parent=self),
        )
        self.register_outputs({})


def scope_policy() -> Policy:
    """The policy that refuses what the operator would write outside of the namespaces of stacks.

    The chart gives it one role for all namespaces, or for a list of them that would have to know every team.
    """
    written = {
        "batch": ["jobs"],
        "apps": ["deployments/scale", "statefulsets/scale"],
        "autoscaling": ["horizontalpodautoscalers"],
    }
    rules: list[k8s.admissionregistration.v1.NamedRuleWithOperationsArgs] = []
    for group, resources in written.items():
        for resource in resources:
            rules.append(target(group, resource, "CREATE", "UPDATE", "DELETE"))
    elsewhere = k8s.meta.v1.LabelSelectorArgs(
        match_expressions=[k8s.meta.v1.LabelSelectorRequirementArgs(key=STACK_LABEL, operator="DoesNotExist")]
    )
    refused = AdmissionRule(
        expression="false",
        message=f"'KEDA starts jobs and scales in namespaces with the label {STACK_LABEL} alone'",
    )
    match = k8s.admissionregistration.v1.MatchResourcesArgs(
        resource_rules=rules, namespace_selector=elsewhere
    )
    return Policy(
        name=SCOPE,
        match=match,
        rules=AdmissionRules(rules=[refused]),
        conditions={"keda": f"request.userInfo.username == '{ACCOUNT}'"},
    )


def keda_values() -> dict[str, Any]:
    """Values of the chart: the operator reads no secret of another namespace, and calls no kind but the usual ones.

    Its role lets it create Jobs and autoscalers and scale Deployments in every namespace: `scope_policy` refuses it.
    """
    return {
        "nodeSelector": SYSTEM_NODES,
        "priorityClassName": CRITICAL,
        "operator": {"replicaCount": 2},  # the second takes over
        # The API that autoscalers ask for an endpoint's load. Where no replica answers, they leave all as it is.
        "metricsServer": {"enabled": True, "replicaCount": 2},
        "webhooks": {"enabled": True, "replicaCount": 2},
        "resources": {"operator": RESOURCES, "metricServer": RESOURCES, "webhooks": RESOURCES},
        "rbac": {"enabledCustomScaledRefKinds": False},
        "permissions": {
            "operator": {"restrict": {"secret": True}},
            "metricServer": {"restrict": {"secret": True}},
        },
        "prometheus": {
            "operator": {"enabled": True, "serviceMonitor": {"enabled": True}},
        },
    }
