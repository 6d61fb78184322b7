"""The section on alerts: whether those who were called had something to do."""

from paved.operations.alert_quality import AlertQuality, together
from paved.operations.figures import seconds
from paved.operations.page_parts import Cell, PageSection, Table, Told, count, duration, share
from paved.operations.report import ScopeReport
from paved.operations.summary import middle

MOST_ROWS = 15
FORMULA = (
    "Actionable is the share of incidents that a person acknowledged or resolved, of those and of the ones that ended"
    " with no answer, by PagerDuty's log of them. Whoever acknowledges need not have had to act: it is at most that"
    " share.",
    "An alert that ends by itself more often than not is one to repair: a longer wait, another threshold, or a ticket.",
)


def alerts_section(scope: ScopeReport) -> PageSection:
    """Each alert that called somebody, and how often it had to."""
    told = scope.figures.alert_quality
    if told is None:
        absent = "`pagerduty.json` with `pagerduty-log.json`, PagerDuty's `GET /log_entries`"
        return PageSection(id="alerts", title="Alerts", absent=absent)
    if not told:
        return PageSection(id="alerts", title="Alerts", says=("Nobody was called in the month.",))
    shown = f": the first {MOST_ROWS} of {len(told)}" if len(told) > MOST_ROWS else ""
    table = Table(
        caption=f"Alerts that called somebody, the noisiest first{shown}",
        head=("Alert", "Acted on", "Ended by itself", "Open", "Actionable", "Answered after, median"),
        rows=tuple(_row(each) for each in (together(told), *told[:MOST_ROWS])),
    )
    return PageSection(id="alerts", title="Alerts", tables=(table,), notes=FORMULA)


def _row(each: AlertQuality) -> tuple[Cell, ...]:
    counts = count(each.answered), count(each.by_itself), count(each.open)
    waited = [max(0, seconds(time)) for time in each.waited]
    name: Cell = "All" if each.alert == "all" else Told(each.alert)
    return name, *counts, share(each.actionable), duration(middle(waited))
