"""Plain scalars of a YAML file as JSON, where every parser that reads the file agrees on their meaning."""

import json
import re
from decimal import Decimal

WHOLE = re.compile(r"-?(0|[1-9][0-9]*)")
DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]+")

QUOTE = "put it in quotes"
WRITE = "write a number in decimal digits, or put text in quotes"

READINGS = (
    (re.compile(r"~|null", re.IGNORECASE), f"null to some parsers and text to others: {QUOTE}"),
    (
        re.compile(r"y|n|yes|no|on|off|true|false", re.IGNORECASE),
        f"a boolean to some parsers and text to others: {QUOTE}",
    ),
    (re.compile(r"[-+]?\.(inf|nan)", re.IGNORECASE), f"not a finite number: {WRITE}"),
    (
        re.compile(r"[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?"),
        f"a number of base 60 in YAML 1.1: {QUOTE}",
    ),
    (re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)?"), f"a date to some parsers: {QUOTE}"),
    (
        re.compile(r"[-+]?0[xob][0-9a-f_]+|[-+]?0[0-9_]+", re.IGNORECASE),
        f"a number in base 2, 8 or 16 to some parsers: {WRITE}",
    ),
    (
        re.compile(r"[-+]?(\.[0-9_]+|[0-9][0-9_]*\.?[0-9_]*)(e[-+]?[0-9_]*)?", re.IGNORECASE),
        f"a number to some parsers and text to others: {WRITE}",
    ),
    (re.compile(r"=|<<"), f"a sign with a meaning of its own in YAML 1.1: {QUOTE}"),
)
"""Plain scalars that YAML 1.1, YAML 1.2 and Pulumi's parser do not all read alike: what they are, and the remedy."""


def plain_json(text: str) -> tuple[str, str | None]:
    """A plain scalar as JSON, and what makes it ambiguous, if anything. An ambiguous one is given as text."""
    if text in ("", "null"):
        return "null", None
    if text in ("true", "false"):
        return text, None
    if WHOLE.fullmatch(text) or DECIMAL.fullmatch(text):
        # Some parsers keep a double, and must not see another number than a Decimal does.
        if Decimal(text) == Decimal(repr(float(text))):
            return text, None
        return json.dumps(text), f"a number with more digits than parsers keep: {WRITE}"
    for pattern, reading in READINGS:
        if pattern.fullmatch(text):
            return json.dumps(text), reading
    return json.dumps(text), None
