"""A team stack: what one team gets, section by section."""

from collections.abc import Mapping
from typing import Any

from components.account import ClusterRef
from components.charts import MONITORING_NAMESPACE
from components.identity.document import Statement
from components.monitoring.notifications import Notifications, NotificationsArgs
from components.registry.registry import Registry, RegistryArgs
from components.security.encryption_key import EncryptionKey, EncryptionKeyArgs, deletion_window_days
from components.security.key_policies import closed_to_other_pods, key_policy, used_by_budgets, used_by_logs
from components.telemetry.pod_logs import log_group_of
from stacks.program.budget import build_budget
from stacks.program.context import TeamContext, team_context
from stacks.program.data import dataset_grants, key_statements
from stacks.program.findings import (
    build_image_findings,
    has_image_findings,
    loses_events,
    publishing_statements,
)
from stacks.program.stack_references import contract
from stacks.program.telemetry import build_team_logs, keeps_logs, traces_output
from stacks.program.workspace import build_workspace
from stacks.schema import Team
from stacks.schema.registry import RegistrySpec
from stacks.schema.security_level import endpoints_only
from stacks.schema.team import TeamMonitoring


def build_team(name: str, team: Team) -> Mapping[str, Any]:
    """Declare what the team's file asks for. A section that is left out has no resources and no outputs."""
    context = team_context(name, team)
    outputs: dict[str, Any] = {
        "contract": contract("team"),
        "environment": team.environment,
        "owner": team.owner.model_dump(mode="json"),
        "platform": team.platform,
    }
    key = build_key(context) if team.registry or team.monitoring else None
    registry = build_registry(context, team.registry, key) if team.registry and key else None
    topic = build_notifications(context, team.monitoring, key) if team.monitoring and key else None
    outputs["budget"] = build_budget(context, topic)
    if registry:
        outputs |= registry_outputs(context, registry)
    build_image_findings(context, topic)
    if topic:
        outputs["alerts"] = {"topic_arn": topic.topic_arn}
    if key and keeps_logs(team):
        outputs |= build_team_logs(context, key)
    outputs |= traces_output(team)
    if team.has_namespace:
        outputs |= build_workspace(context, registry, topic, key)
    return outputs


def build_key(context: TeamContext) -> EncryptionKey:
    """Declare the one key that a team's data, images and alerts are encrypted with."""
    return EncryptionKey(
        context.name,
        EncryptionKeyArgs(
            account=context.account,
            alias=context.key_alias,
            description=f"Data of the stack {context.name}",
            policy=key_policy(context.account, *key_users(context)),
            deletion_window_days=deletion_window_days(context.team.environment),
            protect=context.protect,
        ),
        context.in_aws(retain=context.retain),
    )


def key_users(context: TeamContext) -> list[Statement]:
    """Let what works for the team use its key: pods, file systems, budgets and rules of findings."""
    # The platform's Alertmanager publishes to the team's topics.
    users = [closed_to_other_pods([context.name, MONITORING_NAMESPACE]), *key_statements(context)]
    if context.team.monitoring:
        users.append(used_by_budgets(context.account))
    if keeps_logs(context.team):
        users.append(used_by_logs(context.account, log_group_of(context.name)))
    return users + publishing_statements(context)


def build_registry(context: TeamContext, section: RegistrySpec, key: EncryptionKey) -> Registry:
    """Declare buckets, repositories and the identities of the team's pods."""
    account = context.account
    return Registry(
        context.name,
        RegistryArgs(
            account=account,
            stack=context.name,
            namespace=context.name,
            cluster=ClusterRef(
                name=context.cluster_name, arn=context.cluster_name.apply(account.cluster_arn)
            ),
            key_arn=key.key_arn,
            key_alias=context.key_alias,
            boundary_arn=context.boundary_arn,
            endpoints_only=endpoints_only(context.team),
            repositories=section.repositories,
            noncurrent_days=section.noncurrent_days,
            archive_days=section.archive_days,
            scratch_days=section.scratch_days,
            keep_images=section.keep_images,
            generation=section.generation,
            protect=context.protect,
            retain=context.retain,
            trainer_policies=dataset_grants(context),
        ),
        context.in_aws(),
    )


def registry_outputs(context: TeamContext, registry: Registry) -> dict[str, Any]:
    """The outputs of the registry, which the team and its CI read."""
    return {
        "buckets": {"models": registry.models, "datasets": registry.datasets},
        "repositories": registry.repository_urls,
        "roles": registry.role_arns,
        "registry": context.platform.output("registry"),
    }


def build_notifications(context: TeamContext, section: TeamMonitoring, key: EncryptionKey) -> Notifications:
    """Declare the topic of the team's alerts."""
    return Notifications(
        context.name,
        NotificationsArgs(
            account=context.account,
            stack=context.name,
            key=key,
            notify=section.notify,
            budgets=True,
            events=has_image_findings(context),
            alarms=loses_events(context),
            runbooks=context.platform.output("monitoring", "runbooks_url"),
        ),
        context.in_aws(),
    )
