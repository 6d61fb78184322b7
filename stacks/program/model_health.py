"""The monitors of a team's endpoints, built."""

from collections.abc import Mapping, Sequence
from typing import Any

from components.account import ClusterRef
from components.identity.pod_identity import PodIdentityArgs
from components.identity.service_role import RoleArgs
from components.inference_log.access import FEEDBACK_FOLDER, LINES_FOLDER
from components.model_health.identity import monitor_policy
from components.model_health.model_health import ModelHealth
from components.model_health.monitored import HealthJob, ModelHealthArgs, MonitoredEndpoint
from components.registry.registry import Registry
from reference.names import role_name
from reference.vocabulary import MONITOR_ACCOUNT
from stacks.program.inference_log import health_image, log_bucket
from stacks.program.team_workspace import Workspace
from stacks.schema.monitors import ModelHealthSpec, MonitorSpec, MonitorsSpec
from stacks.schema.serving import Serving


def build_model_health(workspace: Workspace, serving: Serving) -> None:
    """Declare the jobs and alerts of endpoints with monitors; nothing without any, or without a registry."""
    context, registry, section = workspace.context, workspace.registry, serving.model_health
    endpoints = [
        monitored(context.name, each.name, each.monitors, registry.datasets, log_bucket(context))
        for each in serving.endpoints
        if each.monitors and registry
    ]
    if section is None or registry is None or not endpoints:
        return
    ModelHealth(
        context.name,
        ModelHealthArgs(
            stack=context.name,
            team=context.team.owner.team,
            namespace=workspace.namespace.namespace,
            labels=context.labels,
            models=registry.models,
            identity=identity(workspace, registry, endpoints),
            job=health_job(section, registry),
            endpoints=endpoints,
        ),
        workspace.in_both(),
    )


def identity(
    workspace: Workspace, registry: Registry, endpoints: Sequence[MonitoredEndpoint]
) -> PodIdentityArgs:
    """The account and the role of the jobs, which may read what these endpoints name."""
    context, places = workspace.context, []
    for each in endpoints:
        places += each.places
    policy = monitor_policy(
        context.account, places=places, models=registry.models, key_alias=context.key_alias
    )
    return PodIdentityArgs(
        cluster=ClusterRef(
            name=context.cluster_name, arn=context.cluster_name.apply(context.account.cluster_arn)
        ),
        namespace=context.name,
        service_account=MONITOR_ACCOUNT,
        role=RoleArgs(
            name=role_name(context.name, MONITOR_ACCOUNT),
            description=f"Jobs of {context.name} that judge its models",
            inline={"data": policy},
            boundary_arn=context.boundary_arn,
        ),
    )


def health_job(section: ModelHealthSpec, registry: Registry) -> HealthJob:
    """The job's image and size."""
    return HealthJob(
        image=health_image(section, registry),
        pool=section.pool,
        cpu=section.cpu,
        memory_gib=section.memory_gib,
        timeout_hours=section.timeout_hours,
    )


def monitored(
    stack: str, endpoint: str, section: MonitorsSpec, datasets: str, logged: str
) -> MonitoredEndpoint:
    """An endpoint with the settings that its job reads. `logged` is the bucket of the team's inference log."""
    places = {"log": section.log, "reference": section.reference, "labels": section.labels}
    settings: dict[str, Any] = {"stack": stack, "endpoint": endpoint}
    settings |= {name: place(datasets, prefix) for name, prefix in places.items() if prefix}
    settings.setdefault("log", place(logged, f"{LINES_FOLDER}/{endpoint}/"))
    if section.feedback:
        settings["labels"] = place(logged, f"{FEEDBACK_FOLDER}/{endpoint}/")
    settings["monitors"] = [monitor(each, datasets) for each in section.checks]
    return MonitoredEndpoint(
        endpoint=endpoint,
        cron=section.schedule.cron,
        time_zone=section.schedule.time_zone,
        most_hours=section.most_hours,
        settings=settings,
    )


def monitor(section: MonitorSpec, datasets: str) -> Mapping[str, Any]:
    """A monitor as the job reads it."""
    found = section.model_dump(mode="json", exclude_none=True)
    found["threshold"] = float(section.threshold)
    if section.offline:
        found["offline"] = place(datasets, section.offline)
    return found


def place(bucket: str, prefix: str) -> str:
    """The address of a prefix."""
    return f"s3://{bucket}/{prefix}"
