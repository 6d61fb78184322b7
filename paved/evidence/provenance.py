"""Where a plan comes from: the revision of the files, and the versions of what read them."""

import platform
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from paved.git import GitFailed, git

PACKAGES = ("botocore", "moto", "pulumi", "pulumi-aws", "pulumi-kubernetes", "pulumi-policy", "pydantic")


def tools() -> dict[str, str]:
    """The version of Python and of each library that decides what is planned or judged."""
    return {"python": platform.python_version(), **{name: _version(name) for name in PACKAGES}}


def revision(folder: Path) -> Mapping[str, Any]:
    """The git commit that a folder stands at, and which tracked or new files differ from it.

    Where there is no repository or no git, the commit is None.
    """
    try:
        commit = git(folder, "rev-parse", "HEAD").decode().strip()
        status = git(folder, "status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames", ":/")
    except GitFailed:
        return {"commit": None, "changed": []}
    entries = status.decode(errors="surrogateescape").split("\0")
    return {"commit": commit, "changed": sorted(entry[3:] for entry in entries if entry)}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "absent"
