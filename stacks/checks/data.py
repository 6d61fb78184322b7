"""Checks of a team's data: sizes that exist, links that do not meet, and no write where only reading is meant."""

from collections.abc import Iterator
from datetime import date
from itertools import combinations

from reference.lustre import is_size, sizes_around
from reference.vocabulary import WORK_DIRECTORY, WORKING_FOLDERS
from stacks.checks.check import check, repeats
from stacks.checks.pools import pools
from stacks.reading.explain import listed, nearest
from stacks.reading.problems import Keys, Problem, at
from stacks.schema import Team
from stacks.schema.data import Data, FileSystemSpec, LinkSpec, Mount


@check(Team)
def data_needs_a_registry(stack: Team) -> Iterator[Problem]:
    """Require a registry: the buckets, the key and the role that mounts are all the registry's."""
    if stack.data and not stack.registry:
        yield at("data", says="needs `paved:registry`: its key, its buckets and the role of its `trainer`")


@check(Team)
def volumes_have_names_of_their_own(stack: Team) -> Iterator[Problem]:
    """Refuse two volumes of one name: a claim of a name exists once in a namespace."""
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
    """Refuse a size between the steps in which FSx comes."""
    for path, each in file_systems(stack):
        if not is_size(each.storage_gib):
            below, above = sizes_around(each.storage_gib)
            says = f"must be 1200 or a multiple of 2400, got {each.storage_gib}: take {below} or {above}"
            yield at(*path, "storage_gib", says=says)


@check(Team)
def throughput_is_of_persistent_storage(stack: Team) -> Iterator[Problem]:
    """Require the throughput of a persistent file system, and refuse that of scratch."""
    # A persistent file system is bought with its throughput, scratch has a fixed one.
    for path, each in file_systems(stack):
        if each.deployment == "persistent" and each.mbps_per_tib is None:
            says = "is required where `deployment` is persistent: 125, 250, 500 or 1000"
            yield at(*path, "mbps_per_tib", says=says)
        if each.deployment == "scratch" and each.mbps_per_tib is not None:
            says = f"must be left out where `deployment` is scratch, which has 200, got {each.mbps_per_tib}"
            yield at(*path, "mbps_per_tib", says=says)


@check(Team)
def backups_are_possible(stack: Team) -> Iterator[Problem]:
    """Refuse backups that FSx does not make: of scratch, and of file systems that are linked to S3."""
    for path, each in file_systems(stack):
        if each.backup_days and each.deployment == "scratch":
            yield at(*path, "backup_days", says=f"must be 0 for scratch, got {each.backup_days}")
        elif each.backup_days and each.links:
            says = f"must be 0 with `links`, whose data is in S3, got {each.backup_days}"
            yield at(*path, "backup_days", says=says)


@check(Team)
def only_scratch_expires(stack: Team) -> Iterator[Problem]:
    """Refuse a last day of a file system that is to be kept."""
    for path, each in file_systems(stack):
        if each.expires and each.deployment == "persistent":
            yield at(*path, "expires", says=f"is of scratch alone, got {each.expires} for a persistent one")


@check(Team)
def last_days_are_in_the_calendar(stack: Team) -> Iterator[Problem]:
    """Refuse a day that never comes, and so would never be over."""
    for path, each in file_systems(stack):
        if each.expires and day(each.expires) is None:
            yield at(*path, "expires", says=f"must be a day of the calendar, got {each.expires}")


@check(Team)
def regulated_data_has_the_teams_key(stack: Team) -> Iterator[Problem]:
    """Refuse regulated data on scratch."""
    for path, each in file_systems(stack):
        # FSx encrypts scratch with a key of its own, which nobody else can take away.
        if each.deployment == "scratch" and stack.data_class == "regulated":
            says = "must be `persistent` for regulated data, which is encrypted with the team's key: scratch is not"
            yield at(*path, "deployment", says=says)


@check(Team)
def file_systems_are_where_efa_is(stack: Team) -> Iterator[Problem]:
    """Refuse a file system in another zone than the jobs over EFA."""
    zones = sorted({pool.zone for pool in pools(stack) if pool.efa and pool.zone})
    for path, each in file_systems(stack):
        # Every byte from another zone is slower, and billed twice.
        if zones and each.zone not in zones:
            says = f"must be {listed(zones)}, where the pool with `efa` is, got {each.zone}"
            yield at(*path, "zone", says=says)


@check(Team)
def links_and_mounts_have_a_source(stack: Team) -> Iterator[Problem]:
    """Require of each link and mount one bucket of the team or one of its shared datasets."""
    used = [each.name for each in section(stack).datasets]
    yield from repeats(used, "data", "datasets", key="name")
    for path, view in links_and_mounts(stack):
        if (view.bucket is None) == (view.dataset is None):
            found = "both" if view.bucket else "neither"
            yield at(*path, "bucket", says=f"or `dataset` must be given, one of the two, got {found}")
        elif view.dataset and view.dataset not in used:
            says = f"must name one of `data.datasets`, got `{view.dataset}`{nearest(view.dataset, used)}"
            yield at(*path, "dataset", says=says)


