"""Running the rules over a stack: findings, what could not be told, what waits for a record, what is excepted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from policies import exceptions
from policies.resources import JudgedStack, Resource
from policies.rule import Level, Rule
from policies.settings import Exemption
from policies.values import Truth, Undetermined
from reference.security_level import reaches


@dataclass(frozen=True, kw_only=True, order=True)
class Finding:
    """One way in which one resource breaks one rule."""

    rule: str
    urn: str
    resource: str
    message: str
    level: Level = Level.MANDATORY

    def as_json(self) -> dict[str, Any]:
        """The finding as JSON data."""
        return {**vars(self), "level": self.level.value}


@dataclass(frozen=True, kw_only=True)
class PolicyReport:
    """What the rules say of one stack. Counts are of pairs of a rule and a resource it is about.

    `above` is what rules find that the stack's level does not bind it to, `untold` what those cannot tell: neither
    refuses anything.
    """

    stack: str
    security: str
    findings: tuple[Finding, ...]
    undetermined: tuple[Finding, ...]
    excepted: tuple[Finding, ...]
    passed: int
    pending: tuple[str, ...]
    above: tuple[Finding, ...] = ()
    untold: tuple[Finding, ...] = ()

    @property
    def violations(self) -> tuple[Finding, ...]:
        """The findings that refuse the stack."""
        return tuple(finding for finding in self.findings if finding.level is Level.MANDATORY)

    @property
    def advice(self) -> tuple[Finding, ...]:
        """The findings that are only told."""
        return tuple(finding for finding in self.findings if finding.level is Level.ADVISORY)

    def as_json(self) -> dict[str, Any]:
        """The report as JSON data, the same bytes for the same stack."""
        return {
            "findings": [finding.as_json() for finding in self.findings],
            "undetermined": [finding.as_json() for finding in self.undetermined],
            "excepted": [finding.as_json() for finding in self.excepted],
            "passed": self.passed,
            "pending": list(self.pending),
        }


def evaluate(stack: JudgedStack, rules: Sequence[Rule], exemptions: Iterable[Exemption] = ()) -> PolicyReport:
    """Judge every resource of a stack by every rule that is about it."""
    beyond = frozenset(rule.id for rule in rules if not binds(rule, stack))
    found: list[Finding] = []
    unsure: list[Finding] = []
    passed = 0
    for rule in rules:
        for subject in stack.of(*rule.kinds):
            verdict = judge(rule, subject, stack)
            found += verdict.broken
            unsure += verdict.unsure
            passed += verdict.is_pass and rule.id not in beyond
    excepted, problems = exceptions.apply(_split(found, beyond)[0], unsure, exemptions, stack)
    kept = [finding for finding in found if finding not in excepted]
    findings, above = _split([*kept, *(_of_exception(stack, each) for each in problems)], beyond)
    undetermined, untold = _split(unsure, beyond)
    return PolicyReport(
        stack=stack.context.stack,
        security=stack.context.floor,
        findings=findings,
        undetermined=undetermined,
        excepted=tuple(sorted(excepted, key=_order)),
        passed=passed,
        pending=tuple(rule.id for rule in rules if rule.pending),
        above=above,
        untold=untold,
    )


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What one rule says of one resource. A rule that claims nothing of it is not about it."""

    broken: list[Finding]
    unsure: list[Finding]
    is_pass: bool


def judge(rule: Rule, subject: Resource, stack: JudgedStack) -> Verdict:
    """What one rule finds on one resource, and what it cannot tell. Neither is a pass."""
    broken: list[Finding] = []
    unsure: list[Finding] = []
    claims = 0
    level = level_of(rule, stack)
    about = Finding(rule=rule.id, urn=subject.urn, resource=subject.shown, message="", level=level)
    try:
        for each in rule.check(subject, stack) if rule.check else ():
            if each.is_advice and not rule.advises:
                raise ValueError(f"{rule.id} gives advice that it does not announce")
            claims += 1
            finding = replace(about, message=each.message, level=Level.ADVISORY if each.is_advice else level)
            if each.holds is Truth.NO:
                broken.append(finding)
            elif each.holds is Truth.UNSURE:
                unsure.append(finding)
    except Undetermined as unknown:
        unsure.append(replace(about, message=f"`{unknown}` is known only after `up`"))
    return Verdict(broken=broken, unsure=unsure, is_pass=claims > 0 and not broken and not unsure)


def binds(rule: Rule, stack: JudgedStack) -> bool:
    """Whether the level of security that the stack promises takes the rule in."""
    return reaches(stack.context.floor, rule.security)


def level_of(rule: Rule, stack: JudgedStack) -> Level:
    """The level of a rule in the stack's environment, as the organisation may have raised it."""
    if rule.id in stack.settings.mandatory:
        return Level.MANDATORY
    return rule.enforcement.level(stack.context.environment)


def _of_exception(stack: JudgedStack, problem: exceptions.ExceptionProblem) -> Finding:
    level = Level.ADVISORY if problem.rule == exceptions.ENDING else Level.MANDATORY
    return Finding(urn=stack.context.stack, level=level, **vars(problem))


def _split(
    found: Iterable[Finding], beyond: frozenset[str]
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """Findings of the rules that bind, and of those that do not, each in order."""
    ordered = sorted(found, key=_order)
    bound = tuple(finding for finding in ordered if finding.rule not in beyond)
    return bound, tuple(finding for finding in ordered if finding.rule in beyond)


def _order(finding: Finding) -> tuple[bool, str, str, str]:
    return (finding.level is Level.ADVISORY, finding.rule, finding.urn, finding.message)
