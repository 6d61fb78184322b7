"""The platform's own pools in a plan: reservations, grants, and those that begin or end soon."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from paved.plan.planner import Planner
from paved.plan.room import SMALL_JOBS, shares_nodes
from stacks.schema import Platform, Team
from stacks.schema.dates import day, days_until, end_of, moment, start_of
from stacks.schema.pools import Grant, Reservation, SharedPoolSpec

SOON_DAYS = 14
DRAIN = timedelta(minutes=40)
"""Before the end of a Capacity Block, when Karpenter drains its nodes; EC2 ends them ten minutes later."""
UNARMED = (
    "unarmed: shared",
    "granted nodes are on the platform's bill: its showback meters them, no budget of the team counts them",
)

Row = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class SharedCapacity:
    """Lines of a plan about the platform's own pools, and warnings about what begins or ends near a day."""

    rows: tuple[Row, ...] = ()
    warnings: tuple[str, ...] = ()


NO_SHARED_CAPACITY = SharedCapacity()


def shared_capacity(planner: Planner, name: str) -> SharedCapacity:
    """Describe a platform's pools, or those that are granted to a team."""
    match planner.config(name).stack:
        case Platform() as platform:
            return of_platform(platform, planner.as_of)
        case Team() as team if team.training and team.training.granted:
            base = planner.config(team.platform).stack
            if isinstance(base, Platform):
                return of_team(name, team, base, planner.as_of)
    return NO_SHARED_CAPACITY


def of_platform(platform: Platform, as_of: date | None) -> SharedCapacity:
    """Each pool with its reservations and its grants."""
    rows: list[Row] = []
    warnings: list[str] = []
    for pool in platform.pools:
        rows.append((pool.name, "; ".join([*reservations(pool), granted(pool.grants), *renewal(pool)])))
        if as_of:
            warnings += reservation_warnings(pool, as_of)
            for grant in pool.grants:
                warnings += grant_warnings(pool.name, f" to `{grant.stack}`", grant, as_of)
    return SharedCapacity(rows=tuple(rows), warnings=tuple(warnings))


def of_team(name: str, team: Team, platform: Platform, as_of: date | None) -> SharedCapacity:
    """Each pool that the team's queue uses, with its reservations and the end of the grant."""
    rows: list[Row] = []
    warnings: list[str] = []
    pools = {pool.name: pool for pool in platform.pools}
    for entry in team.training.granted if team.training else ():
        pool = pools[entry.pool]
        grant = next(each for each in pool.grants if each.stack == name)
        term = f",{term_of(grant)}" if term_of(grant) else ""
        # By topology, the queue admits a job once it has found the nodes for it.
        limit = [SMALL_JOBS] if shares_nodes(pool) and not pool.topology else []
        told = [f"{grant.gpus} GPUs{term}", *reservations(pool), *limit]
        rows.append((f"granted {pool.name}", "; ".join(told)))
        if as_of:
            warnings += [*reservation_warnings(pool, as_of), *grant_warnings(pool.name, "", grant, as_of)]
    return SharedCapacity(rows=(*rows, UNARMED), warnings=tuple(warnings))


def reservations(pool: SharedPoolSpec) -> Iterator[str]:
    """Each reservation of a pool in half a line."""
    for each in pool.reservations:
        which = each.id or " ".join(f"{tag.key}={tag.value}" for tag in each.tags)
        kind = "Capacity Block" if each.kind == "capacity-block" else "reservation"
        begins = f" from {each.starts}" if each.starts else ""
        ends = f" to {each.ends}" if each.ends else ""
        yield f"{kind} {which} of {each.instances} nodes{begins}{ends}"


def renewal(pool: SharedPoolSpec) -> Iterator[str]:
    """Say when nodes of a full pool change: Karpenter replaces one before it goes, and there is no place for another.

    Nodes of a static pool that runs out of its limit stay drifted (aws/karpenter-provider-aws#8873).
    """
    if pool.nodes and set(pool.capacity) == {"reserved"}:
        yield (
            f"no room to replace a node: images and settings change as nodes expire, after {pool.max_node_hours} "
            "hours"
        )


def granted(grants: tuple[Grant, ...]) -> str:
    """The stacks that a pool is granted to."""
    stacks: list[str] = []
    for grant in grants:
        stacks.append(f"{grant.stack} {grant.gpus}{term_of(grant)}")
    return "granted to " + (", ".join(stacks) or "nobody")


def term_of(grant: Grant) -> str:
    """The first and the last day of a grant, as far as it has them."""
    starts = f" from {grant.starts}" if grant.starts else ""
    return starts + (f" until {grant.until}" if grant.until else "")


def reservation_warnings(pool: SharedPoolSpec, as_of: date) -> Iterator[str]:
    """Warnings of reservations that begin or end within two weeks of a day."""
    for each in pool.reservations:
        if each.starts and near(moment(each.starts), as_of):
            yield begins(pool, each, moment(each.starts), as_of)
        if each.ends and near(moment(each.ends), as_of):
            yield ends(pool, each, moment(each.ends), as_of)


def begins(pool: SharedPoolSpec, reservation: Reservation, when: datetime, as_of: date) -> str:
    """The warning before a reservation begins."""
    wait = (
        "until then there are no nodes, and the queue admits no job to it"
        if pool.topology
        else "jobs that the queue admits to it earlier wait half an hour for nodes, six times, and are then given up"
    )
    return (
        f"pool `{pool.name}`: its reservation begins {in_days(when, as_of)}, at {reservation.starts}; {wait}"
    )


def ends(pool: SharedPoolSpec, reservation: Reservation, when: datetime, as_of: date) -> str:
    """The warning before a reservation ends."""
    if reservation.kind == "capacity-block":
        drained = (when - DRAIN).strftime("%H:%MZ")
        return (
            f"pool `{pool.name}`: its Capacity Block ends {in_days(when, as_of)}, at {reservation.ends}; Karpenter "
            f"drains its nodes from {drained}, whatever job runs there: write checkpoints before"
        )
    return (
        f"pool `{pool.name}`: its reservation ends {in_days(when, as_of)}, at {reservation.ends}; what runs in it "
        "then runs on at the on-demand price"
    )


def grant_warnings(pool: str, grantee: str, grant: Grant, as_of: date) -> Iterator[str]:
    """The warnings before a grant begins and before it ends."""
    if grant.starts and as_of < day(grant.starts) and near(start_of(day(grant.starts)), as_of):
        yield (
            f"pool `{pool}`: the grant{grantee} begins on {grant.starts}, "
            f"{in_days(start_of(day(grant.starts)), as_of)}; until then `validate` refuses its entry in "
            "`training.granted`"
        )
    if grant.until and near(end_of(day(grant.until)), as_of):
        yield (
            f"pool `{pool}`: the grant{grantee} ends after {grant.until}, {days((day(grant.until) - as_of).days)}; the "
            "queue keeps it until the team's next deploy, and jobs that run are not evicted"
        )


def near(when: datetime, as_of: date) -> bool:
    """Whether a moment is within two weeks after a day, or on it."""
    return 0 <= days_until(when, as_of) <= SOON_DAYS


def in_days(when: datetime, as_of: date) -> str:
    """The distance of a moment from a day, in words."""
    return days(days_until(when, as_of))


def days(left: int) -> str:
    """A number of days from now, in words."""
    return "today" if left == 0 else f"in {left} day{'s' if left > 1 else ''}"
