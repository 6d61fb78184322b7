"""The sections on deployments, incidents and toil."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain

from paved.operations.figures import StackDeployments, restore_times, seconds
from paved.operations.incidents import Incident
from paved.operations.organisation import PLATFORM
from paved.operations.page_parts import (
    Cell,
    PageSection,
    Table,
    Told,
    count,
    day_and_time,
    duration,
    figure,
    listed,
)
from paved.operations.report import OperationsReport, ScopeReport
from paved.operations.summary import middle, ninetieth
from paved.table_text import counted

MOST_ROWS = 15
"""Rows of a list in which each is an event: the page is read, and the data has them all."""

KNOWN_TIERS = {"1": "Tier 1", "2": "Tier 2", "3": "Tier 3", PLATFORM: "Platform", "not stated": "Not stated"}

DORA = (
    "A deployment is a `pulumi up` that changed a resource, or failed at it. Deployments and lead time are those to"
    " production.",
    "Lead time is that of each commit, from its time in Git to the end of the first deployment that brought it to"
    " the stack; a commit that only changes other stacks' files reaches no other stack.",
    "A change failed when its update failed, when an incident of its stack that called somebody began within 24 hours"
    " and before the next deployment, or when the next deployment went back to an older commit.",
)
INCIDENTS = (
    "An incident is an unbroken time in which an alert fires that calls a person (page, page-in-hours, critical);"
    " alerts of one endpoint that overlap are one incident. Its time to restore is from the first alert to the end of"
    " the last, to within five minutes where Prometheus tells of it.",
)
TOIL = (
    "By hand is an operation of Pulumi that neither a CI system nor an operator ran, or that ran from files that no"
    " commit holds; a preview does not count. Hours are those that teams wrote down.",
)


def deployments_section(scope: ScopeReport) -> PageSection:
    """Deployments, their failures and lead times, by stack."""
    told = scope.figures.stacks
    if told is None:
        absent = "`history-<stack>.json`, the output of `pulumi stack history --json --page-size 1000`"
        return PageSection(id="deployments", title="Deployments", absent=absent)
    rows = tuple(_stack_row(each) for each in told)
    tables = [
        Table(
            caption="Deployments of the month by stack",
            head=("Stack", "Environment", "Deployments", "Failed", "Lead time, median", "Nine in ten within"),
            rows=rows,
            texts=frozenset({1}),
        )
    ]
    every = chain.from_iterable(stack.failed for stack in told)
    failed = sorted(every, key=lambda each: each.update.start)
    if failed:
        tables.append(
            Table(
                caption=f"Changes that failed{_first(failed)}",
                head=("Begun, UTC", "Stack", "Why it counts"),
                rows=tuple(
                    (day_and_time(each.update.start), each.update.stack, each.reason)
                    for each in failed[:MOST_ROWS]
                ),
                texts=frozenset({1, 2}),
            )
        )
    return PageSection(
        id="deployments", title="Deployments", tables=tuple(tables), notes=(*_gaps(told, scope), *DORA)
    )


def _stack_row(each: StackDeployments) -> tuple[Cell, ...]:
    times = [max(0, seconds(time)) for time in each.lead.times] if each.lead else []
    return (
        each.stack.name,
        each.stack.environment,
        count(len(each.deployments)),
        count(len(each.failed)),
        duration(middle(times)),
        duration(ninetieth(times)),
    )


def _gaps(told: Sequence[StackDeployments], scope: ScopeReport) -> Iterable[str]:
    """The deployments of which something is not known."""
    begin = [each.stack.name for each in told if each.begins_within]
    if begin:
        yield (
            f"The history of {listed(begin)} begins within the month: what came before, if anything, is not counted."
            " Pulumi prints ten updates unless asked for more."
        )
    if any(each.lead is None for each in told):
        yield "There is no Git repository around the stack files, so that no lead time and no roll back is known."
    unknown = sum(each.lead.unknown for each in told if each.lead)
    if unknown:
        yield f"{counted(unknown, 'deployment')} without a lead time: Git does not know the commit, or the one before."
    if scope.figures.incidents is None:
        yield "No incident is known, so that only updates that failed and roll backs count as failures."


def incidents_section(scope: ScopeReport, report: OperationsReport) -> PageSection:
    """Incidents by tier, and the longest ones."""
    told = scope.figures.incidents
    if told is None:
        absent = (
            "`<platform>/alerts.json` and `watchdog.json` of Prometheus, `<platform>/alertmanager.json`, or"
        )
        absent += " `pagerduty.json`"
        return PageSection(id="incidents", title="Incidents", absent=absent)
    tables: list[Table] = []
    if told.begun:
        tables = [_tiers(told.by_tier), _longest(told.begun)]
    says = () if told.begun else ("No incident began in the month.",)
    notes = [f"Incidents are those of {report.incident_source}.", *_unseen(scope, report)]
    if told.carried_over:
        notes.append(f"{counted(told.carried_over, 'incident')} more went on from the month before.")
    return PageSection(
        id="incidents", title="Incidents", says=says, tables=tuple(tables), notes=(*notes, *INCIDENTS)
    )


def _tiers(by_tier: dict[str, tuple[Incident, ...]]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for tier, incidents in by_tier.items():
        times = restore_times(incidents)
        going_on = sum(1 for each in incidents if each.end is None)
        cells = (duration(middle(times)), duration(ninetieth(times)), duration(max(times, default=None)))
        name: Cell = KNOWN_TIERS[tier] if tier in KNOWN_TIERS else Told(tier.capitalize())
        paged = sum(1 for each in incidents if each.is_page)
        rows.append((name, count(len(incidents)), count(paged), *cells, count(going_on)))
    return Table(
        caption="Incidents that began in the month, and the time to restore, by tier",
        head=("Tier", "Incidents", "Woke somebody", "Median", "Nine in ten within", "Longest", "Going on"),
        rows=tuple(rows),
    )


def _longest(incidents: Sequence[Incident]) -> Table:
    def length(incident: Incident) -> float:
        return float("inf") if incident.duration is None else incident.duration.total_seconds()

    ordered = sorted(incidents, key=length, reverse=True)
    return Table(
        caption=f"The longest incidents{_first(ordered)}",
        head=("Began, UTC", "What", "Alerts", "Team", "Restored after"),
        rows=tuple(_incident_row(each) for each in ordered[:MOST_ROWS]),
        texts=frozenset({1, 2, 3}),
    )


def _incident_row(each: Incident) -> tuple[Cell, ...]:
    restored = "goes on" if each.duration is None else duration(each.duration.total_seconds())
    team = Told(each.team or "not known")
    return day_and_time(each.start), Told(each.subject), Told(", ".join(each.alerts)), team, restored


def _unseen(scope: ScopeReport, report: OperationsReport) -> Iterable[str]:
    """The platforms that nothing tells of, in a report of them all."""
    if scope.is_platform and report.incident_source != "PagerDuty":
        blind = [name for name, seen in report.seen.items() if not seen]
        if blind:
            yield f"Nothing tells of {listed(blind)}."


def toil_section(scope: ScopeReport) -> PageSection:
    """Manual interventions, and the hours that teams wrote down."""
    stacks, written = scope.figures.stacks, scope.figures.toil
    if stacks is None and written is None:
        absent = "`history-<stack>.json` and `toil.csv` (date, team, minutes, what)"
        return PageSection(id="toil", title="Toil", absent=absent)
    tables: list[Table] = []
    if stacks is not None:
        tables.append(_by_hand(stacks))
    if written:
        hours: Counter[tuple[str, str]] = Counter()
        for work in written:
            hours[work.team, work.what] += int(work.minutes)
        tables.append(
            Table(
                caption="Work by hand that teams wrote down, in hours",
                head=("Team", "What", "Hours"),
                rows=tuple(
                    (Told(team), Told(what), figure(minutes / 60))
                    for (team, what), minutes in hours.most_common(MOST_ROWS)
                ),
                texts=frozenset({1}),
            )
        )
    notes = (
        []
        if written is not None
        else ["No hours: `toil.csv` (date, team, minutes, what) is not in the folder."]
    )
    return PageSection(id="toil", title="Toil", tables=tuple(tables), notes=(*notes, *TOIL))


def _by_hand(stacks: Sequence[StackDeployments]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for each in stacks:
        kinds = Counter(update.kind for update in each.manual)
        said = ", ".join(f"{number} {kind}" for kind, number in sorted(kinds.items()))
        rows.append((each.stack.name, count(len(each.manual)), said or "none"))
    return Table(
        caption="Operations of Pulumi by hand, by stack",
        head=("Stack", "By hand", "Which"),
        rows=tuple(rows),
        texts=frozenset({2}),
    )


def _first(events: Sequence[object]) -> str:
    return f": the first {MOST_ROWS} of {len(events)}" if len(events) > MOST_ROWS else ""
