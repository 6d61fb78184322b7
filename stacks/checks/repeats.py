"""Finding what stands in a list twice."""

from collections.abc import Iterable, Iterator

from stacks.reading.problems import Problem, at


def repeats(items: Iterable[str], *path: str | int, key: str | None = None) -> Iterator[Problem]:
    """A problem for every item that stands earlier in the list at `path`, whatever its case.

    With `key` the items are mappings, told apart by the value of that key.
    """
    seen: dict[str, int] = {}
    for position, item in enumerate(items):
        first = seen.setdefault(item.casefold(), position)
        if first != position:
            steps = (*path, position) if key is None else (*path, position, key)
            yield at(*steps, says=f"is `{item}`, as entry {first + 1} of the list is: keep one")
