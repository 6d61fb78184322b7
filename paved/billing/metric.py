"""Metrics of a report: the cost of a line that showback, budgets, forecasts and all tables are made of."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Literal, get_args

from paved.billing.bill_line import Actuals, BillLine
from paved.errors import BadInput

Metric = Literal["effective", "billed", "list"]
METRICS: tuple[Metric, ...] = get_args(Metric)
DEFAULT_METRIC: Metric = "effective"

COLUMNS: Mapping[Metric, str] = {"effective": "EffectiveCost", "billed": "BilledCost", "list": "ListCost"}
"""The FOCUS column of each metric, by which the report names it."""

MEANINGS: Mapping[Metric, str] = {
    "effective": "use at what it costs after commitments, their fees spread over the use that they cover",
    "billed": "what the invoice says: use that a commitment covers is 0, its fee stands where it was paid",
    "list": "use at public on-demand prices, without fees of commitments",
}


def read_metric(text: str) -> Metric:
    """The metric of a word. Raises BadInput for any other word."""
    for metric in METRICS:
        if text == metric:
            return metric
    raise BadInput(f"`--metric` must be {', '.join(METRICS[:-1])} or {METRICS[-1]}, got `{text[:40]}`")


def check_metric(actuals: Actuals, metric: Metric) -> None:
    """Raises BadInput for a metric that the source does not tell of every line."""
    if metric == "list" and not has_list_cost(actuals.lines):
        raise BadInput(
            f"`--metric list` needs ListCost, which {actuals.source} does not hold for every line",
            hint="use `--metric effective`",
        )


def has_list_cost(lines: Iterable[BillLine]) -> bool:
    """Whether every line says its cost at list prices."""
    return all(line.listed is not None for line in lines)


def cost_in(line: BillLine, metric: Metric) -> Decimal:
    """The cost of a line in a metric. A line without list cost has none in `list`: `check_metric` refuses it."""
    if metric == "effective":
        return line.effective
    if metric == "billed":
        return line.billed
    # A fee beside the use that it pays for would count the same use twice.
    return Decimal(0) if line.is_commitment_fee else line.listed or Decimal(0)
