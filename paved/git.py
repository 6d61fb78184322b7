"""Questions to git about the folder of stack files. Nothing is written, not even git's own index."""

import os
import subprocess
from pathlib import Path

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
