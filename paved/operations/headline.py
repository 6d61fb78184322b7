"""The top of a page: a few sentences for whoever reads no further, and eight figures."""

from collections.abc import Iterator

from paved.operations.fleet_sections import dollars_of
from paved.operations.organisation import WHOLE
from paved.operations.page_parts import NO_DATA, Tile, count, duration, figure, money, share
from paved.operations.report import OperationsReport, ScopeReport
from paved.operations.summary import Summary, ninetieth
from paved.table_text import counted


def title(scope: ScopeReport, report: OperationsReport) -> str:
    """The heading of a page."""
    what = "the ML platform" if scope.scope == WHOLE else f"team {scope.scope}"
    return f"Operations of {what}, {report.period.month.in_words}"


def lead(scope: ScopeReport) -> str:
    """The month in a few sentences, of what is known."""
    sentences = list(_sentences(scope.summary))
    return " ".join(sentences) if sentences else "Nobody has told anything of this month."


def _sentences(told: Summary) -> Iterator[str]:
    if told.deployments is not None:
        failed = "none failed" if not told.failed_deployments else f"{count(told.failed_deployments)} failed"
        deployments = counted(told.deployments, "deployment") if told.deployments else "No deployment"
        yield f"{deployments} to production{f', of which {failed}' if told.deployments else ''}."
    if told.incidents is not None:
        yield _incidents(told)
    yield from _objectives(told)
    if told.useful_share is not None:
        price = dollars_of(told.useful_hour_cents)
        at = f", at {money(price)} each" if price is not None else ""
        yield f"{share(told.useful_share, 0)} of {figure(told.gpu_hours, 0)} GPU-hours were useful{at}."


def _objectives(told: Summary) -> Iterator[str]:
    """The objectives that were judged, and those that could not be: they are not among the former."""
    unmeasured, verb = told.objectives_unmeasured, "is" if told.objectives_unmeasured == 1 else "are"
    if told.objectives:
        were = "was" if told.objectives == 1 else "were"
        rest = f"; {unmeasured} more {verb} not measured" if unmeasured else ""
        yield f"{told.objectives_met} of {counted(told.objectives, 'objective')} {were} met{rest}."
    elif unmeasured:
        yield f"No objective could be judged: {unmeasured} {verb} not measured."


def _incidents(told: Summary) -> str:
    if not told.incidents:
        return "No incident."
    restored = f", restored after {duration(told.restore_time)} at the median" if told.restore_seconds else ""
    return f"{counted(told.incidents, 'incident')}{restored}."


def caveats(report: OperationsReport) -> Iterator[str]:
    """Sentences that a reader has to know before the figures."""
    if not report.period.is_over:
        yield (
            f"The month is not over: figures are up to the end of {report.period.as_of.isoformat()}, of the files as"
            " they were exported."
        )
    for platform, seen in report.seen.items():
        if seen is not None and seen < 0.99:
            yield f"The Prometheus of {platform} saw {share(seen)} of the month; what happened meanwhile is not told."


def tiles(scope: ScopeReport) -> tuple[Tile, ...]:
    """Eight figures with what stands behind them."""
    told = scope.summary
    return (*_delivery(told), *_fleet(told))


def _delivery(told: Summary) -> Iterator[Tile]:
    known = told.deployments is not None
    yield Tile(
        label="Deployments a week",
        value=figure(told.deployments_a_week),
        note=f"{count(told.deployments)} to production" if known else "to production",
    )
    nine_in_ten = ninetieth(told.lead_time_seconds)
    yield Tile(
        label="Lead time of a change",
        value=duration(told.lead_time),
        note="median" if nine_in_ten is None else f"median; nine in ten within {duration(nine_in_ten)}",
    )
    yield Tile(
        label="Changes that failed",
        value=share(told.failure_rate),
        note=f"{count(told.failed_deployments)} of {count(told.deployments)}" if known else "of deployments",
    )
    yield Tile(
        label="Time to restore",
        value=duration(told.restore_time),
        note="incidents: no data"
        if told.incidents is None
        else f"median; {counted(told.incidents, 'incident')}",
    )


def _fleet(told: Summary) -> Iterator[Tile]:
    judged = "of all that are promised"
    if told.objectives is not None:
        unmeasured = f", {told.objectives_unmeasured} not measured" if told.objectives_unmeasured else ""
        judged = f"{told.objectives_met} of {told.objectives}{unmeasured}"
    yield Tile(label="Objectives met", value=share(told.met_share, 0), note=judged)
    on_road = f"{told.models_on_road} of {told.models}" if told.models is not None else "of all models"
    yield Tile(label="Models on the paved road", value=share(told.road_share, 0), note=on_road)
    hours = NO_DATA if told.gpu_hours is None else f"of {figure(told.gpu_hours, 0)}"
    yield Tile(
        label="Useful GPU-hours", value=share(told.useful_share), note=hours if told.gpu_hours else "of all"
    )
    yield Tile(
        label="A useful GPU-hour",
        value=money(dollars_of(told.useful_hour_cents)),
        note="with what idles, waits and repeats",
    )
