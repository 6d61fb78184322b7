"""Plans of earlier commands, kept by the digest of everything they depend on (docs/decisions/0014)."""

import gzip
import hashlib
import json
import os
import tempfile
import zlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import paved
from paved.plan.model import Plan
from paved.plan.plan_text import HoldsSecret, plan_of, plan_text
from paved.plan.program_digest import ROOT, program_state

MOST_BYTES = 64 * 2**20
"""Of all plans together; the one that was read longest ago goes first."""

COARSEST_CLOCK = 2
"""Seconds: file systems round the time of a change, some to this."""


class PlanCache:
    """A folder of plans. No entry is ever changed, so any number of commands may share it.

    A folder or file that cannot be read or written costs the time of planning anew and no more.
    """

    def __init__(self, folder: Path, root: Path = ROOT, imported_at: float = paved.IMPORTED_AT):
        """Keep plans of the program below `root` in `folder`, which is made when it is needed.

        `imported_at` is a moment before this process imported the program. Raises OSError for a program that
        cannot be read.
        """
        self._folder = folder
        self._root = root
        self._imported_at = imported_at
        self._program = program_state(root)

    def key(self, stack: str, config: Mapping[str, str], base: str | Mapping[str, Any] | None) -> str:
        """The digest of all that a plan depends on. `base` is the key, or the deployed outputs, of the stack below."""
        inputs = [self._program.digest, stack, config, base]
        return hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()

    def find(self, key: str) -> Plan | None:
        """The plan of a key; None where none is kept, or what is kept is damaged."""
        path = self._path(key)
        try:
            if not _is_private(self._folder):
                return None
            plan = plan_of(gzip.decompress(path.read_bytes()).decode())
        except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError):
            return None
        with suppress(OSError):
            os.utime(path)
        return plan

    def keep(self, key: str, plan: Plan) -> None:
        """Keep a plan, unless it holds a secret or the program changed while it ran."""
        try:
            if not self._is_settled():
                return
            self._write(key, gzip.compress(plan_text(plan).encode(), compresslevel=1, mtime=0))
            self._make_room()
        except (HoldsSecret, OSError):
            return

    def _is_settled(self) -> bool:
        """Whether the code that ran is the code that the key names: none changed since this process began."""
        now = program_state(self._root)
        return now == self._program and now.changed_at < self._imported_at - COARSEST_CLOCK

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.json.gz"

    def _write(self, key: str, data: bytes) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not _is_private(self._folder):
            return
        building: Path | None = None
        try:
            with tempfile.NamedTemporaryFile(dir=self._folder, delete=False) as file:
                building = Path(file.name)
                file.write(data)
            building.replace(self._path(key))
        finally:
            if building:
                building.unlink(missing_ok=True)

    def _make_room(self) -> None:
        entries = [(entry.stat(), entry.path) for entry in os.scandir(self._folder)]
        entries.sort(key=lambda entry: entry[0].st_mtime)
        size = sum(status.st_size for status, _ in entries)
        for status, path in entries:
            if size <= MOST_BYTES:
                return
            Path(path).unlink(missing_ok=True)  # another command may have been first
            size -= status.st_size


def plans_folder() -> Path | None:
    """The folder of this user's plans, outside of any project; None for a user without a home."""
    if base := os.environ.get("XDG_CACHE_HOME"):
        return Path(base) / "paved" / "plans"
    with suppress(RuntimeError):
        return Path.home() / ".cache" / "paved" / "plans"
    return None


def _is_private(folder: Path) -> bool:
    """Whether nobody else may write to a folder: a plan decides what the policies judge."""
    status = folder.stat()
    return status.st_uid == os.getuid() and not status.st_mode & 0o022
