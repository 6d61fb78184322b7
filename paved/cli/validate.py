"""`paved validate`: every mistake in stack files, of each alone and of all together."""

import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from paved.cli.as_of import AsOf, as_of_date
from paved.cli.output import hint, show, show_json, tell
from paved.cli.project import Json, StacksDir, stacks_dir
from paved.errors import BadInput

if TYPE_CHECKING:
    from paved.review.needed import ReviewsNeeded
    from stacks.checks.folder import Folder
    from stacks.reading.problems import Problem

REFUSED, INVALID = 1, 2


def validate(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[STACK]...",
            help="The stacks to check, with those they stand on; by default all.",
            show_default=False,
        ),
    ] = None,
    against: Annotated[
        str | None,
        typer.Option(
            metavar="REF",
            help="Print who has to agree to what changed since a git revision, and the steps to another release, too.",
            show_default=False,
        ),
    ] = None,
    json: Json = False,
    stacks: StacksDir = None,
    as_of: AsOf = None,
) -> int:
    """Check stack files and `policy.yaml`: types, names, rules, and what must hold between stacks."""
    from stacks.checks.folder import Folder

    path = stacks_dir(stacks)
    folder = Folder.read(path, as_of_date(as_of))
    chosen = folder.with_bases(names or folder.names)
    problems = (*folder.problems_of(chosen), *_of_policy(folder, path), *_of_audit(folder, path))
    late, mistakes = _of_incidents(folder, path)
    problems = (*problems, *mistakes)
    review = _review(folder, path, against, names) if against else None
    if json:
        overdue = {"overdue": list(late)} if late else {}
        show_json({**_as_json(folder, chosen, problems), **_review_data(review, against), **overdue})
    else:
        _print_review(review, against)
        _print(folder, chosen, problems, late)
    if problems:
        return INVALID
    return REFUSED if review and any(move.refused for move in review.moves) else 0


def _of_policy(folder: "Folder", path: Path) -> "tuple[Problem, ...]":
    """The mistakes of `policy.yaml`, which every plan of the folder would stop at."""
    from paved.policy.policy_file import checked_policy_file
    from policies.settings import FILE, PolicyFileError
    from stacks.reading.loader import display
    from stacks.reading.problems import Problem

    try:
        checked_policy_file(path, folder.names)
    except PolicyFileError as error:
        lines = [line.removeprefix(f"{FILE}: ") for line in str(error).splitlines()]
        return tuple(Problem(path=(), message=line, file=display(path / FILE)) for line in lines)
    return ()


def _of_audit(folder: "Folder", path: Path) -> "tuple[Problem, ...]":
    """The mistakes of `audit.yaml`, which every audit of the folder would stop at."""
    if not (path / "audit.yaml").exists():
        return ()  # most folders have none, and what reads one takes a fifth of a second to load
    from paved.audit.known import FILE, read_known
    from stacks.reading.loader import display
    from stacks.reading.problems import Problem

    try:
        read_known(path, date.min)
    except BadInput as error:
        return (Problem(path=(), message=str(error).removeprefix(f"{FILE}: "), file=display(path / FILE)),)
    return ()


def _of_incidents(folder: "Folder", path: Path) -> "tuple[tuple[str, ...], tuple[Problem, ...]]":
    """The actions of past incidents that are late, which refuse nothing, and the mistakes of `incidents.yaml`."""
    if not os.path.lexists(path / "incidents.yaml"):
        return (), ()
    from paved.incident.actions import FILE, overdue, read_past_incidents
    from stacks.reading.loader import display
    from stacks.reading.problems import Problem

    try:
        found = read_past_incidents(path, folder.names)
    except BadInput as error:
        lines = str(error).replace(f"`{FILE}`, ", "").splitlines()
        return (), tuple(Problem(path=(), message=line, file=display(path / FILE)) for line in lines)
    late = overdue(found, folder.as_of or date.min)
    return tuple(
        f"{incident.stack}, incident of {incident.date}: {action.what} ({action.owner}, due {action.due})"
        for incident, action in late
    ), ()


def _review(folder: "Folder", path: Path, against: str, names: list[str] | None) -> "ReviewsNeeded":
    from paved.review.needed import reviews_needed

    found = reviews_needed(path, folder.organisation, against)
    return found.of(names) if names else found


def _review_data(review: "ReviewsNeeded | None", against: str | None) -> dict[str, Any]:
    from paved.review.release_view import moves_data
    from paved.review.view import reviews_data

    if not review or not against:
        return {}
    return {"review": reviews_data(review.needed, against), "releases": moves_data(review.moves)}


def _print_review(review: "ReviewsNeeded | None", against: str | None) -> None:
    """Print who has to agree, and the steps from release to release."""
    from paved.review.release_view import moves_view
    from paved.review.view import reviews_view

    if not review or not against:
        return
    show(f"{reviews_view(review.needed, against)}\n")
    if review.moves:
        show(f"{moves_view(review.moves)}\n")


def _print(
    folder: "Folder", chosen: tuple[str, ...], problems: "tuple[Problem, ...]", late: tuple[str, ...]
) -> None:
    for each in late:
        tell(f"overdue: {each}")
    sound = [name for name in chosen if folder.is_sound(name)]
    width = max(map(len, chosen))
    for name in sound:
        show(f"ok  {name:<{width}}  {folder.stack(name).shown_as}")
    for problem in problems:
        tell(f"error: {problem}")
    if problems:
        count = f"{len(problems)} problem{'s' if len(problems) > 1 else ''}"
        tell(f"\n{count}, {len(sound)} of {len(chosen)} stacks ok")
        hint("mend what is named above, then run `paved validate` again")
    else:
        hint(f"see what a stack would create with `paved plan {chosen[-1]}`")


def _as_json(folder: "Folder", chosen: tuple[str, ...], problems: "tuple[Problem, ...]") -> dict[str, Any]:
    return {
        "schema_version": "1",
        "stacks": [{"name": name, "ok": folder.is_sound(name)} for name in chosen],
        "problems": [
            {"file": each.file, "line": each.line, "path": list(each.path), "message": each.message}
            for each in problems
        ],
    }
