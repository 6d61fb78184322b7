"""Questions to git about the folder of stack files. Nothing is written, not even git's own index."""

import io
import os
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from paved.errors import BadInput

PATIENCE_SECONDS = 60


class GitFailed(Exception):
    """git is not there or refused. The message is the last line that it printed."""


def git(folder: Path, *arguments: str) -> bytes:
    """The output of git in a folder. Raises GitFailed."""
    command = ["git", "-C", str(folder), *arguments]
    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0"}
    try:
        done = subprocess.run(
            command, capture_output=True, check=False, timeout=PATIENCE_SECONDS, env=environment
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise GitFailed(f"git cannot be run: {error}") from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise GitFailed(said[-1] if said else f"git ended with {done.returncode}")
    return done.stdout


def toplevel(folder: Path) -> Path:
    """The folder of the repository that a folder is in. Raises GitFailed."""
    return Path(git(folder, "rev-parse", "--show-toplevel").decode().strip()).resolve()


@contextmanager
def stacks_at(revision: str, folder: Path) -> Iterator[Path]:
    """The stack files as they are at a git revision, in a folder that goes away. Raises BadInput for none."""
    if revision.startswith("-"):
        raise BadInput(f"`{revision}` is no git revision")
    try:
        top = toplevel(folder)
        inside = folder.resolve().relative_to(top)
        archive = git(top, "archive", "--format=tar", revision, "--", str(inside))
    except GitFailed as error:
        raise BadInput(
            f"git has no such stack files: {error}",
            hint="`--against` takes a git revision; that of `paved cost` also a file of `paved plan STACK --json`",
        ) from error
    with TemporaryDirectory(prefix="paved-") as made:
        _unpack(archive, Path(made), revision)
        yield Path(made) / inside


def files_changed(folder: Path, revision: str, until: str | None) -> int:
    """The number of files outside a folder that differ between a git revision and another, or the working tree.

    Raises BadInput where git cannot tell.
    """
    try:
        top = toplevel(folder)
        inside = folder.resolve().relative_to(top)
        revisions = [revision] if until is None else [revision, until]
        # Without renames: a file that was moved out of the folder is one outside.
        names = git(top, "diff", "--name-only", "--no-renames", "-z", *revisions, "--", ".", f":!{inside}")
    except GitFailed as error:
        raise BadInput(f"git cannot compare `{revision}` with the stack files: {error}") from error
    return names.count(b"\0")


def _unpack(archive: bytes, into: Path, revision: str) -> None:
    try:
        with tarfile.open(fileobj=io.BytesIO(archive)) as files:
            files.extractall(into, filter="data")
    except tarfile.TarError as error:  # a link that leads out of the folder
        raise BadInput(f"the stack files at {revision} cannot be unpacked: {error}") from error
