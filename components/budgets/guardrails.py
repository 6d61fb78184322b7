"""Warnings to the organisation of spend that nobody planned, in whichever team it starts."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import pulumi_aws as aws
from pulumi import ComponentResource, ResourceOptions

from components.account import Account
from reference.names import physical_name
from reference.tags import COST_TAG

NAME_LIMIT = 1024

BILLING_REGIONS = {"aws": "us-east-1", "aws-cn": "cn-northwest-1", "aws-us-gov": "us-gov-west-1"}
"""Partition -> the region of its Cost Explorer, which has one endpoint."""


@dataclass(frozen=True, kw_only=True)
class GuardrailsArgs:
    """The size from which an anomaly is reported, and the addresses. `tags` are those of the monitor itself."""

    account: Account
    stack: str
    impact_usd: Decimal
    impact_percent: int
    notify: tuple[str, ...]
    tags: Mapping[str, str]


class Guardrails(ComponentResource):
    """One anomaly monitor over the cost tag: each team is watched on its own, new teams included.

    Only the organisation's management account may make a monitor of tags: Cost Explorer refuses it elsewhere.
    It is made through Cloud Control, since the AWS provider's own resource cannot name the tag of a tag
    monitor (it takes `monitorDimension` or `monitorSpecification`; Cost Explorer wants both).
    """

    def __init__(self, name: str, args: GuardrailsArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:budgets:Guardrails", name, {}, opts)
        child = ResourceOptions(parent=self)
        monitor = aws.cloudcontrol.Resource(
            name,
            type_name="AWS::CE::AnomalyMonitor",
            desired_state=monitor_state(physical_name(args.stack, "teams", limit=NAME_LIMIT), args.tags),
            region=BILLING_REGIONS[args.account.partition],
            opts=child,
        )
        aws.costexplorer.AnomalySubscription(
            name,
            name=physical_name(args.stack, "anomalies", limit=NAME_LIMIT),
            frequency="DAILY",  # the frequency that goes by e-mail; IMMEDIATE needs a topic
            monitor_arn_lists=[monitor.id],
            subscribers=[
                aws.costexplorer.AnomalySubscriptionSubscriberArgs(type="EMAIL", address=address)
                for address in args.notify
            ],
            threshold_expression=threshold_expression(args),
            opts=child,
        )
        self.register_outputs({})


def monitor_state(name: str, tags: Mapping[str, str]) -> str:
    """The desired state of the monitor. Default tags of the provider do not reach Cloud Control."""
    return json.dumps(
        {
            "MonitorDimension": "TAG",
            "MonitorName": name,
            "MonitorSpecification": json.dumps({"Tags": {"Key": COST_TAG}}),
            "MonitorType": "DIMENSIONAL",
            "ResourceTags": [{"Key": key, "Value": value} for key, value in sorted(tags.items())],
        },
        sort_keys=True,
    )


def threshold_expression(args: GuardrailsArgs) -> aws.costexplorer.AnomalySubscriptionThresholdExpressionArgs:
    """The expression that an anomaly of either threshold meets."""
    dimensions = [
        aws.costexplorer.AnomalySubscriptionThresholdExpressionOrDimensionArgs(
            key=key, values=[value], match_options=["GREATER_THAN_OR_EQUAL"]
        )
        for key, value in thresholds(args.impact_usd, args.impact_percent).items()
    ]
    return aws.costexplorer.AnomalySubscriptionThresholdExpressionArgs(
        ors=[
            aws.costexplorer.AnomalySubscriptionThresholdExpressionOrArgs(dimension=dimension)
            for dimension in dimensions
        ]
    )


def thresholds(usd: Decimal, percent: int) -> dict[str, str]:
    """Impacts of which either is enough. Spend that is new has no percentage, so dollars must count alone."""
    return {"ANOMALY_TOTAL_IMPACT_ABSOLUTE": f"{usd:f}", "ANOMALY_TOTAL_IMPACT_PERCENTAGE": str(percent)}
