"""Judging a plan by the policy pack."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from paved.errors import BadInput, Refused
from paved.plan.model import Plan, PlannedResource, Secret
from paved.plan.planner import Planner
from policies.context import Context
from policies.evaluation import Finding, PolicyReport, evaluate
from policies.exceptions import covers, misspelt
from policies.registry import BY_ID, RULES
from policies.resources import JudgedStack
from policies.resources import Resource as Judged
from policies.security_level import SecurityResult, standing
from policies.settings import FILE, Exemption, PolicyFile, PolicyFileError, read_policy_file
from pricing.guard import Estimated

MONEY = "CO-03"
"""The rule of what a stack may cost."""
Pricing = Callable[[Plan], Estimated]


class PlanEvaluator:
    """Judges plans of one folder by the rules, under the folder's `policy.yaml`."""

    def __init__(self, planner: Planner, folder: Path, as_of: date, priced: Pricing | None = None):
        """Read `policy.yaml`. Raises BadInput for a mistake in it, or a rule or stack that it names and is none.

        Without `priced` nothing is known of what a plan costs, and the rule of money is undetermined.
        """
        self._planner = planner
        self._as_of = as_of
        self._priced = priced
        self._bases: dict[str, SecurityResult] = {}
        self.file = _policy_file(folder, planner.names)

    def report(self, plan: Plan) -> PolicyReport:
        """What the rules say of one plan."""
        return evaluate(self.stack(plan), RULES, self.file.exceptions)

    def of_money(self, plan: Plan) -> PolicyReport:
        """What the rule of money alone says of one plan. What is excepted says until when, and who answers."""
        granted = [each for each in self.file.exceptions if each.rule == MONEY]
        report = evaluate(self.stack(plan), [BY_ID[MONEY]], granted)
        return replace(report, excepted=tuple(_with_terms(each, granted) for each in report.excepted))

    def stack(self, plan: Plan) -> JudgedStack:
        """A plan as the rules see it."""
        config = self._planner.config(plan.stack).pulumi_config
        below = sorted(self._planner.bases(plan.stack))
        bases = {name: self._planner.config(name).pulumi_config for name in below}
        context = Context.of(plan.stack, config, self._as_of, bases)
        if self._priced:
            context = replace(context, estimated=self._priced(plan))
        return JudgedStack((judged(resource) for resource in plan.resources), context, self.file.settings)

    def standing(self, report: PolicyReport) -> SecurityResult:
        """How a judged plan stands on the security ladder, and what it stands on."""
        return standing(report, RULES, self._below(report.stack))

    def _below(self, stack: str) -> list[SecurityResult]:
        """How the stacks below one stand, the lowest first."""
        bases = self._planner.bases(stack)
        return [self._base(name) for name in self._planner.names if name in bases]

    def _base(self, name: str) -> SecurityResult:
        """How a stack below stands, but for what it costs: its own plan tells that."""
        if name not in self._bases:
            rules = [rule for rule in RULES if rule.id != MONEY]
            granted = [each for each in self.file.exceptions if each.rule != MONEY]
            report = evaluate(self.stack(self._planner.plan(name)), rules, granted)
            self._bases[name] = standing(report, rules, self._below(name))
        return self._bases[name]

    def verdict(self, reports: Sequence[PolicyReport]) -> int:
        """0, where no rule refuses a stack. Raises Refused otherwise."""
        violations = [finding for report in reports for finding in report.violations]
        if not violations:
            return 0
        rule = violations[0].rule
        counted = f"{len(violations)} violation{'s' if len(violations) > 1 else ''} of mandatory rules"
        raise Refused(
            counted, hint=f"`paved policy show {rule}` says why {rule} is a rule, and how to mend it"
        )


def judged(resource: PlannedResource) -> Judged:
    """A planned resource as the rules see it."""
    return Judged(
        urn=resource.urn,
        type=resource.type,
        name=resource.name,
        properties={key: _plain(value) for key, value in resource.inputs.items()},
        provider=resource.provider,
        protect=resource.protect,
        depends_on=resource.depends_on,
        property_dependencies=resource.property_dependencies,
    )


def _with_terms(finding: Finding, granted: Sequence[Exemption]) -> Finding:
    terms = "; ".join(
        f"excepted until {each.expires}: {each.ticket}, team {each.owner}"
        for each in granted
        if covers(each, finding)
    )
    return replace(finding, message=f"{finding.message} ({terms})")


def _policy_file(folder: Path, stacks: Sequence[str]) -> PolicyFile:
    try:
        file = read_policy_file(folder / FILE)
    except PolicyFileError as error:
        raise BadInput(str(error), hint="docs/reference/policies.md lists the settings") from None
    wrong = misspelt(file, frozenset(BY_ID), frozenset(stacks))
    if wrong:
        lines = "\n".join(f"{FILE}: {each}" for each in wrong)
        raise BadInput(lines, hint="`paved policy list` lists the rules, `paved validate` the stacks")
    return file


def _plain(value: Any) -> Any:
    match value:
        case Secret():
            return _plain(value.value)
        case Mapping():
            return {key: _plain(item) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
        case _:
            return value
