"""`paved codeowners`: who reviews which stack file, for GitHub and GitLab."""

from pathlib import Path

from paved.cli.output import hint, show
from paved.cli.project import StacksDir, stacks_dir
from paved.errors import BadInput


def codeowners(stacks: StacksDir = None) -> int:
    """Print CODEOWNERS of the stack files, made from the registers of the foundations."""
    from paved.review.codeowners import codeowners as lines_of
    from stacks.checks.folder import Folder
    from stacks.reading.problems import ConfigError

    path = stacks_dir(stacks)
    folder = Folder.read(path)
    if folder.problems:
        # A file that cannot be read would lose its line, and fall to whoever owns everything.
        raise ConfigError(folder.problems)
    lines = lines_of(folder.organisation, _in_repository(path))
    if not lines:
        raise BadInput(
            "no foundation has a register",
            hint="write `paved:organisation` into a foundation's file: mail domains, reviewers and teams",
        )
    show("\n".join(lines))
    hint("write these lines at the end of CODEOWNERS: the last line that matches a file wins")
    return 0


def _in_repository(folder: Path) -> str:
    """The path of a folder from the top of its repository; its name, where it is in none yet."""
    from paved.git import GitFailed, toplevel

    whole = folder.resolve()
    try:
        return whole.relative_to(toplevel(folder)).as_posix()
    except GitFailed:
        return whole.name