@check(Team)
def writes_go_where_training_may_write(stack: Team) -> Iterator[Problem]:
    """Refuse writes to the team's own datasets, which training only reads, and to shared ones without `write`."""
    writable = {each.name for each in section(stack).datasets if each.access == "write"}
    for path, view in links_and_mounts(stack):
        key = "exports" if isinstance(view, LinkSpec) else "writable"
        writes = bool(view.exports) if isinstance(view, LinkSpec) else view.writable
        if writes and view.bucket == "datasets":
            says = "is not possible on `datasets`, which training only reads: take `models`"
            yield at(*path, key, says=says)
        # FSx writes by a role of its own, which no policy on namespaces sees, so nothing below stops an export.
        if writes and view.dataset and view.dataset not in writable:
            yield at(*path, key, says=f"needs `access: write` of `{view.dataset}` in `data.datasets`")


@check(Team)
def writes_stay_off_what_serves(stack: Team) -> Iterator[Problem]:
    """Refuse writes to the models bucket outside the folders of training: a file system writes by FSx's own role."""
    for path, view in links_and_mounts(stack):
        key = "exports" if isinstance(view, LinkSpec) else "writable"
        writes = bool(view.exports) if isinstance(view, LinkSpec) else view.writable
        folder = (view.prefix or "").partition("/")[0]
        if writes and view.bucket == "models" and folder not in WORKING_FOLDERS:
            says = (
                f"needs a `prefix` in {listed(WORKING_FOLDERS)}: elsewhere in `models` is what endpoints load"
            )
            yield at(*path, key, says=says)


@check(Team)
def links_are_apart(stack: Team) -> Iterator[Problem]:
    """Refuse two links of one directory, or to the same part of S3: FSx takes neither."""
    for path, each in file_systems(stack):
        for position, link in enumerate(each.links):
            yield from repeats(link.imports, *path, "links", position, "imports")
            yield from repeats(link.exports, *path, "links", position, "exports")
        for (_, first), (position, second) in combinations(enumerate(each.links), 2):
            yield from _overlaps(first, second, (*path, "links", position))


@check(Team)
def a_bucket_has_one_owner_of_its_events(stack: Team) -> Iterator[Problem]:
    """Refuse a link that imports by itself from the bucket whose new objects start runs.

    FSx writes its own event configuration onto the bucket; that of a trigger replaces the whole, and the link breaks.
    """
    triggers = stack.retraining.triggers if stack.retraining else ()
    starting = [each.name for each in triggers if each.new_data]
    for path, each in file_systems(stack):
        for position, link in enumerate(each.links):
            if starting and link.bucket == "datasets" and link.imports:
                says = (
                    f"must be [], got {', '.join(link.imports)}: a bucket has one configuration of events, and that of "
                    f"`datasets` is for `new_data` of `{starting[0]}`. Import by a task of FSx, or take `schedule`"
                )
                yield at(*path, "links", position, "imports", says=says)


@check(Team)
def the_work_directory_is_the_teams(stack: Team) -> Iterator[Problem]:
    """Refuse a link of the directory that the team owns, or within it: the team could put anything in its place."""
    for path, each in file_systems(stack):
        for position, link in enumerate(each.links):
            if f"{link.path}/".startswith(f"{WORK_DIRECTORY}/"):
                says = f"is {link.path}, but `{WORK_DIRECTORY}` is the team's own to write in: take another"
                yield at(*path, "links", position, "path", says=says)


def day(text: str) -> date | None:
    """Read a day that is written as YYYY-MM-DD; None where the calendar has none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def section(stack: Team) -> Data:
    """The data of a team; an empty section where it has none."""
    return stack.data or Data()


def file_systems(stack: Team) -> Iterator[tuple[Keys, FileSystemSpec]]:
    """Each file system of a team with its path in the file."""
    for position, each in enumerate(section(stack).file_systems):
        yield ("data", "file_systems", position), each


def links_and_mounts(stack: Team) -> Iterator[tuple[Keys, LinkSpec | Mount]]:
    """Each link and each mount of a team with its path in the file."""
    for path, each in file_systems(stack):
        for position, link in enumerate(each.links):
            yield (*path, "links", position), link
    for position, mount in enumerate(section(stack).mounts):
        yield ("data", "mounts", position), mount


def _overlaps(first: LinkSpec, second: LinkSpec, path: Keys) -> Iterator[Problem]:
    if _within(first.path, second.path):
        yield at(*path, "path", says=f"is {second.path}, which {first.path} of another link overlaps")
    of_one_source = (first.bucket or first.dataset) == (second.bucket or second.dataset)
    if of_one_source and _within(f"/{first.prefix or ''}", f"/{second.prefix or ''}"):
        yield at(*path, "prefix", says=f"shows a part of S3 that the link {first.path} shows too")


def _within(one: str, other: str) -> bool:
    """Whether one of two paths is the other, or lies in it."""
    longer, shorter = sorted((f"{one.rstrip('/')}/", f"{other.rstrip('/')}/"), key=len, reverse=True)
    return longer.startswith(shorter)
