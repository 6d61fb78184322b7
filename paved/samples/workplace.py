"""What a sample job has to know of the team it runs for, read from the team's plan."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from paved.plan.model import Plan
from paved.reference.instances import InstanceType, instance_type
from stacks.schema import Platform, Team
from stacks.schema.training import Pool as PoolSection
from stacks.schema.training import Training

NODE_POOL = "kubernetes:karpenter.sh/v1:NodePool"
NAMESPACE = "kubernetes:core/v1:Namespace"
SERVICE = "kubernetes:core/v1:Service"
WORKERS = "workers"
"""The headless Service by which the pods of a Job find each other."""

POOL = "paved.dev/pool"
STACK = "paved.dev/stack"
CPU_SHARE, MEMORY_SHARE = 0.75, 0.75
"""Of a node, for all pods of a job on it: the rest is the system's, its agents' and what huge pages take."""


@dataclass(frozen=True, kw_only=True)
class Pool:
    """One pool of the team. `gpus` are those that its queue may admit to it at once."""

    name: str
    types: tuple[InstanceType, ...]
    gpus: int
    spot: bool
    efa: bool
    selector: Mapping[str, str]
    tolerations: tuple[Mapping[str, str], ...]

    @property
    def largest(self) -> InstanceType:
        """The node with the most GPUs that the queue lets a job fill."""
        fitting = [each for each in self.types if each.gpus <= self.gpus] or list(self.types)
        return max(fitting, key=lambda each: (each.gpus, -each.vcpus))

    @property
    def smallest(self) -> InstanceType:
        """The node with the fewest CPUs for each GPU."""
        return min(self.types, key=lambda each: (each.vcpus / each.gpus, each.memory_gib / each.gpus))

    @property
    def nodes(self) -> int:
        """How many of the largest nodes the queue lets a job fill."""
        return self.gpus // self.largest.gpus


@dataclass(frozen=True, kw_only=True)
class Workplace:
    """A team's namespace, queue and data. `bucket` is the one of its models, None without a registry."""

    stack: str
    image: str
    queue: str
    priority: str
    labels: Mapping[str, str]
    workers: Mapping[str, str]
    subdomain: str
    region: str
    bucket: str | None
    frameworks: tuple[str, ...]
    pools: tuple[Pool, ...]


def workplace(plan: Plan, team: Team, platform: Platform, image: str) -> Workplace | None:
    """What the plan of a team says of it; None for a team without training."""
    if team.training is None:
        return None
    [namespace] = (r.inputs["metadata"] for r in plan.of(NAMESPACE))
    [workers] = (r.inputs for r in plan.of(SERVICE) if r.inputs["metadata"]["name"] == WORKERS)
    buckets = plan.outputs.get("buckets")
    return Workplace(
        stack=plan.stack,
        image=image_reference(image, plan.outputs.get("repositories") or {}),
        queue=plan.outputs["queue"]["name"],
        priority=platform.queues.priorities[-1].name,  # the least urgent
        labels={key: value for key, value in namespace["labels"].items() if "pod-security" not in key},
        workers=workers["spec"]["selector"],
        subdomain=workers["metadata"]["name"],
        region=team.account.region,
        bucket=buckets["models"] if buckets else None,
        frameworks=platform.queues.frameworks,
        pools=tuple(pool(plan, each, team.training) for each in team.training.pools),
    )


def image_reference(image: str, repositories: Mapping[str, str]) -> str:
    """The image by its whole name, where it is given by one of the team's repositories."""
    for end in (":", "@"):
        repository, separator, version = image.partition(end)
        if separator and repository in repositories:
            return f"{repositories[repository]}{separator}{version}"
    return image


def pool(plan: Plan, section: PoolSection, training: Training) -> Pool:
    """One pool of the team's file, with the labels and the taints that its nodes have in the plan."""
    [template] = (
        r.inputs["spec"]["template"]
        for r in plan.of(NODE_POOL)
        if r.inputs["metadata"]["labels"][POOL] == section.name
    )
    quota = sum(each.gpus + each.borrow_gpus for each in training.quota if each.pool == section.name)
    return Pool(
        name=section.name,
        types=tuple(instance_type(name) for name in section.instance_types),
        gpus=min(section.max_gpus, quota),
        spot="spot" in section.capacity,
        efa=section.efa,
        selector={key: template["metadata"]["labels"][key] for key in (POOL, STACK)},
        tolerations=tuple(toleration(taint) for taint in template["spec"]["taints"]),
    )


def toleration(taint: Mapping[str, Any]) -> dict[str, str]:
    """What tolerates exactly this taint."""
    return {"operator": "Equal", **{key: taint[key] for key in ("key", "value", "effect")}}
