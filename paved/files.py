"""Writing files so that a reader never meets half of one, and reading those that a user names."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, NoReturn

from paved.errors import BadInput

MARKER = "render.json"
"""The file by which a folder is known to be an earlier rendering, and may be replaced."""
READABLE, PRIVATE = 0o644, 0o600
"""Modes of a file: for everybody to read, and for nobody but its owner."""


def read_json(path: Path) -> Any:
    """The data of a JSON file. Raises BadInput where it cannot be read or is not JSON."""
    try:
        return json.loads(path.read_text(encoding="utf-8"), parse_constant=_no_number)
    except OSError as error:
        raise BadInput(f"`{path}` cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise BadInput(f"`{path}` is not JSON: {error}") from error


def read_text(path: Path, *, encoding: str = "utf-8") -> str:
    """The text of a file. Raises BadInput where it cannot be read or is not UTF-8; `utf-8-sig` takes its mark off."""
    try:
        return path.read_text(encoding=encoding)
    except OSError as error:
        raise BadInput(f"`{path}` cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BadInput(f"`{path}` is not UTF-8 text") from error


def decimal_of(text: str) -> Decimal:
    """The number that a cell of a table holds; NaN for any other text."""
    # Decimal reads other scripts' digits and `1_000`, which no monitoring writes and no spreadsheet reads.
    try:
        return Decimal(text) if text.isascii() and "_" not in text else Decimal("NaN")
    except InvalidOperation:
        return Decimal("NaN")


def _no_number(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no number of JSON")


def write_text(path: Path, text: str, *, mode: int = READABLE) -> None:
    """Write a whole file or nothing. Raises BadInput when the place cannot be written."""
    with _built(path, text, mode) as building:
        building.replace(path)


def write_new(path: Path, text: str, *, mode: int = READABLE) -> None:
    """Write a whole file where there is none, or nothing. Raises BadInput for a place that is taken or not writable."""
    with _built(path, text, mode) as building:
        # A link to the whole file, which fails where something stands already: a rename would take its place.
        path.hardlink_to(building)


@contextmanager
def _built(path: Path, text: str, mode: int) -> Iterator[Path]:
    """A whole file beside a place, which goes away unless it is moved there. Raises BadInput where that cannot be."""
    building: Path | None = None
    try:
        with tempfile.NamedTemporaryFile(
            "w", dir=path.parent, prefix=f".{path.name}.", delete=False, encoding="utf-8", newline="\n"
        ) as file:
            building = Path(file.name)
            file.write(text)
        building.chmod(mode)
        yield building
    except FileExistsError as error:
        raise BadInput(f"`{path}` is there already, and is never overwritten") from error
    except OSError as error:
        raise BadInput(f"`{path}` cannot be written: {error.strerror}") from error
    finally:
        if building:
            building.unlink(missing_ok=True)


def write_files(folder: Path, files: Mapping[str, str]) -> None:
    """Write files into a folder beside what it holds, each of them whole.

    Raises BadInput where a place is taken or cannot be written, before the first file is in its place. A disk that
    fails from there on leaves those that came before.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        building = Path(tempfile.mkdtemp(dir=folder, prefix=".paved."))
    except OSError as error:
        raise BadInput(f"`{folder}` cannot be written: {error.strerror}") from error
    try:
        for name in files:
            if (folder / name).is_dir():
                raise BadInput(f"`{folder / name}` is a folder, a file is to be written there")
        for name, text in files.items():
            _write_below(building / name, text)
        for name in files:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
        for name in files:
            (building / name).replace(folder / name)
    except OSError as error:
        raise BadInput(f"`{folder}` cannot be written: {error.strerror}") from error
    finally:
        shutil.rmtree(building, ignore_errors=True)


def write_folder(folder: Path, files: Mapping[str, str], *, marker: str = MARKER) -> None:
    """Make `folder` hold exactly `files`, by relative path, or leave it as it was.

    `marker` is the file by which a folder of the same kind is known. Raises BadInput when the folder holds
    something else, or cannot be written.
    """
    try:
        _refuse_foreign(folder, marker)
        folder.parent.mkdir(parents=True, exist_ok=True)
        building = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
    except OSError as error:
        raise BadInput(f"`{folder}` cannot be written: {error.strerror}") from error
    try:
        for name, text in files.items():
            _write_below(building / name, text)
        building.chmod(0o755)
        _swap(building, folder)
    except OSError as error:
        raise BadInput(f"`{folder}` cannot be written: {error.strerror}") from error
    finally:
        shutil.rmtree(building, ignore_errors=True)


def _write_below(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def _swap(building: Path, folder: Path) -> None:
    """Put the new folder in place of the old, which is whole until then."""
    replaced = building.with_name(f"{building.name}.replaced")
    if folder.exists():
        folder.rename(replaced)
    try:
        building.rename(folder)
    except BaseException:
        if replaced.exists():
            replaced.rename(folder)
        raise
    shutil.rmtree(replaced, ignore_errors=True)


def _refuse_foreign(folder: Path, marker: str) -> None:
    # Not `resolve`, which raises for a circle of links.
    if os.path.realpath(folder) == os.path.realpath("."):
        raise BadInput(f"`{folder}` is the folder that this command runs in", hint="name a new folder")
    if folder.is_symlink():
        raise BadInput(f"`{folder}` is a symbolic link; name the folder itself")
    for place in (folder, *folder.parents):
        if place.exists() and not place.is_dir():
            raise BadInput(f"`{place}` is a file, a folder is needed")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / marker).is_file():
        raise BadInput(
            f"`{folder}` holds files that this command did not write",
            hint="name a new folder, or empty this one first",
        )
