"""What a sample job has to know of the team it runs for, read from the team's plan."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from paved.plan.model import Plan
from reference.accelerators import NEURON_CORES
from reference.instances import InstanceType, instance_type
from reference.lineage import CONFIG_DIGEST, IMAGE, IMAGE_DIGEST, config_digest, shown_digest
from reference.vocabulary import (
    NAMESPACE,
    NODE_POOL,
    POOL_LABEL,
    SERVICE,
    STACK_LABEL,
    WORKER_SERVICE,
)
from stacks.schema import Platform, Team
from stacks.schema.pools import PoolSpec, SharedPoolSpec
from stacks.schema.training import GrantedQuota, TrainingSpec

CPU_SHARE, MEMORY_SHARE = 0.75, 0.75
"""Of a node, for all pods of a job on it: the rest is the system's, its agents' and what huge pages take."""


@dataclass(frozen=True, kw_only=True)
class JobPool:
    """One pool that the team's jobs may run on. `gpus` are those that its queue may admit to it at once.

    GPUs of a Trainium or Inferentia class are Neuron devices. A pool with `topology` takes only jobs that say how
    near each other their pods must be.
    """

    name: str
    types: tuple[InstanceType, ...]
    gpus: int
    spot: bool
    efa: bool
    selector: Mapping[str, str]
    tolerations: tuple[Mapping[str, str], ...]
    topology: bool = False

    @property
    def accelerator(self) -> str:
        """The class of the pool's GPUs, which all of its types have."""
        return self.types[0].accelerator or ""

    @property
    def neuron(self) -> bool:
        """Whether its nodes have Neuron devices, and no GPUs."""
        return self.accelerator in NEURON_CORES

    @property
    def processes(self) -> int:
        """How many processes use the largest node: one for each GPU, or for each logical NeuronCore."""
        return self.largest.gpus * NEURON_CORES.get(self.accelerator, 1)

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
class TeamFacts:
    """A team's namespace, queue and data. `bucket` is the one of its models, None without a registry.

    `labels` and `annotations` say whose a job is, and by which configuration and image. `tracking` says whether the
    team has an MLflow.
    """

    stack: str
    image: str
    queue: str
    priority: str
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    workers: Mapping[str, str]
    subdomain: str
    region: str
    bucket: str | None
    frameworks: tuple[str, ...]
    tracking: bool
    pools: tuple[JobPool, ...]


def workplace(plan: Plan, team: Team, platform: Platform, image: str) -> TeamFacts | None:
    """What the plan of a team says of it; None for a team without training."""
    if team.training is None:
        return None
    [namespace] = (r.inputs["metadata"] for r in plan.of(NAMESPACE))
    [workers] = (r.inputs for r in plan.of(SERVICE) if r.inputs["metadata"]["name"] == WORKER_SERVICE)
    buckets = plan.outputs.get("buckets")
    whole_image = image_reference(image, plan.outputs.get("repositories") or {})
    digest = config_digest(team.model_dump(mode="json"))
    owner = {key: value for key, value in namespace["labels"].items() if "pod-security" not in key}
    return TeamFacts(
        stack=plan.stack,
        image=whole_image,
        queue=plan.outputs["queue"]["name"],
        priority=platform.queues.priorities[-1].name,  # the least urgent
        labels={**owner, CONFIG_DIGEST: shown_digest(digest), **image_digest(whole_image)},
        annotations={CONFIG_DIGEST: digest, IMAGE: whole_image},
        workers=workers["spec"]["selector"],
        subdomain=workers["metadata"]["name"],
        region=team.account.region,
        bucket=buckets["models"] if buckets else None,
        frameworks=platform.queues.frameworks,
        tracking=team.tracking is not None,
        pools=(
            *(pool(plan, each, team.training) for each in team.training.pools),
            *granted_pools(team, platform),
        ),
    )


def image_reference(image: str, repositories: Mapping[str, str]) -> str:
    """The image by its whole name, where it is given by one of the team's repositories."""
    for end in (":", "@"):
        repository, separator, version = image.partition(end)
        if separator and repository in repositories:
            return f"{repositories[repository]}{separator}{version}"
    return image


def image_digest(image: str) -> dict[str, str]:
    """The label of an image that is named by its digest; none of one named by a tag, which may move."""
    _, separator, digest = image.partition("@")
    return {IMAGE_DIGEST: shown_digest(digest)} if separator else {}


def granted_pools(team: Team, platform: Platform) -> Iterator[JobPool]:
    """The platform's pools that the team's queue uses, in the order of its file."""
    shared = {each.name: each for each in platform.pools}
    for each in team.training.granted if team.training else ():
        yield granted_pool(each, shared[each.pool], team.platform)


def granted_pool(entry: GrantedQuota, section: SharedPoolSpec, platform: str) -> JobPool:
    """A pool of the platform. The queue adds what its nodes' taints ask for, and nobody else may."""
    types = tuple(instance_type(name) for name in section.instance_types)
    most = section.max_gpus or (section.nodes or 0) * types[0].gpus
    return JobPool(
        name=section.name,
        types=types,
        gpus=min(most, entry.gpus + entry.borrow_gpus),
        spot="spot" in section.capacity,
        efa=section.efa,
        selector={POOL_LABEL: section.name, STACK_LABEL: platform},
        tolerations=(),
        topology=section.topology,
    )


def pool(plan: Plan, section: PoolSpec, training: TrainingSpec) -> JobPool:
    """One pool of the team's file, with the labels and the taints that its nodes have in the plan."""
    [template] = (
        r.inputs["spec"]["template"]
        for r in plan.of(NODE_POOL)
        if r.inputs["metadata"]["labels"][POOL_LABEL] == section.name
    )
    quota = sum(each.gpus + each.borrow_gpus for each in training.quota if each.pool == section.name)
    return JobPool(
        name=section.name,
        types=tuple(instance_type(name) for name in section.instance_types),
        gpus=min(section.max_gpus, quota),
        spot="spot" in section.capacity,
        efa=section.efa,
        selector={key: template["metadata"]["labels"][key] for key in (POOL_LABEL, STACK_LABEL)},
        tolerations=tuple(toleration(taint) for taint in template["spec"]["taints"]),
    )


def toleration(taint: Mapping[str, Any]) -> dict[str, str]:
    """What tolerates exactly this taint."""
    return {"operator": "Equal", **{key: taint[key] for key in ("key", "value", "effect")}}
