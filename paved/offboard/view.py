"""A departure as a person reads it, and as data: who depends on it, the steps, what stays, what comes next."""

from collections.abc import Iterator
from dataclasses import asdict
from difflib import unified_diff
from typing import Any

from rich.table import Table

from paved.offboard.procedure import NOT_ASKED, Departure, Step
from paved.review.needed import reasons_by_review
from paved.review.view import review_rows, reviews_data
from paved.table_text import columns, counted, table_text
from stacks.reading.problems import file_name

SESSIONS = (
    "Access entries go with `pulumi up`. What was handed out before ends by itself: a token of the cluster after "
    "15 minutes, credentials of a pod after 6 hours, a session of an IAM role at the role's own maximum (1 to 12 "
    "hours). What the role's own policies allow goes on until somebody takes the role away."
)
RETIRING = (
    "An `up` may then delete what holds state; buckets, images and the key stay in the account all the same when the "
    "stack is destroyed. File systems, the MLflow server and claimed volumes do not."
)
CONTEXT = 1
MOST_NAMED = 12


def departure_view(departure: Departure, steps: tuple[Step, ...], chosen: Step | None) -> str:
    """The whole answer; `chosen` is the step that is told at length, None for none."""
    blocks = [_heading(departure, steps), _depends(departure), _steps(steps)]
    if chosen:
        blocks.append("\n".join(_next(departure, chosen)))
    return "\n\n".join(block for block in blocks if block)


def departure_data(
    departure: Departure, steps: tuple[Step, ...], chosen: Step | None, *, is_written: bool
) -> dict[str, Any]:
    """The same as JSON data."""
    removal, left = departure.removal, departure.left
    return {
        **reviews_data(removal.needed, "the folder as it is"),
        "stack": departure.name,
        "team": departure.team.owner.team,
        "blockers": list(removal.blockers),
        "warnings": list(removal.warnings),
        "entries": [
            {"file": each.file, "path": list(each.path), "what": each.what} for each in removal.entries
        ],
        "steps": [{**asdict(step), "standing": step.standing} for step in steps],
        "retention": [asdict(each) for each in departure.kept],
        "account": None if left is None else asdict(left),
        "holdings": None if departure.held is None else departure.held.as_json(),
        "step": chosen.name if chosen else None,
        "written": is_written,
    }


def removal_view(departure: Departure) -> str:
    """The lines of other files that go with the stack's own."""
    removal = departure.removal
    shown = [f"{file_name(departure.name)} goes"]
    for name, text in removal.texts.items():
        if text is not None:
            lines = unified_diff(removal.before[name].split("\n"), text.split("\n"), n=CONTEXT, lineterm="")
            shown += [name, *(f"  {line}" for line in list(lines)[3:])]
    rows = review_rows(reasons_by_review(removal.needed))
    agree = ["", "Who has to agree", *columns(rows, "  ")] if rows else []
    return "\n".join([*shown, *agree])


def _heading(departure: Departure, steps: tuple[Step, ...]) -> str:
    done = sum(step.standing == "done" for step in steps)
    owner = departure.team.owner
    return f"{departure.name}, team {owner.team}: {done} of {len(steps)} steps done"


def _depends(departure: Departure) -> str:
    removal = departure.removal
    rows = [("refused", each) for each in removal.blockers] + [("!", each) for each in removal.warnings]
    return "\n".join(["Who depends on it", *columns(rows, "  ")]) if rows else ""


def _steps(steps: tuple[Step, ...]) -> str:
    table = Table.grid(padding=(0, 2))
    for title in ("", "step", "standing", "by", "evidence"):
        table.add_column(title, no_wrap=title != "evidence")
    for number, step in enumerate(steps, start=1):
        for place, each in enumerate(step.evidence):
            first = (str(number), step.name) if place == 0 else ("", "")
            table.add_row(*first, each.standing, each.source, each.says)
    return f"Steps\n{table_text(table)}"


def _kept(departure: Departure) -> str:
    table = Table.grid(padding=(0, 2))
    for title in ("what", "destroy", "kept", "why"):
        table.add_column(title)
    for each in departure.kept:
        table.add_row(each.what, "stays" if each.stays else "goes", each.kept, each.why)
    return f"What is kept, for how long and why\n{table_text(table)}"


def _next(departure: Departure, step: Step) -> Iterator[str]:
    yield f"Next: {step.name}, until {step.title}"
    match step.name:
        case "access":
            yield SESSIONS
        case "export" | "retain":
            yield from _contents(departure)
            yield f"\n{_kept(departure)}"
        case "retire":
            yield RETIRING
        case "destroy":
            yield from _left(departure)
        case "remove":
            yield removal_view(departure)
    if step.commands:
        yield "You run, in this order" if step.by_hand else "After it is merged"
        yield from (f"  {command}" for command in step.commands)
    if step.name == "destroy":
        yield (
            "What stays is handed over by its tags, as above, or deleted by its owner, the key last "
            "(docs/guides/offboarding.md#what-stays). Paved deletes nothing."
        )


def _contents(departure: Departure) -> Iterator[str]:
    held = departure.held
    if held is None:
        yield f"  {NOT_ASKED}"
        return
    rows = [
        (
            each.name,
            f"{counted(each.objects, 'object')}, {each.bytes:,} bytes",
            f"{counted(each.old_versions, 'replaced version')}, {each.old_bytes:,} bytes",
            f"versioning {each.versioning.lower()}" + (f", lock {each.lock}" if each.lock else ""),
        )
        for each in held.buckets
    ]
    if rows:
        yield from columns(rows, "  ")
    yield f"  {counted(len(held.images), 'image')}, {counted(len(held.models), 'model package')}"
    for call in (*held.unread, *held.not_simulated):
        yield f"  cannot tell: {call}"


def _left(departure: Departure) -> Iterator[str]:
    left = departure.left
    if left is None:
        yield f"  cannot tell what is left: {NOT_ASKED}"
        return
    for arn in left.every[:MOST_NAMED]:
        yield f"  {arn}"
    if len(left.every) > MOST_NAMED:
        yield f"  and {len(left.every) - MOST_NAMED} more"
    for arn in left.deleting:
        yield f"  {arn}: KMS is about to delete it"
