"""`.ci/advisories.yaml`: the known vulnerabilities that somebody answers for, each until a day."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from paved.errors import BadInput

LONGEST_DAYS = 180
"""Days ahead that an advisory may be ignored for: nobody answers for anything for ever."""


class AdvisorySection(BaseModel):
    """A mapping of the file. Unknown keys and values of another type are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class IgnoredAdvisory(AdvisorySection):
    """One advisory of one package that a scan does not fail for, until and on the day it expires."""

    id: Annotated[str, Field(pattern=r"^(CVE|GHSA|PYSEC)-[0-9A-Za-z-]+$")]
    package: Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?$")]
    owner: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
    reason: Annotated[str, Field(min_length=20)]
    expires: date


class Advisories(AdvisorySection):
    """The whole file."""

    schema_version: Literal[1]
    ignored: Annotated[tuple[IgnoredAdvisory, ...], Field(strict=False)]


def read_advisories(path: Path) -> tuple[IgnoredAdvisory, ...]:
    """The entries of the file. Raises BadInput, which names every mistake."""
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path.name}: cannot be read: {error}") from None
    except yaml.YAMLError as error:
        raise BadInput(f"{path.name}: is not YAML: {' '.join(str(error).split())}") from None
    return parse_advisories(data, path.name)


def parse_advisories(data: Any, shown_as: str) -> tuple[IgnoredAdvisory, ...]:
    """The entries of the file's data. Raises BadInput, which names every mistake."""
    try:
        entries = Advisories.model_validate(data).ignored
    except ValidationError as error:
        problems = [f"{shown_as}: {_problem(each)}" for each in error.errors()]
        raise BadInput("\n".join(problems)) from None
    pairs = [(entry.id, entry.package) for entry in entries]
    if repeated := sorted({pair for pair in pairs if pairs.count(pair) > 1}):
        raise BadInput(f"{shown_as}: `{repeated[0][0]}` of {repeated[0][1]} stands twice")
    return entries


def _problem(error: Any) -> str:
    parts = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in error["loc"]]
    path = "".join(parts).lstrip(".")
    return f"`{path or 'the file'}`: {error['msg']}"
