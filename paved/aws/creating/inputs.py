"""The inputs of one resource, which record the values that a call has carried."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from paved.runtime.values import Secret


class Inputs:
    """A mapping of inputs. Only the values that a creator takes, leaf by leaf, count as mapped.

    `path` leads to the mapping from the resource, with indices; `plain_path` is the same without them.
    """

    def __init__(self, values: Mapping[str, Any], path: str = "", plain_path: str = ""):
        self.path = path
        self.plain_path = plain_path
        self._values = {key: revealed(value) for key, value in values.items() if value is not None}
        self._taken: set[str] = set()
        self._blocks: dict[str, list[Inputs]] = {}

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def is_nested(self, key: str) -> bool:
        """Whether the value holds mappings, so that it has to be read block by block."""
        value = self._values.get(key)
        return isinstance(value, Mapping) or (
            isinstance(value, list) and any(isinstance(item, Mapping) for item in value)
        )

    def take(self, key: str, default: Any = None) -> Any:
        """A scalar or a list of scalars. Raises TypeError for a nested value, which must not be taken whole."""
        if self.is_nested(key):
            raise TypeError(f"`{self.path_of(key)}` is nested: take it block by block")
        self._taken.add(key)
        return self._values.get(key, default)

    def take_map(self, key: str) -> dict[str, Any] | None:
        """A map whose keys are the user's own, such as tags or labels."""
        value = self._values.get(key)
        self._taken.add(key)
        if value is None:
            return None
        if not isinstance(value, Mapping) or any(isinstance(item, Mapping | list) for item in value.values()):
            raise TypeError(f"`{self.path_of(key)}` is not a map of scalars")
        return dict(value)

    def block(self, key: str) -> "Inputs | None":
        """A nested mapping."""
        blocks = self.blocks(key)
        if len(blocks) > 1:
            raise TypeError(f"`{self.path_of(key)}` is a list: take it with `blocks`")
        return blocks[0] if blocks else None

    def blocks(self, key: str) -> "list[Inputs]":
        """The nested mappings of a list; a single mapping is a list of one."""
        if key not in self._blocks:
            self._taken.add(key)
            self._blocks[key] = list(self._new_blocks(key))
        return self._blocks[key]

    def leave_to_provider(self, *keys: str) -> None:
        """Settings that steer the provider itself, such as `forceDestroy`: no API call carries them."""
        for key in keys:
            self.take(key)

    def unmapped(self) -> Iterator[str]:
        """The paths of everything that was not taken."""
        for key in sorted(self._values):
            if key not in self._taken:
                yield from _leaves(self._values[key], self.path_of(key))
            for block in self._blocks.get(key, ()):
                yield from block.unmapped()

    def path_of(self, key: str) -> str:
        """The path of an input from the resource."""
        return f"{self.path}.{key}" if self.path else key

    def plain_path_of(self, key: str) -> str:
        """The path of an input from the resource, without the indices of lists."""
        return f"{self.plain_path}.{key}" if self.plain_path else key

    def _new_blocks(self, key: str) -> "Iterator[Inputs]":
        value = self._values.get(key)
        if isinstance(value, Mapping):
            yield Inputs(value, self.path_of(key), self.plain_path_of(key))
            return
        for index, item in enumerate(value or ()):
            yield Inputs(item, f"{self.path_of(key)}[{index}]", self.plain_path_of(key))


def _leaves(value: Any, path: str) -> Iterator[str]:
    items: Iterable[tuple[str, Any]]
    match value:
        case Mapping() if value:
            items = ((f"{path}.{key}", item) for key, item in sorted(value.items()))
        case list() if any(isinstance(item, Mapping) for item in value):
            items = ((f"{path}[{index}]", item) for index, item in enumerate(value))
        case _:
            yield path
            return
    for where, item in items:
        yield from _leaves(item, where)


def revealed(value: Any) -> Any:
    """A value with its secrets laid open, as the provider sees it, and without what is None."""
    match value:
        case Secret():
            return revealed(value.value)
        case Mapping():
            return {key: revealed(item) for key, item in value.items() if item is not None}
        case list() | tuple():
            return [revealed(item) for item in value]
        case _:
            return value
