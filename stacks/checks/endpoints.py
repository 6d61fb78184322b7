"""Checks of a team's endpoints: the sections that they need, and nodes that a replica fits."""

from collections.abc import Iterator

from components.monitoring.burn_rate import min_requests_per_hour
from components.serving.predictor import server_disk
from reference.accelerators import CPU_CLASS, NEURON_CLASSES
from reference.model_servers import model_server, servers_of
from reference.vocabulary import LINEAGE_FOLDER, WORKING_FOLDERS
from stacks.checks.check import check, folder_check, repeats
from stacks.checks.instances import Demand, fits, too_large
from stacks.checks.organisation import Organisation, StackProblem
from stacks.checks.pools import accelerator, empty_nodes, pools
from stacks.checks.quota import endpoints
from stacks.reading.explain import listed, nearest
from stacks.reading.problems import Keys, Problem, at
from stacks.schema import Team
from stacks.schema.pools import PoolSpec
from stacks.schema.serving import EndpointResources, EndpointSpec


@check(Team)
def endpoints_have_names_of_their_own(stack: Team) -> Iterator[Problem]:
    """Refuse two endpoints of one name, which is an address."""
    yield from repeats((endpoint.name for endpoint in endpoints(stack)), "serving", "endpoints", key="name")


@check(Team)
def endpoints_have_models_and_alerts(stack: Team) -> Iterator[Problem]:
    """Require a registry, from whose bucket models are loaded, and monitoring, which says who hears of alerts."""
    if endpoints(stack) and stack.registry is None:
        says = "is required with `serving.endpoints`: their models are loaded from its bucket"
        yield at("registry", says=says)
    if endpoints(stack) and stack.monitoring is None:
        yield at("monitoring", says="is required with `serving.endpoints`: it says who hears of their alerts")


@check(Team)
def runtime_loads_the_format(stack: Team) -> Iterator[Problem]:
    """Refuse a model server that has no backend for the model's format."""
    for path, endpoint in placed_endpoints(stack):
        model, able = endpoint.model, servers_of(endpoint.model.format)
        if model.runtime not in able:
            says = f"must be {listed(able)} for the format `{model.format}`, got `{model.runtime}`"
            yield at(*path, "model", "runtime", says=says)


@check(Team)
def what_serves_was_promoted(stack: Team) -> Iterator[Problem]:
    """Refuse a model in a folder that training writes to, and one without a version in its path."""
    for path, endpoint in placed_endpoints(stack):
        folder, *_ = endpoint.model.path.split("/")
        *_, last = endpoint.model.path.split("/")
        if folder in (*WORKING_FOLDERS, LINEAGE_FOLDER):
            says = (
                f"must lie outside `{folder}`, which training writes to: promote the model, and name the copy"
            )
            yield at(*path, "model", "path", says=says)
        elif not any(character.isdigit() for character in last):
            says = f"must end in a version or digest, such as `2026-11-03`, got `{last}`: what serves is never replaced"
            yield at(*path, "model", "path", says=says)


@check(Team)
def gpus_come_from_a_pool(stack: Team) -> Iterator[Problem]:
    """Refuse GPUs without a pool, a pool without GPUs, and a pool that the team does not have."""
    names = [pool.name for pool in pools(stack)]
    without = {pool.name for pool in pools(stack) if accelerator(pool) == CPU_CLASS}
    for path, endpoint in placed_endpoints(stack):
        wanted = endpoint.resources
        if wanted.pool in without:
            says = (
                f"is `{wanted.pool}`, a pool without accelerators, which is for jobs: leave `pool` out for the "
                "platform's general nodes, or name a pool with GPUs"
            )
            yield at(*path, "resources", "pool", says=says)
        elif wanted.pool is None and wanted.gpus:
            says = f"is required for {wanted.gpus} GPUs: the name of one of `training.pools`"
            yield at(*path, "resources", "pool", says=says)
        elif wanted.pool is not None and not wanted.gpus:
            yield at(*path, "resources", "gpus", says=f"must be 1 or more on the pool `{wanted.pool}`, got 0")
        if wanted.pool is not None and wanted.pool not in names:
            says = f"must name one of `training.pools`, got `{wanted.pool}`{nearest(wanted.pool, names)}"
            yield at(*path, "resources", "pool", says=says)


@check(Team)
def servers_have_the_gpus_they_start_on(stack: Team) -> Iterator[Problem]:
    """Refuse a model server that starts on GPUs alone without any."""
    for path, endpoint in placed_endpoints(stack):
        if model_server(endpoint.model.runtime).gpus_only and not endpoint.resources.gpus:
            says = (
                f"must be 1 or more with `{endpoint.model.runtime}`, whose image has no build for CPUs, got 0"
            )
            yield at(*path, "resources", "gpus", says=says)


@check(Team)
def a_batch_has_a_size(stack: Team) -> Iterator[Problem]:
    """Refuse a language model that does not say how many requests a replica takes: that is of model and GPU."""
    for path, endpoint in placed_endpoints(stack):
        in_batches = model_server(endpoint.model.runtime).first_token and endpoint.resources.gpus
        if in_batches and endpoint.replicas.requests_in_flight is None:
            says = (
                f"is required with `{endpoint.model.runtime}`: as many as a replica of this model answers together "
                "and keeps its promises, by a test of yours"
            )
            yield at(*path, "replicas", "requests_in_flight", says=says)


