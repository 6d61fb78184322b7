"""A rule of an admission policy, and the rules of one policy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class AdmissionRule:
    """`expression` must hold; `message` is an expression too: the text that tells the author how to fix the object."""

    expression: str
    message: str


@dataclass(frozen=True, kw_only=True)
class AdmissionRules:
    """The rules of one policy. `variables` are evaluated where a rule first names them."""

    rules: Sequence[AdmissionRule]
    variables: Mapping[str, str] = field(default_factory=dict)


def quoted(names: Sequence[str]) -> str:
    """A list of CEL."""
    inside = ", ".join(f"'{name}'" for name in names)
    return f"[{inside}]"
