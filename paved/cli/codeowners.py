"""`paved codeowners`: who reviews which stack file, for GitHub and GitLab."""

from paved.cli.output import hint, show
from paved.cli.project import StacksDir, stacks_dir
from paved.errors import BadInput


def codeowners(stacks: StacksDir = None) -> int:
    """Print CODEOWNERS of the stack files, made from the registers of the foundations."""
    from paved.review.codeowners import codeowners as lines_of
    from stacks.checks.folder import Folder

    folder = stacks_dir(stacks)
    lines = lines_of(Folder.read(folder).organisation, folder.resolve().name)
    if not lines:
        raise BadInput(
            "no foundation has a register",
            hint="write `paved:organisation` into a foundation's file: mail domains, reviewers and teams",
        )
    show("\n".join(lines))
    hint("write these lines at the end of CODEOWNERS: the last line that matches a file wins")
    return 0