@check(Team)
def endpoints_run_on_gpus(stack: Team) -> Iterator[Problem]:
    """Refuse an endpoint on Neuron devices."""
    for path, _, pool in on_pools(stack):
        found = accelerator(pool)
        # The model servers are built for GPUs; a Neuron device needs a model that was compiled for it.
        if found in NEURON_CLASSES:
            says = f"is `{pool.name}`, of class `{found}`: the model servers run on GPUs or none"
            yield at(*path, "resources", "pool", says=says)


@check(Team)
def a_replica_fits_a_node(stack: Team) -> Iterator[Problem]:
    """Refuse a replica that fits no node of its pool, and so would stay pending for ever."""
    for path, endpoint, pool in on_pools(stack):
        nodes, wanted = empty_nodes(pool), replica(endpoint.resources, accelerator(pool))
        if nodes and not any(fits(wanted, each) for each in nodes):
            says = too_large(wanted, nodes, f"pool `{pool.name}`")
            yield at(*path, "resources", says=says)


@check(Team)
def replicas_have_a_range(stack: Team) -> Iterator[Problem]:
    """Refuse fewer replicas at most than at least, and fewer than two of tier 1, one in each of two zones."""
    for path, endpoint in placed_endpoints(stack):
        least, most = endpoint.replicas.min, endpoint.replicas.max
        if least > most:
            yield at(*path, "replicas", "max", says=f"must be at least `min`, which is {least}, got {most}")
        if endpoint.tier == 1 and least < 2:
            yield at(*path, "replicas", "min", says=f"must be at least 2 for tier 1, got {least}")


@check(Team)
def a_target_is_of_the_signal_that_moves(stack: Team) -> Iterator[Problem]:
    """Refuse a target of CPU where a GPU does the work, and one of requests where none does: nothing reads it."""
    for path, endpoint in placed_endpoints(stack):
        on_gpus = endpoint.resources.gpus > 0
        unread, read = (
            ("cpu_percent", "requests_in_flight") if on_gpus else ("requests_in_flight", "cpu_percent")
        )
        if getattr(endpoint.replicas, unread) is not None:
            where = "on GPUs" if on_gpus else "without GPUs"
            yield at(*path, "replicas", unread, says=f"is not read {where}: say `{read}`, or leave it out")


@folder_check
def endpoints_on_gpus_have_keda(organisation: Organisation) -> Iterator[StackProblem]:
    """Require KEDA of the platform of a team whose endpoints scale by requests, or one number of replicas."""
    for name, team, platform in organisation.on_platforms():
        for _, endpoint in placed_endpoints(team):
            replicas = endpoint.replicas
            if endpoint.resources.gpus and replicas.min < replicas.max and not platform.events.keda:
                says = (
                    f"must be true: `{endpoint.name}` of `{name}` scales by requests in flight; or give it as many "
                    "`replicas.max` as `min`"
                )
                yield team.platform, at("events", "keda", says=says)


@check(Team)
def tier_1_is_not_on_spot_alone(stack: Team) -> Iterator[Problem]:
    """Refuse tier 1 on spot capacity alone."""
    for path, endpoint, pool in on_pools(stack):
        # EC2 takes spot nodes back with two minutes' notice, and may have none to give in return.
        if endpoint.tier == 1 and "on-demand" not in pool.capacity:
            says = f"is `{pool.name}`, which is spot only: tier 1 needs on-demand capacity"
            yield at(*path, "resources", "pool", says=says)


@check(Team)
def one_failure_alerts_nobody(stack: Team) -> Iterator[Problem]:
    """Refuse a floor of traffic so low that one failed request burns the error budget fast enough to alert."""
    for path, endpoint in placed_endpoints(stack):
        target, floor = endpoint.slo.availability_percent, endpoint.slo.min_requests_per_hour
        fewest = min_requests_per_hour(target)
        if floor < fewest:
            says = f"must be at least {fewest} for {target:f} %, or one failed request alerts, got {floor}"
            yield at(*path, "slo", "min_requests_per_hour", says=says)


def replica(resources: EndpointResources, accelerator_class: str | None = None) -> Demand:
    """Requests of one replica, with the disk that it may fill by what it can load."""
    return Demand(
        gpus=resources.gpus,
        cpu=resources.cpu,
        memory_gib=resources.memory_gib,
        disk_gib=server_disk(resources.memory_gib, resources.gpus, accelerator_class),
    )


def placed_endpoints(stack: Team) -> Iterator[tuple[Keys, EndpointSpec]]:
    """Each endpoint of a team with its path in the file."""
    for position, endpoint in enumerate(endpoints(stack)):
        yield ("serving", "endpoints", position), endpoint


def on_pools(stack: Team) -> Iterator[tuple[Keys, EndpointSpec, PoolSpec]]:
    """Each endpoint that runs on one of the team's pools of GPUs with its path in the file and its pool."""
    by_name = {pool.name: pool for pool in pools(stack) if accelerator(pool) != CPU_CLASS}
    for path, endpoint in placed_endpoints(stack):
        if pool := by_name.get(endpoint.resources.pool or ""):
            yield path, endpoint, pool
