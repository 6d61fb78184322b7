"""`paved offboard`: the way of a team out of the platform, in steps that are proved."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from paved.cli.as_of import AsOf, as_of_date
from paved.cli.cost import Prices
from paved.cli.offboard_steps import OffboardRequest, StepOutcome, step_outcome
from paved.cli.output import hint, progress, show, show_json
from paved.cli.project import Json, NoCache, StacksDir, plan_cache, stacks_dir
from paved.cli.report import ActualsOption
from paved.errors import BadInput
from paved.live_account import Profile

if TYPE_CHECKING:
    from paved.offboard.departure import AccountSource
    from paved.offboard.procedure import Departure, Step
    from paved.plan.planner import Planner

Leaving = Annotated[
    str, typer.Argument(metavar="STACK", help="The team stack that leaves.", show_default=False)
]
StepOption = Annotated[
    str | None,
    typer.Option(
        "--step",
        metavar="NAME",
        help="access, export, retain, retire, destroy, bill or remove; by default the first that is open.",
        show_default=False,
    ),
]
OutOption = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="DIR",
        help="The folder of the export and of the bill, outside the account.",
        show_default=False,
    ),
]
AccountOption = Annotated[
    bool, typer.Option("--account", help="Ask the stack's account, by calls that only read.")
]
Rehearsed = Annotated[
    bool, typer.Option("--rehearsed", help="Ask an in-memory account that the stack was rehearsed into.")
]
LastDay = Annotated[
    str | None,
    typer.Option(
        "--last-day",
        metavar="YYYY-MM-DD",
        help="The team's last day; by default that of `--as-of`.",
        show_default=False,
    ),
]
Status = Annotated[
    bool, typer.Option("--status", help="Print the steps and their evidence, and nothing else.")
]
Yes = Annotated[bool, typer.Option("--yes", help="Do the step: without it nothing is written.")]


def offboard(
    stack: Leaving,
    step: StepOption = None,
    out: OutOption = None,
    account: AccountOption = False,
    rehearsed: Rehearsed = False,
    profile: Profile = None,
    last_day: LastDay = None,
    actuals: ActualsOption = "rehearsal",
    status: Status = False,
    yes: Yes = False,
    json: Json = False,
    stacks: StacksDir = None,
    as_of: AsOf = None,
    prices: Prices = None,
    no_cache: NoCache = False,
) -> int:
    """Take a team out of the platform, a step at a time. Nothing is written without `--yes`; no data is deleted."""
    from paved.cost.book import book_of

    _refuse_contradictions(
        rehearsed=rehearsed, account=account, profile=profile, status=status, step=step, yes=yes
    )
    today = as_of_date(as_of)
    asked = OffboardRequest(
        stack=stack,
        folder=stacks_dir(stacks),
        out=out,
        today=today,
        last_day=_last_day(last_day, today),
        actuals=actuals,
        profile=profile,
        book=book_of(prices),
        cache=plan_cache(no_cache),
        is_written=yes,
    )
    source: AccountSource | None = "rehearsal" if rehearsed else "account" if account or profile else None
    return _run(asked, source, step, is_status=status, json=json)


def _run(
    asked: OffboardRequest, source: "AccountSource | None", step: str | None, *, is_status: bool, json: bool
) -> int:
    from paved.offboard.departure import choose, read_contents, read_departure, team_of
    from paved.offboard.procedure import procedure

    planner = _planner(asked)
    if _is_gone(planner, asked):
        return _say_gone(asked, json)
    team_of(planner, asked.stack)
    contents = read_contents(planner, asked.stack, source, asked.profile, progress()) if source else None
    departure = read_departure(planner, asked.folder, asked.stack, contents, asked.out)
    steps = procedure(departure)
    chosen = None if is_status else choose(steps, step)
    outcome = step_outcome(planner, departure, chosen, asked) if chosen else StepOutcome()
    if outcome.written and chosen and chosen.name != "remove":
        # The step has changed what the others are judged by; the account is as it was.
        departure = read_departure(_planner(asked), asked.folder, asked.stack, contents, asked.out)
        steps = procedure(departure)
        chosen = choose(steps, chosen.name)
    _answer(departure, steps, chosen, outcome, json)
    if chosen and chosen.by_hand and asked.is_written:
        hint(f"people do the step `{chosen.name}`, by the commands above: nothing is written")
    return 0


def _planner(asked: OffboardRequest) -> "Planner":
    from paved.plan.planner import Planner

    return Planner.of_folder(asked.folder, as_of=asked.today, cache=asked.cache)


def _refuse_contradictions(
    *, rehearsed: bool, account: bool, profile: str | None, status: bool, step: str | None, yes: bool
) -> None:
    if rehearsed and account:
        raise BadInput(
            "`--rehearsed` asks an account in memory, and `--account` that of the stack", hint="leave one out"
        )
    if rehearsed and profile:
        raise BadInput("a rehearsed account has no profile", hint="leave out `--profile` or `--rehearsed`")
    if status and (step or yes):
        raise BadInput("`--status` does no step", hint="leave out `--status`, or `--step` and `--yes`")


def _last_day(given: str | None, today: date) -> date:
    try:
        last = date.fromisoformat(given) if given else today
    except ValueError:
        raise BadInput(f"`--last-day` must be a date as YYYY-MM-DD, got `{str(given)[:40]}`") from None
    if last > today:
        raise BadInput(
            f"`--last-day` {last} is after {today}",
            hint="the bill is of days that are over: wait, or give `--as-of`",
        )
    return last


def _is_gone(planner: "Planner", asked: OffboardRequest) -> bool:
    """Whether the stack has left already: there is no file, and the export is of it."""
    from paved.offboard.bundles import EXPORT, read_bundle

    if asked.stack in planner.names or asked.out is None:
        return False
    return read_bundle(asked.out, EXPORT, asked.stack).problem is None


def _say_gone(asked: OffboardRequest, json: bool) -> int:
    if json:
        show_json({"schema_version": "1", "stack": asked.stack, "steps": [], "gone": True})
    else:
        show(f"{asked.stack} is offboarded: it has no file, and `{asked.out}` holds its export")
    return 0


def _answer(
    departure: "Departure",
    steps: "tuple[Step, ...]",
    chosen: "Step | None",
    outcome: StepOutcome,
    json: bool,
) -> None:
    """Print the answer. Raises what keeps the step from being done."""
    from paved.offboard.view import departure_data, departure_view

    if json:
        data = departure_data(departure, steps, chosen, is_written=bool(outcome.written))
        show_json({**data, "outcome": outcome.data})
    else:
        text = departure_view(departure, steps, chosen)
        show(f"{text}\n\n{outcome.text}" if outcome.text else text)
    if outcome.refusal:
        raise outcome.refusal
    if outcome.written:
        hint(f"wrote {outcome.written}")
    elif chosen and not chosen.by_hand:
        hint("nothing is written: `--yes` does the step")
