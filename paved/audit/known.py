"""`stacks/audit.yaml`: what an account has beside the plans, and who answers for it."""

from collections.abc import Iterable, Sequence
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from paved.aws.reading.facts import Difference
from paved.errors import BadInput
from policies.settings import UniqueKeyLoader

FILE = "audit.yaml"


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Known(_Section):
    """One thing, or all whose name begins alike, that no plan has and somebody answers for."""

    what: Annotated[
        str,
        Field(
            pattern=r"^[^*?\[\]]{8,}\*?$",
            description="an ARN, or its beginning of 8 characters or more and `*`",
        ),
    ]
    owner: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", description="the team that answers for it")]
    reason: Annotated[str, Field(min_length=20, description="why, in a sentence of at least 20 characters")]
    expires: Annotated[date, Field(description="the last day it holds, as YYYY-MM-DD")]


class KnownFile(_Section):
    """The whole file."""

    schema_version: Literal[1] = 1
    known: Annotated[tuple[Known, ...], Field(strict=False)] = ()


def read_known(folder: Path, day: date) -> tuple[Known, ...]:
    """The entries of a folder's file that hold on a day; none without a file. Raises BadInput for a mistake in it."""
    path = folder / FILE
    if not path.exists() and not path.is_symlink():
        return ()
    try:
        data: Any = yaml.load(path.read_text(encoding="utf-8"), Loader=UniqueKeyLoader)
        file = KnownFile.model_validate(data if data is not None else {})
    except ValidationError as error:
        mistakes = [f"`{'.'.join(map(str, each['loc']))}`: {each['msg']}" for each in error.errors()]
        raise BadInput(f"{FILE}: {'; '.join(mistakes)}") from None
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        raise BadInput(f"{FILE} cannot be read: {' '.join(str(error).split())}") from None
    # What has ended is told again, as if nobody had ever answered for it.
    return tuple(each for each in file.known if each.expires >= day)


def apart(differences: Sequence[Difference], known: Iterable[Known]) -> tuple[int, list[Difference]]:
    """Split differences: the number that somebody answers for, and those that nobody does.

    What is missing or changed is never one of the first: the plan says how it has to be.
    """
    patterns = [each.what for each in known]
    left = [each for each in differences if not _is_known(each, patterns)]
    return len(differences) - len(left), left


def _is_known(difference: Difference, patterns: Iterable[str]) -> bool:
    if difference.kind not in ("beside", "extra"):
        return False
    names = [difference.address, difference.found or ""]
    return any(fnmatchcase(name, pattern) for pattern in patterns for name in names)
