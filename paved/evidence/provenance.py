"""Where a plan comes from: the revision of the files, and the versions of what read them."""

import platform
import subprocess
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

PACKAGES = ("botocore", "moto", "pulumi", "pulumi-aws", "pulumi-kubernetes", "pulumi-policy", "pydantic")


def tools() -> dict[str, str]:
    """The version of Python and of each library that decides what is planned or judged."""
    return {"python": platform.python_version(), **{name: _version(name) for name in PACKAGES}}


def revision(folder: Path) -> Mapping[str, Any]:
    """The git commit that a folder stands at, and which tracked or new files differ from it.

    Where there is no repository or no git, the commit is None.
    """
    commit = _git(folder, "rev-parse", "HEAD")
    if commit is None:
        return {"commit": None, "changed": []}
    status = _git(folder, "status", "--porcelain=v1", "--untracked-files=all", "--no-renames", ":/") or ""
    return {"commit": commit.strip(), "changed": sorted(line[3:] for line in status.splitlines())}


def _git(folder: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False
        )
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "absent"
