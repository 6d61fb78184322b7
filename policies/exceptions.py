"""Exceptions: owned, reasoned, ending. One that has ended, or that nothing needs, is itself a violation."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from difflib import get_close_matches
from typing import TYPE_CHECKING

from policies.context import Context
from policies.settings import Exemption, PolicyFile

if TYPE_CHECKING:
    from policies.evaluation import Finding

EXPIRED = "PX-01"
UNUSED = "PX-02"
LONG = "PX-03"
LONGEST = timedelta(days=90)
"""How long an exception of a regulated stack may still run."""


def apply(
    found: "Sequence[Finding]",
    granted: Sequence[Exemption],
    context: Context,
    unsure: "Sequence[Finding]" = (),
) -> "tuple[list[Finding], list[tuple[str, str, str]]]":
    """The findings that a running exception covers, and the problems of the stack's exceptions.

    A problem is a rule, the resource's name and a message. One that covers something `unsure` is not of no use.
    """
    excepted: list[Finding] = []
    problems: list[tuple[str, str, str]] = []
    for exemption in granted:
        if exemption.stack != context.stack:
            continue
        covered = [finding for finding in found if covers(exemption, finding)]
        where = f"exception {exemption.ticket} of {exemption.rule}"
        if exemption.expires < context.as_of:
            problems.append(
                (
                    EXPIRED,
                    exemption.resource,
                    f"{where} ended on {exemption.expires}; team {exemption.owner} answers",
                )
            )
        elif not covered and not any(covers(exemption, finding) for finding in unsure):
            problems.append((UNUSED, exemption.resource, f"{where} covers no finding; remove it"))
        else:
            excepted += covered
            if exemption.expires - context.as_of > LONGEST:
                says = f"{where} runs until {exemption.expires}, for more than {LONGEST.days} days from now"
                problems.append((LONG, exemption.resource, says))
    return excepted, problems


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
