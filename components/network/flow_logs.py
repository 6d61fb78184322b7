"""The record of every connection in a VPC, accepted or refused."""

from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import ComponentResource, Input, ResourceOptions

from components.account import Account
from components.identity.document import allow, policy_document
from components.identity.service_role import RoleArgs, ServiceRole
from components.identity.trust import own_account_trust


@dataclass(frozen=True, kw_only=True)
class FlowLogsArgs:
    """The log group of a VPC's flow logs, and the role that the service writes to it with."""

    account: Account
    log_group: str  # physical
    retention_days: int
    role_name: str  # physical, at most 64 characters
    key_arn: Input[str]
    protect: bool


class FlowLogs(ComponentResource):
    """Flow logs of all traffic in an encrypted log group."""

    def __init__(
        self, name: str, args: FlowLogsArgs, vpc_id: Input[str], opts: ResourceOptions | None = None
    ):
        super().__init__("paved:network:FlowLogs", name, {}, opts)
        group = aws.cloudwatch.LogGroup(
            f"{name}-records",
            name=args.log_group,
            kms_key_id=args.key_arn,
            retention_in_days=args.retention_days,
            opts=ResourceOptions(parent=self, protect=args.protect),
        )
        role = ServiceRole(
            f"{name}-role",
            RoleArgs(
                name=args.role_name,
                description="Writes VPC flow logs",
                inline={"write-records": write_policy(args.account, args.log_group)},
            ),
            own_account_trust(
                "vpc-flow-logs.amazonaws.com",
                args.account,
                source_arn=args.account.arn("ec2", "vpc-flow-log/*"),
            ),
            ResourceOptions(parent=self),
        )
        aws.ec2.FlowLog(
            name,
            vpc_id=vpc_id,
            traffic_type="ALL",
            log_destination_type="cloud-watch-logs",
            log_destination=group.arn,
            iam_role_arn=role.role_arn,
            opts=ResourceOptions(parent=self, depends_on=[role]),
        )
        self.register_outputs({})


def write_policy(account: Account, log_group: str) -> str:
    """Let the flow log service write streams of this one log group."""
    return policy_document(
        allow(
            "WriteRecords",
            ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
            [account.arn("logs", f"log-group:{log_group}"), account.arn("logs", f"log-group:{log_group}:*")],
        ),
        # The service looks its group up by listing; the action takes no narrower resource.
        allow("FindGroup", ["logs:DescribeLogGroups"], [account.arn("logs", "log-group:*")]),
    )
