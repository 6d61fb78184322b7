"""Models of the organisation: their share on the paved road, and the releases of those that are on it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from paved.errors import BadInput
from paved.files import read_json
from paved.operations.csv_rows import TableRow, read_table
from paved.operations.organisation import OrganisationFacts
from paved.operations.period import moment_of
from reference.vocabulary import CANDIDATES_FOLDER, LINEAGE_FOLDER, WORKING_FOLDERS
from stacks.reading.problems import shown

MODEL_COLUMNS = ("model", "team", "endpoint")
UNPROMOTED = (*WORKING_FOLDERS, LINEAGE_FOLDER)
"""The folders of a bucket of models in which nothing serves, as `models.py` of a promotion knows them."""
RECORDS = f"{LINEAGE_FOLDER}/{CANDIDATES_FOLDER}/"


@dataclass(frozen=True, kw_only=True)
class ListedModel:
    """A model of the organisation; `endpoint` is where it serves on the paved road, or empty."""

    model: str
    team: str
    endpoint: str


@dataclass(frozen=True, kw_only=True)
class ModelRelease:
    """A version of a model that was proposed or promoted in a stack."""

    stack: str
    name: str
    moment: datetime
    is_promoted: bool


def read_models(path: Path, organisation: OrganisationFacts) -> tuple[ListedModel, ...]:
    """The models of `models.csv`, and the endpoints that it does not name. Raises BadInput for another file."""
    rows = read_table(path, MODEL_COLUMNS)
    found = [_listed(row, organisation) for row in rows]
    named = [model.endpoint for model in found if model.endpoint]
    twice = sorted({name for name in named if named.count(name) > 1})
    if twice:
        raise BadInput(f"`{path}`: {', '.join(twice)} serves several models; an endpoint serves one")
    for service, team in _endpoints(organisation):
        if service not in named:
            found.append(ListedModel(model=service, team=team, endpoint=service))
    return tuple(found)


def _listed(row: TableRow, organisation: OrganisationFacts) -> ListedModel:
    endpoint = row.cells["endpoint"]
    if endpoint and organisation.endpoint(endpoint) is None:
        raise BadInput(
            f"{row.where}: `endpoint` must be empty, or `<stack>.<endpoint>` of a stack file,"
            f" got `{shown(endpoint, limit=80)}`"
        )
    return ListedModel(model=row.text("model"), team=row.text("team"), endpoint=endpoint)


def _endpoints(organisation: OrganisationFacts) -> Iterable[tuple[str, str]]:
    for stack in organisation.stacks.values():
        for name in stack.tiers:
            yield f"{stack.name}.{name}", stack.team


def read_releases(path: Path, stack: str) -> tuple[ModelRelease, ...]:
    """The versions in a stack's bucket of models, as `aws s3api list-objects-v2` lists it.

    A record of a candidate is written once, when it is proposed; a version is promoted with its last file.
    """
    data = read_json(path)
    contents = data.get("Contents") if isinstance(data, dict) else None
    if not isinstance(contents, list) or not isinstance(data, dict):
        raise BadInput(f"`{path}` must have `Contents`, as `aws s3api list-objects-v2` prints it")
    if data.get("IsTruncated") is True or data.get("NextToken"):
        raise BadInput(f"`{path}` is one page of several: list the bucket without `--max-items`")
    proposed: dict[str, datetime] = {}
    promoted: dict[str, datetime] = {}
    for number, entry in enumerate(contents):
        key, moment = _object(f"`{path}`, object {number + 1}", entry)
        if key.startswith(RECORDS) and key.endswith(".json"):
            proposed[key.removeprefix(RECORDS).removesuffix(".json")] = moment
        elif key.split("/")[0] not in UNPROMOTED:
            promoted[key] = moment
    return (*_proposals(stack, proposed), *_promotions(stack, proposed, promoted))


def _proposals(stack: str, proposed: dict[str, datetime]) -> Iterable[ModelRelease]:
    for name, moment in proposed.items():
        yield ModelRelease(stack=stack, name=name, moment=moment, is_promoted=False)


def _promotions(
    stack: str, proposed: dict[str, datetime], promoted: dict[str, datetime]
) -> Iterable[ModelRelease]:
    """The candidates whose files are where endpoints load them from. What nobody proposed was not promoted."""
    for name in proposed:
        moments = [moment for key, moment in promoted.items() if key.startswith(f"{name}/")]
        if moments:
            yield ModelRelease(stack=stack, name=name, moment=max(moments), is_promoted=True)


def _object(where: str, entry: Any) -> tuple[str, datetime]:
    key = entry.get("Key") if isinstance(entry, dict) else None
    if not isinstance(key, str):
        raise BadInput(f"{where}: must have a `Key`")
    return key, moment_of(where, entry, "LastModified")


def on_the_road(models: Sequence[ListedModel]) -> int:
    """The number of models that serve from an endpoint of a stack file."""
    return sum(1 for model in models if model.endpoint)
