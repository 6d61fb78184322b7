"""High availability of a controller whose chart has no key for it: priority, spread, replicas and a budget."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi_kubernetes as k8s
from pulumi import ComponentResource, Resource, ResourceOptions

from components.platform.operator import CRITICAL
from reference.vocabulary import HOSTNAME_LABEL, ZONE_LABEL

REPLICAS = 2
SPREAD_OVER = (ZONE_LABEL, HOSTNAME_LABEL)


@dataclass(frozen=True, kw_only=True)
class HighAvailabilityArgs:
    """`deployment`, which is also the name of its service account, selects its pods by `selector`.

    `after` is the release that makes it.
    """

    deployment: str
    namespace: str
    selector: Mapping[str, str]
    labels: Mapping[str, str]
    after: Sequence[Resource]


class HighAvailability(ComponentResource):
    """A patch of a chart's Deployment, which Helm leaves alone because its chart says nothing there, and a budget."""

    def __init__(self, name: str, args: HighAvailabilityArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:platform:HighAvailability", name, {}, opts)
        options = ResourceOptions(parent=self, depends_on=list(args.after))
        k8s.apps.v1.DeploymentPatch(
            name,
            metadata=k8s.meta.v1.ObjectMetaPatchArgs(name=args.deployment, namespace=args.namespace),
            spec=deployment_patch(args.deployment, args.selector),
            opts=options,
        )
        k8s.policy.v1.PodDisruptionBudget(
            name,
            metadata=k8s.meta.v1.ObjectMetaArgs(
                name=args.deployment, namespace=args.namespace, labels=dict(args.labels)
            ),
            spec=k8s.policy.v1.PodDisruptionBudgetSpecArgs(
                min_available=1,
                selector=k8s.meta.v1.LabelSelectorArgs(match_labels=dict(args.selector)),
            ),
            opts=options,
        )
        self.register_outputs({})


def deployment_patch(
    service_account: str, selector: Mapping[str, str]
) -> k8s.apps.v1.DeploymentSpecPatchArgs:
    """The spec of a Deployment as far as it is ours. Spread is a preference: one node may run both replicas."""
    spread = [
        k8s.core.v1.TopologySpreadConstraintPatchArgs(
            topology_key=key,
            max_skew=1,
            when_unsatisfiable="ScheduleAnyway",
            label_selector=k8s.meta.v1.LabelSelectorPatchArgs(match_labels=dict(selector)),
        )
        for key in SPREAD_OVER
    ]
    # Account and token are the chart's own, said again: a rule cannot tell what a patch leaves as it is.
    pod = k8s.core.v1.PodSpecPatchArgs(
        service_account_name=service_account,
        automount_service_account_token=True,
        priority_class_name=CRITICAL,
        topology_spread_constraints=spread,
    )
    template = k8s.core.v1.PodTemplateSpecPatchArgs(spec=pod)
    return k8s.apps.v1.DeploymentSpecPatchArgs(replicas=REPLICAS, template=template)
