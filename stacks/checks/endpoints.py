"""Rules of a team's endpoints: what they need beside themselves, and that a replica fits a node."""

from collections.abc import Iterator

from components.monitoring.burn_rate import fewest_requests_per_hour
from reference.accelerators import NEURON_CLASSES
from reference.instances import InstanceType
from reference.model_servers import servers_of
from stacks.checks.check import check, repeats
from stacks.checks.pools import accelerator, gpu_types, pools
from stacks.checks.quota import endpoints
from stacks.reading.explain import listed, nearest
from stacks.reading.problems import Keys, Problem, at
from stacks.schema import Team
from stacks.schema.serving import EndpointSpec

ALLOCATABLE = 0.9
"""The part of a node's memory that pods get. Karpenter holds back 7.5 % for the hypervisor, kubelet the rest."""
RESERVED_VCPUS = 1
"""What kubelet and the agents of a node need."""


@check(Team)
def endpoints_have_names_of_their_own(stack: Team) -> Iterator[Problem]:
    """The name is an address."""
    yield from repeats((endpoint.name for endpoint in endpoints(stack)), "serving", "endpoints", key="name")


@check(Team)
def endpoints_have_models_and_alerts(stack: Team) -> Iterator[Problem]:
    """A model is loaded from the registry's bucket, and a broken promise is told to someone."""
    if endpoints(stack) and stack.registry is None:
        yield at(
            "registry", says="is required with `serving.endpoints`: their models are loaded from its bucket"
        )
    if endpoints(stack) and stack.monitoring is None:
        yield at("monitoring", says="is required with `serving.endpoints`: it says who hears of their alerts")


@check(Team)
def runtime_loads_the_format(stack: Team) -> Iterator[Problem]:
    """A model server loads the formats it has a backend for."""
    for path, endpoint in _placed(stack):
        model, able = endpoint.model, servers_of(endpoint.model.format)
        if model.runtime not in able:
            says = f"must be {listed(able)} for the format `{model.format}`, got `{model.runtime}`"
            yield at(*path, "model", "runtime", says=says)


@check(Team)
def gpus_come_from_a_pool(stack: Team) -> Iterator[Problem]:
    """A pool without GPUs, or GPUs without a pool, is half a wish."""
    names = [pool.name for pool in pools(stack)]
    for path, endpoint in _placed(stack):
        wanted = endpoint.resources
        if wanted.pool is None and wanted.gpus:
            says = f"is required for {wanted.gpus} GPUs: the name of one of `training.pools`"
            yield at(*path, "resources", "pool", says=says)
        elif wanted.pool is not None and not wanted.gpus:
            yield at(*path, "resources", "gpus", says=f"must be 1 or more on the pool `{wanted.pool}`, got 0")
        if wanted.pool is not None and wanted.pool not in names:
            says = f"must name one of `training.pools`, got `{wanted.pool}`{nearest(wanted.pool, names)}"
            yield at(*path, "resources", "pool", says=says)


@check(Team)
def endpoints_run_on_gpus(stack: Team) -> Iterator[Problem]:
    """The model servers are built for GPUs; a Neuron device needs a model that was compiled for it."""
    by_name = {pool.name: pool for pool in pools(stack)}
    for path, endpoint in _placed(stack):
        pool = by_name.get(endpoint.resources.pool or "")
        found = accelerator(pool) if pool else None
        if pool and found in NEURON_CLASSES:
            says = f"is `{pool.name}`, of class `{found}`: the model servers run on GPUs or none"
            yield at(*path, "resources", "pool", says=says)


@check(Team)
def a_replica_fits_a_node(stack: Team) -> Iterator[Problem]:
    """A replica that fits no node of its pool stays pending for ever."""
    by_name = {pool.name: pool for pool in pools(stack)}
    for path, endpoint in _placed(stack):
        pool = by_name.get(endpoint.resources.pool or "")
        types = gpu_types(pool) if pool else []
        if types and not any(holds(each, endpoint) for each in types):
            yield at(*path, "resources", says=too_large(endpoint, types, f"pool `{endpoint.resources.pool}`"))


@check(Team)
def replicas_have_a_range(stack: Team) -> Iterator[Problem]:
    """Tier 1 keeps a second replica in another zone."""
    for path, endpoint in _placed(stack):
        least, most = endpoint.replicas.min, endpoint.replicas.max
        if least > most:
            yield at(*path, "replicas", "max", says=f"must be at least `min`, which is {least}, got {most}")
        if endpoint.tier == 1 and least < 2:
            yield at(*path, "replicas", "min", says=f"must be at least 2 for tier 1, got {least}")


