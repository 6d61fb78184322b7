"""The cost of a stack's nodes by the hour, from the nodes that are there, and the alert of a team that spends too fast.

AWS Budgets hears of spend 8 to 24 hours late. What Prometheus sees is a minute old.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pulumi_kubernetes as k8s
from pulumi import ComponentResource, Input, ResourceOptions

from components.monitoring.alerts import Alert, alert_group
from components.monitoring.objective import COST_RATE_SEVERITY
from pricing.money import HOURS_A_MONTH
from reference.names import series_label
from reference.vocabulary import CAPACITY_TYPE_LABEL, INSTANCE_TYPE_LABEL, POOL_LABEL, STACK_LABEL

GROUP = "paved.node-costs"
"""The name of the rules. A dot is in no endpoint's name, and so in that of no other rule of the namespace."""
INTERVAL = "1m"
PRICE = "paved:instance_price_usd:hourly"
COST = "paved:node_cost_usd:hourly"
UNPRICED = "paved:nodes_unpriced:count"

_STACK, _POOL = series_label(STACK_LABEL), series_label(POOL_LABEL)
_KIND = (series_label(INSTANCE_TYPE_LABEL), series_label(CAPACITY_TYPE_LABEL))


@dataclass(frozen=True, kw_only=True)
class NodePrice:
    """US dollars an hour of a node of one type, bought in one way: `spot` or `on-demand`."""

    instance_type: str
    capacity: str
    usd: Decimal


@dataclass(frozen=True, kw_only=True)
class NodeCostsArgs:
    """Prices of the nodes that a stack's pools may start, and the pace of spend that is too fast.

    `percent` is that of `monthly_usd` which a month at the pace would come to, and `minutes` how long it has to last.
    """

    stack: str
    team: str
    namespace: Input[str]
    labels: Mapping[str, str]
    prices: Sequence[NodePrice]
    monthly_usd: Decimal
    percent: int
    minutes: int


class NodeCosts(ComponentResource):
    """A PrometheusRule with the prices, the cost of each pool, and the alert."""

    def __init__(self, name: str, args: NodeCostsArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:monitoring:NodeCosts", name, {}, opts)
        k8s.apiextensions.CustomResource(
            name,
            api_version="monitoring.coreos.com/v1",
            kind="PrometheusRule",
            metadata=k8s.meta.v1.ObjectMetaArgs(
                name=GROUP, namespace=args.namespace, labels=dict(args.labels)
            ),
            spec={"groups": [rule_group(args)]},
            opts=ResourceOptions(parent=self),
        )
        self.register_outputs({})


def rule_group(args: NodeCostsArgs) -> dict[str, Any]:
    """The rules in their order: each reads what those before it have recorded."""
    alerts = alert_group(GROUP, [cost_rate_high(args)], team=args.team)["rules"]
    for alert in alerts:
        # A namespace bears its stack's name, and by it Alertmanager knows the team.
        alert["labels"] |= {"stack": args.stack, "namespace": args.stack}
    return {"name": GROUP, "interval": INTERVAL, "rules": [*_prices(args), *_costs(args), *alerts]}


def cost_rate_high(args: NodeCostsArgs) -> Alert:
    """Fires when a month at the pace of the nodes that run would cost more than the budget allows."""
    month = f'sum(paved:node_cost_usd:hourly{{stack="{args.stack}"}}) * {HOURS_A_MONTH}'
    return Alert(
        name="CostRateHigh",
        expression=f"{month} / {args.monthly_usd:f} > {Decimal(args.percent) / 100:f}",
        duration=f"{args.minutes}m",
        severity=COST_RATE_SEVERITY,
        summary=f"A month of the nodes that {args.stack} runs now would cost"
        " {{ $value | humanizePercentage }} of its budget",
        action="See which pool it is, and end what nobody waits for; AWS Budgets tells of it tomorrow.",
    )


def _prices(args: NodeCostsArgs) -> Iterator[dict[str, Any]]:
    """The prices as series. Each has the labels of the nodes that it is of, and the stack, whose rules it is in."""
    for each in args.prices:
        kind = dict(zip(_KIND, (each.instance_type, each.capacity), strict=True))
        yield {"record": PRICE, "expr": f"vector({each.usd:f})", "labels": {**kind, "stack": args.stack}}


def _costs(args: NodeCostsArgs) -> Iterator[dict[str, Any]]:
    """The cost of each pool, and the nodes that no price is known of."""
    kind = ", ".join(_KIND)
    # kube-state-metrics shows a node twice while one of its pods takes over from another.
    nodes = f'group by (node, {_POOL}, {kind}) (kube_node_labels{{{_STACK}="{args.stack}"}})'
    price = f'{PRICE}{{stack="{args.stack}"}}'
    cost = f"sum by ({_POOL}) ({nodes} * on ({kind}) group_left () {price})"
    unpriced = f"count by ({_POOL}) ({nodes} unless on ({kind}) {price})"
    for name, series in ((COST, cost), (UNPRICED, unpriced)):
        # The pool's own label is dropped: one of Kubernetes's form is long, and another rule's is `pool`.
        expr = f'sum by (pool) (label_replace({series}, "pool", "$1", "{_POOL}", "(.+)"))'
        yield {"record": name, "expr": expr, "labels": {"stack": args.stack, "team": args.team}}
