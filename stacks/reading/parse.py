"""The sections of a stack as a typed stack: the one way in, from a file or from Pulumi's engine."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

from stacks.reading.credentials import is_credential, names_credential
from stacks.reading.explain import explain, mistaken_paths
from stacks.reading.file_text import DEEPEST, LONGEST_LINE, unseen
from stacks.reading.problems import ConfigError, Keys, Problem, at
from stacks.reading.readable import readable_stack
from stacks.schema import Stack

Checks = Callable[[str, Stack], Iterable[Problem]]
"""Finds the problems of a typed stack of a name beyond its types. It stops where it meets a MistakenValue."""

CREDENTIAL = "holds what looks like a credential: take it out, revoke it, and keep it in Secrets Manager"

_MODEL: TypeAdapter[Stack] = TypeAdapter(Stack)


@dataclass(frozen=True, kw_only=True)
class Parsed:
    """Sections as a typed stack, and every problem of theirs.

    Where there are problems the stack lacks the values that are at fault; it is None where nothing can be made of it.
    """

    stack: Stack | None
    problems: tuple[Problem, ...]


def parse(name: str, sections: Mapping[str, str], checks: Checks) -> Stack:
    """The stack called `name`, whose sections are given as JSON texts.

    Raises ConfigError with everything that the model and the checks find wrong.
    """
    found = parsed(name, sections, checks)
    if found.problems or found.stack is None:
        raise ConfigError(found.problems)
    return found.stack


def parsed(
    name: str, sections: Mapping[str, str], checks: Checks, *, mistaken: frozenset[Keys] = frozenset()
) -> Parsed:
    """The stack called `name` and its problems. Of the values at `mistaken` paths it is known that they are wrong."""
    values = {section: json.loads(text) for section, text in sections.items()}
    problems = list(_text_problems((), values))
    wrong = mistaken | {problem.path for problem in problems}
    stack: Stack | None = None
    # The texts themselves, so that an amount keeps the digits that were typed on its way to a Decimal.
    whole = ",".join(f"{json.dumps(section)}:{text}" for section, text in sections.items())
    try:
        stack = _MODEL.validate_json(f"{{{whole}}}")
    except ValidationError as error:
        problems += [p for p in explain(error) if not is_below(p.path, wrong)]
        wrong |= mistaken_paths(error)
    if wrong:
        stack = readable_stack(values, wrong)
    if stack is not None:
        # A value is told once, and what follows from it not at all.
        broken = [p for p in checks(name, stack) if not is_below(p.path, wrong)]
        problems += broken
        wrong |= {problem.path for problem in broken}
    if wrong:
        stack = readable_stack(values, wrong)
    return Parsed(stack=stack, problems=tuple(problems))


def is_below(path: Keys, others: AbstractSet[Keys]) -> bool:
    """Whether a path is one of the others or lies inside one, so that it has a problem already."""
    return any(path[:length] in others for length in range(len(path) + 1))


def _text_problems(path: Keys, value: object) -> Iterator[Problem]:
    """Problems of the texts of a value, whatever the model makes of it."""
    if len(path) > DEEPEST:
        yield at(*path[:2], says=f"is nested more than {DEEPEST} deep")
        return
    match value:
        case None:
            yield at(*path, says="has no value: give it one, or leave the key out")
        case str() if says := _text_problem(value):
            yield at(*path, says=says)
        case list():
            for position, item in enumerate(value):
                yield from _text_problems((*path, position), item)
        case dict():
            for key, item in value.items():
                yield from _entry_problems(path, key, item)


def _entry_problems(path: Keys, key: str, value: object) -> Iterator[Problem]:
    if unseen(key) or is_credential(key):
        yield Problem(path=path, message="a key holds a character that a reader cannot see, or a credential")
    elif names_credential(key):
        yield at(*path, key, says=CREDENTIAL)
    else:
        yield from _text_problems((*path, key), value)


def _text_problem(text: str) -> str | None:
    if len(text) > LONGEST_LINE:
        return f"has {len(text)} characters, at most {LONGEST_LINE} are read"
    if found := unseen(text):
        return f"has the character {found}, which a reader cannot see"
    return CREDENTIAL if is_credential(text) else None
