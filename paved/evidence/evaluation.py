"""A stack evaluated from the texts of a bundle: planned, judged and priced, with nothing read but these."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from paved.cost.book import book_of
from paved.cost.data import cost_data
from paved.cost.stack_cost import Costs
from paved.evidence.sources import SourceTexts
from paved.plan.model import Plan
from paved.plan.planner import Planner
from paved.policy.plan_evaluator import PlanEvaluator
from policies.evaluation import PolicyReport
from policies.security_level import SecurityResult
from policies.settings import PolicyFile
from stacks.schema import Foundation
from stacks.schema.organisation import OrganisationSpec


@dataclass(frozen=True, kw_only=True)
class EvaluatedPlan:
    """A plan with its policy report, level of security and cost, as of a day. `config` is the stack's own.

    `register` is that of the stack's foundation, and `team` who owns the stack.
    """

    plan: Plan
    config: Mapping[str, str]
    report: PolicyReport
    security: SecurityResult
    policy_file: PolicyFile
    cost: Mapping[str, Any]
    as_of: date
    team: str
    register: OrganisationSpec | None


def evaluated_plan(sources: SourceTexts, plan: Plan | None = None) -> EvaluatedPlan:
    """Evaluate the stack of some texts, by a plan made now or by one that is given.

    Raises what planning and judging raise.
    """
    stack, day = sources.stack, sources.as_of
    with sources.folder() as folder:
        planner = Planner.of_folder(
            folder, as_of=day
        )  # without kept plans: it proves what the code does today
        costs = Costs(planner, book_of(None), day)
        evaluator = PlanEvaluator(planner, folder, day, costs.estimated_of)
        plan = plan or planner.plan(stack)
        cost = costs.of(stack, plan)
        report = evaluator.report(plan)
        file = planner.config(stack)
        return EvaluatedPlan(
            plan=plan,
            config=file.pulumi_config,
            report=report,
            security=evaluator.security_result(report),
            policy_file=evaluator.policy_file,
            cost=cost_data(cost, costs.shares(stack), evaluator.cost_report(plan)),
            as_of=day,
            team=file.stack.owner.team,
            register=_register(planner, stack),
        )


def _register(planner: Planner, stack: str) -> OrganisationSpec | None:
    for name in (stack, *planner.bases(stack)):
        found = planner.config(name).stack
        if isinstance(found, Foundation):
            return found.organisation
    return None
