"""A team's promotions: the rights of its promoters, and the script that their Jobs run."""

import inspect
from collections.abc import Mapping
from dataclasses import dataclass

import pulumi_kubernetes as k8s
from pulumi import ComponentResource, Input, ResourceOptions

from components.promotion import models
from components.serving.access import READ, grant, rule
from reference.vocabulary import PROMOTION, owned, promoters_group

SCRIPT = "models.py"


@dataclass(frozen=True, kw_only=True)
class PromotionArgs:
    """The stack, its namespace, and the labels of every object in it."""

    stack: str
    namespace: Input[str]
    labels: Mapping[str, str]


class Promotion(ComponentResource):
    """The script in a ConfigMap that members only read, and the promoters' Role."""

    def __init__(self, name: str, args: PromotionArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:promotion:Promotion", name, {}, opts)
        child = ResourceOptions(parent=self)
        k8s.core.v1.ConfigMap(
            f"{name}-{PROMOTION}",
            metadata=k8s.meta.v1.ObjectMetaArgs(
                name=PROMOTION, namespace=args.namespace, labels=owned(args.labels)
            ),
            data={SCRIPT: inspect.getsource(models)},
            opts=child,
        )
        metadata = k8s.meta.v1.ObjectMetaArgs(
            name="promoters", namespace=args.namespace, labels=dict(args.labels)
        )
        grant(f"{name}-promoters", metadata, promoter_rules(), [promoters_group(args.stack)], child)
        self.register_outputs({})


def promoter_rules() -> list[k8s.rbac.v1.PolicyRuleArgs]:
    """Start and end promotions, and see how they went. Admission lets no other Job be started or ended.

    A Job is never changed: what a promotion does is what was asked for when it was made.
    """
    return [
        rule(["batch"], ["jobs"], (*READ, "create", "delete")),
        rule([""], ["events", "pods", "pods/log"], READ),
    ]
