"""Write a file in each directory of the command line, read it back and remove it. Fails where any of it does."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

CONTENT = b"written by accept-storage\n" * 4096
"""About 100 KB: more than what a directory's own inode could hold."""


def main(directories: list[str]) -> int:
    """Try every directory. Returns an exit code."""
    complaints = [complaint for each in directories if (complaint := tried(Path(each)))]
    for each in complaints:
        sys.stderr.write(f"{each}\n")
    sys.stdout.write(f"{len(directories) - len(complaints)} of {len(directories)} directories take files\n")
    return 1 if complaints or not directories else 0


def tried(directory: Path) -> str | None:
    """The reason why a directory takes no files of this user; None where it does."""
    try:
        written(directory / f".accept-storage-{os.uname().nodename}-{os.getpid()}")
    except OSError as error:
        return f"{directory}: {error.strerror}, as {whoever()}; the directory is {described(directory)}"
    return None


def written(path: Path) -> None:
    """Write a file, read it back and remove it. Raises OSError for what fails, and for other content."""
    try:
        path.write_bytes(CONTENT)
        if path.read_bytes() != CONTENT:
            raise OSError(0, "what was read is not what was written")
    finally:
        path.unlink(missing_ok=True)


def whoever() -> str:
    """The user and the groups of this process."""
    groups = ",".join(map(str, sorted({os.getgid(), *os.getgroups()})))
    return f"user {os.getuid()} of groups {groups}"


def described(directory: Path) -> str:
    """The owner and the mode of a directory."""
    try:
        found = directory.stat()
    except OSError as error:
        return f"not to be looked at ({error.strerror})"
    return f"{found.st_uid}:{found.st_gid} with mode {stat.S_IMODE(found.st_mode):o}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
