"""The sections on GPUs, models and initiatives."""

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal

from paved.operations.figures import GpuRow, hours
from paved.operations.goodput import SAYS, USES, GpuUse
from paved.operations.models import ListedModel, ModelRelease
from paved.operations.page_parts import (
    NO_DATA,
    Bar,
    Cell,
    PageSection,
    Table,
    Told,
    count,
    day_and_time,
    figure,
    listed,
    money,
    share,
)
from paved.operations.report import OperationsReport, ScopeReport
from pricing.money import CENT

GPU_NOTES = (
    "A sample stands for five minutes. What a job lost is at most what its pod did since its last checkpoint:"
    " `checkpoints.csv` says how often a stack's jobs write one, and without it the whole run of the pod counts.",
    "A container that starts again in the same pod, and a job that was deleted for good, repeat nothing here.",
)


def gpus_section(scope: ScopeReport, report: OperationsReport) -> PageSection:
    """Goodput in hours and in money."""
    told = scope.figures.gpus
    if told is None:
        absent = (
            "`gpu_nodes.json`, `gpu_pods.json`, `gpu_jobs.json`, `gpu_measured.json`, `gpu_busy.json` and"
        )
        absent += " `gpu_throttled.json` of `<platform>/`"
        return PageSection(id="gpus", title="GPUs", absent=absent)
    if not told:
        return PageSection(id="gpus", title="GPUs", says=("No node had a GPU.",))
    total = scope.figures.gpu_total
    sums = " + ".join(f"{figure(hours(steps))} {name}" for name, steps in total.by_name.items())
    by = "team" if scope.is_platform else "pool"
    return PageSection(
        id="gpus",
        title="GPUs",
        says=(f"{sums} = {figure(hours(total.total))} GPU-hours that nodes had.",),
        bars=tuple(_bar(row) for row in told),
        tables=(_hours_table(told, by), _money_table(told, by), *_queue_table(scope), _meanings()),
        notes=(*_price_notes(scope, report), *GPU_NOTES),
    )


def _price_notes(scope: ScopeReport, report: OperationsReport) -> Iterable[str]:
    """The sources of prices, and the pools that have none."""
    yield f"Prices: {report.prices.basis}."
    pools = report.goodput.of_pools() if report.goodput else {}
    without = [f"{each.stack}/{each.pool}" for each in pools if each not in report.prices.by_pool]
    mine = [
        name
        for name in sorted(without)
        if scope.is_platform or name in {row.label for row in scope.figures.gpus or ()}
    ]
    if mine:
        yield f"No price of {listed(mine)}: what it is part of has no cost. `gpu_prices.csv` can name one."


def _bar(row: GpuRow) -> Bar:
    return Bar(label=row.label, parts=tuple((use, n / row.use.total) for use, n in row.use.by_name.items()))


def _hours_table(rows: Sequence[GpuRow], by: str) -> Table:
    return Table(
        caption=f"GPU-hours by {by}, and what came of them",
        head=(by.capitalize(), "GPU-hours", *(use.capitalize() for use in USES), "SMs active"),
        rows=tuple(
            (
                row.label,
                figure(hours(row.use.total)),
                *(figure(hours(steps)) for steps in row.use.by_name.values()),
                share(row.sm_active),
            )
            for row in rows
        ),
        foot=_hours_foot(rows) if len(rows) > 1 else None,
    )


def _hours_foot(rows: Sequence[GpuRow]) -> tuple[Cell, ...]:
    use = sum((row.use for row in rows), GpuUse())
    return "All", figure(hours(use.total)), *(figure(hours(steps)) for steps in use.by_name.values()), ""


def _money_table(rows: Sequence[GpuRow], by: str) -> Table:
    return Table(
        caption=f"The same in US dollars, and the price of a GPU-hour by {by}",
        head=(by.capitalize(), "Cost", *(use.capitalize() for use in USES), "A GPU-hour", "A useful one"),
        rows=tuple(_money_row(row) for row in rows),
        foot=_money_foot(rows) if len(rows) > 1 else None,
    )


def _money_foot(rows: Sequence[GpuRow]) -> tuple[Cell, ...]:
    """The sums; none where a row has no cost, which a sum would leave out in silence."""
    if any(row.cost is None for row in rows):
        return "All", NO_DATA, *(NO_DATA for _ in USES), NO_DATA, NO_DATA
    use = sum((row.use for row in rows), GpuUse())
    costs = {name: sum((row.costs[name] for row in rows), Decimal(0)) for name in USES}
    whole = GpuRow(label="All", use=use, cost=sum(costs.values(), Decimal(0)), costs=costs, sm_active=None)
    return _money_row(whole)


