"""The parts of a body that are taken out before it is kept: values by their names, and texts by what they look like."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

# Each from the first of its signs, and none looked at twice: a text is as long as a caller likes.
EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]++@[\w-]{1,63}(?:\.[\w-]{1,63})+")
CARD = re.compile(r"(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)")
IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
PHONE = re.compile(r"(?<![\w+])\+\d(?:[ ()./-]{0,2}\d){6,14}(?!\w)")

NAMED = ("name", "data")
"""The keys of a tensor of the Open Inference Protocol, whose name is a value."""
SPLIT = ("columns", "data")
"""The keys of a table as MLflow takes one, whose names are beside its rows."""


def card_number(text: str) -> bool:
    """Whether digits are a payment card's, by their check digit (ISO/IEC 7812-1, Luhn)."""
    digits = [int(each) for each in text if each.isdigit()]
    doubled = [sum(divmod(2 * each, 10)) for each in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def account_number(text: str) -> bool:
    """Whether letters and digits are an IBAN, by its check digits (ISO 13616: 1 modulo 97)."""
    letters = text.replace(" ", "")
    return int("".join(str(int(each, 36)) for each in letters[4:] + letters[:4])) % 97 == 1


def always(_: str) -> bool:
    """Hold of any text: its form says enough."""
    return True


MASKS: Mapping[str, tuple[re.Pattern[str], Callable[[str], bool]]] = {
    "email": (EMAIL, always),
    "card": (CARD, card_number),
    "iban": (IBAN, account_number),
    "phone": (PHONE, always),
}
"""The form of each kind of text, and what must hold of one that has it."""


@dataclass(frozen=True, kw_only=True)
class Redaction:
    """Names of values to take out, in any case and at any depth, and kinds of text to mask."""

    names: frozenset[str] = field(default_factory=frozenset)
    masks: tuple[str, ...] = ()

    def applied(self, body: Any) -> Any:
        """A body without what is not to be kept."""
        if isinstance(body, dict):
            named = {name: each for name, each in self._split(body).items() if not self._closed(name)}
            return {self.masked(name): self.applied(each) for name, each in named.items()}
        if isinstance(body, list):
            return [self.applied(each) for each in body if not self._closed_tensor(each)]
        return self.masked(body) if isinstance(body, str) else body

    def masked(self, text: str) -> str:
        """A text with `[email]` and the like in the place of what is masked."""
        for kind in self.masks:
            pattern, holds = MASKS[kind]
            text = pattern.sub(lambda found: f"[{kind}]" if holds(found[0]) else found[0], text)  # noqa: B023
        return text

    def _split(self, body: dict[str, Any]) -> dict[str, Any]:
        """A table without its closed columns, where a body is one; of rows that are not of its columns nothing."""
        columns, rows = (body.get(key) for key in SPLIT)
        if not isinstance(columns, list) or not isinstance(rows, list):
            return body
        kept = [number for number, each in enumerate(columns) if not self._closed(each)]
        if len(kept) == len(columns):
            return body
        whole = [each for each in rows if isinstance(each, list) and len(each) == len(columns)]
        picked = ([columns[number] for number in kept], [[row[number] for number in kept] for row in whole])
        return {**body, **dict(zip(SPLIT, picked, strict=True))}

    def _closed(self, name: Any) -> bool:
        return str(name).lower() in self.names

    def _closed_tensor(self, value: Any) -> bool:
        return isinstance(value, dict) and all(key in value for key in NAMED) and self._closed(value["name"])
