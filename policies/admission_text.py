"""The platform's own admission policies, as its components write them, and what a planned one says beside them.

Expressions of CEL are compared by digest. What a stack file may choose in them, the names of classes, teams and
registries, stands apart: every text that no component writes itself is taken out and judged by what it may be.
"""

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from policies.context import Context
from reference.accelerators import CPU_CLASS
from reference.tags import DATA_CLASSES

FILE = Path(__file__).parents[1] / "reference" / "data" / "admission.json"
LITERAL = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")
LIST = re.compile(rf"\[(?:{LITERAL.pattern})(?:, (?:{LITERAL.pattern}))*\]")
CHOSEN = "'?'"
ENTRY = re.escape(f"{CHOSEN}: {CHOSEN}")
REPEATED = (
    (re.compile(r"'\?'(?:, '\?')+(?=[\],])"), CHOSEN),
    (re.compile(rf"{ENTRY}(?:, {ENTRY})+"), f"{CHOSEN}: {CHOSEN}"),
    (re.compile(rf"('\?': \{{{ENTRY}\}})(?:, '\?': \{{{ENTRY}\}})+"), r"\1"),
)
"""Lists and maps of as many entries as a file has classes, teams and pools."""
AMOUNT = re.compile(r"'[1-9][0-9]*(Gi)?'")
SECONDS = re.compile(r"\b\d{4,6}\b")
"""A time of up to eleven days, such as that of a notebook."""


@lru_cache(maxsize=1)
def own_policies() -> Mapping[str, Any]:
    """The texts that components write into expressions, and by policy its targets, conditions and digests."""
    found: Mapping[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


@lru_cache(maxsize=1)
def own_literals() -> frozenset[str]:
    """Every text that components write into expressions."""
    return frozenset(own_policies()["literals"])


@lru_cache(maxsize=4096)
def digest_of(expression: str, literals: frozenset[str]) -> str:
    """The digest of an expression without what a file chooses in it."""
    return sha256(without_choices(expression, literals).encode()).hexdigest()[:16]


def without_choices(expression: str, literals: frozenset[str]) -> str:
    """An expression in which every text that is none of `literals` is `?`, and lists and maps of some are one."""
    text = LIST.sub(lambda found: f"[{CHOSEN}]" if _is_chosen(found[0], literals) else found[0], expression)
    text = LITERAL.sub(lambda found: found[0] if _is_written(found[0], literals) else CHOSEN, text)
    for pattern, once in REPEATED:
        text = pattern.sub(once, text)
    # A file may choose none: an empty list takes in nobody.
    text = text.replace(f", {CHOSEN}]", "]").replace(f"[{CHOSEN}]", "[]")
    if text.startswith("(quantity("):
        # A notebook has as many sizes as a file, on general nodes or on a pool's.
        return " || ".join(sorted(set(text.split(" || "))))
    return SECONDS.sub("#", text) if ".?activeDeadlineSeconds.orValue(" in text else text


def _is_written(literal: str, literals: frozenset[str]) -> bool:
    return literal == CHOSEN or (literal in literals and not AMOUNT.fullmatch(literal))


def _is_chosen(listed: str, literals: frozenset[str]) -> bool:
    # A class may be called like a text of an expression, `cpu`, and a list may be of it alone.
    return all(each not in literals or each == f"'{CPU_CLASS}'" for each in LITERAL.findall(listed))


@lru_cache(maxsize=4096)
def choices(expression: str, literals: frozenset[str]) -> frozenset[str]:
    """The texts in an expression that no component writes."""
    return frozenset(each[1:-1] for each in LITERAL.findall(expression) if not _is_written(each, literals))


def literals_of(expressions: list[str]) -> frozenset[str]:
    """Every text in some expressions."""
    found: set[str] = set()
    for expression in expressions:
        found |= set(LITERAL.findall(expression))
    return frozenset(found)


NAME = re.compile(r"[a-z0-9]([a-z0-9._-]*[a-z0-9])?")


def may_be_chosen(text: str, context: Context) -> bool:
    """Whether a text is one that a stack file chooses in an expression: a name, its environment, a registry or class.

    A whole registry of others, or a text with nothing in it, would take in everything.
    """
    host, slash, path = text.partition("/")
    if slash:
        own = bool(context.account) and host.startswith(f"{context.account}.dkr.ecr.")
        # A team chooses the image of its notebooks, by digest; a platform what every team may run.
        return own or text in context.shared_images or (context.kind == "team" and "@sha256:" in path)
    if text in DATA_CLASSES:
        return text in context.tenant_classes
    known = (f"-{context.environment}", f"{context.account}.")
    return text in known or bool(NAME.fullmatch(text) or AMOUNT.fullmatch(f"'{text}'"))
