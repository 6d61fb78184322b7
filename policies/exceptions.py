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
FAILED = "PX-08"
EXCEPTION_RULES = (EXPIRED, UNUSED, LONG, ENDING)
LONGEST = timedelta(days=90)
"""How long an exception of a regulated stack may still run."""


@dataclass(frozen=True, kw_only=True)
class ExceptionProblem:
    """A problem of an exception of one resource, now or soon: the rule of exceptions that it breaks, and a message."""

    rule: str
    resource: str
    message: str


def apply_exceptions(
    found: "Sequence[Finding]",
    unsure: "Sequence[Finding]",
    exemptions: Iterable[Exemption],
    stack: JudgedStack,
) -> "tuple[list[Finding], list[ExceptionProblem]]":
    """The findings that a running exception covers, and the problems of the stack's exceptions.

    One that covers something `unsure` is in use.
    """
    excepted: list[Finding] = []
    problems: list[ExceptionProblem] = []
    for exemption in exemptions:
        if exemption.stack != stack.context.stack:
            continue
        covered = [finding for finding in found if covers(exemption, finding)]
        # What is unsure in a plan may be a finding in `up`, so such an exception must not be refused as unused.
        is_used = bool(covered) or any(covers(exemption, finding) for finding in unsure)
        for rule, message in _problems(exemption, is_used, stack):
            sentence = f"exception {exemption.ticket} of {exemption.rule} {message}"
            problems.append(ExceptionProblem(rule=rule, resource=exemption.resource, message=sentence))
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
    # The name of a URN is its end; compared whole, `key` excuses no `key-2`.
    return exemption.rule == finding.rule and exemption.resource == finding.urn.rsplit("::", 1)[-1]


def unknown_names(file: PolicyFile, rules: frozenset[str], stacks: frozenset[str]) -> list[str]:
    """A sentence for each name in the file that is neither a rule nor a stack."""
    wrong = [
        f"`settings.mandatory` names `{rule}`, which is no rule"
        for rule in file.settings.mandatory
        if rule not in rules
    ]
    for each in file.exceptions:
        subject = f"exception {each.ticket} names"
        if each.rule not in rules:
            wrong.append(f"{subject} `{each.rule}`, which is no rule{did_you_mean(each.rule, rules)}")
        if each.stack not in stacks:
            wrong.append(f"{subject} `{each.stack}`, which is no stack{did_you_mean(each.stack, stacks)}")
    return wrong


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The known name that was probably meant, as the end of a sentence; empty where none is near."""
    near = get_close_matches(name, sorted(known), n=1)
    return f"; did you mean `{near[0]}`?" if near else ""
