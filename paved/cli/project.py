"""The project's folder of stack files, the user's kept plans, and the options that verbs spell alike."""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from paved.cli.output import hint
from paved.errors import BadInput

if TYPE_CHECKING:
    from paved.plan.plan_cache import PlanCache

StacksDir = Annotated[
    Path | None,
    typer.Option(
        "--stacks", metavar="DIR", help="The folder of stack files; by default `stacks` of the project."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print data, with `schema_version`, instead of text.")]

NoCache = Annotated[
    bool,
    typer.Option(
        "--no-cache",
        envvar="PAVED_NO_CACHE",
        help="Plan anew, and neither read nor keep plans in the user's cache folder.",
    ),
]


Outputs = Annotated[
    list[str] | None,
    typer.Option(
        metavar="STACK=FILE",
        help="Take a referenced stack's outputs from a file (`pulumi stack output --json`) instead of its plan.",
        show_default=False,
    ),
]


def deployed_outputs(given: list[str]) -> dict[str, dict[str, Any]]:
    """The outputs of stacks by name, of files that are given as STACK=FILE. Raises BadInput."""
    from paved.files import read_json

    deployed: dict[str, dict[str, Any]] = {}
    for item in given:
        stack, separator, file = item.partition("=")
        if not separator or not stack or not file:
            raise BadInput(f"`--outputs` takes STACK=FILE, got `{item}`")
        data = read_json(Path(file))
        if not isinstance(data, dict):
            raise BadInput(f"`{file}` must hold a mapping of outputs, got {type(data).__name__}")
        deployed[stack] = data
    return deployed


def plan_cache(no_cache: bool) -> "PlanCache | None":
    """The user's plans of earlier commands; None where they are not to be used, or there is no place for them."""
    if no_cache:
        return None
    from paved.plan.plan_cache import PlanCache, plans_folder

    folder = plans_folder()
    with suppress(OSError):
        return PlanCache(folder) if folder else None
    return None


EXAMPLES = Path("examples", "organisation", "stacks")
"""The sample organisation of a checkout, which commands read until there is a stack file of its own."""
INIT = "`paved init` writes a foundation, a platform and a first team"


def stacks_dir(given: Path | None) -> Path:
    """The folder of stack files to read: the one given, the project's, or the examples where that has none yet.

    Raises BadInput when there is none.
    """
    found = given_or_own(given)
    examples = found.parent / EXAMPLES
    if given is None and not has_stacks(found) and examples.is_dir():
        hint(f"{found.name}/ has no stack file yet: read is {EXAMPLES.as_posix()}.\n{INIT}.")
        return examples
    return found


def given_or_own(given: Path | None) -> Path:
    """The folder of stack files given, or `stacks` beside the nearest Pulumi.yaml above.

    Raises BadInput when there is none.
    """
    if given is not None:
        if not given.is_dir():
            raise BadInput(f"`{given}` is not a folder of stack files")
        return given
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "Pulumi.yaml").is_file() and (folder / "stacks").is_dir():
            return folder / "stacks"
    raise BadInput(
        "no `stacks` folder with a Pulumi.yaml beside it, here or above",
        hint="change to the project's folder, or name the stack files with `--stacks DIR`",
    )


def stacks_to_change(given: Path | None) -> Path:
    """The folder of stack files to change or to add to. Raises BadInput for none, and for one without a stack yet."""
    found = given_or_own(given)
    if not has_stacks(found):
        raise BadInput(
            f"{found.name}/ has no stack file yet", hint=f"{INIT}; `--dry-run` tries it on the examples"
        )
    return found


def has_stacks(folder: Path) -> bool:
    """Whether a folder has a stack file, whatever is in it."""
    return any(folder.glob("Pulumi.*.yaml"))
