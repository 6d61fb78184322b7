"""Exceptions: owned, reasoned, ending. One that has ended, or that nothing needs, is itself a violation."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from difflib import get_close_matches
from typing import TYPE_CHECKING

from policies.resources import JudgedStack
from policies.settings import Exemption, PolicyFile

if TYPE_CHECKING:
    from policies.evaluation import Finding

EXPIRED = "PX-01"
UNUSED = "PX-02"
LONG = "PX-03"
ENDING = "PX-04"
ABOUT_EXCEPTIONS = (EXPIRED, UNUSED, LONG, ENDING)
LONGEST = timedelta(days=90)
"""How long an exception of a regulated stack may still run."""


@dataclass(frozen=True, kw_only=True)
class ExceptionProblem:
    """What is wrong with an exception of one resource, or soon will be: by which of the rules of exceptions."""

    rule: str
    resource: str
    message: str


def apply(
    found: "Sequence[Finding]", unsure: "Sequence[Finding]", granted: Iterable[Exemption], stack: JudgedStack
) -> "tuple[list[Finding], list[ExceptionProblem]]":
    """The findings that a running exception covers, and the problems of the stack's exceptions.

    One that covers something `unsure` is not of no use.
    """
    excepted: list[Finding] = []
    problems: list[ExceptionProblem] = []
    for exemption in granted:
        if exemption.stack != stack.context.stack:
            continue
        covered = [finding for finding in found if covers(exemption, finding)]
        is_used = bool(covered) or any(covers(exemption, finding) for finding in unsure)
        for rule, message in _problems(exemption, is_used, stack):
            told = f"exception {exemption.ticket} of {exemption.rule} {message}"
            problems.append(ExceptionProblem(rule=rule, resource=exemption.resource, message=told))
        if exemption.expires >= stack.context.as_of:
            excepted += covered
    return excepted, problems


def _problems(exemption: Exemption, is_used: bool, stack: JudgedStack) -> Iterator[tuple[str, str]]:
    left = exemption.expires - stack.context.as_of
    if left < timedelta(0):
        yield EXPIRED, f"ended on {exemption.expires}; team {exemption.owner} answers"
    elif not is_used:
        yield UNUSED, "covers no finding; remove it"
    elif left > LONGEST:
        yield LONG, f"runs until {exemption.expires}, for more than {LONGEST.days} days from now"
    elif left < timedelta(days=stack.settings.exception_warning_days):
        yield ENDING, f"ends on {exemption.expires}: mend what it excuses; team {exemption.owner} answers"


def covers(exemption: Exemption, finding: "Finding") -> bool:
    """Whether an exception of a stack is about a finding of it."""
    return exemption.rule == finding.rule and exemption.resource == finding.urn.rsplit("::", 1)[-1]


def misspelt(file: PolicyFile, rules: frozenset[str], stacks: frozenset[str]) -> list[str]:
    """What the file names that is neither a rule nor a stack: each in a sentence."""
    wrong = [
        f"`settings.mandatory` names `{rule}`, which is no rule"
        for rule in file.settings.mandatory
        if rule not in rules
    ]
    for each in file.exceptions:
        if each.rule not in rules:
            wrong.append(
                f"exception {each.ticket} names `{each.rule}`, which is no rule{nearest(each.rule, rules)}"
            )
        if each.stack not in stacks:
            wrong.append(
                f"exception {each.ticket} names `{each.stack}`, which is no stack{nearest(each.stack, stacks)}"
            )
    return wrong


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name that was probably meant, as the end of a sentence; empty where none is near."""
    near = get_close_matches(name, sorted(known), n=1)
    return f"; did you mean `{near[0]}`?" if near else ""
