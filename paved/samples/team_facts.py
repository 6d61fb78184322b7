"""Facts of a team that its sample jobs run by: namespace, queue, image and pools, read from the team's plan."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from paved.errors import BadInput
from paved.plan.model import Plan
from reference.accelerators import CPU_CLASS, NEURON_CORES
from reference.instances import InstanceType, instance_type
from reference.lineage import CONFIG_DIGEST, IMAGE, IMAGE_DIGEST, config_digest, shown_digest
from reference.registries import is_whole
from reference.vocabulary import (
    ACCELERATOR_LABEL,
    NAMESPACE,
    NODE_POOL,
    POOL_LABEL,
    SERVICE,
    STACK_LABEL,
    WORKER_SERVICE,
)
from stacks.reading.explain import listed, value_shown
from stacks.schema import Platform, Team
from stacks.schema.pools import PoolSpec, SharedPoolSpec
from stacks.schema.training import GrantedQuota, TrainingSpec

CPU_SHARE, MEMORY_SHARE = 0.75, 0.75
"""Of a node, for all pods of a job on it: the rest is the system's, its agents' and what huge pages take."""


@dataclass(frozen=True, kw_only=True)
class JobPool:
    """One pool that the team's jobs may run on. `units` are those that its queue may admit to it at once.

    They are GPUs, Neuron devices of a Trainium or Inferentia class, or vCPUs of a pool without accelerators. A pool
    with `topology` takes only jobs that say how near each other their pods must be.
    """

    name: str
    types: tuple[InstanceType, ...]
    units: int
    spot: bool
    efa: bool
    selector: Mapping[str, str]
    tolerations: tuple[Mapping[str, str], ...]
    topology: bool = False

    @property
    def accelerator(self) -> str:
        """The class of the pool's nodes, which all of its types have."""
        return self.types[0].node_class

    @property
    def cpus(self) -> bool:
        """Whether its nodes have no accelerators."""
        return self.accelerator == CPU_CLASS

    @property
    def neuron(self) -> bool:
        """Whether its nodes have Neuron devices, and no GPUs."""
        return self.accelerator in NEURON_CORES

    @property
    def processes(self) -> int:
        """Processes that use the largest node: one for each GPU, or for each logical NeuronCore."""
        return self.largest.gpus * NEURON_CORES.get(self.accelerator, 1)

    @property
    def largest(self) -> InstanceType:
        """The node with the most GPUs, or vCPUs, that the queue lets a job fill."""
        fitting = [each for each in self.types if each.pod_units <= self.units] or list(self.types)
        return max(fitting, key=lambda each: (each.pod_units, -each.vcpus))

    @property
    def smallest(self) -> InstanceType:
        """The node with the fewest CPUs for each GPU, and the least memory for them."""
        return min(self.types, key=lambda each: (each.vcpus / each.units, each.memory_gib / each.units))

    @property
    def nodes(self) -> int:
        """The number of the largest nodes that the queue lets a job fill."""
        return self.units // self.largest.pod_units


@dataclass(frozen=True, kw_only=True)
class TeamFacts:
    """A team's namespace, queue and data. `bucket` is the one of its models, None without a registry.

    `labels` and `annotations` say whose a job is, and by which configuration and image. `tracking` says whether the
    team has an MLflow. `models` are the paths that its endpoints load, by endpoint. `writable` are the directories that
    the team writes in, by the claim of their file system.
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
    models: Mapping[str, str]
    has_promoters: bool
    writable: Mapping[str, tuple[str, ...]]
    pools: tuple[JobPool, ...]


def team_facts(plan: Plan, team: Team, platform: Platform, image: str) -> TeamFacts | None:
    """Read the facts of a team; None for a team without training. Raises BadInput for what is no image."""
    if team.training is None:
        return None
    workers = _worker_service(plan)
    buckets = plan.outputs.get("buckets")
    whole_image = image_reference(image, plan.outputs.get("repositories") or {})
    digest = config_digest(team.model_dump(mode="json"))
    lineage = {CONFIG_DIGEST: shown_digest(digest), **image_digest(whole_image)}
    return TeamFacts(
        stack=plan.stack,
        image=whole_image,
        queue=plan.outputs["queue"]["name"],
        priority=platform.queues.priorities[-1].name,  # the least urgent
        labels={**_owner_labels(plan), **lineage},
        annotations={CONFIG_DIGEST: digest, IMAGE: whole_image},
        workers=workers["spec"]["selector"],
        subdomain=workers["metadata"]["name"],
        region=team.account.region,
        bucket=buckets["models"] if buckets else None,
        frameworks=platform.queues.frameworks,
        tracking=team.tracking is not None,
        models={each.name: each.model.path for each in team.serving.endpoints} if team.serving else {},
        has_promoters=bool(team.access and team.access.promoters),
        writable=_writable(plan.outputs.get("volumes") or {}),
        pools=(*_own_pools(plan, team.training), *_granted_pools(team.training, team.platform, platform)),
    )


def _worker_service(plan: Plan) -> Mapping[str, Any]:
    """The headless service by which the pods of a job find each other."""
    services = [service.inputs for service in plan.of(SERVICE)]
    [workers] = [inputs for inputs in services if inputs["metadata"]["name"] == WORKER_SERVICE]
    return workers


def _writable(volumes: Mapping[str, Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
    """The directories that the team writes in, by the claim of their file system."""
    file_systems = [volume for volume in volumes.values() if volume["kind"] == "fsx-lustre"]
    return {volume["claim"]: tuple(volume["writable"]) for volume in file_systems}


def _owner_labels(plan: Plan) -> dict[str, str]:
    """The labels of the team's namespace that say whose it is, which is all but those of Pod Security."""
    # The hub of its notebooks has another.
    [metadata] = [
        each.inputs["metadata"]
        for each in plan.of(NAMESPACE)
        if each.inputs["metadata"]["name"] == plan.stack
    ]
    labels = metadata["labels"]
    return {key: value for key, value in labels.items() if "pod-security" not in key}


