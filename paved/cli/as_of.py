"""The date that dated rules and warnings are judged by."""

import re
from datetime import UTC, date, datetime
from typing import Annotated

import typer

from paved.errors import BadInput
from reference.vocabulary import AS_OF_VARIABLE

WRITTEN = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)

AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="YYYY-MM-DD",
        envvar=AS_OF_VARIABLE,
        help="The day that windows and grants are judged by; by default today, in UTC.",
        show_default=False,
    ),
]


def as_of_date(given: str | None) -> date:
    """The date of the option `--as-of`, or today's in UTC where it is not given. Raises BadInput for another text."""
    if given is None:
        return datetime.now(UTC).date()
    try:
        if WRITTEN.fullmatch(given):
            return date.fromisoformat(given)
    except ValueError:
        pass
    raise BadInput(
        f"`--as-of` (or {AS_OF_VARIABLE}) must be a date of the calendar as YYYY-MM-DD, got `{given[:40]}`",
        hint="write it as in `--as-of 2026-11-21`, or leave it out for today",
    )
