"""The monitors of a team's endpoints, built."""

from collections.abc import Mapping
from typing import Any

from components.model_health.model_health import ModelHealth
from components.model_health.monitored import HealthJob, ModelHealthArgs, MonitoredEndpoint
from components.registry.registry import Registry
from stacks.program.team_workspace import Workspace
from stacks.schema.monitors import ModelHealthSpec, MonitorSpec, MonitorsSpec
from stacks.schema.serving import Serving


def build_model_health(workspace: Workspace, serving: Serving) -> None:
    """Declare the jobs and alerts of endpoints with monitors; nothing without any, or without a registry."""
    context, registry, section = workspace.context, workspace.registry, serving.model_health
    endpoints = [
        monitored(context.name, each.name, each.monitors, registry.datasets)
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
            job=health_job(section, registry),
            endpoints=endpoints,
        ),
        workspace.in_cluster(),
    )


def health_job(section: ModelHealthSpec, registry: Registry) -> HealthJob:
    """The job's image and size."""
    return HealthJob(
        image=f"{registry.repository_urls[section.repository]}@{section.image_digest}",
        pool=section.pool,
        cpu=section.cpu,
        memory_gib=section.memory_gib,
        timeout_hours=section.timeout_hours,
    )


def monitored(stack: str, endpoint: str, section: MonitorsSpec, datasets: str) -> MonitoredEndpoint:
    """An endpoint with the settings that its job reads."""
    places = {"log": section.log, "reference": section.reference, "labels": section.labels}
    settings: dict[str, Any] = {"stack": stack, "endpoint": endpoint}
    settings |= {name: place(datasets, prefix) for name, prefix in places.items() if prefix}
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
