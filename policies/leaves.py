"""The texts in a resource's properties, wherever they stand."""

from typing import Any, NamedTuple

from reference.vocabulary import UNKNOWN

STATEMENTS = '"Statement"'
NO_TEXTS = frozenset({bool, int, float, type(None)})
Way = tuple[Any, ...]
"""The way to a value: the way to what holds it, and its key or index there."""


class PropertyText(NamedTuple):
    """One text, or one value that is not known, and the key that it stands under."""

    raw: Any
    key: str
    way: Way

    @property
    def path(self) -> str:
        """The path of the value, as `rules[0].region`."""
        parts: list[str] = []
        way = self.way
        while way:
            way, step = way
            parts.append(f"[{step}]" if isinstance(step, int) else f".{step}")
        return "".join(reversed(parts)).lstrip(".")


def leaves(raw: Any, key: str = "") -> list[PropertyText]:
    """Each text and each unknown below a value, which stands under `key`. Policy documents are left out."""
    found: list[PropertyText] = []
    _collect(raw, key, ((), key) if key else (), found)
    return found


def _collect(raw: Any, key: str, way: Way, found: list[PropertyText]) -> None:
    # Into one list: a chain of generators costs more than the rest of the rule that reads every text of a plan.
    if isinstance(raw, str):
        if STATEMENTS not in raw:
            found.append(PropertyText(raw, key, way))
    elif isinstance(raw, dict):
        if "Statement" not in raw:
            for name, item in raw.items():
                if item.__class__ not in NO_TEXTS:
                    _collect(item, name, (way, name), found)
    elif isinstance(raw, list | tuple):
        for index, item in enumerate(raw):
            if item.__class__ not in NO_TEXTS:
                _collect(item, key, (way, index), found)
    elif raw is UNKNOWN:
        found.append(PropertyText(raw, key, way))
