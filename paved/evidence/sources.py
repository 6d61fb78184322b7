"""The texts that a bundle is made from: the stack files of a folder and its policy file, as of a day."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from paved.files import write_files
from policies.settings import FILE as POLICY_FILE
from stacks.checks.folder import Folder
from stacks.reading.credentials import credential_lines
from stacks.reading.file_text import read_text, refused
from stacks.reading.loader import display
from stacks.reading.parse import CREDENTIAL
from stacks.reading.problems import ConfigError, file_name

FOLDER = "stacks/"
"""The place of the texts in a bundle."""
NAME = re.compile(r"(Pulumi\.[A-Za-z0-9][A-Za-z0-9._-]{0,199}\.yaml|policy\.yaml)", re.ASCII)
LEFT_OUT = "# This file holds mistakes, and is left out.\n"
"""The text of a file with a mistake in itself: the mistake may be a credential."""


@dataclass(frozen=True, kw_only=True)
class SourceTexts:
    """The stack that evidence is of, its day, and the texts of its folder by file name."""

    stack: str
    as_of: date
    texts: Mapping[str, str]

    @contextmanager
    def folder(self) -> Iterator[Path]:
        """The texts as a folder, which goes away."""
        with TemporaryDirectory(prefix="paved-") as made:
            write_files(Path(made), self.texts)
            yield Path(made)

    def bundled(self) -> dict[str, str]:
        """The texts by their places in a bundle."""
        return {f"{FOLDER}{name}": text for name, text in sorted(self.texts.items())}


def source_texts(folder: Path, stack: str, as_of: date) -> SourceTexts:
    """Read the texts of a folder.

    Every stack file belongs to them: budgets, shares and grants of one stack go by the others. Raises ConfigError for
    a mistake in the stack's own file or in one that it stands on.
    """
    read = Folder.read(folder, as_of)
    read.checked(stack)
    texts = {file_name(name): _text(read, folder, name) for name in read.names}
    policy = folder / POLICY_FILE
    if policy.exists() or policy.is_symlink():
        texts[POLICY_FILE] = _policy_text(policy)
    return SourceTexts(
        stack=stack, as_of=as_of, texts={name: texts[name] for name in texts if is_source(name)}
    )


def is_source(name: str) -> bool:
    """Whether a file name is one that a folder of stack files has."""
    return NAME.fullmatch(name) is not None


def _policy_text(path: Path) -> str:
    text = read_text(path, display(path))
    # A stack file with a credential is a mistake wherever it is read; of this one only the YAML is.
    if lines := list(credential_lines(text)):
        raise refused(display(path), CREDENTIAL, line=lines[0])
    return text


def _text(read: Folder, folder: Path, name: str) -> str:
    try:
        read.stack(name)
    except ConfigError:
        return LEFT_OUT
    path = folder / file_name(name)
    return read_text(path, display(path))
