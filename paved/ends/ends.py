"""Ends that stack files, their exceptions and their releases name, soonest first."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from paved.incident.actions import Action, PastIncident
from policies.settings import Exemption
from reference.releases import release
from stacks.schema import Foundation, Platform, Stack, Team
from stacks.schema.alerting import Alerting
from stacks.schema.dates import day, end_of, moment, start_of
from stacks.schema.pools import Reservation

BLOCK_DRAINS = "Karpenter drains its nodes 40 minutes before, and EC2 ends them 30 minutes before"
RESERVATION_ENDS = "what still runs goes on at the on-demand price, where the pool may use that"


@dataclass(frozen=True, kw_only=True, order=True)
class End:
    """The end of one thing of a stack. `at` is the moment from which it is over, in UTC."""

    at: datetime
    stack: str
    what: str
    then: str

    def days(self, as_of: date) -> int:
        """Midnights until then; negative once its day is past."""
        return (self.at.date() - as_of).days


def ends(
    stacks: Mapping[str, Stack], exceptions: Iterable[Exemption], past: Iterable[PastIncident] = ()
) -> tuple[End, ...]:
    """Every end, soonest first, with those of the time for actions of past incidents."""
    found: list[End] = []
    for name, stack in stacks.items():
        found += _of_stack(name, stack)
    found += [_of_exception(each) for each in exceptions]
    for incident in past:
        found += [_of_action(incident, each) for each in incident.actions if each.done is None]
    return tuple(sorted(found))


def _of_stack(name: str, stack: Stack) -> Iterator[End]:
    match stack:
        case Foundation():
            yield _support(name, stack)
        case Platform():
            yield from _planned_work(name, stack.monitoring)
            for pool in stack.pools:
                yield from _reservations(name, pool.name, pool.reservations)
                for grant in pool.grants:
                    if grant.starts:
                        what = f"wait for the grant of {grant.gpus} GPUs of `{pool.name}`, from {grant.starts} on"
                        then = "the team adds it to `training.granted`, and is deployed after the platform"
                        at = start_of(day(grant.starts))
                        yield End(at=at, stack=grant.stack, what=what, then=then)
                    if grant.until:
                        what = f"grant of {grant.gpus} GPUs of `{pool.name}`"
                        then = (
                            "the files are refused until it is taken out of both, and its queue has none of the pool "
                            "from the next deploy on"
                        )
                        yield End(at=end_of(day(grant.until)), stack=grant.stack, what=what, then=then)
        case Team():
            yield from _of_team(name, stack)


def _planned_work(name: str, section: Alerting | None) -> Iterator[End]:
    for each in section.maintenance if section else ():
        what = f"silence for planned work from {each.start}: {each.reason} ({each.owner})"
        then = "alerts that still fire are sent; take the window out of the file"
        yield End(at=moment(each.end), stack=name, what=what, then=then)


def _of_team(name: str, team: Team) -> Iterator[End]:
    yield from _planned_work(name, team.monitoring)
    for system in team.data.file_systems if team.data else ():
        if system.expires:
            then = "the file is refused until it is taken out or given another day"
            yield End(
                at=end_of(day(system.expires)), stack=name, what=f"file system `{system.name}`", then=then
            )
    if team.budget.planned:
        last = _last_planned(team.budget.planned.first_month)
        then = "AWS Budgets takes `budget.monthly_usd` for every month, until another year is planned"
        yield End(at=last, stack=name, what="planned limits of the budget", then=then)


def _reservations(stack: str, pool: str, reservations: Sequence[Reservation]) -> Iterator[End]:
    for each in reservations:
        if each.ends:
            noun = "Capacity Block" if each.kind == "capacity-block" else "reservation"
            what = f"{noun} {each.id or 'chosen by tags'} of `{pool}`, {each.instances} instances"
            then = BLOCK_DRAINS if each.kind == "capacity-block" else RESERVATION_ENDS
            yield End(at=moment(each.ends), stack=stack, what=what, then=then)


def _of_action(incident: PastIncident, action: Action) -> End:
    what = f"time for an action of the incident of {incident.date}: {action.what}"
    then = f"`paved validate` names it until it is done: {action.owner} answers for it"
    return End(at=end_of(action.due), stack=incident.stack, what=what, then=then)


def _support(name: str, foundation: Foundation) -> End:
    row = release(foundation.release)
    extended = foundation.cluster.support == "extended"
    last = row.extended_support_ends if extended else row.standard_support_ends
    what = f"{foundation.cluster.support} support of Kubernetes {row.kubernetes}"
    return End(at=end_of(last), stack=name, what=what, then="AWS upgrades the cluster by itself")


def _last_planned(first_month: str) -> datetime:
    year, month = (int(part) for part in first_month.split("-"))
    return datetime(year + 1, month, 1, tzinfo=UTC)


def _of_exception(exemption: Exemption) -> End:
    what = f"exception from {exemption.rule} for `{exemption.resource}`, {exemption.ticket}"
    then = f"the stack is refused: {exemption.owner} answers for it"
    return End(at=end_of(exemption.expires), stack=exemption.stack, what=what, then=then)
