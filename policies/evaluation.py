"""Evaluation of the rules over a stack: findings, what is undetermined, what waits for a record, what is excepted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from policies import exceptions
from policies.resources import JudgedStack, Resource
from policies.rule import Claim, Level, Rule
from policies.settings import Exemption
from policies.values import Truth, Undetermined, Unfit
from reference.security_level import reaches

COST_RULES = ("CO-03", "CO-08")
"""The rules that judge a plan by its estimate."""


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
    """The result of the rules for one stack. Counts are of pairs of a rule and a resource it is about.

    `above` and `undetermined_above` are of the rules that bind from a higher level on than the stack promises: neither
    refuses anything. `judged` are the rules that claimed something of a resource, `failed` those that raised.
    """

    stack: str
    security: str
    findings: tuple[Finding, ...]
    undetermined: tuple[Finding, ...]
    excepted: tuple[Finding, ...]
    passed: int
    pending: tuple[str, ...]
    above: tuple[Finding, ...] = ()
    undetermined_above: tuple[Finding, ...] = ()
    judged: frozenset[str] = frozenset()
    failed: frozenset[str] = frozenset()

    @property
    def violations(self) -> tuple[Finding, ...]:
        """The findings that refuse the stack."""
        return tuple(finding for finding in self.findings if finding.level is Level.MANDATORY)

    @property
    def advice(self) -> tuple[Finding, ...]:
        """The findings that refuse nothing."""
        return tuple(finding for finding in self.findings if finding.level is Level.ADVISORY)

    def as_json(self) -> dict[str, Any]:
        """The report as JSON data, the same bytes for the same stack."""
        return {
            "findings": _as_json(self.findings),
            "undetermined": _as_json(self.undetermined),
            "excepted": _as_json(self.excepted),
            "passed": self.passed,
            "pending": list(self.pending),
            "judged": sorted(self.judged),
        }


def evaluate(stack: JudgedStack, rules: Sequence[Rule], exemptions: Iterable[Exemption] = ()) -> PolicyReport:
    """Evaluate every rule on every resource of a stack that it is about."""
    beyond = frozenset(rule.id for rule in rules if not binds(rule, stack))
    broken: list[Finding] = []
    unsure: list[Finding] = []
    judged: set[str] = set()
    failed: set[str] = set()
    passed = 0
    for rule in rules:
        for subject in stack.of(*rule.kinds):
            result = evaluate_rule(rule, subject, stack)
            if result is NOT_ABOUT:
                continue
            broken += result.broken
            unsure += result.unsure
            passed += result.is_pass and rule.id not in beyond
            if result.is_about:
                judged.add(rule.id)
            if result.has_failed:
                failed.add(rule.id)
    # An exception for a rule above the promise covers nothing: raising the promise is when it is decided.
    bound, _ = _split(broken, beyond)
    excepted, problems = exceptions.apply_exceptions(bound, unsure, exemptions, stack)
    kept = [finding for finding in broken if finding not in excepted]
    kept += [_of_exception(stack, problem) for problem in problems]
    findings, above = _split(kept, beyond)
    undetermined, undetermined_above = _split(unsure, beyond)
    return PolicyReport(
        stack=stack.context.stack,
        security=stack.context.security_level,
        findings=findings,
        undetermined=undetermined,
        excepted=tuple(sorted(excepted, key=_order)),
        passed=passed,
        pending=tuple(rule.id for rule in rules if rule.pending),
        above=above,
        undetermined_above=undetermined_above,
        judged=frozenset(judged),
        failed=frozenset(failed),
    )


@dataclass(frozen=True, kw_only=True)
class RuleResult:
    """The result of one rule for one resource. A rule that claims nothing of it is not about it."""

    broken: list[Finding]
    unsure: list[Finding]
    claims: int
    has_failed: bool = False

    @property
    def is_about(self) -> bool:
        """Whether the rule had anything to say of the resource."""
        return bool(self.claims or self.unsure or self.has_failed)

    @property
    def is_pass(self) -> bool:
        """Whether every claim of the rule holds, and there is one."""
        return self.claims > 0 and not self.broken and not self.unsure


NOT_ABOUT = RuleResult(broken=[], unsure=[], claims=0)
"""The result of the many rules about every kind for what they say nothing of."""


def evaluate_rule(rule: Rule, subject: Resource, stack: JudgedStack) -> RuleResult:
    """Evaluate one rule on one resource: what it finds and what it cannot tell. Neither is a pass.

    A rule that raises is a finding of its own, PX-08: data that no rule can read is never passed over.
    """
    broken: list[Finding] = []
    unsure: list[Finding] = []
    claims, failure = 0, ""
    try:
        for each in rule.check(subject, stack) if rule.check else ():
            if each.is_advice and not rule.advises:
                raise ValueError(f"{rule.id} gives advice that it does not announce")
            claims += 1
            if each.holds is not Truth.YES:
                _keep(_finding(rule, subject, stack, each), each.holds, stack, broken, unsure)
    except Undetermined as unknown:
        # The claims before it stay: in the SDK an unknown hides every violation that would be reported after it.
        unknown_claim = Claim(Truth.UNSURE, f"`{unknown}` is known only after `up`")
        _keep(_finding(rule, subject, stack, unknown_claim), Truth.UNSURE, stack, broken, unsure)
    except Unfit as unfit:
        failure = f"`{unfit.path}` is {unfit.found}, where {rule.id} reads {unfit.expected}"
    except Exception as error:
        # The text of an exception may hold the value that it was raised for, and the value may be a secret.
        failure = (
            f"{rule.id} ends with {type(error).__name__}: what it reads here is not of the form that it knows"
        )
    if failure:
        broken.append(_failure(subject, failure))
    elif not claims and not unsure:
        return NOT_ABOUT
    return RuleResult(broken=broken, unsure=unsure, claims=claims, has_failed=bool(failure))


def _keep(
    finding: Finding, holds: Truth, stack: JudgedStack, broken: list[Finding], unsure: list[Finding]
) -> None:
    """Add the finding of a claim that does not hold to those that are broken or unsure."""
    if holds is Truth.NO:
        broken.append(finding)
    elif _refuses_unsure(finding, stack):
        told = f"{finding.message}; `refuse_undetermined` refuses what cannot be told"
        broken.append(replace(finding, message=told))
    else:
        unsure.append(finding)


def _refuses_unsure(finding: Finding, stack: JudgedStack) -> bool:
    """Whether the organisation refuses what a mandatory rule cannot tell of this stack."""
    context = stack.context
    # Inside the engine nobody prices a plan: `paved plan` tells what these cannot.
    if finding.level is Level.ADVISORY or (finding.rule in COST_RULES and context.estimated is None):
        return False
    refused = stack.settings.refuse_undetermined
    # Of an environment that is not known the strictest is assumed, as for the level of a rule.
    return (context.environment or "prod") in refused or context.security_level in refused


def _failure(subject: Resource, message: str) -> Finding:
    """The finding of a rule that raised: mandatory in every environment, and of no rule that an exception names."""
    return Finding(rule=exceptions.FAILED, urn=subject.urn, resource=subject.shown, message=message)


def _finding(rule: Rule, subject: Resource, stack: JudgedStack, claim: Claim) -> Finding:
    return Finding(
        rule=rule.id,
        urn=subject.urn,
        resource=subject.shown,
        message=claim.message,
        level=Level.ADVISORY if claim.is_advice else level_of(rule, stack),
    )


def binds(rule: Rule, stack: JudgedStack) -> bool:
    """Whether the level of security that the stack promises takes the rule in."""
    return reaches(stack.context.security_level, rule.security)


def level_of(rule: Rule, stack: JudgedStack) -> Level:
    """The level of a rule in the stack's environment, as the organisation may have raised it."""
    if rule.id in stack.settings.mandatory:
        return Level.MANDATORY
    return rule.enforcement.level(stack.context.environment)


def _of_exception(stack: JudgedStack, problem: exceptions.ExceptionProblem) -> Finding:
    level = Level.ADVISORY if problem.rule == exceptions.ENDING else Level.MANDATORY
    return Finding(urn=stack.context.stack, level=level, **vars(problem))


def _as_json(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    return [finding.as_json() for finding in findings]


def _split(
    found: Iterable[Finding], beyond: frozenset[str]
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """Findings of the rules that bind, and of those that do not, each in order."""
    ordered = sorted(found, key=_order)
    bound = tuple(finding for finding in ordered if finding.rule not in beyond)
    above = tuple(finding for finding in ordered if finding.rule in beyond)
    return bound, above


def _order(finding: Finding) -> tuple[bool, str, str, str]:
    return (finding.level is Level.ADVISORY, finding.rule, finding.urn, finding.message)
