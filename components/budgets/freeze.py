"""A freeze: a budget that is spent denies its team new nodes, and leaves what runs alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pulumi_aws as aws
from pulumi import ComponentResource, Input, Output, ResourceOptions

from components.account import Account
from components.budgets.budget import Budget
from components.identity.document import allow, deny, policy_document
from components.identity.service_role import ServiceRole, ServiceRoleArgs
from components.identity.trust import own_account_trust
from reference.names import physical_name
from reference.tags import COST_TAG

POLICY_NAME_LIMIT = 128
ROLE_NAME_LIMIT = 64
NOTIFICATION_TYPES = {"actual": "ACTUAL", "forecast": "FORECASTED"}


@dataclass(frozen=True, kw_only=True)
class FreezeArgs:
    """When and whom to freeze.

    `percent` is of the budget, of what is `actual` spend or a `forecast`. `provisioner_role` is the name of the
    role that starts the team's nodes, and those of every team of its cluster. `boundary_arn` bounds the role of
    AWS Budgets. `notify` has 1 to 10 addresses.
    """

    account: Account
    stack: str
    team: str
    percent: int
    spend: Literal["actual", "forecast"]
    approval: Literal["manual", "automatic"]
    provisioner_role: Input[str]
    boundary_arn: Input[str]
    notify: tuple[str, ...]
    topic_arn: str | None = None


class Freeze(ComponentResource):
    """A budget action that attaches a deny policy to the role that starts nodes.

    It stops new nodes of the team, not the nodes that run, nor what they cost. AWS attaches at most 10 managed
    policies to a role, so at most 10 teams of one cluster are frozen at a time. AWS lifts it when the month
    ends.
    """

    def __init__(self, name: str, args: FreezeArgs, budget: Budget, opts: ResourceOptions | None = None):
        super().__init__("paved:budgets:Freeze", name, {}, opts)
        policy_name = physical_name(args.stack, "freeze", limit=POLICY_NAME_LIMIT)
        policy = aws.iam.Policy(
            name,
            name=policy_name,
            description=f"No new nodes for the team {args.team}: its budget is spent",
            policy=no_new_nodes(args.account, args.team),
            opts=ResourceOptions(parent=self),
        )
        executor = ServiceRole(
            f"{name}-executor",
            ServiceRoleArgs(
                role_name=physical_name(args.stack, "freeze", limit=ROLE_NAME_LIMIT),
                description=f"AWS Budgets, to freeze and to thaw the team {args.team}",
                trust=own_account_trust("budgets.amazonaws.com", args.account, source_arn=budget.budget_arn),
                boundary_arn=args.boundary_arn,
                inline={"attach": attachment(args, args.account.policy_arn(policy_name))},
            ),
            ResourceOptions(parent=self),
        )
        self._make_action(name, args, budget, policy.arn, executor)
        self.register_outputs({"policy_name": policy_name})

    def _make_action(
        self, name: str, args: FreezeArgs, budget: Budget, policy_arn: Input[str], executor: ServiceRole
    ) -> None:
        aws.budgets.BudgetAction(
            name,
            account_id=args.account.id,
            budget_name=budget.created_name,
            action_type="APPLY_IAM_POLICY",
            approval_model=args.approval.upper(),
            notification_type=NOTIFICATION_TYPES[args.spend],
            action_threshold=aws.budgets.BudgetActionActionThresholdArgs(
                action_threshold_type="PERCENTAGE", action_threshold_value=args.percent
            ),
            definition=aws.budgets.BudgetActionDefinitionArgs(
                iam_action_definition=aws.budgets.BudgetActionDefinitionIamActionDefinitionArgs(
                    policy_arn=policy_arn, roles=[args.provisioner_role]
                )
            ),
            execution_role_arn=executor.role_arn,
            subscribers=subscribers(args.notify, args.topic_arn),
            # The role is of no use before its policy.
            opts=ResourceOptions(parent=self, depends_on=[executor]),
        )


def subscribers(notify: Sequence[str], topic_arn: str | None) -> list[aws.budgets.BudgetActionSubscriberArgs]:
    """Who hears that a freeze waits for approval, or was carried out."""
    told = [("EMAIL", address) for address in sorted(notify)]
    told += [("SNS", topic_arn)] if topic_arn else []
    return [
        aws.budgets.BudgetActionSubscriberArgs(subscription_type=kind, address=address)
        for kind, address in told
    ]


def no_new_nodes(account: Account, team: str) -> str:
    """Deny every launch that would bear the team's tag: Karpenter puts it on instances and fleets alike."""
    return policy_document(
        deny(
            "NoNewNodes",
            ["ec2:CreateFleet", "ec2:RunInstances"],
            [account.arn("ec2", "fleet/*"), account.arn("ec2", "instance/*")],
            conditions={"StringEquals": {f"aws:RequestTag/{COST_TAG}": team}},
        )
    )


def attachment(args: FreezeArgs, policy_arn: str) -> Output[str]:
    """AWS Budgets may put this one policy on this one role, and take it off again."""
    return Output.from_input(args.provisioner_role).apply(
        lambda role: policy_document(
            allow(
                "FreezeAndThaw",
                ["iam:AttachRolePolicy", "iam:DetachRolePolicy"],
                [args.account.role_arn(role)],
                conditions={"ArnEquals": {"iam:PolicyARN": policy_arn}},
            )
        )
    )
