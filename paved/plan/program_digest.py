"""The state of everything that plans depend on beside stack files: code, facts, packages, Python, environment."""

import hashlib
import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import stacks

ROOT = Path(stacks.__file__).parents[1]
CODE = ("components", "paved/plan", "paved/runtime", "pricing", "reference", "stacks")
"""The program, all that it may import by the layers of tests/structure, and what turns a run of it into a plan."""

ENVIRONMENT = ("AWS_DEFAULT_REGION", "AWS_REGION", "KUBECONFIG")
"""Variables that the SDKs' providers read where an input is left out, beside all of Pulumi's own."""

INSTALLED = (".dist-info", ".egg-info")
"""Folders of distributions, `name-version` before that."""


@dataclass(frozen=True, kw_only=True)
class ProgramState:
    """A digest of what plans depend on, and the moment at which a file of it last changed."""

    digest: str
    changed_at: float


def program_state(root: Path = ROOT) -> ProgramState:
    """The state of the program below `root` under this Python. Raises OSError for a file that cannot be read."""
    digest = hashlib.sha256()
    changed_at = 0.0
    for path in _files(root, CODE):
        # The time of the inode: unlike a file's own time, no tool can set it back.
        changed_at = max(changed_at, path.stat().st_ctime)
        digest.update(f"{path.relative_to(root)}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    digest.update(json.dumps([sys.version, _packages(), _environment()]).encode())
    return ProgramState(digest=digest.hexdigest(), changed_at=changed_at)


def code_digest(folders: Sequence[str], root: Path = ROOT) -> str:
    """The SHA-256 of all that some folders of the program hold. Raises OSError for a file that cannot be read."""
    digest = hashlib.sha256()
    for path in _files(root, folders):
        digest.update(f"{path.relative_to(root)}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


def _files(root: Path, folders: Sequence[str]) -> Iterator[Path]:
    for name in folders:
        for folder, below, files in os.walk(root / name):
            below[:] = sorted(set(below) - {"__pycache__"})
            paths = [Path(folder, file) for file in sorted(files)]
            # A user's stack files lie beside the code that reads them: each plan depends on its own, not on all.
            yield from (path for path in paths if name != "stacks" or path.suffix == ".py")


def _packages() -> list[str]:
    """The installed distributions by name and version."""
    found: set[str] = set()
    for folder in sys.path:
        if Path(folder).is_dir():
            # Of `importlib.metadata` the versions alone take 0.1 s.
            found.update(path.name for path in Path(folder).iterdir() if path.suffix in INSTALLED)
    return sorted(found)


def _environment() -> list[tuple[str, str]]:
    names = [name for name in os.environ if name.startswith("PULUMI_") or name in ENVIRONMENT]
    return [(name, os.environ[name]) for name in sorted(names)]
