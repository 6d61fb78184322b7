"""Property values that may be unknown, and truth in three values, so that no rule passes what it cannot see."""

from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from typing import Any, Final

from reference.vocabulary import UNKNOWN

SCALARS = frozenset({bool, float, int, str, type(None)})
"""Classes of values that hold no others, and are known."""
HOLDERS = (dict, list, tuple, Mapping)
"""Classes of values that hold others; a dict is told before any other mapping, which takes longer."""


class Missing(Enum):
    """The one value of a property that the resource does not set."""

    MISSING = "missing"


MISSING: Final = Missing.MISSING


class Undetermined(Exception):
    """A rule needs a value that is not known yet."""


class Unfit(Exception):
    """A value is not of the form that a rule reads: a text where a list is expected, a number that is none.

    It holds the path and names of forms, never the value.
    """

    def __init__(self, path: str, raw: Any, expected: str):
        """`expected` is the form that is read there, such as `a list`."""
        super().__init__(path)
        self.path = path
        self.found = form_of(raw)
        self.expected = expected


def form_of(raw: Any) -> str:
    """The form of a value in words that a reader of YAML knows."""
    match raw:
        case None:
            return "empty"
        case bool():
            return "a flag"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case Mapping():
            return "a mapping"
        case list() | tuple():
            return "a list"
        case _:
            return f"of type {type(raw).__name__}"


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
        if isinstance(self.raw, dict | Mapping):
            return Value(self.raw.get(key, MISSING), where)
        if self.raw is MISSING or self.raw is None:
            return Value(MISSING, where)
        # Read as missing, `spec: 5` would be as good as whatever may be left out.
        raise Unfit(self.path, self.raw, "a mapping")

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
        """The elements of a list, or one unknown element where the list is unknown. A text is its own list.

        Raises Unfit for anything else.
        """
        if self.raw is MISSING or self.raw is None:
            return []
        if isinstance(self.raw, list | tuple):
            return [Value(item, f"{self.path}[{index}]") for index, item in enumerate(self.raw)]
        if self.raw is UNKNOWN:
            return [Value(UNKNOWN, self.path, is_set=False)]
        if isinstance(self.raw, str):
            return [self]
        raise Unfit(self.path, self.raw, "a list")

    def entries(self) -> list[tuple[str, "Value"]]:
        """The keys and values of a mapping. Raises Undetermined where the mapping is unknown."""
        if self.raw is UNKNOWN:
            raise Undetermined(self.path)
        if self.raw is MISSING or self.raw is None:
            return []
        if not isinstance(self.raw, dict | Mapping):
            raise Unfit(self.path, self.raw, "a mapping")
        start = f"{self.path}." if self.path else ""
        return [(key, Value(item, f"{start}{key}")) for key, item in self.raw.items()]

    def test(self, predicate: Callable[[Any], bool], *, missing: bool = False) -> Truth:
        """Whether a known value satisfies `predicate`; a missing one is `missing`."""
        if self.raw is UNKNOWN:
            return Truth.UNSURE
        if self.raw is MISSING or self.raw is None:
            return Truth.of(missing)
        try:
            return Truth.of(predicate(self.raw))
        except (TypeError, ValueError, ArithmeticError, LookupError, AttributeError):
            # From None: the text of such an error holds the value.
            raise Unfit(self.path, self.raw, "another form") from None

    def equals(self, expected: Any, *, missing: bool = False) -> Truth:
        """Whether the value is `expected`, of the same type; `"true"` is the boolean of some provider inputs."""
        if expected is UNKNOWN:
            return Truth.UNSURE
        return self.test(
            lambda raw: expected is not MISSING and _same(raw, expected, self.path), missing=missing
        )

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
        """The value as text, empty where there is none. Raises Undetermined and Unfit."""
        raw = self.plain("")
        if not isinstance(raw, str):
            raise Unfit(self.path, raw, "a text")
        return raw

    def number(self, default: int = 0) -> int:
        """The value as a whole number, `default` where there is none. Raises Undetermined and Unfit."""
        raw = self.plain(default)
        try:
            return int(raw)
        except (TypeError, ValueError, OverflowError):
            raise Unfit(self.path, raw, "a number") from None


def _same(raw: Any, expected: Any, path: str) -> bool:
    if type(raw) is type(expected):
        return bool(raw == expected)
    # In Python 1 == True, and a launch template of the provider says `encrypted: "true"`.
    if isinstance(expected, bool) and raw in ("true", "false"):
        return bool(raw == str(expected).lower())
    # A flag that is a number, or a text that is a list, is not another value: nobody knows what becomes of it.
    if form_of(raw) != form_of(expected) and not (_is_plain(raw) and _is_plain(expected)):
        raise Unfit(path, raw, form_of(expected))
    return bool(raw == expected)


def _is_plain(value: Any) -> bool:
    """Whether a value is a text or a number, which Kubernetes and the provider often take for each other."""
    return isinstance(value, str | int | float) and not isinstance(value, bool)


def _has_unknown(value: Any) -> bool:
    if isinstance(value, HOLDERS):
        below = value.values() if isinstance(value, Mapping) else value
        # A text, which most are, is passed over without a call: rules read whole documents this way.
        return any(item.__class__ not in SCALARS and _has_unknown(item) for item in below)
    return value is UNKNOWN
