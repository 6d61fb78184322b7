"""Approvals of a plan: a file that names the plan by its digest, so that no approval fits another one."""

import json
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from paved.errors import BadInput, Refused
from paved.files import read_json


def _day(text: str) -> str:
    """Accept a day of the calendar. Raises ValueError for another text."""
    # The pattern lets 2026-02-31 through.
    date.fromisoformat(text)
    return text


class Approval(BaseModel):
    """One approval of one plan."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    plan_sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    by: Annotated[
        str, Field(pattern=r"^[!-~]([ -~]{0,198}[!-~])?$", description="who, such as an e-mail address")
    ]
    on: Annotated[
        str,
        Field(pattern=r"^20[0-9]{2}-[01][0-9]-[0-3][0-9]$", description="the day, YYYY-MM-DD"),
        AfterValidator(_day),
    ]
    reference: Annotated[
        str,
        Field(pattern=r"^[!-~]([ -~]{0,498}[!-~])?$", description="where it is recorded: a review, a ticket"),
    ]


def read_approvals(path: Path | None, plan_sha256: str) -> list[dict[str, Any]]:
    """The approvals in a JSON file, sorted; none without a file.

    Raises BadInput for a file that cannot be read, and Refused for an approval of another plan.
    """
    if path is None:
        return []
    approvals = _approvals(path)
    for approval in approvals:
        if approval.plan_sha256 != plan_sha256:
            raise Refused(
                f"`{path}`: {approval.by} approved the plan {approval.plan_sha256[:12]}…, this is {plan_sha256[:12]}…",
                hint="ask for a new approval: the plan has changed since",
            )
    ordered = sorted(approvals, key=lambda each: (each.on, each.by))
    return [approval.model_dump() for approval in ordered]


def _approvals(path: Path) -> list[Approval]:
    data = read_json(path)
    if not isinstance(data, list):
        raise BadInput(f"`{path}` must be a list of approvals, got {type(data).__name__}")
    found = []
    for position, each in enumerate(data):
        try:
            found.append(Approval.model_validate_json(json.dumps(each)))
        except ValidationError as error:
            wrong = error.errors()[0]
            where = ".".join(map(str, (position, *wrong["loc"])))
            raise BadInput(
                f"`{path}`: `{where}`: {wrong['msg']}",
                hint="an approval has `plan_sha256`, `by`, `on` (YYYY-MM-DD) and `reference`",
            ) from None
    return found
