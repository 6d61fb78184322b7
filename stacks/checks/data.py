"""Rules of a team's data: sizes that exist, links that do not meet, and no write where only reading is meant."""

from collections.abc import Iterator
from datetime import date
from itertools import combinations

from reference.lustre import is_size, sizes_around
from stacks.checks.check import check, repeats
from stacks.checks.pools import pools
from stacks.reading.explain import listed, nearest
from stacks.reading.problems import Keys, Problem, at
from stacks.schema import Team
from stacks.schema.data import Data, FileSystemSpec, LinkSpec, Mount


@check(Team)
def data_needs_a_registry(stack: Team) -> Iterator[Problem]:
    """The buckets, the key and the role that mounts are all the registry's."""
    if stack.data and not stack.registry:
        yield at("data", says="needs `paved:registry`: its key, its buckets and the role of its `trainer`")


@check(Team)
def volumes_have_names_of_their_own(stack: Team) -> Iterator[Problem]:
    """A claim of a name exists once in a namespace."""
    data = section(stack)
    taken = [each.name for each in data.file_systems]
    yield from repeats(taken, "data", "file_systems", key="name")
    yield from repeats((each.name for each in data.mounts), "data", "mounts", key="name")
    for position, mount in enumerate(data.mounts):
        if mount.name in taken:
            says = f"is `{mount.name}`, as a file system is called: a claim has one volume"
            yield at("data", "mounts", position, "name", says=says)


@check(Team)
def file_systems_have_a_size(stack: Team) -> Iterator[Problem]:
    """FSx comes in steps."""
    for path, each in file_systems(stack):
        if not is_size(each.storage_gib):
            below, above = sizes_around(each.storage_gib)
            says = f"must be 1200 or a multiple of 2400, got {each.storage_gib}: take {below} or {above}"
            yield at(*path, "storage_gib", says=says)


@check(Team)
def throughput_is_of_persistent_storage(stack: Team) -> Iterator[Problem]:
    """A persistent file system is bought with its throughput, scratch has a fixed one."""
    for path, each in file_systems(stack):
        if each.deployment == "persistent" and each.mbps_per_tib is None:
            yield at(
                *path,
                "mbps_per_tib",
                says="is required where `deployment` is persistent: 125, 250, 500 or 1000",
            )
        if each.deployment == "scratch" and each.mbps_per_tib is not None:
            says = f"must be left out where `deployment` is scratch, which has 200, got {each.mbps_per_tib}"
            yield at(*path, "mbps_per_tib", says=says)


@check(Team)
def backups_are_possible(stack: Team) -> Iterator[Problem]:
    """FSx backs up neither scratch nor what is linked to S3."""
    for path, each in file_systems(stack):
        if each.backup_days and each.deployment == "scratch":
            yield at(*path, "backup_days", says=f"must be 0 for scratch, got {each.backup_days}")
        elif each.backup_days and each.links:
            says = f"must be 0 with `links`, whose data is in S3, got {each.backup_days}"
            yield at(*path, "backup_days", says=says)


@check(Team)
def only_scratch_expires(stack: Team) -> Iterator[Problem]:
    """What is to be kept has no last day."""
    for path, each in file_systems(stack):
        if each.expires and each.deployment == "persistent":
            yield at(*path, "expires", says=f"is of scratch alone, got {each.expires} for a persistent one")


@check(Team)
def last_days_are_in_the_calendar(stack: Team) -> Iterator[Problem]:
    """A day that never comes would never be over."""
    for path, each in file_systems(stack):
        if each.expires and day(each.expires) is None:
            yield at(*path, "expires", says=f"must be a day of the calendar, got {each.expires}")


@check(Team)
def regulated_data_has_the_teams_key(stack: Team) -> Iterator[Problem]:
    """Scratch is encrypted with a key that FSx keeps, and nobody else can take away."""
    for path, each in file_systems(stack):
        if each.deployment == "scratch" and stack.data_class == "regulated":
            says = "must be `persistent` for regulated data, which is encrypted with the team's key: scratch is not"
            yield at(*path, "deployment", says=says)


