"""The operations report of `paved report --operations`: pages of the platform and of each team, from exports."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from paved.cli.output import json_text, show, show_json, tell
from paved.errors import BadInput
from paved.files import write_files

if TYPE_CHECKING:
    from paved.billing.month import Month
    from paved.operations.report import OperationsReport
    from paved.operations.sources import OperationsSources
    from paved.plan.plan_cache import PlanCache
    from stacks.checks.folder import Folder

QUERIES = "queries"
"""The answer that needs no folder: the script that exports what Prometheus is asked."""


def report_operations(
    exports: str,
    month: "Month",
    as_of: date,
    stacks: Path,
    cache: "PlanCache | None",
    out: Path | None,
    json: bool,
) -> int:
    """Report operations from a folder of exports; of `queries`, print the script that exports. Raises BadInput."""
    from paved.operations.exports import export_script
    from paved.operations.organisation import read_organisation
    from paved.operations.period import Period
    from paved.operations.sources import read_sources
    from stacks.checks.folder import Folder

    folder, period = Folder.read(stacks, as_of=as_of), Period(month=month, as_of=as_of)
    organisation = read_organisation(folder)
    if exports == QUERIES:
        if json:
            raise BadInput("`--operations queries` prints a script: leave `--json` out")
        show(export_script(organisation, period).rstrip("\n"))
        return 0
    sources = read_sources(Path(exports), organisation, period)
    _answer(_reported(sources, folder, stacks, cache), sources, out, json)
    return 0


def _reported(
    sources: "OperationsSources", folder: "Folder", stacks: Path, cache: "PlanCache | None"
) -> "OperationsReport":
    """The report, with list prices of the stacks' plans where no file has the price of a pool."""
    from paved.cost.stack_cost import Costs
    from paved.operations.building import operations_report, pools_with_gpus
    from paved.operations.commits import GitLog
    from paved.operations.gpu_prices import gpu_prices, listed_prices
    from paved.plan.planner import Planner
    from reference.prices import packaged_prices

    prices = gpu_prices(
        sources.stated_prices,
        sources.billed_prices,
        lambda: listed_prices(
            Costs(Planner(folder, cache=cache), packaged_prices(), sources.period.as_of), sources.organisation
        ),
        pools_with_gpus(sources),
    )
    return operations_report(sources, GitLog.of(stacks), prices)


def _answer(report: "OperationsReport", sources: "OperationsSources", out: Path | None, json: bool) -> None:
    from paved.operations.as_json import as_json
    from paved.operations.as_markdown import as_markdown
    from paved.operations.page import page_of

    if out is not None:
        files = _files(report, sources)
        write_files(out, files)
        for name in files:
            tell(f"wrote {out / name}")
    if json:
        show_json(as_json(report))
    elif out is None:
        show(as_markdown(page_of(report.platform, report)).rstrip("\n"))


def _files(report: "OperationsReport", sources: "OperationsSources") -> dict[str, str]:
    """The files of a report by name: a page of each scope in HTML and in Markdown, the data, objectives, GPUs."""
    from paved.operations.as_html import as_html, file_of
    from paved.operations.as_json import as_json
    from paved.operations.as_markdown import as_markdown
    from paved.operations.objectives_file import objectives_csv
    from paved.operations.page import page_of
    from paved.operations.utilisation_file import utilisation_csv

    files: dict[str, str] = {}
    scopes = tuple(scope.scope for scope in report.scopes)
    for scope in report.scopes:
        page, name = page_of(scope, report), file_of(scope.scope)
        files[name] = as_html(page, tuple(each for each in scopes if each != scope.scope))
        files[name.replace(".html", ".md")] = as_markdown(page)
    files[f"operations-{report.period.month}.json"] = json_text(as_json(report)) + "\n"
    if report.platform.figures.objectives is not None:
        files["objectives.csv"] = objectives_csv(report.platform.figures.objectives, report.period.month)
    if report.goodput is not None:
        files["utilisation.csv"] = utilisation_csv(report.goodput, sources.organisation, report.period)
    return files
