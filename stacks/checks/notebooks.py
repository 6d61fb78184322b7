"""Checks of notebooks: the sections they need, people and sizes of their own, an image, a queue, a node."""

from collections.abc import Iterator

from components.notebooks.server import DISK_GIB
from reference.accelerators import NEURON_CLASSES
from stacks.checks.check import check, folder_check, repeats
from stacks.checks.instances import Demand, fits, too_large
from stacks.checks.organisation import Organisation, StackProblem
from stacks.checks.pools import accelerator, empty_nodes, pools, unit_of
from stacks.checks.quota import quotas
from stacks.reading.explain import nearest
from stacks.reading.problems import Keys, Problem, at
from stacks.schema import Team
from stacks.schema.notebooks import NotebookServerSpec
from stacks.schema.pools import PoolSpec

NEEDS = {
    "registry": "its images are what they run, and its roles read the team's data",
    "monitoring": "it says who hears of a hub that is down",
}
"""Sections that `notebooks` needs, and the reason."""


@check(Team)
def notebooks_have_what_they_need(stack: Team) -> Iterator[Problem]:
    """Require the sections with images and roles, and with somebody who hears of failures."""
    for section, reason in NEEDS.items():
        if stack.notebooks and getattr(stack, section) is None:
            yield at(section, says=f"is required with `notebooks`: {reason}")


@check(Team)
def notebooks_are_told_apart(stack: Team) -> Iterator[Problem]:
    """Refuse two people of one name, one login of two people, and two sizes of one name."""
    if stack.notebooks is None:
        return
    people = stack.notebooks.people
    yield from repeats((each.name for each in people), "notebooks", "people", key="name")
    yield from repeats((each.login for each in people), "notebooks", "people", key="login")
    yield from repeats((each.name for each in stack.notebooks.servers), "notebooks", "servers", key="name")


@check(Team)
def notebooks_are_of_an_image_of_the_team(stack: Team) -> Iterator[Problem]:
    """Refuse a repository that is not the team's."""
    known = stack.registry.repositories if stack.registry else ()
    if stack.notebooks and stack.registry and stack.notebooks.repository not in known:
        found = stack.notebooks.repository
        says = f"must name one of `registry.repositories`, got `{found}`{nearest(found, known)}"
        yield at("notebooks", "repository", says=says)


@check(Team)
def notebooks_with_gpus_have_a_pool_and_a_queue(stack: Team) -> Iterator[Problem]:
    """Refuse GPUs without a pool, a pool without GPUs, one that is not the team's, and more than its queue may use."""
    usable = {quota.pool: quota.promised + quota.borrowed for quota in quotas(stack)}
    own = {pool.name: pool for pool in pools(stack)}
    for path, server in placed_servers(stack):
        if server.pool is None and server.gpus:
            says = f"is required for {server.gpus} GPUs: the name of one of `training.pools`"
            yield at(*path, "pool", says=says)
        elif server.pool is None:
            continue
        elif server.pool not in own:
            says = f"must name one of `training.pools`, got `{server.pool}`{nearest(server.pool, [*own])}"
            yield at(*path, "pool", says=says)
        elif unit_of(own[server.pool]) == "vcpus":
            says = f"is `{server.pool}`, whose nodes have no GPUs: leave it out, and the notebook runs on general nodes"
            yield at(*path, "pool", says=says)
        elif not server.gpus:
            yield at(*path, "gpus", says=f"must be 1 or more on the pool `{server.pool}`, got 0")
        elif server.gpus > usable.get(server.pool, 0):
            most = usable.get(server.pool, 0)
            says = f"must be at most what the queue may use of pool `{server.pool}`, {most} GPUs, got {server.gpus}"
            yield at(*path, "gpus", says=says)


@check(Team)
def a_notebook_fits_a_node(stack: Team) -> Iterator[Problem]:
    """Refuse a notebook that fits no node of its pool, and one on Neuron devices, which a notebook cannot request."""
    for path, server, pool in on_pools(stack):
        found = accelerator(pool)
        if found in NEURON_CLASSES:
            yield at(
                *path,
                "pool",
                says=f"is `{pool.name}`, of class `{found}`: notebooks run on GPUs, or on general nodes",
            )
            continue
        nodes, wanted = empty_nodes(pool), demand(server)
        if nodes and not any(fits(wanted, each) for each in nodes):
            yield at(*path, says=too_large(wanted, nodes, f"pool `{pool.name}`"))


@folder_check
def notebooks_on_gpus_may_queue(organisation: Organisation) -> Iterator[StackProblem]:
    """Require of the platform of a team with notebooks on GPUs that it queues them."""
    for name, team, platform in organisation.on_platforms():
        queued = [server.name for _, server in placed_servers(team) if server.gpus]
        if queued and not platform.queues.notebooks:
            says = f"must be true: notebooks `{queued[0]}` of `{name}` wait in its queue for their GPUs"
            yield team.platform, at("queues", "notebooks", says=says)


def placed_servers(stack: Team) -> Iterator[tuple[Keys, NotebookServerSpec]]:
    """Each size of a team's notebooks with its path in the file."""
    for position, server in enumerate(stack.notebooks.servers if stack.notebooks else ()):
        yield ("notebooks", "servers", position), server


def on_pools(stack: Team) -> Iterator[tuple[Keys, NotebookServerSpec, PoolSpec]]:
    """Each size that runs on one of the team's pools with its path in the file and its pool."""
    by_name = {pool.name: pool for pool in pools(stack)}
    for path, server in placed_servers(stack):
        if pool := by_name.get(server.pool or ""):
            yield path, server, pool


def demand(server: NotebookServerSpec) -> Demand:
    """Requests of one notebook."""
    return Demand(gpus=server.gpus, cpu=server.cpu, memory_gib=server.memory_gib, disk_gib=DISK_GIB)
