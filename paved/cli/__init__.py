"""The `paved` command: one module per verb, heavy imports only once the verb is known."""

import errno
import gc
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer.exceptions import TyperException

from paved.cli import interrupts, output
from paved.cli.access import access
from paved.cli.armed import armed
from paved.cli.audit import audit
from paved.cli.calendar import calendar
from paved.cli.codeowners import codeowners
from paved.cli.cost import cost
from paved.cli.dashboards import dashboards
from paved.cli.evidence import evidence
from paved.cli.explain import explain
from paved.cli.incident import incident
from paved.cli.init import init
from paved.cli.inventory import inventory
from paved.cli.kubeconfig import kubeconfig
from paved.cli.objectives import objectives
from paved.cli.offboard import offboard
from paved.cli.onboard import onboard
from paved.cli.plan import plan
from paved.cli.policy import policy
from paved.cli.prices import prices
from paved.cli.regions import regions
from paved.cli.rehearse import rehearse
from paved.cli.render import render
from paved.cli.report import report
from paved.cli.review import review
from paved.cli.schema import schema
from paved.cli.set_value import set_value
from paved.cli.tags import tags
from paved.cli.validate import validate
from paved.errors import BadInput, PavedError

if TYPE_CHECKING:
    from stacks.reading.problems import Problem

BUG = 70
INVALID = 2
INTERRUPTED = 130
"""Typer's exit code for a KeyboardInterrupt, of which it prints nothing."""
COLLECTOR_THRESHOLDS = (100_000, 50, 100)
"""Allocations before the garbage collector looks at young objects, and collections of each age before the next."""

app = typer.Typer(
    name="paved",
    help="The paved road for ML teams: a whole ML platform from one typed file per team.\n\n"
    "Only `armed`, `audit`, `kubeconfig`, `tags`, `prices`, `evidence --sign` and `--kms`, `offboard --account` and "
    "`report --actuals account` ask an AWS account.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["--help", "-h"]},
)


def _print_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        output.show(f"paved {version('paved')}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit."),
    ] = False,
) -> None:
    """Take the options of every command."""


for command, summary in (
    (init, "Write the first stack files of an organisation."),
    (validate, "Check stack files: types, names, rules, and across stacks."),
    (onboard, "Propose the stack file of a new team."),
    (offboard, "Take a team out of the platform, in steps that are proved."),
    (explain, "Print what a key of a stack file does."),
    (codeowners, "Print who reviews which stack file."),
    (plan, "Print what a stack would create, offline."),
    (cost, "Print what a month costs: floor, expected, ceiling."),
    (review, "Print a change of stack files for its pull request."),
    (rehearse, "Create every resource in an in-memory AWS."),
    (render, "Write a stack's Kubernetes and AWS objects as files."),
    (access, "Print who may do what, by the plan."),
    (kubeconfig, "Print a kubeconfig without a secret, for one role or group."),
    (armed, "Ask the account whether a team's budget would act."),
    (audit, "Compare an account with the plan of a stack."),
    (tags, "Show and activate the cost allocation tags."),
    (evidence, "Write or verify what an auditor asks of a deployment."),
    (calendar, "List what ends, and when."),
    (incident, "Print what fires, what burns and what changed around a stack."),
    (dashboards, "Write the dashboards as Grafana's JSON."),
    (inventory, "List every model that serves and every job that makes one."),
    (objectives, "Say whether error budgets let a release pass."),
    (report, "Report a month's bill beside budgets and forecast."),
    (regions, "List regions: zones, accelerators, prices."),
    (schema, "Write the JSON Schema that editors complete with."),
):
    app.command(short_help=summary)(command)
# By another name than its function: `set` is Python's own.
app.command("set", short_help="Change one value of a stack file, and print what that changes.")(set_value)
app.add_typer(prices)
app.add_typer(policy)


