"""A team's retraining section, built."""

from typing import Any

import pulumi_kubernetes as k8s
from pulumi import ResourceOptions

from components.registry.registry import Registry
from components.retraining.events import Drift, NewData
from components.retraining.lineage import FOLDER
from components.retraining.retraining import Retraining, RetrainingArgs, RunTrigger
from components.retraining.run import RunJob
from components.retraining.start import Schedule
from components.security.encryption_key import EncryptionKey
from components.serving.namespace import ServingNamespace
from components.training.capacity import AcceleratedTypes
from reference.accelerators import DEVICE_NOUNS
from reference.instances import instance_type
from reference.lineage import config_digest
from stacks.program.context import TeamContext
from stacks.schema.pools import PoolSpec
from stacks.schema.retraining import TriggerSpec as TriggerSection

DRIFT_WINDOW_MINUTES = 5
"""How often a queue is looked into to which an alert comes at most every hour."""


def build_retraining(
    context: TeamContext,
    provider: k8s.Provider,
    namespace: ServingNamespace,
    registry: Registry | None,
    key: EncryptionKey | None,
) -> dict[str, Any]:
    """Declare what starts runs, and return its outputs; nothing without the section, or what it stands on."""
    section, training = context.team.retraining, context.team.training
    if section is None or training is None or registry is None or key is None:
        return {}
    pools = {pool.name: pool for pool in training.pools}
    Retraining(
        context.name,
        RetrainingArgs(
            account=context.account,
            stack=context.name,
            team=context.team.owner.team,
            namespace=namespace.namespace,
            labels=context.labels,
            datasets=registry.datasets,
            key=key,
            trainer_role=registry.identities["trainer"].role_name,
            triggers=[
                RunTrigger(
                    run=run(context, each, pools[each.pool], registry),
                    source=source(each, registry.datasets),
                    window_minutes=each.new_data.window_minutes if each.new_data else DRIFT_WINDOW_MINUTES,
                )
                for each in section.triggers
            ],
            after=registry,
        ),
        ResourceOptions(providers=[context.aws, provider]),
    )
    return {
        "retraining": {
            each.name: summary(each, context.pool_types[each.pool], registry.models)
            for each in section.triggers
        }
    }


def run(context: TeamContext, section: TriggerSection, pool: PoolSpec, registry: Registry) -> RunJob:
    """What a trigger starts. Its settings' digest covers the pool, which decides what the run is run on."""
    types = context.pool_types[pool.name]
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
        disk_gib=disk_gib(section, pool),
        gpus=section.gpus,
        device=types.device,
        efas=efas(section, pool, types),
        priority=section.priority,
        timeout_hours=section.timeout_hours,
        retries=section.retries,
        queue_url=None,
        labels=context.labels,
    )


def efas(section: TriggerSection, pool: PoolSpec, types: AcceleratedTypes) -> int:
    """The EFA interfaces of one node of a run: its GPUs' share of them, and none for a run on a single node."""
    if section.nodes == 1 or not pool.efa:
        return 0
    gpus = max(instance_type(name).gpus for name in pool.instance_types)
    return types.efa_interfaces * section.gpus // gpus


def disk_gib(section: TriggerSection, pool: PoolSpec) -> int:
    """What a run may fill of a node's disk: its GPUs' share of three quarters; images and the system need the rest."""
    gpus = max(instance_type(name).gpus for name in pool.instance_types)
    return max(1, pool.disk_gib * 3 * section.gpus // (4 * gpus))


def source(section: TriggerSection, datasets: str) -> Schedule | NewData | Drift:
    """What starts a run. Raises ValueError for a trigger without a start, which the rules refuse."""
    if section.schedule:
        return Schedule(cron=section.schedule.cron, time_zone=section.schedule.time_zone)
    if section.new_data:
        return NewData(bucket=datasets, prefix=section.dataset, suffix=section.new_data.suffix or "")
    if section.drift:
        return Drift(endpoint=section.drift.endpoint, cooldown_hours=section.drift.cooldown_hours)
    raise ValueError(f"nothing starts `{section.name}`")


def summary(section: TriggerSection, types: AcceleratedTypes, models: str) -> dict[str, str]:
    """What people and the plan's view read of a trigger."""
    devices = f"{section.gpus * section.nodes} {DEVICE_NOUNS[types.device]}"
    nodes = "1 node" if section.nodes == 1 else f"{section.nodes} nodes"
    return {
        "starts": starts(section),
        "runs": f"{devices} of {section.pool} on {nodes}, "
        f"at most {section.timeout_hours} h, {section.retries} retries",
        "records": f"s3://{models}/{FOLDER}/{section.name}/",
    }


def starts(section: TriggerSection) -> str:
    """What starts a run, in half a line."""
    if section.schedule:
        return f"at {section.schedule.cron} {section.schedule.time_zone}"
    if section.new_data:
        return (
            f"on new objects {section.dataset}*{section.new_data.suffix or ''}, "
            f"looked for every {section.new_data.window_minutes} min"
        )
    assert section.drift
    return f"on drift of {section.drift.endpoint}, at most every {section.drift.cooldown_hours} h"
