"""Checks of shared datasets and of volumes' needs of a foundation: drivers, zones, and who may see what."""

from collections.abc import Iterator
from typing import get_args

from stacks.checks.check import check, folder_check, repeats
from stacks.checks.data import day, file_systems, section
from stacks.checks.organisation import Organisation, StackProblem
from stacks.reading.explain import listed, nearest
from stacks.reading.problems import Keys, Problem, at
from stacks.schema import Foundation
from stacks.schema.base import DataClass
from stacks.schema.storage import Dataset

CLASSES: tuple[str, ...] = get_args(get_args(DataClass)[0])
"""From the least secret to the most."""


@check(Foundation)
def datasets_have_names_of_their_own(stack: Foundation) -> Iterator[Problem]:
    """Refuse a driver, a dataset or a reader that is listed twice, and an owner among the readers."""
    yield from repeats(stack.storage.drivers, "storage", "drivers")
    # The name is also the dataset's prefix in its bucket.
    yield from repeats((each.name for each in stack.storage.datasets), "storage", "datasets", key="name")
    for position, dataset in enumerate(stack.storage.datasets):
        path = ("storage", "datasets", position, "readers")
        yield from repeats(dataset.readers, *path)
        if dataset.owner in dataset.readers:
            yield at(*path, says=f"must not have `{dataset.owner}`, the owner, which reads it anyway")


@folder_check
def users_of_datasets_may_hold_them(organisation: Organisation) -> Iterator[StackProblem]:
    """Refuse an owner or reader on another foundation, or of a data class below the dataset's."""
    # Residency follows: every user stands on the same foundation, in its region.
    teams_on: dict[str, list[str]] = {}
    for team, _, platform in organisation.on_platforms():
        teams_on.setdefault(platform.foundation, []).append(team)
    for name, foundation in organisation.foundations.items():
        known = teams_on.get(name, [])
        for path, dataset, user in _users(foundation):
            if user in known:
                if says := _too_low(organisation.teams[user].data_class, dataset, user):
                    yield name, at(*path, says=says)
            elif not organisation.is_unclear(user):
                says = f"must name a team stack on `{name}`, got `{user}`{nearest(user, known)}"
                yield name, at(*path, says=says)


@folder_check
def teams_use_what_they_may(organisation: Organisation) -> Iterator[StackProblem]:
    """Refuse a use that the foundation, which says who reads and writes a dataset, does not allow."""
    for name, team, platform, foundation in organisation.on_foundations():
        offered = {each.name: each for each in foundation.storage.datasets}
        for position, use in enumerate(section(team).datasets):
            path, dataset = ("data", "datasets", position), offered.get(use.name)
            if dataset is None:
                near = nearest(use.name, list(offered))
                says = f"must name a dataset of `{platform.foundation}`, got `{use.name}`{near}"
                yield name, at(*path, "name", says=says)
            elif name != dataset.owner and name not in dataset.readers:
                says = f"is `{use.name}`, whose `readers` in `{platform.foundation}` do not name `{name}`"
                yield name, at(*path, "name", says=says)
            elif use.access == "write" and name != dataset.owner:
                says = f"must be `read`: `{use.name}` is written by `{dataset.owner}`"
                yield name, at(*path, "access", says=says)


@folder_check
def drivers_are_installed(organisation: Organisation) -> Iterator[StackProblem]:
    """Refuse volumes of a driver that the foundation does not install: pods would wait for them for ever."""
    for name, team, platform, foundation in organisation.on_foundations():
        data = section(team)
        needed = {"file_systems": ("fsx-lustre", data.file_systems), "mounts": ("mountpoint-s3", data.mounts)}
        for key, (driver, volumes) in needed.items():
            if volumes and driver not in foundation.storage.drivers:
                says = f"need the driver `{driver}`: add it to `storage.drivers` of `{platform.foundation}`"
                yield name, at("data", key, says=says)


@folder_check
def file_systems_are_in_the_foundations_zones(organisation: Organisation) -> Iterator[StackProblem]:
    """Refuse a file system in a zone in which the foundation has no subnet."""
    for name, team, platform, foundation in organisation.on_foundations():
        zones = foundation.network.zones
        for path, each in file_systems(team):
            if each.zone not in zones:
                says = f"must be a zone of `{platform.foundation}`, {listed(zones)}, got {each.zone}"
                yield name, at(*path, "zone", says=says)


@folder_check
def scratch_has_not_expired(organisation: Organisation) -> Iterator[StackProblem]:
    """Refuse a scratch file system after its last day: it costs as long as it is in the file."""
    if organisation.as_of is None:
        return
    for name, team in organisation.teams.items():
        for path, each in file_systems(team):
            last = day(each.expires) if each.expires else None
            if last and last < organisation.as_of:
                says = (
                    f"was {last}, and it is {organisation.as_of}: take `{each.name}` out, "
                    "which deletes it, or give it another day"
                )
                yield name, at(*path, "expires", says=says)


def _users(foundation: Foundation) -> Iterator[tuple[Keys, Dataset, str]]:
    """The owner and each reader of each dataset with its path in the file."""
    for position, dataset in enumerate(foundation.storage.datasets):
        path = ("storage", "datasets", position)
        yield (*path, "owner"), dataset, dataset.owner
        for index, reader in enumerate(dataset.readers):
            yield (*path, "readers", index), dataset, reader


def _too_low(data_class: str, dataset: Dataset, user: str) -> str | None:
    if CLASSES.index(data_class) >= CLASSES.index(dataset.data_class):
        return None
    return f"is `{user}`, whose data is `{data_class}`: `{dataset.name}` is `{dataset.data_class}`"
