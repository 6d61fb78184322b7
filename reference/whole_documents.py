"""Settings that a service keeps as one document, and the resources that write them."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Literal

Per = Literal["thing", "region", "account"]


@dataclass(frozen=True, kw_only=True)
class Writer:
    """A type that writes a document, or with `whole` false an entry of it.

    `key` is the property that names what the document is of, None for the resource itself or its account. It writes
    only where the property `given` is there, and where properties have the values of `where`.
    """

    type: str
    whole: bool
    key: str | None = None
    given: str | None = None
    where: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class WholeDocument:
    """One setting. There is one of each thing that a key names, `per` it, or one in a region or an account.

    `of` is the type of such a thing, where a stack may make it.
    """

    name: str
    per: Per
    of: str | None
    writers: tuple[Writer, ...]


@cache
def whole_documents() -> tuple[WholeDocument, ...]:
    """Every setting, in the order of the table."""
    rows = {name: row for name, row in _table().items() if name != "things"}
    return tuple(
        WholeDocument(name=name, per=row.get("per", "thing"), of=row.get("of"), writers=_writers(row))
        for name, row in rows.items()
    )


@cache
def named_things() -> Mapping[str, str]:
    """The types that others call by a name in plain text, each with the property that is it."""
    things: dict[str, str] = _table()["things"]
    return things


@cache
def _table() -> dict[str, dict[str, Any]]:
    return tomllib.loads((files("reference") / "data" / "whole_documents.toml").read_text(encoding="utf-8"))


def _writers(row: dict[str, Any]) -> tuple[Writer, ...]:
    whole = [Writer(whole=True, **each) for each in row["whole"]]
    return (*whole, *(Writer(whole=False, **each) for each in row.get("part", ())))
