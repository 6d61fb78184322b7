"""The patterns of AWS's API models, as Python can run them."""

from functools import cache

import regex

TIMEOUT_SECONDS = 0.25
"""A few of AWS's patterns backtrack without end on short values that do not match."""

_ASCII_CLASSES = {
    r"\d": "[0-9]",
    r"\D": "[^0-9]",
    r"\s": r"[\ \t\n\x0b\f\r]",
    r"\S": r"[^\ \t\n\x0b\f\r]",
    r"\w": "[A-Za-z0-9_]",
    r"\W": "[^A-Za-z0-9_]",
}
_TRANSLATED = {
    r"\uD800\uDC00-\uDBFF\uDFFF": r"\U00010000-\U0010FFFF",  # surrogate pairs: Java's characters beyond U+FFFF
    r"\z": r"\Z",
}
_ESCAPE = regex.compile(r"\\.", regex.DOTALL)


def matches(pattern: str, value: str) -> bool | None:
    """Whether all of `value` matches, or None where that cannot be decided.

    AWS does not say whether a pattern is anchored; its services match whole values.
    """
    program = compiled(pattern)
    if program is None:
        return None
    try:
        return program.fullmatch(value, timeout=TIMEOUT_SECONDS) is not None
    except TimeoutError:
        return None


@cache
def compiled(pattern: str) -> regex.Pattern[str] | None:
    """The pattern as the services read it (Java's dialect, ASCII classes), or None where it has no reading."""
    for theirs, ours in _TRANSLATED.items():
        pattern = pattern.replace(theirs, ours)
    # regex.ASCII would narrow \p{L} to ASCII as well, which the services do not do
    pattern = _ESCAPE.sub(lambda escape: _ASCII_CLASSES.get(escape.group(), escape.group()), pattern)
    try:
        return regex.compile(pattern, regex.VERSION1)  # version 1 scopes (?i) and nests classes as Java does
    except regex.error:
        return None
