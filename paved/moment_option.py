"""The option `--at`: a moment in UTC."""

import re
from datetime import datetime

from paved.errors import BadInput
from stacks.reading.problems import shown
from stacks.schema.dates import moment

WRITTEN = re.compile(r"20\d\d-\d\d-\d\dT\d\d:\d\dZ", re.ASCII)


def moment_option(given: str) -> datetime:
    """The moment of a text such as `2026-11-15T12:30Z`. Raises BadInput for any other."""
    try:
        if WRITTEN.fullmatch(given):
            return moment(given)
    except ValueError:
        pass
    raise BadInput(
        f"`--at` must be a moment in UTC as YYYY-MM-DDTHH:MMZ, got `{shown(given, limit=40)}`",
        hint="write it as in `--at 2026-11-15T12:30Z`",
    )
