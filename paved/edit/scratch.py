"""Copies of a folder of stack files in which a change is tried, and their problems in the folder's own words."""

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from paved.errors import BadInput
from policies.settings import FILE as POLICY_FILE
from reference.vocabulary import CONFIG_PREFIX
from stacks.reading.loader import display
from stacks.reading.problems import Problem

STACK_FILE = re.compile(r"pulumi\..+\.ya?ml", re.IGNORECASE)


@contextmanager
def folder_with(folder: Path, texts: Mapping[str, str | None]) -> Iterator[Path]:
    """A copy of a folder in which some files have other texts, are new or, with None, gone. Raises BadInput."""
    with TemporaryDirectory(prefix="paved-") as made:
        copy = Path(made)
        try:
            for path in sorted(folder.iterdir()):
                if path.name == POLICY_FILE or STACK_FILE.fullmatch(path.name):
                    _copy(path, copy)
            for name, text in texts.items():
                (copy / name).unlink(missing_ok=True)
                if text is not None:
                    (copy / name).write_text(text, encoding="utf-8", newline="\n")
        except (OSError, shutil.Error) as error:
            raise BadInput(f"`{display(folder)}` cannot be copied: {error}") from error
        yield copy


def sections_text(sections: Mapping[str, Any]) -> str:
    """Sections of a stack as the text of a file that a copy holds; nobody reads it but the loader."""
    config = {f"{CONFIG_PREFIX}{name}": value for name, value in sections.items()}
    # JSON is YAML in which every text is in quotes.
    return json.dumps({"config": config}, indent=1)


def in_folder(problem: Problem, copy: Path, folder: Path) -> Problem:
    """A problem of a copy, at the file of the folder."""
    shown, own = display(copy), display(folder)
    moved = problem.file.replace(shown, own, 1) if problem.file else None
    return replace(problem, file=moved, message=problem.message.replace(shown, own))


def _copy(path: Path, into: Path) -> None:
    # A link stays one: where it leads is judged in the copy as in the folder.
    if path.is_symlink() or path.is_file():
        shutil.copy(path, into / path.name, follow_symlinks=False)
