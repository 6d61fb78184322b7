"""The cost of one stack: its estimate, its part of what it shares, its unit prices and its limits."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from paved.cost.declared import discounts_of, limits_of, savings_plan_of, usage_of
from paved.plan.model import Plan
from paved.plan.plan_cache import PlanCache
from paved.plan.planner import Planner
from pricing.cost_range import FIGURES
from pricing.estimate import Estimate, estimate
from pricing.general_nodes import GeneralUse, general_use
from pricing.guard import AccountBudget, Estimated, Limits, estimated, hours_to_burn
from pricing.money import apportion
from pricing.pricing_inputs import PricingInputs
from pricing.rates import Rates
from pricing.recorded_series import RecordedSeries, recorded_series
from pricing.resources import PricedResource, PricedResources
from pricing.savings import Savings, savings
from pricing.scraped_series import ScrapedSeries, scraped_series
from pricing.units import UnitPrice, gpu_hours, unit_prices
from reference.prices import PriceBook
from stacks.schema import Foundation, Platform, Stack, Team


@dataclass(frozen=True, kw_only=True)
class SharedCost:
    """A team's part of a stack that it shares, in proportion to the monthly budgets of the teams on it."""

    stack: str
    teams: tuple[str, ...]
    percent: Decimal
    amounts: Mapping[str, Decimal]
    """The team's part of each figure, in whole cents. All teams' parts add up to the figure."""

    is_complete: bool


@dataclass(frozen=True, kw_only=True)
class StackCost:
    """The cost of a stack with everything that is said of it. `totals` are after discounts and the Savings Plan."""

    estimate: Estimate
    owner: str
    units: tuple[UnitPrice, ...] = ()
    savings: Savings | None = None
    limits: Limits | None = None
    account: AccountBudget | None = None
    general: tuple[GeneralUse, ...] = ()
    """The part of the platform's general nodes that a team's pods take, which is in none of its own figures."""
    freeze_percent: Decimal | None = None
    """The percentage of the budget at which a freeze acts; None without one."""
    discounts: Mapping[str, Decimal] = field(default_factory=dict)
    gpu_hours: Mapping[str, tuple[Decimal, Decimal] | None] = field(default_factory=dict)
    """The price of a GPU-hour in each pool of accelerators by URN, from its cheapest to its dearest type."""
    series: RecordedSeries | None = None
    """The series that the stack's rules record; None without rules."""
    scraped: ScrapedSeries | None = None
    """The series that are scraped of a team at most; None of another stack."""
    keeps_metrics: bool = False
    """Whether the stack's platform keeps metrics, so that series cost something."""

    @property
    def totals(self) -> Mapping[str, Decimal]:
        """The figures by name."""
        if self.savings:
            return self.savings.total
        return {figure: getattr(self.estimate.total, figure) for figure in FIGURES}

    @property
    def hours_to_burn(self) -> Decimal | None:
        """Hours that the month's budget lasts at the ceiling; None without a budget, or where it lasts."""
        return hours_to_burn(self.totals["ceiling"], self.limits.monthly_usd) if self.limits else None

    @property
    def estimated(self) -> Estimated:
        """The amounts and gaps that the cost rule judges."""
        return estimated(self.estimate, self.totals, self.limits, self.account)


