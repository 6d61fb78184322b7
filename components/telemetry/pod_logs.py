"""Log groups of pods, the identity of the agent that writes to them, and the right to read one."""

from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import ComponentResource, Input, ResourceOptions

from components.account import Account, ClusterScope
from components.charts import FLUENT_BIT
from components.identity.document import allow, policy_document
from components.identity.pod_identity import PodIdentity, PodIdentityArgs
from components.identity.service_role import RoleArgs
from reference.names import PREFIX, physical_name

GROUPS = f"/{PREFIX}/pods/"
"""The beginning of the names of all groups of pods' logs: a stack's own name follows."""
POLICY_NAME_LIMIT = 128


def log_group_of(stack: str) -> str:
    """The log group of the pods of a stack: of a team its namespace, of a foundation those of its platform."""
    return f"{GROUPS}{stack}"


@dataclass(frozen=True, kw_only=True)
class PodLogsArgs:
    """The log group of a stack's pods, kept for `days` under a key of the stack."""

    stack: str
    days: int
    key_arn: Input[str]
    protect: bool


class PodLogs(ComponentResource):
    """An encrypted log group that is there before the agent writes: the agent may make none."""

    def __init__(self, name: str, args: PodLogsArgs, opts: ResourceOptions | None = None):
        super().__init__("paved:telemetry:PodLogs", name, {}, opts)
        aws.cloudwatch.LogGroup(
            name,
            name=log_group_of(args.stack),
            kms_key_id=args.key_arn,
            retention_in_days=args.days,
            opts=ResourceOptions(parent=self, protect=args.protect),
        )
        self.register_outputs({})


class LogReaders(ComponentResource):
    """A policy by which people read the logs of one stack. Whoever keeps the roles of people attaches it."""

    def __init__(self, name: str, account: Account, stack: str, opts: ResourceOptions | None = None):
        super().__init__("paved:telemetry:LogReaders", name, {}, opts)
        self.policy_name = physical_name(stack, "read-logs", limit=POLICY_NAME_LIMIT)
        aws.iam.Policy(
            name,
            name=self.policy_name,
            description=f"Read the logs of pods of {stack}",
            policy=read_policy(account, stack),
            opts=ResourceOptions(parent=self),
        )
        self.register_outputs({"policy_name": self.policy_name})


def agent_identity(name: str, scope: ClusterScope, opts: ResourceOptions) -> PodIdentity:
    """Declare the identity of the agent on each node."""
    role = RoleArgs(
        name=physical_name(scope.stack, FLUENT_BIT.name, limit=64),
        description=f"{FLUENT_BIT.namespace}/{FLUENT_BIT.name} of {scope.cluster_name}",
        inline={"write": agent_policy(scope.account)},
    )
    args = PodIdentityArgs(
        cluster=scope.ref, namespace=FLUENT_BIT.namespace, service_account=FLUENT_BIT.name, role=role
    )
    return PodIdentity(name, args, opts)


def agent_policy(account: Account) -> str:
    """Let the agent write to groups of pods' logs. It can make no group, read none and change no retention."""
    groups = [account.arn("logs", f"log-group:{GROUPS}*")]
    return policy_document(allow("WriteLogs", ["logs:CreateLogStream", "logs:PutLogEvents"], groups))


def read_policy(account: Account, stack: str) -> str:
    """Let people read and query the logs of one stack, and change nothing."""
    group = account.arn("logs", f"log-group:{log_group_of(stack)}")
    reading = [
        "logs:DescribeLogStreams",
        "logs:FilterLogEvents",
        "logs:GetLogEvents",
        "logs:GetLogGroupFields",
        "logs:GetQueryResults",
        "logs:StartQuery",
    ]
    return policy_document(allow("ReadLogs", reading, [group, f"{group}:*"]))
