"""Objectives of a month as a CSV file, for a spreadsheet: one row each, and an empty cell where nothing is known."""

import csv
from collections.abc import Sequence
from io import StringIO

from paved.billing.as_csv import inert
from paved.billing.month import Month
from paved.operations.objectives import Attainment

COLUMNS_OF_OBJECTIVES = (
    "month",
    "team",
    "stack",
    "service",
    "objective",
    "counted_in",
    "tier",
    "promised_percent",
    "attained_percent",
    "budget_left_percent",
    "measured_percent",
    "judgement",
)


def objectives_csv(objectives: Sequence[Attainment], month: Month) -> str:
    """Every objective, the worst first. Texts that a spreadsheet would run have an apostrophe before them."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS_OF_OBJECTIVES)
    for each in objectives:
        texts = (
            each.team,
            each.stack,
            each.promise.service,
            each.promise.slo,
            each.counted_in or "",
            each.tier,
        )
        figures = (each.objective, each.attained, each.budget_left, each.measured)
        percents = ("" if part is None else f"{part * 100:.4f}" for part in figures)
        # A budget that is overspent begins with a minus, and is no formula.
        writer.writerow([str(month), *(inert(text) for text in texts), *percents, each.judgement])
    return out.getvalue()
