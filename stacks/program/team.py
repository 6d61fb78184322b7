"""A team stack: what one team gets, section by section."""

from collections.abc import Mapping
from typing import Any

from components.charts import MONITORING_NAMESPACE
from components.cluster.cluster import cluster_arn
from components.identity.document import Statement
from components.monitoring.notifications import Notifications, NotificationsArgs
from components.registry.registry import Registry, RegistryArgs
from components.security.encryption_key import EncryptionKey, EncryptionKeyArgs, deletion_window_days
from components.security.key_policies import closed_to_other_pods, key_policy, used_by_budgets
from stacks.program.budget import build_budget
from stacks.program.data import dataset_grants, key_statements
from stacks.program.findings import build_findings, finding_statements, told_by_rules
from stacks.program.stack_references import contract
from stacks.program.team_context import Site, team_site
from stacks.program.workspace import build_workspace
from stacks.schema import Team
from stacks.schema.registry import Registry as RegistrySection
from stacks.schema.security_level import endpoints_only
from stacks.schema.team import TeamMonitoring


def build_team(name: str, team: Team) -> Mapping[str, Any]:
    """Declare what the team's file asks for. A section that is left out has no resources and no outputs."""
    site = team_site(name, team)
    outputs: dict[str, Any] = {
        "contract": contract("team"),
        "environment": team.environment,
        "owner": team.owner.model_dump(mode="json"),
        "platform": team.platform,
    }
    key = build_key(site) if team.registry or team.monitoring else None
    registry = build_registry(site, team.registry, key) if team.registry and key else None
    topic = build_notifications(site, team.monitoring, key) if team.monitoring and key else None
    outputs["budget"] = build_budget(site, topic)
    if registry:
        outputs |= registry_outputs(site, registry)
    build_findings(site, topic)
    if topic:
        outputs["alerts"] = {"topic_arn": topic.topic_arn}
    if team.training or team.serving or team.data:
        outputs |= build_workspace(site, registry, topic, key)
    return outputs


def build_key(site: Site) -> EncryptionKey:
    """The one key that a team's data, images and alerts are encrypted with."""
    return EncryptionKey(
        site.name,
        EncryptionKeyArgs(
            account=site.account,
            alias=site.key_alias,
            description=f"Data of the stack {site.name}",
            # The platform's Alertmanager publishes to the team's topics.
            policy=key_policy(
                site.account,
                closed_to_other_pods([site.name, MONITORING_NAMESPACE]),
                *key_statements(site),
                *topic_statements(site),
                *finding_statements(site),
            ),
            deletion_window_days=deletion_window_days(site.team.environment),
            protect=site.protect,
        ),
        site.in_aws(),
    )


def topic_statements(site: Site) -> list[Statement]:
    """What the key has to allow so that AWS Budgets reaches the team's topic."""
    return [used_by_budgets(site.account)] if site.team.monitoring else []


def build_registry(site: Site, section: RegistrySection, key: EncryptionKey) -> Registry:
    """Buckets, repositories and the identities of the team's pods."""
    account = site.account
    return Registry(
        site.name,
        RegistryArgs(
            account=account,
            stack=site.name,
            namespace=site.name,
            cluster_name=site.cluster_name,
            cluster_arn=site.cluster_name.apply(lambda cluster: cluster_arn(account, cluster)),
            key_arn=key.key_arn,
            key_alias=site.key_alias,
            boundary_arn=site.boundary_arn,
            endpoints_only=endpoints_only(site.team),
            repositories=section.repositories,
            noncurrent_days=section.noncurrent_days,
            archive_days=section.archive_days,
            scratch_days=section.scratch_days,
            keep_images=section.keep_images,
            generation=section.generation,
            protect=site.protect,
            trainer_policies=dataset_grants(site),
        ),
        site.in_aws(),
    )


def registry_outputs(site: Site, registry: Registry) -> dict[str, Any]:
    """What the team and its CI read of the registry."""
    return {
        "buckets": {"models": registry.models, "datasets": registry.datasets},
        "repositories": registry.repository_urls,
        "roles": registry.role_arns,
        "registry": site.platform.output("registry"),
    }


def build_notifications(site: Site, section: TeamMonitoring, key: EncryptionKey) -> Notifications:
    """The topic of the team's alerts."""
    return Notifications(
        site.name,
        NotificationsArgs(
            account=site.account,
            stack=site.name,
            key=key,
            notify=section.notify,
            budgets=True,
            rules=told_by_rules(site),
        ),
        site.in_aws(),
    )
