"""A team's tracking section, built: the MLflow server that its jobs record to."""

from typing import Any

import pulumi_kubernetes as k8s
from pulumi import ResourceOptions

from components.registry.registry import Registry
from components.serving.namespace import ServingNamespace
from components.tracking.server import TrackingServer, TrackingServerArgs
from stacks.program.context import TeamContext


def build_tracking(
    context: TeamContext, provider: k8s.Provider, namespace: ServingNamespace, registry: Registry | None
) -> dict[str, Any]:
    """Declare the team's server and return its outputs; nothing without the section, or without a registry."""
    section = context.team.tracking
    if section is None or registry is None:
        return {}
    server = TrackingServer(
        context.name,
        TrackingServerArgs(
            account=context.account,
            stack=context.name,
            namespace=namespace.namespace,
            labels=context.labels,
            models=registry.models,
            key_alias=context.key_alias,
            trainer_role=registry.identities["trainer"].role_name,
            boundary_arn=context.boundary_arn,
            size=section.size,
            mlflow_version=section.mlflow_version,
            maintenance=section.maintenance,
            register_models=section.register_models,
            after=registry,
            protect=context.protect,
        ),
        ResourceOptions(providers=[context.aws, provider]),
    )
    return {"tracking": {"uri": server.uri, "server_name": server.server_name, "artifacts": server.artifacts}}
