"""Questions to git about the folder of stack files. Nothing is written, not even git's own index."""

import io
import os
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from paved.errors import BadInput

PATIENCE_SECONDS = 60


class GitFailed(Exception):
    """git is not there or refused. The message is the last line that it printed."""


def git(folder: Path, *arguments: str, data: bytes | None = None) -> bytes:
    """The output of git in a folder, which reads `data`. Raises GitFailed."""
    command = ["git", "-C", str(folder), *arguments]
    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0"}
    try:
        done = subprocess.run(
            command,
            input=data,
            stdin=None if data is not None else subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=PATIENCE_SECONDS,
            env=environment,
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


@dataclass(frozen=True, kw_only=True)
class Revision:
    """A file as a commit left it: the day of the commit, its short name, and who wrote it."""

    commit: str
    day: str
    author: str
    text: bytes


def revisions(path: Path) -> list[Revision]:
    """The commits that changed a file, the newest first, under the names that it had before too. Raises GitFailed."""
    form = "--format=%x00%h%x00%cs%x00%an%x00"
    log = git(path.parent, "log", "--follow", form, "--name-only", "--", path.name).decode(errors="replace")
    fields = log.split("\0")[1:]
    commits = [fields[start : start + 4] for start in range(0, len(fields), 4)]
    places = [f"{commit}:{name.strip()}" for commit, _, _, name in commits]
    texts = _contents(path.parent, places)
    return [
        Revision(commit=commit, day=day, author=author, text=text)
        for (commit, day, author, _), text in zip(commits, texts, strict=True)
    ]


def _contents(folder: Path, places: list[str]) -> list[bytes]:
    """The contents of files at commits. One that a commit deleted has none."""
    asked = "".join(f"{place}\n" for place in places).encode()
    answer = io.BytesIO(git(folder, "cat-file", "--batch", data=asked))
    found: list[bytes] = []
    for _ in places:
        head = answer.readline().split()
        is_there = len(head) == 3 and head[1] == b"blob"
        found.append(answer.read(int(head[2])) if is_there else b"")
        if is_there:
            answer.readline()
    return found


def is_shallow(folder: Path) -> bool:
    """Whether a clone ends before the first commit. Raises GitFailed."""
    return git(folder, "rev-parse", "--is-shallow-repository").strip() == b"true"


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
