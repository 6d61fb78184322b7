"""Reviews that a change needs: as text for a terminal, and as data."""

import json
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from rich.table import Table

from paved.review.changes import FieldChange
from paved.review.needed import ReviewNeeded, reasons_by_review
from paved.review.release_view import moves_data
from paved.review.roles import Role
from paved.table_text import counted, table_text
from pricing.cost_range import FIGURES
from stacks.reading.problems import shown

if TYPE_CHECKING:
    from paved.review.stack_changes import Review, StackChange

VALUE_LIMIT = 40
"""Characters of a value in a table."""
NOBODY = "nobody is registered"


def reviews_view(needed: Sequence[ReviewNeeded], against: str) -> str:
    """Print the roles that have to agree and why, and then every change."""
    if not needed:
        return f"nothing changes against {against}"
    changes = [list(group) for _, group in groupby(needed, key=lambda each: each.change)]
    reviews = counted(len(reasons_by_review(needed)), "review")
    heading = f"{counted(len(changes), 'change')} against {against}, {reviews} needed"
    return "\n\n".join((heading, table_text(_asked(needed)), table_text(_table(changes))))


def _asked(needed: Sequence[ReviewNeeded]) -> Table:
    table = Table.grid(padding=(0, 2), pad_edge=True)
    for _ in range(3):
        table.add_column()
    for row in review_rows(reasons_by_review(needed)):
        table.add_row(*row)
    return table


def review_rows(reasons: Mapping[tuple[Role, tuple[str, ...]], Sequence[str]]) -> list[tuple[str, str, str]]:
    """Each role with its reviewers and the reasons for which it is asked."""
    return [
        (role, " or ".join(people) or NOBODY, "; ".join(because))
        for (role, people), because in reasons.items()
    ]


def _table(changes: Sequence[Sequence[ReviewNeeded]]) -> Table:
    table = Table.grid(padding=(0, 2))
    for _ in range(3):
        table.add_column(overflow="fold")
    for reviews in changes:
        change = reviews[0].change
        name = f"{change.stack}: {change.field}" if change.field else change.stack
        table.add_row(name, values_shown(change), ", ".join(review.role for review in reviews))
    return table


def values_shown(change: FieldChange) -> str:
    """The value of a field before and after; of a whole file, whether it comes or goes."""
    return f"{_value(change.before)} -> {_value(change.after)}" if change.field else _whole(change)


def _whole(change: FieldChange) -> str:
    if change.before is None and change.after is None:
        return "changed"
    return "new" if change.before is None else "gone"


def _value(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return "none" if value is None else shown(text, limit=VALUE_LIMIT)


def reviews_data(needed: Sequence[ReviewNeeded], against: str) -> dict[str, Any]:
    """The same as JSON data, for whatever asks the reviewers."""
    return {
        "schema_version": "1",
        "against": against,
        "reviews": [
            {"role": role, "reviewers": list(people), "reasons": list(reasons)}
            for (role, people), reasons in reasons_by_review(needed).items()
        ],
        "changes": [
            {
                "stack": each.change.stack,
                "field": each.change.field,
                "before": each.change.before,
                "after": each.change.after,
                "role": each.role,
                "reviewers": list(each.reviewers),
                "because": each.because,
            }
            for each in needed
        ],
    }


def review_data(review: "Review") -> dict[str, Any]:
    """A whole review as JSON data: amounts in US dollars a month, as text."""
    return {
        **reviews_data(review.needed, review.against),
        "releases": moves_data(review.moves),
        "mistakes": list(review.mistakes),
        "stacks": [stack_data(change) for change in review.changes],
        "delta": {figure: str(review.delta(figure)) for figure in FIGURES},
        "elsewhere": review.elsewhere,
    }


def stack_data(change: "StackChange") -> dict[str, Any]:
    """One stack of a review as JSON data."""
    report = change.after.report if change.after else None
    return {
        "name": change.stack,
        "refused": bool(report and report.violations),
        "added": [resource.urn for resource in change.added],
        "updated": [resource.urn for resource in change.updated],
        "removed": [resource.urn for resource in change.removed],
        "delta": {figure: str(change.delta(figure)) for figure in FIGURES},
        "findings": [finding.as_json() for finding in report.findings] if report else [],
    }
