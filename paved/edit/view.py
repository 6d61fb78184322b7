"""An edit as a person reads it before it is written: lines, resources, money, verdict, who has to agree."""

from collections import Counter
from collections.abc import Iterator
from difflib import unified_diff
from typing import Any

from paved.cost.changes_view import MARKS, signed
from paved.edit.stack_edit import EditOutcome, StackEdit
from paved.plan.summary import money, verdict
from paved.review.needed import reasons_by_review
from paved.review.stack_changes import StackChange
from paved.review.view import review_rows, reviews_data, stack_data
from paved.table_text import columns, counted
from stacks.reading.loader import display

TYPES = 15
CHARGES = 10
CONTEXT = 1


def outcome_view(outcome: EditOutcome) -> str:
    """The whole answer."""
    blocks = [lines_view(outcome.edit)]
    blocks += [change_view(change) for change in outcome.changes]
    if not outcome.changes:
        blocks.append("no resource, cost or verdict changes")
    rows = review_rows(reasons_by_review(outcome.needed))
    if rows:
        blocks.append("\n".join(["Who has to agree", *columns(rows, "  ")]))
    if outcome.standing:
        blocks.append(
            "\n".join(["Mistakes that were there before", *(f"  {each}" for each in outcome.standing)])
        )
    return "\n\n".join(blocks)


def lines_view(edit: StackEdit) -> str:
    """The lines of the file that change, with one on either side."""
    lines = unified_diff(edit.before.split("\n"), edit.after.split("\n"), n=CONTEXT, lineterm="")
    _, _, *body = lines
    shown = ["  ..." if line.startswith("@@") else f"  {line}" for line in body]
    return "\n".join([display(edit.file), *shown[1:]])


def change_view(change: StackChange) -> str:
    """One stack: the verdict, what is made and unmade by type, and the charges that differ."""
    if change.after is None:
        return f"{change.stack}: cannot be planned"
    if not change.is_known:
        of_now = f"  {verdict(change.after.report)}", f"  {money(change.after.cost)}"
        return "\n".join([f"{change.stack}: could not be planned before", *of_now, *_findings(change)])
    expected, ceiling = signed(change.delta("expected")), signed(change.delta("ceiling"))
    deltas = f"{expected} USD a month expected, {ceiling} at the ceiling"
    if change.costs and any(each.delta("expected") is None for each in change.costs.changes):
        deltas += ", beside what has no price"
    rows = [*_resources(change), *_charges(change)]
    head = [f"{change.stack}: {deltas}", f"  {verdict(change.after.report)}"]
    return "\n".join([*head, *columns(rows, "  "), *_findings(change)])


def _findings(change: StackChange) -> list[str]:
    return [
        f"  {each.level.value} {each.rule} {each.resource}: {each.message}" for each in change.new_findings
    ]


def outcome_data(outcome: EditOutcome, *, is_written: bool) -> dict[str, Any]:
    """The same as JSON data."""
    edit = outcome.edit
    return {
        **reviews_data(outcome.needed, "the file as it is"),
        "stack": edit.stack,
        "key": edit.key,
        "file": display(edit.file),
        "written": is_written,
        "refused": bool(outcome.problems or outcome.refused),
        "problems": [str(each) for each in outcome.problems],
        "problems_before": [str(each) for each in outcome.standing],
        "stacks": [stack_data(change) for change in outcome.changes],
    }


def _resources(change: StackChange) -> list[tuple[str, str, str]]:
    rows: list[tuple[str, str, str]] = []
    for verb, resources in change.by_verb.items():
        by_type = Counter(resource.type for resource in resources)
        for kind, number in sorted(by_type.items()):
            names = [each.name for each in resources if each.type == kind]
            rows.append((MARKS[verb], kind, names[0] if number == 1 else counted(number, "resource")))
    return _cut(rows, TYPES, "types of resources")


def _charges(change: StackChange) -> list[tuple[str, str, str]]:
    if change.costs is None:
        return []
    rows = list(_charge_rows(change))
    return _cut(rows, CHARGES, "charges")


def _charge_rows(change: StackChange) -> Iterator[tuple[str, str, str]]:
    for each in change.costs.changes if change.costs else ():
        deltas = f"{signed(each.delta('expected'))} expected, {signed(each.delta('ceiling'))} at the ceiling"
        yield MARKS[each.verb], f"{each.name} {each.what}", deltas


def _cut(rows: list[tuple[str, str, str]], most: int, noun: str) -> list[tuple[str, str, str]]:
    return rows if len(rows) <= most else [*rows[:most], ("", f"{len(rows) - most} more {noun}", "")]
