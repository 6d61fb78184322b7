"""Approvals of a plan: a file that names the plan by its digest, so that no approval fits another one."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from paved.errors import BadInput
from paved.files import read_json
from stacks.reading.explain import listed
from stacks.schema.organisation import OrganisationSpec

SUBADDRESS = re.compile(r"(?<=[^+])\+[^@]*@")
PERSON = re.compile(r"@[a-z0-9-]+(/[a-z0-9._-]+)?|[a-z0-9._%+-]+@[a-z0-9-]+(\.[a-z0-9-]+)+", re.ASCII)
"""Somebody who can be asked: an e-mail address, or a name of the forge as in CODEOWNERS."""


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
        Field(pattern=r"^20[0-9]{2}-[01][0-9]-[0-3][0-9]$", description="the day in UTC, YYYY-MM-DD"),
        AfterValidator(_day),
    ]
    reference: Annotated[
        str,
        Field(pattern=r"^[!-~]([ -~]{0,498}[!-~])?$", description="where it is recorded: a review, a ticket"),
    ]


def read_approvals(path: Path | None) -> list[Approval]:
    """The approvals in a JSON file, sorted; none without a file. Raises BadInput for a file that cannot be read."""
    if path is None:
        return []
    return sorted(approvals_of(read_json(path), str(path)), key=lambda each: (each.on, each.by))


def approvals_of(data: Any, shown_as: str) -> list[Approval]:
    """The approvals in JSON data. Raises BadInput, which names `shown_as`, for anything else."""
    if not isinstance(data, list):
        raise BadInput(f"`{shown_as}` must be a list of approvals, got {type(data).__name__}")
    found = []
    for position, each in enumerate(data):
        try:
            found.append(Approval.model_validate_json(json.dumps(each)))
        except ValidationError as error:
            wrong = error.errors()[0]
            where = ".".join(map(str, (position, *wrong["loc"])))
            raise BadInput(
                f"`{shown_as}`: `{where}`: {wrong['msg']}",
                hint="an approval has `plan_sha256`, `by`, `on` (YYYY-MM-DD) and `reference`",
            ) from None
    return found


def approval_problems(approvals: Sequence[Approval], plan_sha256: str, as_of: date) -> Iterator[str]:
    """The approvals that are of another plan, of a day to come, by nobody who can be asked, or there twice."""
    for approval in approvals:
        if approval.plan_sha256 != plan_sha256:
            yield (
                f"{approval.by} approved the plan {approval.plan_sha256[:12]}…, this is {plan_sha256[:12]}…: "
                "the plan has changed since, ask for a new approval"
            )
        if approval.on > as_of.isoformat():
            yield f"{approval.by} approved on {approval.on}, which is after {as_of}, the day of this evidence"
        if not PERSON.fullmatch(approval.by.casefold()):
            yield f"`{approval.by}` is nobody who can be asked: an approval is by an e-mail address or `@name`"
    people = Counter(_mailbox(approval.by) for approval in approvals)
    for person in sorted(person for person, times in people.items() if times > 1):
        yield f"{person} approved {people[person]} times: a second approval is somebody else's"


def _mailbox(person: str) -> str:
    """A person as one: letters of an address have no case, and what stands after `+` is the mailbox before it."""
    return SUBADDRESS.sub("@", person.casefold())


def strangers(approvals: Sequence[Approval], register: OrganisationSpec | None, team: str) -> Iterator[str]:
    """The approvals by people whom the register does not know: of no mail domain and no list of reviewers.

    Without a register nobody is a stranger.
    """
    if register is None:
        return
    domains, reviewers = _known(register, team)
    for approval in approvals:
        person = approval.by.casefold()
        if person not in reviewers and ("/" in person or person.rpartition("@")[2] not in domains):
            yield (
                f"{approval.by} is no reviewer of the organisation's register, "
                f"and of none of its mail domains {listed(sorted(domains))}"
            )


def by_author(approvals: Sequence[Approval], author: str | None) -> list[str]:
    """The people who approved what they had written themselves."""
    return [each.by for each in approvals if author and _mailbox(each.by) == _mailbox(author)]


def _known(register: OrganisationSpec, team: str) -> tuple[set[str], set[str]]:
    """The mail domains and the reviewers that may approve a stack of a team, case-folded."""
    own = [entry for entry in register.teams if entry.team == team]
    domains, reviewers = set(register.mail_domains), set[str]()
    for people in (*(vars(register.reviewers).values()), *(entry.reviewers for entry in own)):
        reviewers.update(people)
    for entry in own:
        domains.update(entry.mail_domains)
    return {each.casefold() for each in domains}, {each.casefold() for each in reviewers}
