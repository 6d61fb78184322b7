"""Changes of a folder's stacks by what they come to: resources, money and the verdict of the rules."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from paved.cost.stack_cost import Costs, StackCost
from paved.errors import BadInput
from paved.plan.model import Plan, PlannedResource
from paved.plan.plan_cache import PlanCache
from paved.plan.planner import Planner
from paved.policy.plan_evaluator import PlanEvaluator
from paved.review.needed import ReviewNeeded, reviews_between
from paved.review.release_moves import ReleaseMove
from policies.evaluation import Finding, PolicyReport
from pricing.changes import Comparison, Verb, compare
from pricing.money import ZERO
from reference.prices import PriceBook
from stacks.checks.folder import Folder
from stacks.checks.organisation import Organisation


@dataclass(frozen=True, kw_only=True)
class JudgedPlan:
    """The plan of one stack with its cost and the report of the rules."""

    plan: Plan
    cost: StackCost
    report: PolicyReport


@dataclass(frozen=True, kw_only=True)
class JudgedFolder:
    """Every stack of a folder that can be planned, by name, and the mistakes for which others cannot."""

    organisation: Organisation
    names: tuple[str, ...]
    stacks: Mapping[str, JudgedPlan]
    mistakes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class StackChange:
    """One stack before and after; None where there is none.

    One that a mistake keeps from being planned on either side differs by nothing that anybody could tell.
    """

    stack: str
    before: JudgedPlan | None
    after: JudgedPlan | None
    is_known: bool = True

    @property
    def added(self) -> tuple[PlannedResource, ...]:
        """Resources that come, by URN. One that was renamed stays."""
        known = _by_urn(self.before)
        return tuple(each for each in _by_urn(self.after).values() if _earlier_urn(each, known) is None)

    @property
    def removed(self) -> tuple[PlannedResource, ...]:
        """Resources that go, by URN."""
        known = _by_urn(self.before)
        kept = {_earlier_urn(each, known) for each in _by_urn(self.after).values()}
        return tuple(each for urn, each in known.items() if urn not in kept)

    @property
    def updated(self) -> tuple[PlannedResource, ...]:
        """Resources whose inputs change, by URN."""
        known = _by_urn(self.before)
        found: list[PlannedResource] = []
        for each in _by_urn(self.after).values():
            earlier = _earlier_urn(each, known)
            if earlier is not None and known[earlier].inputs != each.inputs:
                found.append(each)
        return tuple(found)

    @property
    def by_verb(self) -> Mapping[Verb, tuple[PlannedResource, ...]]:
        """Resources that come, change and go."""
        return {Verb.ADDED: self.added, Verb.CHANGED: self.updated, Verb.REMOVED: self.removed}

    @property
    def new_findings(self) -> tuple[Finding, ...]:
        """Findings of the stack as it becomes which it did not have."""
        if self.after is None:
            return ()
        before = self.before.report.findings if self.before else ()
        return tuple(finding for finding in self.after.report.findings if finding not in before)

    @property
    def costs(self) -> Comparison | None:
        """The charges that differ; None for a stack that comes or goes."""
        if self.before is None or self.after is None:
            return None
        return compare(self.before.cost.estimate, self.after.cost.estimate, self.after.plan.renamed)

    def delta(self, figure: str) -> Decimal:
        """The increase of a figure of the month's cost, in US dollars; nothing where it cannot be told."""
        if not self.is_known:
            return ZERO
        before = self.before.cost.totals[figure] if self.before else ZERO
        after = self.after.cost.totals[figure] if self.after else ZERO
        return after - before

    @property
    def is_any(self) -> bool:
        """Whether anything differs: resources, cost or findings."""
        if not self.is_known:
            return True
        if self.before is None or self.after is None:
            return self.before is not self.after
        same_money = self.before.cost.totals == self.after.cost.totals
        same_findings = self.before.report.findings == self.after.report.findings
        return not (same_money and same_findings) or bool(self.added or self.removed or self.updated)


