"""Checks of reservations: chosen one way, of one kind, large enough for their pool, in a window that AWS sells."""

from collections.abc import Iterator
from datetime import time, timedelta

from stacks.checks.check import check, folder_check, repeats
from stacks.checks.organisation import Organisation, StackProblem
from stacks.checks.pools import shared_pools
from stacks.checks.shared_pools import gpus_of, gpus_per_node
from stacks.reading.explain import listed
from stacks.reading.problems import Keys, Problem, at
from stacks.schema import Platform
from stacks.schema.dates import days_until, moment, most_at_once
from stacks.schema.pools import Reservation, SharedPoolSpec

BLOCKS_END_AT = time(11, 30)

# AWS sells up to 182 days, give or take part of one: a block ends at a fixed hour, whenever it begins.
LONGEST_BLOCK = timedelta(days=183)

AHEAD = timedelta(weeks=8)
"""The longest time between the purchase of a Capacity Block and its start."""


@check(Platform)
def reserved_capacity_has_reservations(stack: Platform) -> Iterator[Problem]:
    """Refuse `reserved` without a reservation, and a reservation without `reserved`."""
    for path, pool in shared_pools(stack):
        # Karpenter uses no reservation that it is not told of.
        if "reserved" in pool.capacity and not pool.reservations:
            yield at(*path, "reservations", says="must name at least one: `capacity` has `reserved`")
        elif pool.reservations and "reserved" not in pool.capacity:
            yield at(*path, "capacity", says="must begin with `reserved`: the pool names reservations")


@check(Platform)
def a_block_stands_alone(stack: Platform) -> Iterator[Problem]:
    """Refuse other capacity in a pool of Capacity Blocks: it would outlive the block and nobody's plan."""
    for path, pool in shared_pools(stack):
        kinds = {each.kind for each in pool.reservations}
        if len(kinds) > 1:
            says = f"must be of one kind, got {listed(sorted(kinds))}: make two pools"
            yield at(*path, "reservations", says=says)
        elif "capacity-block" in kinds and set(pool.capacity) != {"reserved"}:
            others = listed([each for each in pool.capacity if each != "reserved"])
            says = f"must be [reserved] alone for a Capacity Block, got {others} too: give that a pool of its own"
            yield at(*path, "capacity", says=says)


@check(Platform)
def a_reservation_is_chosen_one_way(stack: Platform) -> Iterator[Problem]:
    """Refuse a reservation that is chosen by both id and tags or by neither, or by two pools."""
    seen: dict[str, str] = {}
    for path, each in reservations(stack):
        if bool(each.id) == bool(each.tags):
            found = "both" if each.id else "neither"
            yield at(*path, says=f"must be chosen either by `id` or by `tags`, got {found}")
        if each.id and each.owner_account:
            says = "is for `tags`: an id is that of one reservation, whoever owns it"
            yield at(*path, "owner_account", says=says)
        yield from repeats((tag.key for tag in each.tags), *path, "tags", key="key")
        place = ".".join(map(str, path))
        if each.id and seen.setdefault(each.id, place) != place:
            says = f"is {each.id}, which another entry has: a reservation belongs to one pool"
            yield at(*path, "id", says=says)


@check(Platform)
def windows_are_sold_by_aws(stack: Platform) -> Iterator[Problem]:
    """Refuse an end before the start, and a Capacity Block that does not end at 11:30 UTC within half a year."""
    for path, each in reservations(stack):
        is_block = each.kind == "capacity-block"
        if is_block:
            yield from _block_without_a_window(path, each)
        if each.starts and each.ends and moment(each.ends) <= moment(each.starts):
            yield at(*path, "ends", says=f"must be after `starts`, {each.starts}, got {each.ends}")
        elif each.starts and each.ends and is_block and length(each) > LONGEST_BLOCK:
            says = f"must be at most 182 days after `starts`, {each.starts}, got {each.ends}"
            yield at(*path, "ends", says=says)
        if is_block and each.ends and moment(each.ends).time() != BLOCKS_END_AT:
            says = f"must be at 11:30Z, when every Capacity Block ends, got {each.ends}"
            yield at(*path, "ends", says=says)


@check(Platform)
def reserved_pools_fit_their_reservations(stack: Platform) -> Iterator[Problem]:
    """Refuse a pool of nothing but reserved instances with more than are reserved at one time."""
    for path, pool in shared_pools(stack):
        size, held = gpus_per_node(pool), instances_of(pool)
        if set(pool.capacity) != {"reserved"} or not held:
            continue
        if pool.nodes and pool.nodes > held:
            says = f"must be at most the {held} instances reserved at one time, got {pool.nodes}"
            yield at(*path, "nodes", says=says)
        if pool.max_gpus and size and pool.max_gpus > held * size:
            says = (
                f"must be at most {held * size}, the GPUs of {held} reserved instances, got {pool.max_gpus}"
            )
            yield at(*path, "max_gpus", says=says)


@folder_check
def windows_are_not_past(organisation: Organisation) -> Iterator[StackProblem]:
    """Refuse a reservation that has ended, and a Capacity Block that starts later than one can be bought."""
    as_of = organisation.as_of
    if as_of is None:
        return
    for name, platform in organisation.platforms.items():
        for path, each in reservations(platform):
            if each.ends and days_until(moment(each.ends), as_of) < 0:
                says = f"is {each.ends}, past on {as_of}: take the reservation out, and the grants that it carried"
                yield name, at(*path, "ends", says=says)
            is_block = each.kind == "capacity-block"
            if is_block and each.starts and days_until(moment(each.starts), as_of) > AHEAD.days:
                says = f"must be within 8 weeks of {as_of}, as far ahead as a Capacity Block is sold, got {each.starts}"
                yield name, at(*path, "starts", says=says)


def where_reserved(name: str, platform: Platform) -> str:
    """The end of a message to a team that asks for reserved capacity: the pools of its platform that have some."""
    found: list[str] = []
    for _, pool in shared_pools(platform):
        if pool.reservations:
            size = f"{gpus_of(pool)} GPUs of " if gpus_of(pool) else ""
            found.append(f"`{pool.name}` ({size}{', '.join(pool.instance_types)})")
    if not found:
        return f"; reservations are a platform's, in `pools`, and `{name}` has none"
    return f"; `{name}` has it in {', '.join(found)}: ask its owner for a grant, and use that by `training.granted`"


def reservations(stack: Platform) -> Iterator[tuple[Keys, Reservation]]:
    """Each reservation of a platform's pools with its path in the file."""
    for path, pool in shared_pools(stack):
        for position, each in enumerate(pool.reservations):
            yield (*path, "reservations", position), each


def length(reservation: Reservation) -> timedelta:
    """The time from the start of a reservation, which has one, to its end."""
    return moment(reservation.ends or "") - moment(reservation.starts or "")


def instances_of(pool: SharedPoolSpec) -> int:
    """The most instances that are reserved for a pool at one time."""
    spans = []
    for each in pool.reservations:
        starts = moment(each.starts) if each.starts else None
        ends = moment(each.ends) if each.ends else None
        spans.append((starts, ends, each.instances))
    return most_at_once(spans)


def _block_without_a_window(path: Keys, block: Reservation) -> Iterator[Problem]:
    for key, value in (("starts", block.starts), ("ends", block.ends)):
        if value is None:
            yield at(*path, key, says="must be given for a Capacity Block, as EC2 tells it")
