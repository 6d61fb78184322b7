"""`paved report`: a month's bill beside budgets, forecast and estimate, charged back to whoever used it."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from paved.cli.as_of import AsOf, as_of_date
from paved.cli.operations import report_operations
from paved.cli.output import json_text, show, show_json, tell
from paved.cli.project import Json, NoCache, StacksDir, plan_cache, stacks_dir
from paved.errors import BadInput
from paved.live_account import Profile

if TYPE_CHECKING:
    from paved.billing.budget_owners import BudgetOwners
    from paved.billing.month import Month
    from paved.billing.month_estimate import MonthEstimate
    from paved.billing.report import MonthReport, ReportOptions
    from paved.plan.plan_cache import PlanCache
    from stacks.checks.folder import Folder


MonthOption = Annotated[
    str, typer.Option("--month", metavar="YYYY-MM", help="The month of the bill, in UTC.")
]
ActualsOption = Annotated[
    str,
    typer.Option(
        "--actuals",
        metavar="FILE|account|rehearsal",
        help="A FOCUS export (CSV, also gzipped, Parquet, or a folder of parts); `account` asks Cost Explorer, at a "
        "cent a page; `rehearsal` makes up a bill of the estimate.",
    ),
]
MetricOption = Annotated[
    str,
    typer.Option(
        "--metric",
        metavar="effective|billed|list",
        help="The cost that figures are made of: after commitments (EffectiveCost), as invoiced, or at list prices.",
    ),
]
Distribute = Annotated[
    str,
    typer.Option(
        "--distribute",
        metavar="none|use|budget|even",
        help="The key by which tax, support and plan fees of whole accounts are distributed among team stacks.",
    ),
]
Utilisation = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="CSV of each pool's GPU hours, for what idles.", show_default=False),
]
Allocation = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Cost of pods, by which shared nodes are divided: OpenCost's CSV, or a CUR 2.0 with EKS split cost "
        "allocation data.",
        show_default=False,
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Write the pages and the data there.", show_default=False),
]
NoEstimate = Annotated[
    bool, typer.Option("--no-estimate", help="Plan and price no stack: a few seconds less for each ten.")
]
KeepDuplicates = Annotated[
    bool, typer.Option("--keep-duplicates", help="Count lines that equal another in every column.")
]
Operations = Annotated[
    str | None,
    typer.Option(
        metavar="DIR|queries",
        help="Report operations instead of the bill, from a folder of exports: deployments, incidents, objectives, "
        "goodput of GPUs; `queries` prints the script that asks Prometheus.",
        show_default=False,
    ),
]


def report(
    month: MonthOption,
    actuals: ActualsOption = "rehearsal",
    metric: MetricOption = "effective",
    distribute: Distribute = "none",
    utilisation: Utilisation = None,
    operations: Operations = None,
    allocation: Allocation = None,
    out: Out = None,
    no_estimate: NoEstimate = False,
    keep_duplicates: KeepDuplicates = False,
    profile: Profile = None,
    json: Json = False,
    as_of: AsOf = None,
    stacks: StacksDir = None,
    no_cache: NoCache = False,
) -> int:
    """Report a month: budget, estimate, actual, forecast and variance, and a showback that adds up to the invoice."""
    from paved.billing.budget_owners import read_budget_owners
    from paved.billing.report import month_report
    from paved.billing.sources import ActualsRequest, read_actuals
    from stacks.checks.folder import Folder

    today = as_of_date(as_of)
    wanted, cache = _month(month, today), plan_cache(no_cache)
    if operations is not None:
        _refuse_bill(actuals, metric, distribute, utilisation, allocation)
        return report_operations(operations, wanted, today, stacks_dir(stacks), cache, out, json)
    folder = Folder.read(stacks_dir(stacks), as_of=today)
    owners = read_budget_owners(folder)
    options = _options(metric, distribute, utilisation, allocation, wanted, owners)
    request = ActualsRequest(actuals, wanted, today, options.metric, keep_duplicates, profile)
    source = read_actuals(request, owners, lambda: None if no_estimate else _estimated(folder, today, cache))
    if source.note:
        tell(source.note)
    made = month_report(wanted, today, source.actuals, owners, estimate=source.estimate, options=options)
    _answer(made, out, json)
    return 0


def _refuse_bill(
    actuals: str, metric: str, distribute: str, utilisation: Path | None, allocation: Path | None
) -> None:
    """Raise BadInput where an option of the bill is given, which the operations have no use for."""
    bill = {
        "--actuals": actuals != "rehearsal",
        "--metric": metric != "effective",
        "--distribute": distribute != "none",
        "--utilisation": utilisation is not None,
        "--allocation": allocation is not None,
    }
    if given := [option for option, value in bill.items() if value]:
        raise BadInput(
            f"`--operations` reports no bill: leave `{given[0]}` out", hint="or report the bill by itself"
        )


def _month(text: str, today: date) -> "Month":
    from paved.billing.month import Month

    wanted = Month.read(text)
    if wanted.first > today:
        raise BadInput(
            f"{wanted} has not begun on {today}", hint="name a month that has, or another `--as-of`"
        )
    return wanted


def _options(
    metric: str,
    distribute: str,
    utilisation: Path | None,
    allocation: Path | None,
    month: "Month",
    owners: "BudgetOwners",
) -> "ReportOptions":
    from paved.billing.metric import read_metric
    from paved.billing.node_use import read_node_use
    from paved.billing.report import ReportOptions
    from paved.billing.showback import read_distribution_key
    from paved.billing.utilisation import read_utilisation

    return ReportOptions(
        metric=read_metric(metric),
        distribute=read_distribution_key(distribute),
        uses=read_utilisation(utilisation, month, owners) if utilisation else (),
        node_use=read_node_use(allocation, month) if allocation else None,
    )


def _estimated(folder: "Folder", as_of: date, cache: "PlanCache | None") -> "MonthEstimate":
    from paved.billing.stack_estimates import estimate_stacks
    from paved.plan.planner import Planner

    return estimate_stacks(Planner(folder, cache=cache), as_of)


def _answer(made: "MonthReport", out: Path | None, json: bool) -> None:
    from paved.billing.as_json import as_json
    from paved.billing.as_text import as_text

    if out is not None:
        _write(made, out)
    if json:
        show_json(as_json(made))
    elif out is None:
        show(as_text(made))


def _write(made: "MonthReport", out: Path) -> None:
    """Write every file of the report. Raises BadInput when the folder cannot be written."""
    from paved.billing.as_csv import as_csv
    from paved.billing.as_html import as_html
    from paved.billing.as_json import as_json
    from paved.files import write_files

    files = {
        "report.html": as_html(made),
        "showback.csv": as_csv(made),
        "report.json": json_text(as_json(made)) + "\n",
    }
    write_files(out, files)
    for name in files:
        tell(f"wrote {out / name}")
