"""The `paved` command: one module per verb, heavy imports only once the verb is known."""

import gc
import sys
import traceback

import typer
from typer.exceptions import TyperException

from paved.cli import interrupts, output
from paved.cli.access import access
from paved.cli.armed import armed
from paved.cli.audit import audit
from paved.cli.codeowners import codeowners
from paved.cli.cost import cost
from paved.cli.evidence import evidence
from paved.cli.inventory import inventory
from paved.cli.plan import plan
from paved.cli.policy import policy
from paved.cli.prices import prices
from paved.cli.regions import regions
from paved.cli.rehearse import rehearse
from paved.cli.render import render
from paved.cli.report import report
from paved.cli.review import review
from paved.cli.schema import schema
from paved.cli.tags import tags
from paved.cli.validate import validate
from paved.errors import BadInput, PavedError

BUG = 70
INTERRUPTED = 130
"""Typer's exit code for a KeyboardInterrupt, of which it prints nothing."""
COLLECTOR_THRESHOLDS = (100_000, 50, 100)
"""Allocations before the garbage collector looks at young objects, and collections of each age before the next."""

app = typer.Typer(
    name="paved",
    help="The paved road for ML teams: a whole ML platform from one typed file per team.\n\n"
    "Only `armed`, `audit`, `tags`, `prices` and `report --actuals account` ask an AWS account.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["--help", "-h"]},
)
for command, summary in (
    (validate, "Check stack files: types, names, rules, and across stacks."),
    (codeowners, "Print who reviews which stack file."),
    (plan, "Print what a stack would create, offline."),
    (cost, "Print what a month costs: floor, expected, ceiling."),
    (review, "Print a change of stack files for its pull request."),
    (rehearse, "Create every resource in an in-memory AWS."),
    (render, "Write a stack's Kubernetes and AWS objects as files."),
    (access, "Print who may do what, by the plan."),
    (armed, "Ask the account whether a team's budget would act."),
    (audit, "Compare an account with the plan of a stack."),
    (tags, "Show and activate the cost allocation tags."),
    (evidence, "Write or verify what an auditor asks of a deployment."),
    (inventory, "List every model that serves and every job that makes one."),
    (report, "Report a month's bill beside budgets and forecast."),
    (regions, "List regions: zones, accelerators, prices."),
    (schema, "Write the JSON Schema that editors complete with."),
):
    app.command(short_help=summary)(command)
app.add_typer(prices)
app.add_typer(policy)


def main() -> None:
    """Run the command line and exit: 0 done, 1 refused, 2 bad input, 70 a defect of Paved."""
    interrupts.install()
    # The SDKs are a million objects that never die: Python's own thresholds search them for half of a plan's time.
    gc.set_threshold(*COLLECTOR_THRESHOLDS)
    code = run(sys.argv[1:])
    interrupts.settle()
    # The search at exit finds nothing either, and takes two seconds. DuckDB's binding misses it, and says so on stderr.
    if "duckdb" not in sys.modules:
        gc.freeze()
    sys.exit(code)


def run(arguments: list[str]) -> int:
    """Run one command line and return its exit code."""
    from stacks.reading.problems import ConfigError

    try:
        _refuse_empty(arguments)
        code = int(app(arguments or ["--help"], standalone_mode=False) or 0)
        if code == INTERRUPTED:
            raise KeyboardInterrupt
        return code
    except TyperException as error:
        _say(
            [f"error: {error.format_message()}"],
            hint="`paved --help` lists the commands, `paved COMMAND --help` their options",
        )
        return 2
    except ConfigError as error:
        _say(
            [f"error: {problem}" for problem in error.problems],
            hint="`paved validate` checks every stack file",
        )
        return 2
    except PavedError as error:
        _say([f"error: {error}"], hint=error.hint)
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        interrupts.settle()
        _say(["error: interrupted; nothing was left half-written"])
        return 1
    except Exception:
        _say([traceback.format_exc(), "error: this is a defect of Paved, not of your input"])
        return BUG


def _refuse_empty(arguments: list[str]) -> None:
    """Nothing here may be empty: as a path it would mean the folder that the command runs in."""
    for position, argument in enumerate(arguments, start=1):
        if not argument or (argument.startswith("--") and argument.endswith("=")):
            where = f"`{argument}`" if argument else f"argument {position}"
            raise BadInput(f"{where} is empty", hint="a variable of the shell may not be set")


def _say(lines: list[str], hint: str | None = None) -> None:
    for line in lines:
        typer.echo(line, err=True)
    if hint:
        output.hint(hint)
