"""Evaluation of plans by the policy pack."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from paved.errors import BadInput, Refused
from paved.plan.model import Plan, PlannedResource, Secret
from paved.plan.planner import Planner
from paved.policy.policy_file import checked_policy_file
from paved.table_text import counted
from policies.context import Context
from policies.evaluation import COST_RULES, Finding, PolicyReport, evaluate
from policies.exceptions import covers
from policies.registry import BY_ID, RULES
from policies.resources import JudgedStack, Resource
from policies.security_level import SecurityResult, security_result
from policies.settings import Exemption, PolicyFile, PolicyFileError
from policies.values import SCALARS
from pricing.guard import Estimated

POLICY_HINT = "docs/reference/policies.md lists rules and settings, `paved validate` the stacks"
CostEstimator = Callable[[Plan], Estimated]


class PlanEvaluator:
    """Evaluates plans of one folder by the rules, under the folder's `policy.yaml`."""

    def __init__(self, planner: Planner, folder: Path, as_of: date, estimate: CostEstimator | None = None):
        """Read `policy.yaml`. Raises BadInput for a mistake in it, or a rule or stack that it names and is none.

        Without `estimate` nothing is known of the cost of a plan, and the rules of cost are undetermined.
        """
        self._planner = planner
        self._as_of = as_of
        self._estimate = estimate
        self._base_results: dict[str, SecurityResult] = {}
        self.policy_file = policy_file(folder, planner.names)

    def report(self, plan: Plan) -> PolicyReport:
        """The report of every rule for one plan."""
        return evaluate(self.judged_stack(plan), RULES, self.policy_file.exceptions)

    def cost_report(self, plan: Plan) -> PolicyReport:
        """The report of the rules of cost alone. An excepted finding has the end of its exception and its owner."""
        exemptions = [each for each in self.policy_file.exceptions if each.rule in COST_RULES]
        report = evaluate(self.judged_stack(plan), [BY_ID[rule] for rule in COST_RULES], exemptions)
        excepted = tuple(_with_terms(finding, exemptions) for finding in report.excepted)
        return replace(report, excepted=excepted)

    def judged_stack(self, plan: Plan, *, with_cost: bool = True) -> JudgedStack:
        """A plan as the rules see it; without its cost the rules of cost are undetermined."""
        estimated = self._estimate(plan) if self._estimate and with_cost else None
        config = self._planner.config(plan.stack).pulumi_config
        below = sorted(self._planner.bases(plan.stack))
        bases = {name: self._planner.config(name).pulumi_config for name in below}
        context = replace(Context.of(plan.stack, config, self._as_of, bases), estimated=estimated)
        resources = [policy_resource(resource) for resource in plan.resources]
        return JudgedStack(resources, context, self.policy_file.settings)

    def security_result(self, report: PolicyReport) -> SecurityResult:
        """The level of security that a stack meets by its report, and those of the stacks that it stands on."""
        return security_result(report, RULES, self._results_below(report.stack))

    def _results_below(self, stack: str) -> list[SecurityResult]:
        """The results of the stacks below one, the lowest first."""
        bases = self._planner.bases(stack)
        return [self._base_result(name) for name in self._planner.names if name in bases]

    def _base_result(self, name: str) -> SecurityResult:
        """The result of a stack below, without the rules of cost: only its own plan is priced."""
        if name not in self._base_results:
            rules = [rule for rule in RULES if rule.id not in COST_RULES]
            exemptions = [each for each in self.policy_file.exceptions if each.rule not in COST_RULES]
            stack = self.judged_stack(self._planner.plan(name), with_cost=False)
            report = evaluate(stack, rules, exemptions)
            self._base_results[name] = security_result(report, rules, self._results_below(name))
        return self._base_results[name]

    def exit_code(self, reports: Sequence[PolicyReport]) -> int:
        """0, where no rule refuses a stack. Raises Refused otherwise."""
        violations: list[Finding] = []
        for report in reports:
            violations += report.violations
        if not violations:
            return 0
        rule = violations[0].rule
        raise Refused(
            f"{counted(len(violations), 'violation')} of mandatory rules",
            hint=f"`paved policy show {rule}` says why {rule} is a rule, and how to mend it",
        )


def policy_resource(resource: PlannedResource) -> Resource:
    """A planned resource as the rules see it."""
    return Resource(
        urn=resource.urn,
        type=resource.type,
        name=resource.name,
        properties=_plain(resource.inputs),
        provider=resource.provider,
        protect=resource.protect,
        depends_on=resource.depends_on,
        property_dependencies=resource.property_dependencies,
    )


def _with_terms(finding: Finding, exemptions: Sequence[Exemption]) -> Finding:
    terms = [
        f"excepted until {each.expires}: {each.ticket}, team {each.owner}"
        for each in exemptions
        if covers(each, finding)
    ]
    return replace(finding, message=f"{finding.message} ({'; '.join(terms)})")


def policy_file(folder: Path, stacks: Sequence[str]) -> PolicyFile:
    """`policy.yaml` of a folder. Raises BadInput for a mistake in it, or a rule or stack that it names and is none."""
    try:
        return checked_policy_file(folder, stacks)
    except PolicyFileError as error:
        raise BadInput(str(error), hint=POLICY_HINT) from None


def _plain(value: Any) -> Any:
    # The engine shows rules the values of secrets: both have to judge the same.
    # Texts, which most values are, are taken without a call: a plan holds thousands of them.
    if isinstance(value, Mapping):
        return {key: item if item.__class__ in SCALARS else _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [item if item.__class__ in SCALARS else _plain(item) for item in value]
    return _plain(value.value) if isinstance(value, Secret) else value