@dataclass(frozen=True, kw_only=True)
class Review:
    """A change of stack files as its reviewers have to know it.

    `mistakes` are of the files as they become. `elsewhere` counts files outside of the folder that change too, of
    which nothing here speaks; None where nobody asked git.
    """

    against: str
    stacks: int
    changes: tuple[StackChange, ...]
    needed: tuple[ReviewNeeded, ...]
    moves: tuple[ReleaseMove, ...]
    mistakes: tuple[str, ...]
    elsewhere: int | None = None

    @property
    def refused(self) -> tuple[StackChange, ...]:
        """Changed stacks that a mandatory rule refuses."""
        return tuple(each for each in self.changes if each.after and each.after.report.violations)

    @property
    def blocked(self) -> tuple[ReleaseMove, ...]:
        """Moves to another release that cannot be made."""
        return tuple(move for move in self.moves if move.refused)

    def delta(self, figure: str) -> Decimal:
        """The increase of a figure over all stacks, in US dollars a month."""
        return sum((change.delta(figure) for change in self.changes), ZERO)


@dataclass(frozen=True, kw_only=True)
class Judge:
    """Prices and the day by which both sides of a change are judged."""

    book: PriceBook
    as_of: date
    cache: PlanCache | None

    def folder(
        self, path: Path, only: Collection[str] | None = None, *, read: Folder | None = None
    ) -> JudgedFolder:
        """Plan, price and judge every stack of a folder, or some, if it is without a mistake.

        `read` is the folder where it has been read already, as of the same day. Raises ConfigError for no folder.
        """
        planner = Planner(read or Folder.read(path, self.as_of), None, self.cache)
        mistakes = [_shown(str(problem), path) for problem in planner.folder.problems]
        chosen = [name for name in planner.names if only is None or name in only]
        sound = [name for name in chosen if not planner.folder.problems_of([name])]
        costs = Costs(planner, self.book, self.as_of)
        stacks: dict[str, JudgedPlan] = {}
        try:
            evaluator = PlanEvaluator(planner, path, self.as_of, costs.estimated_of)
        except BadInput as error:
            mistakes.append(str(error))
        else:
            stacks = {name: _judged(name, planner, costs, evaluator) for name in sound}
        return JudgedFolder(
            organisation=planner.folder.organisation,
            names=tuple(chosen),
            stacks=stacks,
            mistakes=tuple(mistakes),
        )

    def review(self, earlier: Path, folder: Path, against: str, elsewhere: int | None = None) -> Review:
        """Compare the stacks of two folders. Raises ConfigError for a folder that cannot be read."""
        # Before an organisation's first stacks there are none.
        before = self.folder(earlier, read=Folder.read(earlier, self.as_of, may_be_empty=True))
        after = self.folder(folder)
        reviews = reviews_between(earlier, folder, before.organisation, after.organisation)
        return Review(
            against=against,
            stacks=len(after.names),
            changes=tuple(stack_changes(before, after)),
            needed=reviews.needed,
            moves=reviews.moves,
            mistakes=after.mistakes,
            elsewhere=elsewhere,
        )


def _judged(name: str, planner: Planner, costs: Costs, evaluator: PlanEvaluator) -> JudgedPlan:
    plan = planner.plan(name)
    return JudgedPlan(plan=plan, cost=costs.of(name, plan), report=evaluator.report(plan))


def stack_changes(before: JudgedFolder, after: JudgedFolder) -> Iterator[StackChange]:
    """Every stack of two folders that differs between them, by name."""
    for name in sorted({*before.names, *after.names}):
        sides = (before.stacks.get(name), after.stacks.get(name))
        is_known = all(name in side.stacks or name not in side.names for side in (before, after))
        change = StackChange(stack=name, before=sides[0], after=sides[1], is_known=is_known)
        if change.is_any:
            yield change


def _by_urn(judged: JudgedPlan | None) -> Mapping[str, PlannedResource]:
    """Resources that an account or a cluster has, by URN: components are their folders, providers the way there."""
    if judged is None:
        return {}
    made = [each for each in judged.plan.resources if each.custom and not each.type.startswith("pulumi:")]
    return {resource.urn: resource for resource in made}


def _earlier_urn(resource: PlannedResource, known: Mapping[str, PlannedResource]) -> str | None:
    for urn in (resource.urn, *resource.former_urns):
        if urn in known:
            return urn
    return None


def _shown(problem: str, folder: Path) -> str:
    """A problem with its file by name: the folder may be one that goes away."""
    return problem.replace(f"{folder}/", "")
