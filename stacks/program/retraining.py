"""A team's runs, built: the MLflow server that tracks them, and the jobs that start by themselves."""

from typing import Any

from components.monitoring.notifications import Notifications
from components.registry.registry import Registry
from components.retraining.events import Drift, NewData
from components.retraining.retraining import Retraining, RetrainingArgs, RunTrigger
from components.retraining.run import RunJob
from components.retraining.start import Schedule
from components.tracking.server import TrackingServer, TrackingServerArgs
from components.training.capacity import NodeTypes
from reference.accelerators import UNIT_NOUNS
from reference.instances import instance_type
from reference.lineage import config_digest
from reference.vocabulary import LINEAGE_FOLDER, TRAINER_ACCOUNT
from stacks.program.context import TeamContext
from stacks.program.team_workspace import Workspace
from stacks.schema.pools import PoolSpec
from stacks.schema.retraining import TriggerSpec

# An alert is repeated every hour at most, so its queue need not be looked into often.
DRIFT_WINDOW_MINUTES = 5


def build_tracking(workspace: Workspace) -> dict[str, Any]:
    """Declare the team's server and return its outputs; nothing without the section, or without a registry."""
    context, registry = workspace.context, workspace.registry
    section = context.team.tracking
    if section is None or registry is None:
        return {}
    server = TrackingServer(
        context.name,
        TrackingServerArgs(
            account=context.account,
            stack=context.name,
            namespace=workspace.namespace.namespace,
            labels=context.labels,
            models=registry.models,
            key_alias=context.key_alias,
            # IAM is the server's login: who records does so as the role of training's pods.
            trainer_role=registry.identities[TRAINER_ACCOUNT].role_name,
            boundary_arn=context.boundary_arn,
            size=section.size,
            mlflow_version=section.mlflow_version,
            maintenance=section.maintenance,
            register_models=section.register_models,
            private=context.platform.output("network", "private_mlflow"),
            after=registry,
            protect=context.protect,
        ),
        workspace.in_both(),
    )
    return {"tracking": {"uri": server.uri, "server_name": server.server_name, "artifacts": server.artifacts}}


def build_retraining(workspace: Workspace, topic: Notifications | None) -> dict[str, Any]:
    """Declare the runs that start by themselves. Returns their outputs; nothing without the sections they need."""
    context, registry, key = workspace.context, workspace.registry, workspace.key
    section, training = context.team.retraining, context.team.training
    if section is None or training is None or registry is None or key is None or topic is None:
        return {}
    pools = {pool.name: pool for pool in training.pools}
    triggers = [run_trigger(context, each, pools[each.pool], registry) for each in section.triggers]
    Retraining(
        context.name,
        RetrainingArgs(
            account=context.account,
            stack=context.name,
            team=context.team.owner.team,
            namespace=workspace.namespace.namespace,
            labels=context.labels,
            datasets=registry.datasets,
            key=key,
            topic=topic,
            trainer_role=registry.identities[TRAINER_ACCOUNT].role_name,
            triggers=triggers,
            after=registry,
        ),
        workspace.in_both(),
    )
    types = context.pool_types
    summaries = {each.name: summary(each, types[each.pool], registry.models) for each in section.triggers}
    return {"retraining": summaries}


def run_trigger(context: TeamContext, section: TriggerSpec, pool: PoolSpec, registry: Registry) -> RunTrigger:
    """A run and its start."""
    return RunTrigger(
        run=run_job(context, section, pool, registry),
        source=source(section, registry.datasets),
        window_minutes=section.new_data.window_minutes if section.new_data else DRIFT_WINDOW_MINUTES,
    )


def run_job(context: TeamContext, section: TriggerSpec, pool: PoolSpec, registry: Registry) -> RunJob:
    """The job of a trigger."""
    types = context.pool_types[pool.name]
    # The pool is among the settings that the lineage digests: it decides on which machines a run is run.
    settings = {"trigger": section.model_dump(mode="json"), "pool": pool.model_dump(mode="json")}
    return RunJob(
        stack=context.name,
        trigger=section.name,
        image=f"{registry.repository_urls[section.repository]}@{section.image_digest}",
        command=section.command,
        code_commit=section.code_commit,
        settings_digest=config_digest(settings),
        models=registry.models,
        datasets=registry.datasets,
        dataset=section.dataset,
        pool=section.pool,
        nodes=section.nodes,
        cpu=section.cpu,
        memory_gib=section.memory_gib,
        disk_gib=types.disk_gib(section.gpus or section.cpu, pool.disk_gib),
        gpus=section.gpus,
        accelerator=types.accelerator,
        device=types.device,
        efas=efas(section, pool, types),
        priority=section.priority,
        timeout_hours=section.timeout_hours,
        retries=section.retries,
        queue_url=None,
        labels=context.labels,
    )


def efas(section: TriggerSpec, pool: PoolSpec, types: NodeTypes) -> int:
    """The EFA interfaces of one node of a run: its GPUs' share of them, and none for a run on a single node."""
    # EFA carries traffic between nodes.
    if section.nodes == 1 or not pool.efa:
        return 0
    return types.efa_interfaces * section.gpus // most_gpus_per_node(pool)


def most_gpus_per_node(pool: PoolSpec) -> int:
    """The GPUs of the largest of a pool's nodes."""
    return max(instance_type(name).gpus for name in pool.instance_types)


def source(section: TriggerSpec, datasets: str) -> Schedule | NewData | Drift:
    """The start of a run. Raises ValueError for a trigger without one, which checks refuse."""
    if section.schedule:
        return Schedule(cron=section.schedule.cron, time_zone=section.schedule.time_zone)
    if section.new_data:
        return NewData(bucket=datasets, prefix=section.dataset, suffix=section.new_data.suffix or "")
    if section.drift:
        return Drift(endpoint=section.drift.endpoint, cooldown_hours=section.drift.cooldown_hours)
    raise ValueError(f"nothing starts `{section.name}`")


def summary(section: TriggerSpec, types: NodeTypes, models: str) -> dict[str, str]:
    """The output of a trigger, which people and the plan's view read."""
    units = f"{(section.gpus or section.cpu) * section.nodes} {UNIT_NOUNS[types.device]}"
    nodes = "1 node" if section.nodes == 1 else f"{section.nodes} nodes"
    return {
        "starts": starts(section),
        "runs": f"{units} of {section.pool} on {nodes}, "
        f"at most {section.timeout_hours} h over all its starts, {section.retries} retries",
        "records": f"s3://{models}/{LINEAGE_FOLDER}/{section.name}/",
    }


def starts(section: TriggerSpec) -> str:
    """The start of a run in half a line."""
    if section.schedule:
        return f"at {section.schedule.cron} {section.schedule.time_zone}"
    if section.new_data:
        return (
            f"on new objects {section.dataset}*{section.new_data.suffix or ''}, "
            f"looked for every {section.new_data.window_minutes} min"
        )
    assert section.drift
    return f"on drift of {section.drift.endpoint}, at most every {section.drift.cooldown_hours} h"