def image_reference(image: str, repositories: Mapping[str, str]) -> str:
    """The image by its whole name: one of a team's repositories, or a whole reference. Raises BadInput for another."""
    whole = image
    for end in (":", "@"):
        repository, separator, version = image.partition(end)
        if separator and repository in repositories:
            whole = f"{repositories[repository]}{separator}{version}"
    if is_whole(whole):
        return whole
    own = listed(sorted(repositories)) if repositories else "none"
    raise BadInput(
        f"`--image` must be `<repository>:<tag>` of the team's repositories ({own}), or a whole reference with its "
        f"registry and a tag or a digest, got {value_shown(image)}",
        hint="such as `nvcr.io/nvidia/pytorch:25.10-py3`",
    )


def image_digest(image: str) -> dict[str, str]:
    """The label of an image that is named by its digest; none of one named by a tag, which may move."""
    _, separator, digest = image.partition("@")
    return {IMAGE_DIGEST: shown_digest(digest)} if separator else {}


def _granted_pools(training: TrainingSpec, name: str, platform: Platform) -> Iterator[JobPool]:
    """The platform's pools that the team's queue uses, in the order of its file."""
    shared = {pool.name: pool for pool in platform.pools}
    for granted in training.granted:
        yield _granted_pool(granted, shared[granted.pool], name)


def _granted_pool(granted: GrantedQuota, pool: SharedPoolSpec, platform: str) -> JobPool:
    types = tuple(instance_type(name) for name in pool.instance_types)
    most = pool.max_gpus or (pool.nodes or 0) * types[0].gpus
    return JobPool(
        name=pool.name,
        types=types,
        units=min(most, granted.gpus + granted.borrow_gpus),
        spot="spot" in pool.capacity,
        efa=pool.efa,
        selector={
            POOL_LABEL: pool.name,
            STACK_LABEL: platform,
            ACCELERATOR_LABEL: types[0].accelerator or "",
        },
        # The queue adds the tolerations of the pool's taints, and admission lets nobody else have them.
        tolerations=(),
        topology=pool.topology,
    )


def _own_pools(plan: Plan, training: TrainingSpec) -> Iterator[JobPool]:
    """The pools of the team's file that jobs may use, with the labels and taints that their nodes have in the plan."""
    manifests = [node_pool.inputs for node_pool in plan.of(NODE_POOL)]
    templates = {each["metadata"]["labels"][POOL_LABEL]: each["spec"]["template"] for each in manifests}
    for pool in training.pools:
        quota = [each for each in training.quota if each.pool == pool.name]
        if quota:
            most = sum(each.promised + each.borrowed for each in quota)
            yield _own_pool(pool, most, templates[pool.name])


def _own_pool(pool: PoolSpec, quota: int, template: Mapping[str, Any]) -> JobPool:
    labels = template["metadata"]["labels"]
    return JobPool(
        name=pool.name,
        types=tuple(instance_type(name) for name in pool.instance_types),
        units=min(pool.most, quota),
        spot="spot" in pool.capacity,
        efa=pool.efa,
        selector={key: labels[key] for key in (POOL_LABEL, STACK_LABEL, ACCELERATOR_LABEL)},
        tolerations=tuple(toleration(taint) for taint in template["spec"]["taints"]),
    )


def toleration(taint: Mapping[str, Any]) -> dict[str, str]:
    """The toleration of exactly this taint."""
    return {"operator": "Equal", "key": taint["key"], "value": taint["value"], "effect": taint["effect"]}