def _money_row(row: GpuRow) -> tuple[Cell, ...]:
    parts = [money(row.costs.get(use)) for use in USES]
    return row.label, money(row.cost), *parts, money(row.hour), money(row.useful_hour)


def _queue_table(scope: ScopeReport) -> Iterable[Table]:
    """GPUs that jobs waited for in queues, where nodes had none for them, and jobs that Kueue took back."""
    rows = [
        (row.label, figure(row.pending_hours))
        for row in scope.figures.gpus or ()
        if row.pending_hours is not None
    ]
    if rows:
        yield Table(
            caption="GPU-hours that jobs asked for while they waited in their queue; no node had these",
            head=("Team", "Waiting in queue"),
            rows=tuple(rows),
        )
    evictions = scope.figures.evictions
    if evictions:
        yield Table(
            caption="Jobs that Kueue took back",
            head=("Reason", "Evictions"),
            rows=tuple((Told(reason), count(number)) for reason, number in evictions.items()),
        )


def _meanings() -> Table:
    return Table(
        caption="What the words say of a GPU",
        head=("Word", "Meaning"),
        rows=tuple((use.capitalize(), SAYS[use]) for use in USES),
        texts=frozenset({1}),
    )


def models_section(scope: ScopeReport) -> PageSection:
    """Models on the paved road, and the versions that were released."""
    models, releases = scope.figures.models, scope.figures.releases
    missing = {
        "`models.csv` (model, team, endpoint), which lists all models of the organisation": models,
        "`models-<stack>.json`, the output of `aws s3api list-objects-v2` for a bucket of models": releases,
    }
    absent = [file for file, told in missing.items() if told is None]
    if len(absent) == len(missing):
        return PageSection(id="models", title="Models", absent="; ".join(absent))
    tables: list[Table] = []
    if models:
        tables.append(_road(models))
    if releases:
        tables.append(_releases(releases))
    says = ("No version was proposed or promoted in the month.",) if releases == () else ()
    notes = [f"No data: {file}." for file in absent]
    notes.append("A model is on the paved road where it serves from an endpoint of a stack file.")
    return PageSection(id="models", title="Models", says=says, tables=tuple(tables), notes=tuple(notes))


def _road(models: Sequence[ListedModel]) -> Table:
    teams: Counter[str] = Counter(each.team for each in models)
    on_road: Counter[str] = Counter(each.team for each in models if each.endpoint)
    return Table(
        caption="Models of the organisation, and those on the paved road, by team",
        head=("Team", "Models", "On the road", "Share"),
        rows=tuple(
            (Told(team), count(teams[team]), count(on_road[team]), share(on_road[team] / teams[team]))
            for team in sorted(teams)
        ),
        foot=(
            "All",
            count(len(models)),
            count(sum(on_road.values())),
            share(sum(on_road.values()) / len(models)),
        ),
    )


def _releases(releases: Sequence[ModelRelease]) -> Table:
    return Table(
        caption="Versions that were proposed or promoted",
        head=("When, UTC", "Stack", "Model", "What"),
        rows=tuple(
            (
                day_and_time(each.moment),
                each.stack,
                Told(each.name),
                "promoted" if each.is_promoted else "proposed",
            )
            for each in releases
        ),
        texts=frozenset({1, 2, 3}),
    )


def initiatives_section(scope: ScopeReport) -> PageSection:
    """The initiatives of the scope, in the order of their file."""
    told = scope.figures.initiatives
    if told is None:
        absent = "`initiatives.yaml`, a list of title, owner, status, due, outcome, and team"
        return PageSection(id="initiatives", title="Top initiatives", absent=absent)
    if not told:
        return PageSection(id="initiatives", title="Top initiatives", says=("The file names none.",))
    table = Table(
        caption="In the order of their file",
        head=("Initiative", "Owner", "Status", "Due", "Outcome"),
        rows=tuple(
            (Told(each.title), Told(each.owner), each.status, each.due.isoformat(), Told(each.outcome))
            for each in told
        ),
        texts=frozenset({1, 2, 3, 4}),
    )
    return PageSection(id="initiatives", title="Top initiatives", tables=(table,))


def dollars_of(cents: float | None) -> Decimal | None:
    """Dollars of some cents, rounded to the cent."""
    return None if cents is None else Decimal(round(cents)) * CENT