class Costs:
    """Costs of the stacks of one folder. A stack is planned and priced once, whoever shares it."""

    def __init__(self, planner: Planner, book: PriceBook, as_of: date):
        """Price at the book's prices, as they may be believed on a day."""
        self._planner, self.book, self.as_of = planner, book, as_of
        self._estimates: dict[str, Estimate] = {}
        self._costs: dict[str, tuple[Plan, StackCost]] = {}

    @property
    def plan_cache(self) -> PlanCache | None:
        """The cache that the stacks' plans come from, where they do."""
        return self._planner.cache

    def of(self, name: str, plan: Plan | None = None) -> StackCost:
        """Price a stack by a plan of it that is given or is made now, once. Raises what planning raises."""
        planned = plan or self._planner.plan(name)
        priced_plan, cost = self._costs.get(name, (None, None))
        if cost is None or priced_plan is not planned:
            cost = self._cost(name, planned)
            self._costs[name] = (planned, cost)
        return cost

    def _cost(self, name: str, planned: Plan) -> StackCost:
        stack = self._planner.config(name).stack
        pricing_inputs = self._pricing_inputs(stack, planned.resources)
        priced = self._estimates[name] = estimate(
            name, planned.resources, pricing_inputs.rates, pricing_inputs.usage
        )
        cost = StackCost(
            estimate=priced,
            owner=stack.owner.team,
            discounts={str(family): percent for family, percent in pricing_inputs.rates.discounts.items()},
            gpu_hours=gpu_hours(pricing_inputs),
            series=recorded_series(pricing_inputs),
            scraped=scraped_series(pricing_inputs) if isinstance(stack, Team) else None,
            keeps_metrics=self._keeps_metrics(stack),
        )
        if not isinstance(stack, Team):
            return replace(cost, account=self._account_budget(stack))
        general = general_use(pricing_inputs, self._platform_inputs(stack))
        return replace(_of_team(cost, stack, pricing_inputs), general=general)

    def _keeps_metrics(self, stack: Stack) -> bool:
        platform = self._planner.config(stack.platform).stack if isinstance(stack, Team) else stack
        return isinstance(platform, Platform) and platform.monitoring.keep_metrics

    def _account_budget(self, stack: Foundation | Platform) -> AccountBudget | None:
        """The account's budget, and what is spoken for in it beside a stack that its teams share."""
        foundation = self._foundation(stack)
        budget = foundation.guardrails.budget
        if budget is None:
            return None
        teams = [
            other.budget.monthly_usd
            for other in self._planner.sound.values()
            if isinstance(other, Team) and other.account.id == foundation.account.id
        ]
        beside = (
            self.estimated(stack.foundation).total.expected if isinstance(stack, Platform) else Decimal(0)
        )
        return AccountBudget(
            monthly_usd=budget.monthly_usd, teams_usd=sum(teams, Decimal(0)), beside_usd=beside
        )

    def _platform_inputs(self, team: Team) -> PricingInputs:
        platform = self._planner.config(team.platform).stack
        return self._pricing_inputs(platform, self._planner.plan(team.platform).resources)

    def estimated_of(self, plan: Plan) -> Estimated:
        """Price a plan for the cost rule."""
        return self.of(plan.stack, plan).estimated

    def shares(self, name: str) -> tuple[SharedCost, ...]:
        """A team's part of the platform and the foundation that it stands on; none for another stack."""
        team = self._planner.config(name).stack
        return tuple(self._shares(name, team)) if isinstance(team, Team) else ()

    def priced(self, name: str, resources: Iterable[PricedResource]) -> Estimate:
        """An estimate of other resources than the stack's own plan has, under its config as it is now."""
        pricing_inputs = self._pricing_inputs(self._planner.config(name).stack, resources)
        return estimate(name, pricing_inputs.resources, pricing_inputs.rates, pricing_inputs.usage)

    def estimated(self, name: str) -> Estimate:
        """The estimate of a stack by its own plan."""
        if name not in self._estimates:
            self.of(name)
        return self._estimates[name]

    def _pricing_inputs(self, stack: Stack, resources: Iterable[PricedResource]) -> PricingInputs:
        rates = Rates(
            book=self.book,
            region=stack.account.region,
            as_of=self.as_of,
            discounts=discounts_of(self._foundation(stack)),
        )
        return PricingInputs(resources=PricedResources(resources), rates=rates, usage=usage_of(stack))

    def _foundation(self, stack: Stack) -> Foundation:
        match stack:
            case Foundation():
                return stack
            case Platform():
                return self._foundation(self._planner.config(stack.foundation).stack)
            case Team():
                return self._foundation(self._planner.config(stack.platform).stack)

    def _shares(self, name: str, team: Team) -> Iterator[SharedCost]:
        platform = self._planner.config(team.platform).stack
        if isinstance(platform, Platform):
            yield self._share(name, team.platform, self._teams_on({team.platform}))
            siblings = {
                other
                for other, stack in self._planner.sound.items()
                if isinstance(stack, Platform) and stack.foundation == platform.foundation
            }
            yield self._share(name, platform.foundation, self._teams_on(siblings))

    def _share(self, name: str, shared: str, budgets: Mapping[str, Decimal]) -> SharedCost:
        priced = self.estimated(shared)
        whole = sum(budgets.values(), Decimal(0))
        return SharedCost(
            stack=shared,
            teams=tuple(sorted(budgets)),
            percent=100 * budgets[name] / whole,
            amounts={figure: apportion(getattr(priced.total, figure), budgets)[name] for figure in FIGURES},
            is_complete=priced.is_complete,
        )

    def _teams_on(self, platforms: set[str]) -> Mapping[str, Decimal]:
        return {
            name: stack.budget.monthly_usd
            for name, stack in self._planner.sound.items()
            if isinstance(stack, Team) and stack.platform in platforms
        }


def _of_team(cost: StackCost, team: Team, pricing_inputs: PricingInputs) -> StackCost:
    """The same, with what only a team has: unit prices and limits."""
    plan, limits = savings_plan_of(team), limits_of(team)
    saved = savings(cost.estimate, plan) if plan else None
    freeze = Decimal(team.budget.freeze.percent) if team.budget.freeze else None
    return replace(
        cost, units=unit_prices(pricing_inputs), savings=saved, limits=limits, freeze_percent=freeze
    )
