"""Exceptions: owned, reasoned, ending. One that has ended, or that nothing needs, is itself a violation."""

import re
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
OWNERLESS = "PX-05"
EMPTY = "PX-06"
NEVER = "PX-07"
FAILED = "PX-08"
EXCEPTION_RULES = (EXPIRED, UNUSED, LONG, ENDING, OWNERLESS, EMPTY, NEVER)
FUNCTIONS = frozenset({"finops", "ml-governance", "platform", "security"})
"""Those that own rules, and may own an exception of whatever stack."""
LEAST_WORDS = 3
_FILLERS = (
    "a an and approve approved are as be because been by can exception excused fix for from has have ignore in is it "
    "later need needed needs no not now of off on ok okay only or please policy reason required resource rule skip "
    "soon stack temporarily temporary that the there this ticket to todo until us waive waiver was we will with "
    "workaround"
)
FILLERS = frozenset(_FILLERS.split())
"""Words that stand in any reason and say nothing of this one."""


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
    everywhere = tuple(exemptions)
    for exemption in everywhere:
        if exemption.stack != stack.context.stack:
            continue
        covered = [finding for finding in found if covers(exemption, finding)]
        # What is unsure in a plan may be a finding in `up`, so such an exception must not be refused as unused.
        is_used = bool(covered) or any(covers(exemption, finding) for finding in unsure)
        found_wrong = (*_problems(exemption, is_used, stack), *_unsaid(exemption, everywhere, stack))
        for rule, message in found_wrong:
            sentence = f"exception {exemption.ticket} of {exemption.rule} {message}"
            problems.append(ExceptionProblem(rule=rule, resource=exemption.resource, message=sentence))
        if exemption.expires >= stack.context.as_of:
            excepted += covered
    return excepted, problems


def _problems(exemption: Exemption, is_used: bool, stack: JudgedStack) -> Iterator[tuple[str, str]]:
    left = exemption.expires - stack.context.as_of
    longest: int = getattr(stack.settings.exception_days, stack.context.security_level)
    if left < timedelta(0):
        yield EXPIRED, f"ended on {exemption.expires}; team {exemption.owner} answers"
    elif not is_used:
        yield UNUSED, "covers no finding; remove it"
    elif left > timedelta(days=longest):
        yield LONG, f"runs until {exemption.expires}, for more than {longest} days from now"
    elif left < timedelta(days=stack.settings.exception_warning_days):
        yield ENDING, f"ends on {exemption.expires}: mend what it excuses; team {exemption.owner} answers"


def _unsaid(
    exemption: Exemption, exemptions: Sequence[Exemption], stack: JudgedStack
) -> Iterator[tuple[str, str]]:
    """The rules that an exception breaks by what it leaves unsaid: who answers, why, and of what."""
    teams = stack.context.teams
    if teams and exemption.owner not in teams | FUNCTIONS:
        owner = f"is owned by `{exemption.owner}`, which is no team of the stack, of what it stands on or its register"
        yield OWNERLESS, f"{owner}{did_you_mean(exemption.owner, teams)}"
    if len(_words(exemption.reason) - FILLERS - _known_words(exemption)) < LEAST_WORDS:
        yield EMPTY, "has a reason that says nothing which its rule and its resource do not say"
    elif any(_is_copy(exemption, other) for other in exemptions):
        yield EMPTY, "has the reason of an exception of another rule, word for word"
    if exemption.rule.startswith("PX-"):
        yield NEVER, "is of a rule that may not be excepted"
    elif not _NAME.fullmatch(exemption.resource):
        yield NEVER, "names more than one resource, and each needs a decision"


_NAME = re.compile(r"[^*?\[\]{}|]+")


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-z0-9][a-z0-9'-]*", text.casefold()))


def _known_words(exemption: Exemption) -> set[str]:
    """The words of the rule, and of what the exception names."""
    from policies.registry import BY_ID  # which reads this module

    rule = BY_ID.get(exemption.rule)
    said = f"{rule.title} {rule.name} {rule.id}" if rule else exemption.rule
    named = f"{exemption.stack} {exemption.resource} {exemption.owner} {exemption.ticket}"
    return _words(f"{said} {named}".replace("-", " ")) | _words(named)


def _is_copy(exemption: Exemption, other: Exemption) -> bool:
    same = _words(exemption.reason) == _words(other.reason)
    return same and other.rule != exemption.rule


def covers(exemption: Exemption, finding: "Finding") -> bool:
    """Whether an exception of a stack is about a finding of it."""
    # The rules of exceptions excuse nobody from themselves.
    if finding.rule in (*EXCEPTION_RULES, FAILED):
        return False
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