def main() -> None:
    """Run the command line and exit: 0 done, 1 refused, 2 bad input, 70 a defect of Paved."""
    interrupts.install()
    _open_what_is_closed()
    # The SDKs are a million objects that never die: Python's own thresholds search them for half of a plan's time.
    gc.set_threshold(*COLLECTOR_THRESHOLDS)
    code = run(sys.argv[1:])
    interrupts.settle()
    # The search at exit finds nothing either, and takes two seconds. DuckDB's binding misses it, and says so on stderr.
    if "duckdb" not in sys.modules:
        gc.freeze()
    sys.exit(code)


def _open_what_is_closed() -> None:
    """Open nothing in the place of a stdin or stderr that the shell closed (`<&-`, `2>&-`): Python has None there."""
    for name, mode in (("stdin", "r"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode, encoding="utf-8"))


def run(arguments: list[str]) -> int:
    """Run one command line and return its exit code."""
    from stacks.reading.problems import ConfigError, Problem

    output.begin()
    try:
        _refuse_no_place()
        _refuse_empty(arguments)
        code = int(app(arguments or ["--help"], standalone_mode=False) or 0)
        if code == INTERRUPTED:
            raise KeyboardInterrupt
        return code
    except TyperException as error:
        return _fail(
            arguments,
            [Problem(path=(), message=error.format_message())],
            hint="`paved --help` lists the commands, `paved COMMAND --help` their options",
        )
    except ConfigError as error:
        return _fail(arguments, error.problems, hint="`paved validate` checks every stack file")
    except PavedError as error:
        return _fail(
            arguments, [Problem(path=(), message=str(error))], hint=error.hint, exit_code=error.exit_code
        )
    except (KeyboardInterrupt, typer.Abort):
        interrupts.settle()
        _say(["error: interrupted; nothing was left half-written"])
        return 1
    except OSError as error:
        # Of any other reason whoever opened the file knows better what to do.
        if error.errno not in (errno.ENAMETOOLONG, errno.ELOOP):
            return _defect(arguments)
        says = f"`{str(error.filename)[:60]}…` is no usable path: {error.strerror}"
        return _fail(arguments, [Problem(path=(), message=says)], hint=None)
    except Exception:
        return _defect(arguments)


def _defect(arguments: Sequence[str]) -> int:
    """Print the traceback of the exception that is handled."""
    from stacks.reading.problems import Problem

    _say([traceback.format_exc()])
    says = "this is a defect of Paved, not of your input"
    return _fail(arguments, [Problem(path=(), message=says)], hint=None, exit_code=BUG)


def _fail(
    arguments: Sequence[str], problems: "Sequence[Problem]", *, hint: str | None, exit_code: int = INVALID
) -> int:
    """Print what is wrong, for people on stderr and as data on stdout where data was asked for and is not there yet."""
    from stacks.reading.problems import Problem

    if "--json" in arguments and not output.answered():
        found = [
            {"file": each.file, "line": each.line, "path": list(each.path), "message": each.message}
            for each in problems
        ]
        try:
            output.show_json({"schema_version": "1", "exit_code": exit_code, "problems": found, "hint": hint})
        except BadInput as error:  # a full disk; why the command failed is told all the same
            problems = [*problems, Problem(path=(), message=str(error))]
    _say([f"error: {problem}" for problem in problems], hint=hint)
    return exit_code


def _refuse_no_place() -> None:
    """Paths are told as seen from a folder, and answers are printed: there has to be one, and somewhere to print."""
    # Python has no stdout where the shell closed it (`>&-`), and an answer that nobody gets is no success.
    if getattr(sys, "stdout", None) is None:
        raise BadInput("the output cannot be written: stdout is closed")
    try:
        Path.cwd()
    except OSError as error:
        raise BadInput("the folder that this command runs in is gone", hint="change to another") from error


def _refuse_empty(arguments: list[str]) -> None:
    """Nothing here may be empty: as a path it would mean the folder that the command runs in."""
    for position, argument in enumerate(arguments, start=1):
        if not argument or (argument.startswith("--") and argument.endswith("=")):
            where = f"`{argument}`" if argument else f"argument {position}"
            raise BadInput(f"{where} is empty", hint="a variable of the shell may not be set")


def _say(lines: list[str], hint: str | None = None) -> None:
    for line in lines:
        output.tell(line)
    if hint:
        output.hint(hint)
