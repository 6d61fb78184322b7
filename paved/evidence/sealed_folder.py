"""A folder that was sealed: what is in it, and whether it is what was sealed."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from paved.errors import BadInput, Refused
from paved.evidence.bundle import CONFIG, DERIVED, EVIDENCE, GIVEN, PLAN
from paved.evidence.chain import MANIFEST, SCHEMA_VERSION, ChainLink, chain_problems, manifest
from paved.evidence.sources import FOLDER, is_source
from paved.evidence.statement import ATTACHED, STATEMENT, statement
from stacks.reading.problems import file_name

UNREADABLE = "is not a bundle of `paved evidence`"
OTHERS = {
    "export": r"config\.json|manifest\.json|retention\.json|objects-[a-z0-9.-]+\.csv",
    "bill": r"config\.json|bill\.(json|txt|html)",
}
"""The files of the bundles that `paved offboard` writes, by kind."""


@dataclass(frozen=True, kw_only=True)
class SealedFolder:
    """The bytes of a bundle, read once: manifest, the files that it names, and those that stand beside the chain."""

    stated: Mapping[str, Any]
    files: Mapping[str, bytes]
    attached: Mapping[str, bytes]
    problems: tuple[str, ...]

    @property
    def kind(self) -> str:
        """The kind of the bundle."""
        return str(self.stated["kind"])

    @property
    def stack(self) -> str:
        """The stack that the bundle is of."""
        return str(self.stated["stack"])

    @property
    def head(self) -> str:
        """The digest that stands for the whole bundle."""
        return str(self.stated["head"])

    @property
    def region(self) -> str:
        """The region of the stack. Raises Refused where the bundle tells none."""
        try:
            return str(json.loads(self.data(CONFIG)["config"]["paved:account"])["region"])
        except (ValueError, KeyError, TypeError, RecursionError):
            raise Refused(f"`{CONFIG}` tells no region: it was changed") from None

    def data(self, name: str) -> Any:
        """The data of a JSON file. Raises ValueError or RecursionError for another."""
        return json.loads(self.files[name])


def read_sealed(folder: Path) -> SealedFolder:
    """Read a bundle, and find what is wrong with it as it stands.

    Raises BadInput for a folder that is no bundle, and Refused for a manifest or a file that cannot be read.
    """
    try:
        text = _manifest(folder)
        stated = json.loads(text)
        listed = [each["file"] for each in stated["files"]]
        _refuse_other_schema(stated)
        found, problems = _contents(folder, {*listed, *ATTACHED})
        attached = {name: found.pop(name) for name in ATTACHED if name in found}
        problems += chain_problems(stated, found)
        problems += _odd_names(stated["kind"], listed)
        if not problems and text.decode() != _as_written(stated):
            problems.append(f"`{MANIFEST}` is not as Paved writes it: it was changed")
        files = {**found, MANIFEST: text}
        if not problems:
            problems += _strange_parts(stated, files)
            problems += _other_statement(stated, files, attached)
        return SealedFolder(stated=stated, files=files, attached=attached, problems=tuple(problems))
    except OSError as error:
        raise BadInput(f"`{folder}` {UNREADABLE}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Refused(f"`{folder / MANIFEST}` was changed: it cannot be read") from error


def _manifest(folder: Path) -> bytes:
    path = folder / MANIFEST
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise Refused(f"`{path}` is no plain file")
    return path.read_bytes()


def _refuse_other_schema(stated: Mapping[str, Any]) -> None:
    if stated["schema_version"] != SCHEMA_VERSION:
        raise Refused(
            f"the bundle is of schema {str(stated['schema_version'])[:20]}, and this Paved reads {SCHEMA_VERSION}",
            hint="verify it with the Paved that wrote it, whose version its `tools.json` tells",
        )


def _contents(folder: Path, names: set[str]) -> tuple[dict[str, bytes], list[str]]:
    """The files of a folder by relative path, and what in it is none. What nobody named is not read."""
    found: dict[str, bytes] = {}
    problems: list[str] = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            # A link may lead to something else tomorrow.
            problems.append(f"`{name}` is no plain file")
        elif path.is_dir():
            if not any(each.startswith(f"{name}/") for each in names):
                problems.append(f"`{name}` is a folder that the manifest does not name")
        elif name in names:
            found[name] = path.read_bytes()
        elif name != MANIFEST:
            problems.append(f"`{name}` is not in the manifest")
    return found, problems


def _odd_names(kind: object, listed: list[str]) -> Iterator[str]:
    """The names in a manifest that a bundle of its kind has no file of, and those that stand there twice."""
    if kind != EVIDENCE and kind not in OTHERS:
        yield f"the manifest's `kind` is none that Paved writes: {str(kind)[:40]}"
        return
    for name in listed:
        if not _belongs(str(kind), name):
            yield f"`{name}` is no file of a bundle of {kind}: the manifest was changed"
    if len({name.casefold() for name in listed}) < len(listed):
        yield "a file stands twice in the manifest, or differs from another by case alone: it was changed"
    if kind == EVIDENCE and (lacking := sorted({*DERIVED, *GIVEN} - {*listed})):
        yield f"the manifest names no {', '.join(f'`{name}`' for name in lacking)}: it was changed"


def _belongs(kind: str, name: str) -> bool:
    if kind in OTHERS:
        return re.fullmatch(OTHERS[kind], name, re.ASCII) is not None
    return (
        name in DERIVED or name in GIVEN or (name.startswith(FOLDER) and is_source(name.removeprefix(FOLDER)))
    )


def _as_written(stated: Mapping[str, Any]) -> str:
    """The manifest as it is written: of a key that stands twice, readers believe one or the other."""
    return manifest(stated["kind"], stated["stack"], [ChainLink(**each) for each in stated["files"]])


def _strange_parts(stated: Mapping[str, Any], files: Mapping[str, bytes]) -> Iterator[str]:
    """The parts of a bundle that are of another stack than its manifest says."""
    stack = stated["stack"]
    for name in (CONFIG, PLAN):
        if name in files and (other := json.loads(files[name])["stack"]) != stack:
            yield f"`{name}` is of `{str(other)[:60]}`, the manifest of `{stack}`: they do not belong together"
    if stated["kind"] == EVIDENCE and f"{FOLDER}{file_name(stack)}" not in files:
        yield f"the bundle holds no stack file of `{stack}`"


def _other_statement(
    stated: Mapping[str, Any], files: Mapping[str, bytes], attached: Mapping[str, bytes]
) -> Iterator[str]:
    if attached.get(STATEMENT) != statement(stated, files).encode():
        yield f"`{STATEMENT}` is not the statement over this bundle: it is missing, or was changed"
