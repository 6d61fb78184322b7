"""Property values that may be unknown, and truth in three values, so that no rule passes what it cannot see."""

from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from typing import Any, Final

from reference.vocabulary import UNKNOWN


class Missing(Enum):
    """The one value of a property that the resource does not set."""

    MISSING = "missing"


MISSING: Final = Missing.MISSING


class Undetermined(Exception):
    """A rule needs a value that is not known yet."""


class Truth(Enum):
    """Yes, no, or not to be known before `up`. An unsure one has no bool."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"

    @classmethod
    def of(cls, claim: "Truth | bool") -> "Truth":
        """A bool as a truth."""
        return claim if isinstance(claim, Truth) else cls.YES if claim else cls.NO

    def __bool__(self) -> bool:
        if self is Truth.UNSURE:
            # An `if` over it would pass or fail a rule by chance: the check ends as undetermined instead.
            raise Undetermined("a claim that cannot be told before `up`")
        return self is Truth.YES

    def __and__(self, other: "Truth | bool") -> "Truth":
        return all_of((self, other))

    def __or__(self, other: "Truth | bool") -> "Truth":
        return any_of((self, other))

    def __invert__(self) -> "Truth":
        return {Truth.YES: Truth.NO, Truth.NO: Truth.YES}.get(self, Truth.UNSURE)


def all_of(claims: Iterable[Truth | bool]) -> Truth:
    """Whether every claim holds: one that does not decides, whatever is unsure beside it."""
    answer = Truth.YES
    # No early return: a claim further on may raise Undetermined, which must not depend on the order of claims.
    for claim in claims:
        truth = Truth.of(claim)
        if truth is Truth.NO or answer is Truth.YES:
            answer = truth
    return answer


def any_of(claims: Iterable[Truth | bool]) -> Truth:
    """Whether a claim holds: one that does decides, whatever is unsure beside it."""
    answer = Truth.NO
    for claim in claims:
        truth = Truth.of(claim)
        if truth is Truth.YES or answer is Truth.NO:
            answer = truth
    return answer


class Value:
    """One property of a resource: known, unknown or missing, and where it stands."""

    # A report reads some ten thousand of these.
    __slots__ = ("is_set", "path", "raw")

    def __init__(self, raw: Any, path: str = "", *, is_set: bool = True):
        """`raw` is plain Python, in which UNKNOWN may stand anywhere. Below an unknown, nothing is known to be set."""
        self.raw = raw
        self.path = path
        self.is_set = is_set

    def at(self, path: str) -> "Value":
        """The property below, by a dotted path. Below an unknown everything is unknown."""
        value = self
        for key in path.split("."):
            value = value.key(key)
        return value

    def key(self, key: str) -> "Value":
        """The property called `key`, which may hold dots."""
        where = f"{self.path}.{key}" if self.path else key
        if self.raw is UNKNOWN:
            return Value(UNKNOWN, where, is_set=False)
        if isinstance(self.raw, Mapping):
            return Value(self.raw.get(key, MISSING), where)
        return Value(MISSING, where)

    def below(self, path: str) -> "Value":
        """The property at a path as it is shown, with places in lists: `spec.pools[0].image`."""
        value = self
        for key in path.replace("[", ".[").split("."):
            if key.startswith("["):
                items, place = value.items(), int(key.strip("[]"))
                value = items[place] if place < len(items) else Value(MISSING, path)
            elif key:
                value = value.key(key)
        return value

    @property
    def root(self) -> str:
        """The top-level property that the value is in: the engine records dependencies by that one."""
        return self.path.split(".")[0].split("[")[0]

    def items(self) -> list["Value"]:
        """The elements of a list, or one unknown element where the list is unknown. A single value is its own list."""
        if self.raw is MISSING or self.raw is None:
            return []
        if isinstance(self.raw, list | tuple):
            return [Value(item, f"{self.path}[{index}]") for index, item in enumerate(self.raw)]
        return [Value(UNKNOWN, self.path, is_set=False)] if self.raw is UNKNOWN else [self]

    def entries(self) -> list[tuple[str, "Value"]]:
        """The keys and values of a mapping. Raises Undetermined where the mapping is unknown."""
        if self.raw is UNKNOWN:
            raise Undetermined(self.path)
        return [(key, self.key(key)) for key in self.raw] if isinstance(self.raw, Mapping) else []

    def test(self, predicate: Callable[[Any], bool], *, missing: bool = False) -> Truth:
        """Whether a known value satisfies `predicate`; a missing one is `missing`."""
        if self.raw is UNKNOWN:
            return Truth.UNSURE
        if self.raw is MISSING or self.raw is None:
            return Truth.of(missing)
        return Truth.of(predicate(self.raw))

    def equals(self, expected: Any, *, missing: bool = False) -> Truth:
        """Whether the value is `expected`, of the same type; `"true"` is the boolean of some provider inputs."""
        return self.test(lambda raw: _same(raw, expected), missing=missing)

    def one_of(self, *expected: Any, missing: bool = False) -> Truth:
        """Whether the value is among `expected`."""
        return any_of(self.equals(each, missing=missing) for each in expected)

    def contains(self, item: Any) -> Truth:
        """Whether a list holds an item; one that is missing does not. Unknown elements may be it."""
        return any_of(each.equals(item) for each in self.items())

    @property
    def is_given(self) -> Truth:
        """Whether the resource sets the property, to something that is not empty, whatever that turns out to be."""
        if self.raw is UNKNOWN:
            # An output is set to something; what lies below an unknown may be left out altogether.
            return Truth.YES if self.is_set else Truth.UNSURE
        return Truth.of(self.raw not in (MISSING, None, "", [], {}))

    @property
    def is_absent(self) -> Truth:
        """Whether the property is left out or empty. An unknown may turn out to be empty."""
        return Truth.UNSURE if self.raw is UNKNOWN else ~self.is_given

    @property
    def is_known(self) -> bool:
        """Whether the value itself, not what lies in it, is known."""
        return self.raw is not UNKNOWN

    def plain(self, default: Any = None) -> Any:
        """The value as plain Python. Raises Undetermined where any part of it is unknown."""
        if _has_unknown(self.raw):
            raise Undetermined(self.path)
        return default if self.raw is MISSING or self.raw is None else self.raw

    def text(self) -> str:
        """The value as text, empty where there is none. Raises Undetermined."""
        return str(self.plain(""))

    def number(self, default: int = 0) -> int:
        """The value as a whole number, `default` where it is none. Raises Undetermined."""
        raw = self.plain(default)
        try:
            return int(raw)
        except (TypeError, ValueError):
            return default


def _same(raw: Any, expected: Any) -> bool:
    # In Python 1 == True, and a launch template of the provider says `encrypted: "true"`.
    if isinstance(expected, bool):
        return raw is expected or raw == str(expected).lower()
    return not isinstance(raw, bool) and bool(raw == expected)


def _has_unknown(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(_has_unknown(item) for item in value.values())
    if isinstance(value, list | tuple):
        return any(_has_unknown(item) for item in value)
    return value is UNKNOWN
