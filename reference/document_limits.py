"""The published limits of documents that services take: their size, and the number of things in them."""

import csv
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, kw_only=True)
class DocumentLimit:
    """One row of `document_limits.csv`. The document is `property`, a dotted path, of a resource of `kind`.

    `together_by` names the property by which documents are counted together, such as the role of inline policies; it
    is empty where each is counted alone. `measure` is the unit of `maximum`.
    """

    kind: str
    property: str
    measure: str
    maximum: int
    together_by: str
    source: str
    as_of: date


def document_limits(kind: str) -> Sequence[DocumentLimit]:
    """The limits of the documents of one kind of resource."""
    return _limits().get(kind, ())


def limited_kinds() -> tuple[str, ...]:
    """The kinds with a document of which a limit is published, in order."""
    return tuple(sorted(_limits()))


@cache
def _limits() -> Mapping[str, Sequence[DocumentLimit]]:
    text = (files("reference") / "data" / "document_limits.csv").read_text(encoding="utf-8")
    found: dict[str, list[DocumentLimit]] = defaultdict(list)
    for row in csv.DictReader(text.splitlines()):
        found[row["kind"]].append(_row(row))
    return found


def _row(row: Mapping[str, str]) -> DocumentLimit:
    return DocumentLimit(
        kind=row["kind"],
        property=row["property"],
        measure=row["measure"],
        maximum=int(row["maximum"]),
        together_by=row["together_by"],
        source=row["source"],
        as_of=date.fromisoformat(row["as_of"]),
    )