@check(Team)
def file_systems_are_where_efa_is(stack: Team) -> Iterator[Problem]:
    """A job over EFA reads from its own zone: every byte from another is slower and billed twice."""
    zones = sorted({pool.zone for pool in pools(stack) if pool.efa and pool.zone})
    for path, each in file_systems(stack):
        if zones and each.zone not in zones:
            says = f"must be {listed(zones)}, where the pool with `efa` is, got {each.zone}"
            yield at(*path, "zone", says=says)


@check(Team)
def places_are_named(stack: Team) -> Iterator[Problem]:
    """A link or a mount shows one bucket of the team, or one shared dataset."""
    used = [each.name for each in section(stack).datasets]
    yield from repeats(used, "data", "datasets", key="name")
    for path, place in places(stack):
        if (place.bucket is None) == (place.dataset is None):
            found = "both" if place.bucket else "neither"
            yield at(*path, "bucket", says=f"or `dataset` must be given, one of the two, got {found}")
        elif place.dataset and place.dataset not in used:
            says = f"must name one of `data.datasets`, got `{place.dataset}`{nearest(place.dataset, used)}"
            yield at(*path, "dataset", says=says)


@check(Team)
def writes_go_where_training_may_write(stack: Team) -> Iterator[Problem]:
    """Training writes models, and datasets that are its own to write; what it learns from it only reads."""
    may = {each.name for each in section(stack).datasets if each.access == "write"}
    for path, place in places(stack):
        key = "exports" if isinstance(place, LinkSpec) else "writable"
        writes = bool(place.exports) if isinstance(place, LinkSpec) else place.writable
        if writes and place.bucket == "datasets":
            yield at(
                *path, key, says="is not possible on `datasets`, which training only reads: take `models`"
            )
        if writes and place.dataset and place.dataset not in may:
            says = f"needs `access: write` of `{place.dataset}` in `data.datasets`"
            yield at(*path, key, says=says)


@check(Team)
def links_are_apart(stack: Team) -> Iterator[Problem]:
    """FSx links a directory once, and no two directories to the same part of S3."""
    for path, each in file_systems(stack):
        for position, link in enumerate(each.links):
            yield from repeats(link.imports, *path, "links", position, "imports")
            yield from repeats(link.exports, *path, "links", position, "exports")
        for (_, first), (position, second) in combinations(enumerate(each.links), 2):
            if _within(first.path, second.path):
                says = f"is {second.path}, which {first.path} of another link overlaps"
                yield at(*path, "links", position, "path", says=says)
            if _source(first) == _source(second) and _within(
                f"/{first.prefix or ''}", f"/{second.prefix or ''}"
            ):
                says = f"shows a part of S3 that the link {first.path} shows too"
                yield at(*path, "links", position, "prefix", says=says)


def day(written: str) -> date | None:
    """The day that is written as YYYY-MM-DD; None where the calendar has none."""
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def section(stack: Team) -> Data:
    """The data of a team; nothing where it has none."""
    return stack.data or Data()


def file_systems(stack: Team) -> Iterator[tuple[Keys, FileSystemSpec]]:
    """Each file system of a team with its place in the file."""
    for position, each in enumerate(section(stack).file_systems):
        yield ("data", "file_systems", position), each


def places(stack: Team) -> Iterator[tuple[Keys, LinkSpec | Mount]]:
    """Each link and each mount of a team with its place in the file."""
    for path, each in file_systems(stack):
        for position, link in enumerate(each.links):
            yield (*path, "links", position), link
    for position, mount in enumerate(section(stack).mounts):
        yield ("data", "mounts", position), mount


def _source(link: LinkSpec) -> str | None:
    return link.bucket or link.dataset


def _within(one: str, other: str) -> bool:
    """Whether one of two paths is the other, or lies in it."""
    longer, shorter = sorted((f"{one.rstrip('/')}/", f"{other.rstrip('/')}/"), key=len, reverse=True)
    return longer.startswith(shorter)
