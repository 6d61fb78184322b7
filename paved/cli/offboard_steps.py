"""The steps of `paved offboard`: what each one does with a request, and what it has to tell."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paved.errors import BadInput, Refused

if TYPE_CHECKING:
    from paved.offboard.procedure import Departure, Step
    from paved.plan.plan_cache import PlanCache
    from paved.plan.planner import Planner
    from reference.prices import PriceBook


@dataclass(frozen=True, kw_only=True)
class OffboardRequest:
    """The command line, but for the step."""

    stack: str
    folder: Path
    out: Path | None
    today: date
    last_day: date
    actuals: str
    profile: str | None
    book: "PriceBook"
    cache: "PlanCache | None"
    is_written: bool


@dataclass(frozen=True, kw_only=True)
class StepOutcome:
    """The outcome of a step. `text` and `data` are told after the steps; `refusal` keeps it from being written."""

    text: str = ""
    data: Any = None
    written: str = ""
    refusal: Exception | None = None


def step_outcome(
    planner: "Planner", departure: "Departure", step: "Step", asked: OffboardRequest
) -> StepOutcome:
    """Do a step as far as it is asked to be written. Raises BadInput where something is missing."""
    match step.name:
        case "access" | "retire":
            return _edit(departure, step, asked)
        case "export" | "retain":
            return _export(planner, departure, asked)
        case "bill":
            return _bill(planner, departure, asked)
        case "remove":
            return _remove(departure, step, asked)
    return StepOutcome()


def _edit(departure: "Departure", step: "Step", asked: OffboardRequest) -> StepOutcome:
    from paved.cli.set_value import refusal
    from paved.edit.stack_edit import tried, write
    from paved.edit.view import outcome_data, outcome_view
    from paved.offboard.departure import file_edit
    from paved.review.stack_changes import Judge

    if step.standing == "done":
        return StepOutcome(text="nothing is left to do")
    edit = file_edit(departure, asked.folder, step)
    outcome = tried(edit, asked.folder, Judge(book=asked.book, as_of=asked.today, cache=asked.cache))
    refused = refusal(outcome)
    is_written = asked.is_written and refused is None
    if is_written:
        write(edit)
    return StepOutcome(
        text="" if outcome.problems else outcome_view(outcome),
        data=outcome_data(outcome, is_written=is_written),
        written=str(edit.file) if is_written else "",
        refusal=refused,
    )


def _export(planner: "Planner", departure: "Departure", asked: OffboardRequest) -> StepOutcome:
    from paved.offboard.bundles import EXPORT, export_files, write_bundle

    if departure.left is None or departure.held is None:
        return StepOutcome(
            refusal=BadInput("an export reads the account", hint="add `--account`, or `--rehearsed` to try")
        )
    if not asked.is_written:
        return StepOutcome()
    out = _needed(asked)
    file = planner.config(departure.name)
    files = export_files(file, departure.left, departure.held, departure.kept, asked.today)
    write_bundle(out, EXPORT, files)
    return StepOutcome(written=str(out / EXPORT))


def _bill(planner: "Planner", departure: "Departure", asked: OffboardRequest) -> StepOutcome:
    from paved.offboard.bill_view import bill_data, bill_view
    from paved.offboard.bundles import BILL, bill_files, write_bundle
    from paved.offboard.departure import actuals_request, bill_of

    request = actuals_request(asked.actuals, asked.last_day, asked.today, asked.profile)
    bill = bill_of(planner, departure, request, asked.last_day, asked.book)
    written = ""
    if asked.is_written:
        out = _needed(asked)
        write_bundle(out, BILL, bill_files(planner.config(departure.name), bill))
        written = str(out / BILL)
    return StepOutcome(text=bill_view(bill), data=bill_data(bill), written=written)


def _remove(departure: "Departure", step: "Step", asked: OffboardRequest) -> StepOutcome:
    from paved.offboard.removal import write_removal

    against = [each.says for each in step.evidence if each.source == "files"]
    if against:
        hint_text = "`paved offboard STACK --status --out DIR --account` says what each step waits for"
        return StepOutcome(refusal=Refused("nothing is removed: " + "; ".join(against), hint=hint_text))
    if not asked.is_written:
        return StepOutcome()
    write_removal(asked.folder, departure.removal)
    return StepOutcome(written=f"{len(departure.removal.texts)} files")


def _needed(asked: OffboardRequest) -> Path:
    if asked.out is None:
        raise BadInput("a folder is needed", hint="name one with `--out DIR`, where it outlives the account")
    return asked.out