@check(Team)
def tier_1_is_not_on_spot_alone(stack: Team) -> Iterator[Problem]:
    """Spot capacity goes with two minutes' notice and may not come back."""
    spot_only = {pool.name for pool in pools(stack) if "on-demand" not in pool.capacity}
    for path, endpoint in _placed(stack):
        if endpoint.tier == 1 and endpoint.resources.pool in spot_only:
            says = f"is `{endpoint.resources.pool}`, which is spot only: tier 1 needs on-demand capacity"
            yield at(*path, "resources", "pool", says=says)


@check(Team)
def one_failure_alerts_nobody(stack: Team) -> Iterator[Problem]:
    """Where traffic is so low that one failed request burns the budget fast, an alert says nothing."""
    for path, endpoint in _placed(stack):
        promised, floor = endpoint.slo.availability_percent, endpoint.slo.min_requests_per_hour
        fewest = fewest_requests_per_hour(promised)
        if floor < fewest:
            says = f"must be at least {fewest} for {promised:f} %, or one failed request alerts, got {floor}"
            yield at(*path, "slo", "min_requests_per_hour", says=says)


@check(Team)
def a_rollout_has_a_gpu_to_start_on(stack: Team) -> Iterator[Problem]:
    """A rollout starts one replica more before it ends one."""
    by_name = {pool.name: pool for pool in pools(stack)}
    for path, endpoint in _placed(stack):
        pool, gpus = by_name.get(endpoint.resources.pool or ""), endpoint.resources.gpus
        needed = gpus * (endpoint.replicas.max + 1)
        if pool and needed > pool.max_gpus:
            says = (
                f"must leave room for a rollout: one more than {endpoint.replicas.max} replicas takes {needed} "
                f"GPUs of the pool `{pool.name}`, which has at most {pool.max_gpus}"
            )
            yield at(*path, "replicas", "max", says=says)


@check(Team)
def the_namespace_holds_its_endpoints(stack: Team) -> Iterator[Problem]:
    """At their most replicas the endpoints stay within the namespace's quota, or scaling out stops short."""
    if stack.serving is None:
        return
    quota = stack.serving.quota
    needs = {
        "cpu": (quota.cpu, sum(e.resources.cpu * e.replicas.max for e in endpoints(stack))),
        "memory_gib": (
            quota.memory_gib,
            sum(e.resources.memory_gib * e.replicas.max for e in endpoints(stack)),
        ),
        "pods": (quota.pods, sum(e.replicas.max for e in endpoints(stack))),
    }
    for key, (allowed, needed) in needs.items():
        if needed > allowed:
            says = f"must be at least {needed}, what the endpoints request at their most, got {allowed}"
            yield at("serving", "quota", key, says=says)


def holds(node: InstanceType, endpoint: EndpointSpec) -> bool:
    """Whether one replica fits an empty node."""
    wanted = endpoint.resources
    return (
        wanted.gpus <= node.gpus
        and wanted.cpu <= node.vcpus - RESERVED_VCPUS
        and wanted.memory_gib <= node.memory_gib * ALLOCATABLE
    )


def too_large(endpoint: EndpointSpec, types: list[InstanceType], place: str) -> str:
    """What is said of a replica that fits none of the nodes of a place."""
    wanted, largest = (
        endpoint.resources,
        max(types, key=lambda each: (each.gpus, each.vcpus, each.memory_gib)),
    )
    gpus = f"{wanted.gpus} GPUs, " if wanted.gpus else ""
    room = f"{largest.gpus} GPUs, " if wanted.gpus else ""
    return (
        f"must fit one node of {place}: the largest, {largest.name}, leaves {room}"
        f"{largest.vcpus - RESERVED_VCPUS} vCPUs and {int(largest.memory_gib * ALLOCATABLE)} GiB, "
        f"got {gpus}{wanted.cpu} vCPUs and {wanted.memory_gib} GiB"
    )


def _placed(stack: Team) -> Iterator[tuple[Keys, EndpointSpec]]:
    for position, endpoint in enumerate(endpoints(stack)):
        yield ("serving", "endpoints", position), endpoint
