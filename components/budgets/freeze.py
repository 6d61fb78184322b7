"""A freeze: a budget that is spent denies its team new nodes, and leaves running nodes alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pulumi_aws as aws
from pulumi import ComponentResource, Input, Output, ResourceOptions

from components.account import Account
from components.budgets.budget import Budget
from components.identity.document import allow, deny, policy_document
from components.identity.service_role import RoleArgs, ServiceRole
from components.identity.trust import own_account_trust
from components.monitoring.notifications import Notifications
from reference.names import physical_name, role_name
from reference.tags import COST_TAG
from reference.vocabulary import BUDGETS_SERVICE

POLICY_NAME_LIMIT = 128
NOTIFICATION_TYPES = {"actual": "ACTUAL", "forecast": "FORECASTED"}


@dataclass(frozen=True, kw_only=True)
class FreezeArgs:
    """The spend at which a team is frozen: `percent` of its budget, as `actual` spend or as a `forecast`.

    `provisioner_role` is the name of the role that starts the team's nodes, and those of every team of its
    cluster. `boundary_arn` bounds the role of AWS Budgets. `notify` has 1 to 10 addresses; the budget's topic is
    notified as well.
    """

    percent: int
    spend: Literal["actual", "forecast"]
    approval: Literal["manual", "automatic"]
    provisioner_role: Input[str]
    boundary_arn: Input[str]
    notify: tuple[str, ...]


class Freeze(ComponentResource):
    """A budget action that attaches a deny policy to the role that starts nodes.

    It stops new nodes of the budget's team, not the nodes that run, nor their cost. AWS attaches at most 10 managed
    policies to a role, so at most 10 teams of one cluster are frozen at a time. AWS lifts it when the month ends.
    Raises ValueError for a budget without a team.
    """

    def __init__(self, name: str, args: FreezeArgs, budget: Budget, opts: ResourceOptions | None = None):
        super().__init__("paved:budgets:Freeze", name, {}, opts)
        account, stack, team = budget.args.account, budget.args.stack, budget.args.team
        if team is None:
            raise ValueError(f"a freeze is of a team, and the budget {budget.budget_name} has none")
        policy_name = physical_name(stack, "freeze", limit=POLICY_NAME_LIMIT)
        policy = aws.iam.Policy(
            name,
            name=policy_name,
            description=f"No new nodes for the team {team}: its budget is spent",
            policy=no_new_nodes(account, team),
            opts=ResourceOptions(parent=self),
        )
        executor = ServiceRole(
            f"{name}-executor",
            RoleArgs(
                name=role_name(stack, "freeze"),
                description=f"AWS Budgets, to freeze and to thaw the team {team}",
                boundary_arn=args.boundary_arn,
                inline={
                    "attach": attachment(account, args.provisioner_role, account.policy_arn(policy_name))
                },
            ),
            own_account_trust(BUDGETS_SERVICE, account, source_arn=budget.budget_arn),
            ResourceOptions(parent=self),
        )
        self._make_action(name, args, budget, policy.arn, executor)
        self.register_outputs({"policy_name": policy_name})

    def _make_action(
        self, name: str, args: FreezeArgs, budget: Budget, policy_arn: Input[str], executor: ServiceRole
    ) -> None:
        attach = aws.budgets.BudgetActionDefinitionIamActionDefinitionArgs(
            policy_arn=policy_arn, roles=[args.provisioner_role]
        )
        aws.budgets.BudgetAction(
            name,
            account_id=budget.args.account.id,
            budget_name=budget.created_name,
            action_type="APPLY_IAM_POLICY",
            approval_model=args.approval.upper(),
            notification_type=NOTIFICATION_TYPES[args.spend],
            action_threshold=aws.budgets.BudgetActionActionThresholdArgs(
                action_threshold_type="PERCENTAGE", action_threshold_value=args.percent
            ),
            definition=aws.budgets.BudgetActionDefinitionArgs(iam_action_definition=attach),
            execution_role_arn=executor.role_arn,
            subscribers=subscribers(args.notify, budget.args.topic),
            # The role is of no use before its policy.
            opts=ResourceOptions(parent=self, depends_on=[executor]),
        )


def subscribers(
    notify: Sequence[str], topic: Notifications | None
) -> list[aws.budgets.BudgetActionSubscriberArgs]:
    """The readers who are notified that a freeze waits for approval, or was carried out."""
    addresses = [("EMAIL", address) for address in sorted(notify)]
    if topic:
        addresses.append(("SNS", topic.topic_arn))
    return [
        aws.budgets.BudgetActionSubscriberArgs(subscription_type=kind, address=address)
        for kind, address in addresses
    ]


def no_new_nodes(account: Account, team: str) -> str:
    """Deny every launch with the team's tag, which Karpenter puts on instances and fleets alike."""
    return policy_document(
        deny(
            "NoNewNodes",
            ["ec2:CreateFleet", "ec2:RunInstances"],
            [account.arn("ec2", "fleet/*"), account.arn("ec2", "instance/*")],
            conditions={"StringEquals": {f"aws:RequestTag/{COST_TAG}": team}},
        )
    )


def attachment(account: Account, provisioner_role: Input[str], policy_arn: str) -> Output[str]:
    """Let AWS Budgets put this one policy on this one role, and take it off again."""
    return Output.from_input(provisioner_role).apply(
        lambda role: policy_document(
            allow(
                "FreezeAndThaw",
                ["iam:AttachRolePolicy", "iam:DetachRolePolicy"],
                [account.role_arn(role)],
                conditions={"ArnEquals": {"iam:PolicyARN": policy_arn}},
            )
        )
    )
